// /v1beta1 reads a body of any type, so what a browser may send without asking first is refused.
#include "dialects/routes.h"
#include "dialects/v1beta1/dialect.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

constexpr std::string_view kMessage =
    "Origin: a page of another site may not make this call, unless server.cors_origins lists where it is "
    "from";

}  // namespace

TEST_CASE("cross-site: a change of /v1beta1 is refused before the credential is looked at", "[http]") {
  TestServerOptions options;
  options.http.cors_origins = {"https://console.example.com"};
  TestServer server(options);
  const std::string tenant = server.make_tenant("example");
  const std::string elsewhere = "Origin: https://b.example";
  const std::string here = "Origin: http://localhost";  // what the test's client says in Host
  const std::string line = "POST /v1beta1/organizations/example/roles";
  const std::string role = R"({"name":"viewer","permissions":["app_group_get"]})";
  const auto revision =
      server.ask({"GET /v1beta1/users/self", "", {}}, TestServer::platform()).header("x-revision");

  struct Row {
    std::vector<std::string> headers;
    const char* expected;
  };
  const Row refused[] = {
      {{elsewhere}, ""},
      {{"Origin: null"}, ""},
      {{here, elsewhere}, ""},
      {{"Sec-Fetch-Site: cross-site"}, ""},
      {{"Sec-Fetch-Site: same-site", here}, ""},
      {{"Origin: https://console.example.com.evil.example"}, ""},
      {{"Origin: https://console.example.com", "Origin: https://console.example.com"}, ""},
  };
  for (const Row& row : refused)
    for (const std::string& credential :
         {TestServer::platform(), std::string(), TestServer::bearer("rvk_unknown")}) {
      INFO(row.headers.front());
      const auto answer = server.ask({line, role, row.headers}, credential);
      CHECK(answer.status == 403);
      CHECK(answer.body == R"({"code":7,"message":")" + std::string(kMessage) + R"(","details":[]})");
      CHECK(answer.header("www-authenticate").empty());
    }
  // More than the failures that one address may have: none was counted, and nothing was written.
  for (int i = 0; i < 30; ++i) server.ask({line, role, {elsewhere}}, TestServer::bearer("rvk_unknown"));
  CHECK(server.ask({"GET /v1beta1/users/self", "", {}}, TestServer::platform()).header("x-revision") ==
        revision);

  for (const std::vector<std::string>& headers :
       {std::vector<std::string>{},
        {here},
        {"Sec-Fetch-Site: same-origin"},
        {"Sec-Fetch-Site: none", here},
        {"Origin: https://console.example.com", "Sec-Fetch-Site: cross-site"}}) {
    INFO((headers.empty() ? "neither" : headers.front()));
    CHECK(server.ask({line, role, headers}, TestServer::platform()).status == 200);
    CHECK(server.ask({line, role, headers}, TestServer::bearer("rvk_unknown")).status == 401);
  }
  // A form of another site's page can send this type.
  CHECK(server.ask({line, role, {"Content-Type: text/plain", elsewhere}}).status == 403);
  CHECK(server.ask({line, role, {"Content-Type: text/plain"}}).status == 200);
  CHECK(server.ask({line, role, {"Content-Type: application/x-www-form-urlencoded"}}).status == 200);
}

TEST_CASE("cross-site: every change of /v1beta1 and no other call", "[http]") {
  TestServer server;
  for (const dialects::Route& route : dialects::all_routes()) {
    const bool guarded = route.dialect == &dialects::v1beta1::kDialect && route.method != http::Method::kGet;
    std::string line = std::string(http::name_of(route.method)) + " " + std::string(route.path);
    for (std::size_t at; (at = line.find('{')) != std::string::npos;)
      line.replace(at, line.find('}') - at + 1, "x");
    INFO(line);
    const auto answer = server.ask({line, "", {"Sec-Fetch-Site: cross-site", "Origin: null"}}, "");
    CHECK((answer.status == 403) == guarded);
  }
  // In /v1 a page must ask first to send JSON, and what it may send without asking is no JSON by its type.
  const std::string tenant = server.make_tenant("example");
  CHECK(server
            .ask({"POST /v1/groups",
                  R"({"name":"g"})",
                  {TestServer::tenant(tenant), "Content-Type: text/plain", "Origin: null"}})
            .status == 415);
}
