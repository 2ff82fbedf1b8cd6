// Many entities in one call: arrays, and lines of any number.
#include <cstdio>
#include <string>
#include <vector>

#include "tests/support/answers.h"

namespace {

const std::string kLines = "Content-Type: application/x-ndjson";

std::string line_of(std::size_t n, const std::string& more = "") {
  return R"({"type":"Doc","id":")" + std::to_string(n) + R"(","parents":["Folder:7"])" + more + "}\n";
}

std::string lines_of(std::size_t from, std::size_t to) {
  std::string all;
  for (std::size_t n = from; n <= to; ++n) all += line_of(n);
  return all;
}

struct Scene {
  explicit Scene(const TestServerOptions& options = {}) : server(options) {}

  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::string key =
      TestServer::bearer(server.make_key(tenant, R"(["organization:policymanage","organization:get"])"));

  RawResponse array(const std::string& body) {
    return server.ask({"POST /v1/entities", body, {TestServer::tenant(tenant)}}, key);
  }
  RawResponse lines(const std::string& body, const std::string& query = "") {
    return server.ask({"POST /v1/entities" + query, body, {TestServer::tenant(tenant), kLines}}, key);
  }
  bool has(const std::string& name) {
    return server.ask({"GET /v1/entities/" + name, "", {TestServer::tenant(tenant)}}).status == 200;
  }
  std::size_t imports() {
    const auto log =
        server.ask({"GET /v1/audit-log?action=entity:import&limit=250", "", {TestServer::tenant(tenant)}});
    return json_of(log).find("data")->array()->size();
  }
  std::string head(const std::string& credential, const std::string& more) const {
    return "POST /v1/entities HTTP/1.1\r\nHost: x\r\n" + credential + "\r\n" + TestServer::tenant(tenant) +
           "\r\n" + kLines + "\r\n" + more + "\r\n\r\n";
  }
};

}  // namespace

TEST_CASE("import: an array is put whole or not at all", "[http]") {
  Scene s;
  CHECK(brief(s.array(R"([{"type":"Doc","id":"1","attrs":{"n":1}},{"type":"Folder","id":"7"}])")) ==
        R"(200 {"imported":2})");
  CHECK(s.has("Doc/1"));
  CHECK(s.imports() == 1);
  CHECK(brief(s.array("[]")) == R"(200 {"imported":0})");
  const struct {
    std::string body, expected;
  } rows[] = {
      {R"([{"type":"Doc","id":"2"},{"type":"Doc","id":"3","attrs":{"n":null}}])",
       "400 invalid_input 1/attrs/n: null is not a value"},
      {R"([{"type":"Doc","id":"2"},{"type":"group","id":"3"}])",
       "400 invalid_input 1/type: must be another than"},
      {R"([{"type":"Doc","id":"2"},{"id":"3"}])", "400 invalid_input 1/type: is required"},
      {R"([{"type":"Doc","id":"2","parents":["Doc:3"]},{"type":"Doc","id":"3","parents":["Doc:2"]}])",
       "400 invalid_input 1/parents: the entities would be in a circle: Doc:3 -> Doc:2 -> Doc:3"},
      {R"([{"type":"Doc","id":"2"},7])", "400 invalid_input 1: must be an object, not an integer"},
      {R"([{"type":"Doc","id":"2"})", "400 invalid_input "},
      {"{}", "400 invalid_input body: must be an array of entities, not of type object"},
  };
  for (const auto& row : rows) {
    INFO(row.body);
    CHECK_THAT(brief(s.array(row.body)), ContainsSubstring(row.expected.substr(4)));
    CHECK_FALSE(s.has("Doc/2"));
  }
  CHECK(
      s.server
          .ask({"POST /v1/entities", "[]", {TestServer::tenant(s.tenant), "Content-Type: text/plain"}}, s.key)
          .status == 415);
  CHECK(s.array("").status == 400);
  CHECK(s.array("[" + std::string(1'100'000, ' ') + "]").status == 413);
}

TEST_CASE("import: lines are put in pieces, and the answer says how far that got", "[http]") {
  Scene s;
  CHECK(brief(s.lines("\n" + lines_of(1, 2) + " \r\n" + R"({"type":"Doc","id":"3"})")) ==
        R"(200 {"imported":3,"last_line":5})");
  CHECK(s.imports() == 1);
  CHECK(brief(s.lines(lines_of(1, 2'500))) == R"(200 {"imported":2500,"last_line":2500})");
  CHECK(s.imports() == 11);  // each line has a parent, so that 250 are a piece
  CHECK(s.has("Doc/2500"));

  const auto failed =
      s.lines(lines_of(3'001, 4'500) + line_of(4'501, R"(,"attrs":{"n":null})") + line_of(4'502));
  CHECK(brief(failed) == "400 invalid_input 1501/attrs/n: null is not a value");
  CHECK(to_text(*json_of(failed).find("details")->find("last_line")) == "1500");
  CHECK(s.has("Doc/4500"));
  CHECK_FALSE(s.has("Doc/4502"));

  const auto atomic = s.lines(lines_of(5'001, 6'500) + "{}\n", "?atomic=true");
  CHECK(brief(atomic) == "400 invalid_input 1501/type: is required (and 1 more)");
  CHECK(to_text(*json_of(atomic).find("details")->find("last_line")) == "0");
  CHECK_FALSE(s.has("Doc/5001"));
  CHECK(brief(s.lines(lines_of(5'001, 6'500), "?atomic=true")) ==
        R"(200 {"imported":1500,"last_line":1500})");
  CHECK(s.has("Doc/6500"));
  CHECK(s.lines(lines_of(1, 10'001), "?atomic=true").status == 413);
  CHECK(brief(s.lines("")).starts_with("400 invalid_input"));
  CHECK(brief(s.lines("x\n")).starts_with("400 invalid_input 1: line 1, column 1"));
}

TEST_CASE("import: a body of any length is taken, in chunks too, and the connection goes on", "[http]") {
  Scene s;
  const std::string big(2'000, 'x');
  std::string body;
  for (std::size_t n = 1; n <= 2'000; ++n) body += line_of(n, R"(,"attrs":{"text":")" + big + "\"}");
  REQUIRE(body.size() > 4'000'000);
  auto client = RawClient::to_port(s.server.port());
  REQUIRE(client.send(s.head(s.key, "Content-Length: " + std::to_string(body.size())) + body));
  const auto whole = client.read();
  REQUIRE(whole);
  CHECK(brief(*whole) == R"(200 {"imported":2000,"last_line":2000})");
  std::string chunks;
  for (std::size_t at = 0; at < body.size(); at += 100'000) {
    const std::string part = body.substr(at, 100'000);
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", part.size());
    chunks += size + part + "\r\n";
  }
  REQUIRE(client.send(s.head(s.key, "Transfer-Encoding: chunked") + chunks + "0\r\n\r\n"));
  const auto chunked = client.read();
  REQUIRE(chunked);
  CHECK(brief(*chunked) == R"(200 {"imported":2000,"last_line":2000})");
}

TEST_CASE("import: nobody's body is read who may not, and a mistake ends it", "[http]") {
  Scene s;
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  const std::string other = s.server.make_tenant("globex");
  const std::string theirs = TestServer::bearer(s.server.make_key(other, R"(["organization:administer"])"));
  const struct {
    std::string credential, expected;
  } rows[] = {
      {reader, "403 forbidden entity:import: not allowed"},
      {theirs, "403 tenant_mismatch "},
      {TestServer::bearer("rvk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "401 unauthenticated "}};
  for (const auto& row : rows) {
    auto client = RawClient::to_port(s.server.port());
    REQUIRE(client.send(s.head(row.credential, "Content-Length: 1000000000")));
    const auto answer = client.read();
    REQUIRE(answer);
    CHECK_THAT(brief(*answer), ContainsSubstring(row.expected));
  }
  // The refusal is kept, as of every change; it comes to the log after the answer.
  s.server.made({"PUT /v1/entities/Doc/0", "{}", {TestServer::tenant(s.tenant)}}, s.key);
  const auto log =
      json_of(s.server.ask({"GET /v1/audit-log?action=entity:import", "", {TestServer::tenant(s.tenant)}}));
  REQUIRE(log.find("data")->array()->size() == 1);
  CHECK(text_at(log.find("data")->array()->front(), "outcome") == "refused");
  auto client = RawClient::to_port(s.server.port());
  const std::string bad = "{}\n" + lines_of(1, 3'000);  // of which nothing is put: it comes later
  REQUIRE(client.send(s.head(s.key, "Content-Length: 1000000000") + bad));
  const auto answer = client.read();
  REQUIRE(answer);
  CHECK(brief(*answer) == "400 invalid_input 1/type: is required (and 1 more)");
  CHECK(answer->header("connection") == "close");
  CHECK(s.imports() == 1);  // the one that was refused
}

TEST_CASE("import: a body that stops is cut, and the answer says how far it got", "[http]") {
  TestServerOptions options;
  options.front.timeouts.body = std::chrono::milliseconds(300);
  Scene s(options);
  auto client = RawClient::to_port(s.server.port());
  REQUIRE(client.send(s.head(s.key, "Content-Length: 1000000") + lines_of(1, 2'000) + "{"));
  const auto answer = client.read();
  REQUIRE(answer);
  CHECK(brief(*answer) ==
        "400 invalid_input body: did not arrive whole, or in time; send what is left of it");
  CHECK(to_text(*json_of(*answer).find("details")->find("last_line")) == "2000");
  CHECK(s.has("Doc/2000"));
}

TEST_CASE("import: a body that ends early, or is no body any more, is answered with the last line put",
          "[http]") {
  Scene s;
  const auto ask = [&](const std::string& more, const std::string& body, bool ends) {
    auto client = RawClient::to_port(s.server.port());
    REQUIRE(client.send(s.head(s.key, more) + body));
    if (ends) client.half_close();
    const auto answer = client.read();
    REQUIRE(answer);
    const base::Json json = json_of(*answer);
    const base::Json* const details = json.find("details");
    REQUIRE(details);
    const base::Json* const last = details->find("last_line");
    return brief(*answer) + " " + (last ? to_text(*last) : "nothing");
  };
  const auto chunk = [](const std::string& text) {
    char size[20];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    return size + text + "\r\n";
  };
  const std::string cut =
      "400 invalid_input body: did not arrive whole, or in time; send what is left of it ";
  CHECK(ask("Content-Length: 1000000", lines_of(1, 2'500) + "{", true) == cut + "2500");
  CHECK(s.has("Doc/2500"));
  CHECK(ask("Transfer-Encoding: chunked", chunk(lines_of(3'001, 3'002)) + "nonsense\r\n", false) ==
        cut + "2");
  CHECK(s.has("Doc/3002"));
  CHECK(ask("Transfer-Encoding: chunked", "nonsense\r\n", false) == cut + "0");
}

TEST_CASE("import: a credential that is revoked meanwhile puts nothing more", "[http]") {
  Scene s;
  const base::Json made = s.server.made({"POST /v1/api-keys",
                                         R"({"name":"k","scopes":["organization:policymanage"]})",
                                         {TestServer::tenant(s.tenant)}});
  auto client = RawClient::to_port(s.server.port());
  const std::string rest = lines_of(1'001, 2'000);
  const std::string first = lines_of(1, 1'000);
  REQUIRE(client.send(s.head(TestServer::bearer(text_at(made, "raw_key")),
                             "Content-Length: " + std::to_string(first.size() + rest.size())) +
                      first));
  s.server.made({"DELETE /v1/api-keys/" + text_at(made, "id"), "", {TestServer::tenant(s.tenant)}});
  REQUIRE(client.send(rest));
  const auto answer = client.read();
  REQUIRE(answer);
  CHECK(answer->status == 401);
  CHECK_FALSE(s.has("Doc/2000"));
}
