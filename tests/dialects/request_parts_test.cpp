// The parts of a request that stand outside its JSON: credentials, conditions, cursors, parameters, media
// type.
#include "dialects/conditions.h"
#include "dialects/content.h"
#include "dialects/credentials.h"
#include "dialects/cursor.h"
#include "dialects/query.h"
#include "dialects/route.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1beta1/dialect.h"
#include "tests/support/catch.h"

namespace {

http::Request with(std::vector<http::NameValue> headers, std::string body = "") {
  http::Request request;
  request.method = "POST";
  request.headers = std::move(headers);
  request.body = std::move(body);
  return request;
}

}  // namespace

TEST_CASE("credentials: exactly one, of three kinds", "[http]") {
  struct Row {
    std::vector<http::NameValue> headers;
    const char* expected;  // "scheme id secret", or the message
  };
  const Row rows[] = {
      {{{"authorization", "Bearer rvk_x"}}, "0  rvk_x"},
      {{{"authorization", "bEARER   rvk_x"}}, "0  rvk_x"},
      {{{"x-api-key", "rvk_x"}}, "1  rvk_x"},
      {{{"authorization", "basic YTpiOmM="}}, "2 a b:c"},
      {{}, "credential: missing; send Authorization: Bearer, Authorization: Basic or X-API-Key"},
      {{{"authorization", "Bearer a"}, {"x-api-key", "b"}},
       "credential: more than one; send only one of Authorization and X-API-Key"},
      {{{"authorization", "Bearer a"}, {"authorization", "Bearer a"}},
       "credential: more than one; send only one of Authorization and X-API-Key"},
      {{{"x-api-key", ""}}, "credential: X-API-Key is empty"},
      {{{"authorization", "Bearer"}},
       "credential: Authorization must be a scheme, Bearer or Basic, and a credential"},
      {{{"authorization", ""}},
       "credential: Authorization must be a scheme, Bearer or Basic, and a credential"},
      {{{"authorization", "Digest x"}}, "credential: Authorization must begin with Bearer or Basic"},
      {{{"authorization", "Basic !"}},
       "credential: Basic must be followed by the base64 text of client_id:client_secret"},
      {{{"authorization", "Basic YWJj"}},
       "credential: Basic must be followed by the base64 text of client_id:client_secret"},
  };
  for (const Row& row : rows) {
    const auto presented = dialects::presented_credential(with(row.headers));
    if (presented.ok()) {
      CHECK(std::to_string(static_cast<int>(presented->scheme)) + " " + presented->id + " " +
                presented->secret ==
            row.expected);
    } else {
      CHECK(presented.error().message == row.expected);
      CHECK(presented.error().code == api::Code::kUnauthenticated);
    }
  }
}

TEST_CASE("If-Match: strong tags of ours count, others match nothing, nonsense is refused", "[http]") {
  struct Row {
    std::vector<http::NameValue> headers;
    const char* expected;
  };
  const Row rows[] = {
      {{}, "absent"},
      {{{"if-match", "*"}}, "any"},
      {{{"if-match", "\"42\""}}, "42"},
      {{{"if-match", "\"1\", \"2\" ,\"3\""}, {"if-match", "\"4\""}}, "1 2 3 4"},
      {{{"if-match", "W/\"42\""}}, ""},
      {{{"if-match", "\"042\", \"-1\", \"\", \"x,y\", \"99999999999999999999\""}}, ""},
      {{{"if-match", ""}}, "wrong"},
      {{{"if-match", "42"}}, "wrong"},
      {{{"if-match", "\"42"}}, "wrong"},
      {{{"if-match", "\"42\" \"43\""}}, "wrong"},
      {{{"if-match", "\"42\","}}, "wrong"},
  };
  for (const Row& row : rows) {
    INFO((row.headers.empty() ? "" : row.headers.front().value));
    const auto match = dialects::parse_if_match(with(row.headers));
    std::string shown = "wrong";
    if (match.ok()) {
      shown = !match->given ? "absent" : match->any ? "any" : "";
      for (const auto revision : match->revisions)
        shown += (shown.empty() ? "" : " ") + std::to_string(revision);
    }
    CHECK(shown == row.expected);
  }
  const auto tags = [](std::size_t n) {
    std::string text = "\"1\"";
    for (std::size_t i = 1; i < n; ++i) text += ",\"1\"";
    return with({{"if-match", text}});
  };
  CHECK(dialects::parse_if_match(tags(dialects::kMaxEntityTags)).ok());
  CHECK(dialects::parse_if_match(tags(dialects::kMaxEntityTags + 1)).error().message ==
        "If-Match: must have at most 20 entity tags");
}

TEST_CASE("cursors: read back whole and by the list that made them", "[http]") {
  const std::string cursor = dialects::make_cursor("list_groups", "after");
  CHECK(dialects::read_cursor("list_groups", cursor) == "after");
  CHECK_FALSE(dialects::read_cursor("list_users", cursor));
  for (std::size_t n = 0; n < cursor.size(); ++n)
    CHECK_FALSE(dialects::read_cursor("list_groups", cursor.substr(0, n)));
  CHECK_FALSE(dialects::read_cursor("list_groups", cursor + "A"));
  CHECK_FALSE(dialects::read_cursor("list_groups", "not a cursor"));
}

TEST_CASE("parameters: limits, cursors, unknown and repeated ones", "[http]") {
  dialects::Route route;
  route.id = "list_groups";
  route.dialect = &dialects::v1::kDialect;
  route.parameters = {"limit", "cursor", "name"};
  const auto ask = [&](std::vector<http::NameValue> parameters) {
    http::Request request;
    request.query = std::move(parameters);
    const dialects::Call call{request, route, dialects::FieldNames::kCamel, domain::TenantId(), {}, {}};
    dialects::Query query(call);
    const auto page = query.page(0);
    std::string shown = std::to_string(page.limit) + " " + page.after;
    if (const auto error = query.error()) {
      shown.clear();
      for (const auto& field : error->fields) shown += field.pointer + " " + field.message + "\n";
    }
    return shown;
  };
  CHECK(ask({}) == "0 ");
  CHECK(ask({{"limit", "1"}}) == "1 ");
  CHECK(ask({{"limit", "250"}}) == "250 ");
  CHECK(ask({{"cursor", dialects::make_cursor("list_groups", "x")}}) == "50 x");
  for (const char* bad : {"0", "251", "-1", "+1", "1x", "", "99999999999999999999", "1.0"})
    CHECK(ask({{"limit", bad}}) == "limit must be a number from 1 to 250\n");
  CHECK(ask({{"cursor", "x"}}) == "cursor must be the next_cursor of the page before, of this list\n");
  CHECK(ask({{"curser", "x"}, {"limit", "1"}, {"limit", "1"}}) ==
        "curser is not a known parameter; did you mean `cursor`?\nlimit is given 2 times\n");
  route.dialect = &dialects::v1beta1::kDialect;
  CHECK(ask({{"curser", "x"}, {"limit", "1"}}) == "1 ");
}

TEST_CASE("body: must be a JSON object, told so by its media type", "[http]") {
  struct Row {
    std::vector<http::NameValue> headers;
    std::string body;
    const char* message;
  };
  const std::string deepest = R"({"a":)" + std::string(63, '[') + std::string(63, ']') + "}";
  const std::string too_deep = R"({"a":)" + std::string(64, '[') + std::string(64, ']') + "}";
  const Row rows[] = {
      {{{"content-type", "application/json"}}, "{}", ""},
      {{{"content-type", "Application/JSON; Charset=\"UTF-8\""}}, "{}", ""},
      {{{"content-type", "application/json"}}, deepest, ""},
      {{{"content-type", "application/json; charset=latin1"}},
       "{}",
       "Content-Type: must be application/json"},
      {{{"content-type", "text/json"}}, "{}", "Content-Type: must be application/json"},
      {{{"content-type", "application/jsonp"}}, "{}", "Content-Type: must be application/json"},
      {{}, "{}", "Content-Type: must be application/json"},
      {{}, "", "body: is missing: this call needs a JSON object"},
  };
  for (const Row& row : rows) {
    const auto body = dialects::json_body(with(row.headers, row.body), dialects::v1::kDialect);
    CHECK((body.ok() ? "" : body.error().message) == row.message);
  }
  for (const auto* dialect : {&dialects::v1::kDialect, &dialects::v1beta1::kDialect})
    for (const std::string& bad : {std::string("[]"), std::string("{"), std::string(R"({"a":1,"a":2})"),
                                   std::string("\xff"), too_deep}) {
      const auto body = dialects::json_body(with({{"content-type", "application/json"}}, bad), *dialect);
      REQUIRE_FALSE(body.ok());
      CHECK(body.error().code == api::Code::kInvalidInput);
      CHECK(body.error().fields.size() == 1);
    }
}

// The documented system's clients send text/plain, and `curl -d` a form's type.
TEST_CASE("body: in /v1beta1 it is JSON whatever its media type", "[http]") {
  const std::vector<http::NameValue> types[] = {
      {},
      {{"content-type", "text/plain;charset=UTF-8"}},
      {{"content-type", "application/x-www-form-urlencoded"}},
      {{"content-type", "application/json; charset=latin1"}},
      {{"content-type", "application/json"}, {"content-type", "text/plain"}},
      {{"content-type", ""}},
  };
  for (const auto& headers : types) {
    INFO((headers.empty() ? "none" : headers.front().value));
    const auto body = dialects::json_body(with(headers, R"({"a":1})"), dialects::v1beta1::kDialect);
    REQUIRE(body.ok());
    CHECK(to_text(body.value()) == R"({"a":1})");
    CHECK(dialects::json_body(with(headers), dialects::v1beta1::kDialect).error().message ==
          "body: is missing: this call needs a JSON object");
  }
}
