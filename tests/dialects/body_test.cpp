#include "dialects/body.h"

#include "dialects/v1/dialect.h"
#include "dialects/v1beta1/dialect.h"
#include "tests/support/catch.h"

namespace {

using dialects::FieldErrors;
using dialects::Fields;

base::Json parse(std::string_view text) {
  auto json = base::parse_json(text);
  REQUIRE(json.ok());
  return std::move(json).value();
}

// "pointer message" of each, one a line.
std::string shown(const std::optional<api::Error>& error) {
  std::string text;
  if (!error) return text;
  for (const api::FieldError& field : error->fields) text += field.pointer + " " + field.message + "\n";
  return text;
}

}  // namespace

TEST_CASE("body: fields of the right types are read", "[http]") {
  const base::Json body =
      parse(R"({"name":"n","scopes":["a","b"],"active":true,"user_id":"2489E9AD-2ee2-8e00-8ec9-32d5f69181c0",
      "valid_from":"2026-04-15T12:00:00Z","expires_at":null,"description":null,"metadata":{"a":[1]}})");
  FieldErrors errors;
  Fields fields(body, dialects::v1::kDialect, errors);
  CHECK(fields.text("name") == "n");
  CHECK(fields.texts("scopes") == std::vector<std::string>{"a", "b"});
  CHECK(fields.boolean("active"));
  CHECK(fields.uuid("user_id").to_string() == "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
  CHECK(fields.optional_time("valid_from")->ms == 1776254400000);
  CHECK_FALSE(fields.optional_time("expires_at"));
  CHECK(fields.nullable_text("description") == std::optional<std::optional<std::string>>(std::in_place));
  CHECK_FALSE(fields.nullable_text("note"));
  CHECK_FALSE(fields.patched_text("title"));
  CHECK(to_text(*fields.optional_object("metadata")) == R"({"a":[1]})");
  CHECK(shown(fields.finish()) == "");
}

TEST_CASE("body: every wrong field is told, with what it must be", "[http]") {
  const base::Json body = parse(
      R"({"name":1,"scopes":["a",2,null],"active":"yes","user_id":"x","valid_from":"soon","expires_at":5,
      "reason":[],"metadata":[],"title":null,"slug/~":0,"scope":[]})");
  FieldErrors errors;
  Fields fields(body, dialects::v1::kDialect, errors);
  fields.text("name");
  fields.text("role");
  fields.texts("scopes");
  fields.boolean("active");
  fields.uuid("user_id");
  fields.optional_time("valid_from");
  fields.optional_time("expires_at");
  fields.optional_text("reason");
  fields.optional_object("metadata");
  fields.patched_text("title");
  const auto error = fields.finish();
  CHECK(shown(error) ==
        "/name must be a string, not an integer\n"
        "/role is required\n"
        "/scopes/1 must be a string, not an integer\n"
        "/scopes/2 must be a string, not null\n"
        "/active must be true or false, not a string\n"
        "/user_id must be a uuid, such as 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0\n"
        "/valid_from must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z\n"
        "/expires_at must be an RFC 3339 time, not an integer\n"
        "/reason must be a string, not an array\n"
        "/metadata must be an object, not an array\n"
        "/title must be a string, not null\n"
        "/slug~1~0 is not a known field\n"
        "/scope is not a known field; did you mean `scopes`?\n");
  CHECK(error->code == api::Code::kInvalidInput);
}

TEST_CASE("body: in v1beta1 both spellings are read and others are ignored", "[http]") {
  const base::Json body =
      parse(R"({"orgId":"a","role_id":"b","name":1,"nonsense":1,"display_name":"x","displayName":"y"})");
  FieldErrors errors;
  Fields fields(body, dialects::v1beta1::kDialect, errors);
  CHECK(fields.text("org_id") == "a");
  CHECK(fields.text("role_id") == "b");
  fields.text("name");
  fields.text("display_name");
  fields.text("created_by");
  CHECK(shown(fields.finish()) ==
        "/name must be a string, not an integer\n"
        "/displayName is given twice, also as `display_name`\n"
        "/createdBy is required\n");
}

TEST_CASE("body: a hundred wrong fields are listed, and how many more", "[http]") {
  const auto body_of = [](std::size_t n) {
    std::string text = R"({"scopes":[)";
    for (std::size_t i = 0; i < n; ++i) text += i ? ",0" : "0";
    return parse(text + "]}");
  };
  for (const std::size_t n :
       {dialects::kMaxFieldErrors, dialects::kMaxFieldErrors + 1, std::size_t{50'000}}) {
    const base::Json body = body_of(n);
    FieldErrors errors;
    Fields fields(body, dialects::v1::kDialect, errors);
    fields.texts("scopes");
    const auto error = fields.finish();
    REQUIRE(error);
    CHECK(error->fields.size() == std::min(n, dialects::kMaxFieldErrors + 1));
    if (n > dialects::kMaxFieldErrors)
      CHECK(error->fields.back().message ==
            "and " + std::to_string(n - 100) + " more mistakes, which are not listed");
  }
}

TEST_CASE("body: values are looked at where something is wrong, except what is wrong already", "[http]") {
  struct Row {
    const char* pointer;
    const char* told;
  };
  const Row rows[] = {
      {"/title", "/title bad\n"},
      {"/nam", "/nam bad\n"},
      {"/name", ""},        // was no string
      {"/name/first", ""},  // and so has nothing in it
      {"/scopes/0", "/scopes/0 bad\n"},
      {"/scopes/1", ""},  // was no string
      {"/scopes", ""},    // holds what was none
      {"", ""},
  };
  const std::string types =
      "/name must be a string, not an integer\n"
      "/scopes/1 must be a string, not an integer\n";
  for (const Row& row : rows) {
    INFO(row.pointer);
    const base::Json body = parse(R"({"name":1,"scopes":["a",2,"c"]})");
    FieldErrors errors;
    Fields fields(body, dialects::v1::kDialect, errors);
    fields.text("name");
    CHECK(fields.texts("scopes") == std::vector<std::string>{"a", "", "c"});
    CHECK(shown(fields.finish([&] { return std::optional(api::invalid(row.pointer, "bad")); })) ==
          types + row.told);
  }
  const base::Json body = parse("{}");
  FieldErrors errors;
  Fields fields(body, dialects::v1::kDialect, errors);
  bool asked = false;
  CHECK_FALSE(fields.finish([&] {
    asked = true;
    return std::optional(api::invalid("/name", "bad"));
  }));
  CHECK_FALSE(asked);
}

TEST_CASE("body: where an object must be, what is none is told, and nothing is missing in it", "[http]") {
  const base::Json body = parse(R"({"bodies":[1,{}]})");
  FieldErrors errors;
  Fields fields(body, dialects::v1::kDialect, errors);
  std::size_t n = 0;
  for (const base::Json* element : fields.objects("bodies", 10, "things"))
    Fields(*element, dialects::v1::kDialect, errors, "/bodies/" + std::to_string(n++)).text("key");
  CHECK(shown(fields.finish()) ==
        "/bodies/0 must be an object, not an integer\n"
        "/bodies/1/key is required\n");
}

TEST_CASE("body: five unknown fields are guessed at, a hundred listed, and all counted", "[http]") {
  std::string text = "{";
  for (int i = 0; i < 50'000; ++i) text += (i ? ",\"name" : "\"name") + std::to_string(i) + "\":1";
  const base::Json body = parse(text + "}");
  FieldErrors errors;
  Fields fields(body, dialects::v1::kDialect, errors);
  fields.optional_text("name");
  const auto error = fields.finish();
  REQUIRE(error);
  REQUIRE(error->fields.size() == dialects::kMaxFieldErrors + 1);
  std::size_t guesses = 0;
  for (const auto& field : error->fields) guesses += field.message.find("did you mean") != std::string::npos;
  CHECK(guesses == 5);
  CHECK(error->fields.back().message == "and 49900 more mistakes, which are not listed");
}
