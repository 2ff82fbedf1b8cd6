#include "http/cross_site.h"

#include "tests/support/catch.h"

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
