#include "base/address.h"

#include "tests/support/catch.h"

TEST_CASE("address: one machine, one text", "[base]") {
  struct {
    const char* text;
    const char* shown;
  } const rows[] = {
      {"192.0.2.1", "192.0.2.1"},
      {"::ffff:192.0.2.1", "192.0.2.1"},
      {"::FFFF:c000:201", "192.0.2.1"},
      {"2001:DB8:0::1", "2001:db8::1"},
      {"::", "::"},
      {"", "none"},
      {"192.0.2", "none"},
      {"192.0.2.01", "none"},
      {"192.0.2.1:80", "none"},
      {"[::1]", "none"},
      {"fe80::1%eth0", "none"},
      {"unix", "none"},
      {" 192.0.2.1", "none"},
  };
  for (const auto& row : rows) {
    INFO(row.text);
    const auto address = base::parse_address(row.text);
    CHECK((address ? address->to_string() : "none") == row.shown);
  }
  CHECK(base::parse_address("2001:db8:1:2:3:4:5:6")->subscriber().to_string() == "2001:db8:1:2::");
  CHECK(base::parse_address("192.0.2.1")->subscriber().to_string() == "192.0.2.1");
}

TEST_CASE("address: bits behind a prefix are cut off", "[base]") {
  struct {
    const char* address;
    unsigned prefix;
    const char* masked;
  } const rows[] = {
      {"255.255.255.255", 128, "255.255.255.255"},
      {"255.255.255.255", 96 + 9, "255.128.0.0"},
      {"255.255.255.255", 96, "0.0.0.0"},
      {"2001:db8:ffff::1", 33, "2001:db8:8000::"},
      {"2001:db8:ffff::1", 0, "::"},
  };
  for (const auto& row : rows) {
    INFO(row.address << "/" << row.prefix);
    CHECK(base::parse_address(row.address)->masked(row.prefix).to_string() == row.masked);
  }
}
