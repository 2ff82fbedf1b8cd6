#include "http/front/client_address.h"

#include <string>
#include <vector>

#include "config/network.h"
#include "tests/support/catch.h"

TEST_CASE("client address: only trusted proxies are believed, from the right", "[http]") {
  const http::front::TrustedProxies trusted = {
      {config::parse_network("10.0.0.0/8").value(), config::parse_network("::1").value()}, true};
  struct {
    const char* peer;  // "" for a unix socket
    std::vector<std::string> lines;
    const char* client;
  } const rows[] = {
      {"192.0.2.1", {}, "192.0.2.1"},
      {"192.0.2.1", {"198.51.100.1"}, "192.0.2.1"},
      {"10.0.0.1", {}, "10.0.0.1"},
      {"10.0.0.1", {"198.51.100.1"}, "198.51.100.1"},
      {"10.0.0.1", {"6.6.6.6, 198.51.100.1"}, "198.51.100.1"},
      {"10.0.0.1", {"6.6.6.6, 198.51.100.1 ,\t10.0.0.2"}, "198.51.100.1"},
      {"10.0.0.1", {"6.6.6.6", "198.51.100.1", "10.0.0.2,::1"}, "198.51.100.1"},
      {"10.0.0.1", {"::ffff:198.51.100.1"}, "198.51.100.1"},
      {"10.0.0.1", {"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
      {"10.0.0.1", {"6.6.6.6, unknown, 10.0.0.2"}, "10.0.0.2"},
      {"10.0.0.1", {"198.51.100.1:5000"}, "10.0.0.1"},
      {"10.0.0.1", {"198.51.100.1,"}, "10.0.0.1"},
      {"10.0.0.1", {""}, "10.0.0.1"},
      {"::1", {"2001:db8::7"}, "2001:db8::7"},
      {"", {}, "unix"},
      {"", {"198.51.100.1"}, "198.51.100.1"},
      {"", {"nonsense"}, "unix"},
  };
  for (const auto& row : rows) {
    std::vector<http::NameValue> headers = {{"host", "x"}};
    for (const std::string& line : row.lines) headers.push_back({"x-forwarded-for", line});
    CHECK(http::front::client_address(base::parse_address(row.peer), headers, trusted) == row.client);
  }
}

TEST_CASE("client address: a unix socket is believed only where it is named", "[http]") {
  const std::vector<http::NameValue> headers = {{"x-forwarded-for", "198.51.100.1"}};
  const auto everybody = config::parse_network("::/0").value();
  CHECK(http::front::client_address({}, headers, {{}, true}) == "198.51.100.1");
  CHECK(http::front::client_address({}, headers, {{}, false}) == "unix");
  CHECK(http::front::client_address({}, headers, {{everybody}, false}) == "unix");
}
