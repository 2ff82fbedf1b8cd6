#include "http/address.h"

#include <string>
#include <vector>

#include "tests/support/catch.h"

TEST_CASE("address: one machine, one text", "[http]") {
  struct {
    const char* text;
    const char* shown;
  } const rows[] = {
      {"192.0.2.1", "192.0.2.1"},  {"::ffff:192.0.2.1", "192.0.2.1"}, {"::FFFF:c000:201", "192.0.2.1"},
      {"2001:DB8:0::1", "2001:db8::1"}, {"::", "::"},                 {"", "none"},
      {"192.0.2", "none"},         {"192.0.2.01", "none"},            {"192.0.2.1:80", "none"},
      {"[::1]", "none"},           {"fe80::1%eth0", "none"},          {"unix", "none"},
      {" 192.0.2.1", "none"},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto address = http::parse_address(row.text);
    CHECK((address ? address->to_string() : "none") == row.shown);
  }
  CHECK(http::parse_address("2001:db8:1:2:3:4:5:6")->subscriber().to_string() == "2001:db8:1:2::");
  CHECK(http::parse_address("192.0.2.1")->subscriber().to_string() == "192.0.2.1");
}

TEST_CASE("address: ranges", "[http]") {
  struct {
    const char* range;
    std::vector<const char*> inside, outside;
  } const rows[] = {
      {"10.0.0.0/8", {"10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"}, {"11.0.0.0", "9.255.255.255", "::1"}},
      {"192.0.2.128/25", {"192.0.2.128", "192.0.2.255"}, {"192.0.2.127", "192.0.3.0"}},
      {"192.0.2.1", {"192.0.2.1"}, {"192.0.2.0"}},
      {"0.0.0.0/0", {"1.2.3.4"}, {"::1"}},
      {"::/0", {"1.2.3.4", "::1"}, {}},
      {"2001:db8::/33", {"2001:db8:7fff::1"}, {"2001:db8:8000::"}},
      {"::1", {"::1"}, {"::2"}},
  };
  for (const auto& row : rows) {
    INFO(row.range);
    const auto range = http::parse_cidr(row.range);
    REQUIRE(range.ok());
    for (const char* text : row.inside) CHECK(range->contains(*http::parse_address(text)));
    for (const char* text : row.outside) CHECK_FALSE(range->contains(*http::parse_address(text)));
  }
  struct {
    const char* range;
    const char* message;
  } const bad[] = {
      {"office", "address range \"office\": not an IP address"},
      {"10.0.0.0/33", "address range \"10.0.0.0/33\": what is behind the '/' is not a number from 0 to 32"},
      {"10.0.0.0/", "address range \"10.0.0.0/\": what is behind the '/' is not a number from 0 to 32"},
      {"10.0.0.0/8x", "address range \"10.0.0.0/8x\": what is behind the '/' is not a number from 0 to 32"},
      {"::/999999999999",
       "address range \"::/999999999999\": what is behind the '/' is not a number from 0 to 128"},
      {"10.0.0.1/8", "address range \"10.0.0.1/8\": has bits set outside of its mask"},
  };
  for (const auto& row : bad) {
    const auto range = http::parse_cidr(row.range);
    REQUIRE_FALSE(range.ok());
    CHECK(range.error().message == row.message);
  }
}

TEST_CASE("address: only trusted proxies are believed, from the right", "[http]") {
  const std::vector<http::Cidr> trusted = {http::parse_cidr("10.0.0.0/8").value(),
                                           http::parse_cidr("::1").value()};
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
    CHECK(http::client_address(http::parse_address(row.peer), headers, trusted) == row.client);
  }
}
