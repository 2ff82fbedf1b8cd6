// /v1beta1 reads a body of any type, so what a browser may send without asking first is refused.
#include "http/cross_site.h"

#include "dialects/routes.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

constexpr std::string_view kMessage =
    "Origin: a page of another site may not make this call, unless server.cors_origins lists where it is "
    "from";

}  // namespace

TEST_CASE("cross-site: what Sec-Fetch-Site, Origin and Host say of where a request is from", "[http]") {
  struct Row {
    const char* site;    // Sec-Fetch-Site; null: not sent
    const char* origin;  // null: not sent
    const char* host;
    bool crosses;
  };
  const Row rows[] = {
      // No browser, or one that can't say.
      {nullptr, nullptr, "a.example", false},
      {nullptr, nullptr, nullptr, false},
      // Sec-Fetch-Site alone.
      {"same-origin", nullptr, "a.example", false},
      {"none", nullptr, "a.example", false},
      {"same-site", nullptr, "a.example", true},
      {"cross-site", nullptr, "a.example", true},
      {"", nullptr, "a.example", true},
      {"SAME-ORIGIN", nullptr, "a.example", true},
      {"same-origin, cross-site", nullptr, "a.example", true},
      // Origin alone: host and port.
      {nullptr, "https://a.example", "a.example", false},
      {nullptr, "http://a.example", "a.example", false},
      {nullptr, "https://a.example:8443", "a.example:8443", false},
      {nullptr, "http://a.example:7400", "a.example:7400", false},
      {nullptr, "http://127.0.0.1:7400", "127.0.0.1:7400", false},
      {nullptr, "http://localhost:7400", "127.0.0.1:7400", true},
      {nullptr, "https://b.example", "a.example", true},
      {nullptr, "https://a.example.evil.example", "a.example", true},
      {nullptr, "https://xa.example", "a.example", true},
      {nullptr, "https://sub.a.example", "a.example", true},
      {nullptr, "https://a.example", "sub.a.example", true},
      {nullptr, "https://a.example.", "a.example", true},
      {nullptr, "http://a.example:7400", "a.example:7401", true},
      {nullptr, "http://a.example", "a.example:7400", true},
      {nullptr, "http://a.example:7400", "a.example", true},
      // Ports that are not written.
      {nullptr, "https://a.example", "a.example:443", false},
      {nullptr, "https://a.example:443", "a.example", false},
      {nullptr, "http://a.example:80", "a.example", false},
      {nullptr, "http://a.example", "a.example:80", false},
      {nullptr, "http://a.example", "a.example:443", true},
      {nullptr, "https://a.example", "a.example:80", true},
      {nullptr, "https://a.example", "a.example:", false},
      // Case counts in neither scheme nor host.
      {nullptr, "HTTPS://A.Example", "a.eXample", false},
      // IPv6.
      {nullptr, "http://[::1]:7400", "[::1]:7400", false},
      {nullptr, "http://[::1]", "[::1]:80", false},
      {nullptr, "https://[FD00::A]", "[fd00::a]", false},
      {nullptr, "http://[::1]:7400", "[::2]:7400", true},
      {nullptr, "http://[::1]:7400", "[::1]:7401", true},
      {nullptr, "http://[::1", "[::1", true},
      {nullptr, "http://[::1]x:80", "[::1]x:80", true},
      // What is no web origin of this host.
      {nullptr, "null", "a.example", true},
      {nullptr, "null", "null", true},
      {nullptr, "", "a.example", true},
      {nullptr, "a.example", "a.example", true},
      {nullptr, "//a.example", "a.example", true},
      {nullptr, "://a.example", "a.example", true},
      {nullptr, "file://", "", true},
      {nullptr, "https://", "", true},
      {nullptr, "chrome-extension://a.example", "a.example", true},
      {nullptr, "https://a.example/", "a.example", true},
      {nullptr, "https://user@a.example", "a.example", true},
      {nullptr, "https://a.example https://b.example", "a.example", true},
      {nullptr, "https://a.example", nullptr, true},
      // Both: each has its say.
      {"same-origin", "https://a.example", "a.example", false},
      {"none", "https://a.example", "a.example", false},
      {"same-origin", "https://b.example", "a.example", true},
      {"cross-site", "https://a.example", "a.example", true},
      {"same-site", "https://a.example", "a.example", true},
  };
  for (const Row& row : rows) {
    INFO((row.site ? row.site : "-") << " " << (row.origin ? row.origin : "-") << " "
                                     << (row.host ? row.host : "-"));
    http::Request request;
    if (row.host) request.headers.push_back({"host", row.host});
    if (row.site) request.headers.push_back({"sec-fetch-site", row.site});
    if (row.origin) request.headers.push_back({"origin", row.origin});
    CHECK(http::crosses_sites(request) == row.crosses);
  }
  // One said twice says nothing that could be trusted.
  http::Request twice;
  twice.headers = {{"host", "a"}, {"origin", "http://a"}, {"origin", "http://a"}};
  CHECK(http::crosses_sites(twice));
  twice.headers = {{"host", "a"}, {"sec-fetch-site", "none"}, {"sec-fetch-site", "none"}};
  CHECK(http::crosses_sites(twice));
}

TEST_CASE("cross-site: a change of /v1beta1 is refused before the credential is looked at", "[http]") {
  TestServerOptions options;
  options.http.cors_origins = {"https://console.example.com"};
  TestServer server(options);
  const std::string tenant = server.make_tenant("example");
  const std::string elsewhere = "Origin: https://b.example";
  const std::string here = "Origin: http://localhost";  // what the test's client says in Host
  const std::string line = "POST /v1beta1/organizations/example/roles";
  const std::string role = R"({"name":"viewer","permissions":["app_group_get"]})";
  const auto revision = server.ask({"GET /livez", "", {}}, "").header("x-revision");

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
  CHECK(server.ask({"GET /livez", "", {}}, "").header("x-revision") == revision);

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
    const bool guarded = route.dialect == dialects::Dialect::kV1beta1 && route.method != http::Method::kGet;
    std::string line = std::string(http::name_of(route.method)) + " " + std::string(route.pattern);
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
