#include "config/network.h"
#include "config/origin.h"
#include "config/public_url.h"
#include "config/units.h"
#include "tests/support/catch.h"

namespace {

struct Row {
  const char* text;
  const char* result;  // the value printed, or the message
};

template <typename Parse>
void check_rows(std::initializer_list<Row> rows, Parse parse) {
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(parse(row.text) == row.result);
  }
}

}  // namespace

TEST_CASE("size: whole numbers with a unit", "[config]") {
  check_rows(
      {
          {"0B", "0B"},
          {"512B", "512B"},
          {"1024B", "1KiB"},
          {"64GiB", "64GiB"},
          {"8388607TiB", "8388607TiB"},
          {"8388608TiB", "must be a size such as `64KiB` or `1MiB`, not `8388608TiB`"},
          {"1MB", "must be a size such as `64KiB` or `1MiB`, not `1MB`; did you mean `1MiB`?"},
          {"16 k", "must be a size such as `64KiB` or `1MiB`, not `16 k`; did you mean `16KiB`?"},
          {"1048576", "must be a size such as `64KiB` or `1MiB`, not `1048576`; did you mean `1MiB`?"},
          {"1.5MiB", "must be a size such as `64KiB` or `1MiB`, not `1.5MiB`"},
          {"010B", "must be a size such as `64KiB` or `1MiB`, not `010B`"},
          {"-1B", "must be a size such as `64KiB` or `1MiB`, not `-1B`"},
          {"MiB", "must be a size such as `64KiB` or `1MiB`, not `MiB`"},
          {"", "must be a size such as `64KiB` or `1MiB`, not ``"},
      },
      [](const char* text) {
        const auto size = config::parse_size(text);
        return size.ok() ? config::format_size(size.value()) : size.error().message;
      });
}

TEST_CASE("duration: whole numbers with a unit", "[config]") {
  check_rows(
      {
          {"0ms", "0ms"},
          {"500ms", "500ms"},
          {"1500ms", "1500ms"},
          {"60s", "1m"},
          {"90m", "90m"},
          {"24h", "1d"},
          {"25h", "25h"},
          {"10", "must be a duration such as `500ms`, `10s`, `5m` or `1h`, not `10`; did you mean `10s`?"},
          {"10 Sec",
           "must be a duration such as `500ms`, `10s`, `5m` or `1h`, not `10 Sec`; did you mean `10s`?"},
          {"5minutes",
           "must be a duration such as `500ms`, `10s`, `5m` or `1h`, not `5minutes`; did you mean `5m`?"},
          {"1d", "1d"},
          {"3 days",
           "must be a duration such as `500ms`, `10s`, `5m` or `1h`, not `3 days`; did you mean `3d`?"},
          {"9223372036854775807h",
           "must be a duration such as `500ms`, `10s`, `5m` or `1h`, not `9223372036854775807h`"},
          {"9223372036854775808ms",
           "must be a duration such as `500ms`, `10s`, `5m` or `1h`, not `9223372036854775808ms`"},
      },
      [](const char* text) {
        const auto duration = config::parse_duration(text);
        return duration.ok() ? config::format_duration(duration.value()) : duration.error().message;
      });
}

TEST_CASE("endpoint: an address and a port", "[config]") {
  const std::string what = "must be an address and a port such as `127.0.0.1:7400` or `[::1]:7400`, not ";
  const auto parse = [](const char* text) {
    const auto endpoint = config::parse_endpoint(text);
    return endpoint.ok() ? endpoint->to_string() : endpoint.error().message;
  };
  check_rows(
      {
          {"127.0.0.1:7400", "127.0.0.1:7400"},
          {"0.0.0.0:0", "0.0.0.0:0"},
          {"[::1]:65535", "[::1]:65535"},
          {"localhost:80", "127.0.0.1:80"},
      },
      parse);
  const Row wrong[] = {
      {"7400", "`7400`; did you mean `127.0.0.1:7400`?"},
      {":7400", "`:7400`; did you mean `0.0.0.0:7400`?"},
      {"*:7400", "`*:7400`; did you mean `0.0.0.0:7400`?"},
      {"::1:7400", "`::1:7400`; did you mean `[::1]:7400`?"},
      {"fe80::1", "`fe80::1`; did you mean `[fe80::1]:7400`?"},
      {"192.0.2.1", "`192.0.2.1`; did you mean `192.0.2.1:7400`?"},
      {"http://localhost:80/", "`http://localhost:80/`; did you mean `127.0.0.1:80`?"},
      {"127.0.0.1:65536", "`127.0.0.1:65536`"},
      {"[127.0.0.1]:1", "`[127.0.0.1]:1`"},
      {"reeve.example:80", "`reeve.example:80`"},
      {"127.0.0.1:+1", "`127.0.0.1:+1`"},
      {"", "``"},
  };
  for (const Row& row : wrong) {
    INFO(row.text);
    CHECK(parse(row.text) == what + row.result);
  }
}

TEST_CASE("network: what it contains", "[config]") {
  struct Contains {
    const char* network;
    const char* address;
    bool expected;
  };
  const Contains rows[] = {
      {"10.0.0.0/8", "10.255.0.1", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.6", false},
      {"0.0.0.0/0", "203.0.113.9", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "203.0.113.9", true},
      {"fd00::/8", "fdff::1", true},
      {"fd00::/8", "fe00::1", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.128/25", "192.0.2.128", true},
      {"::1", "::1", true},
      {"::1/128", "::2", false},
  };
  for (const Contains& row : rows) {
    INFO(row.network << " " << row.address);
    const auto network = config::parse_network(row.network);
    REQUIRE(network.ok());
    CHECK(network->contains(*base::parse_address(row.address)) == row.expected);
  }
}

TEST_CASE("network: what is none", "[config]") {
  check_rows(
      {
          {"10.0.0.1/8",
           "must be a network whose bits after the prefix are zero, not `10.0.0.1/8`; did you mean `10.0.0.0/8`?"},
          {"2001:db8::1/32",
           "must be a network whose bits after the prefix are zero, not `2001:db8::1/32`; did you mean "
           "`2001:db8::/32`?"},
          {"10.0.0.0/33", "must be an address and a prefix of at most 32 bits, not `10.0.0.0/33`"},
          {"::/129", "must be an address and a prefix of at most 128 bits, not `::/129`"},
          {"10.0.0.0/", "must be an address and a prefix of at most 32 bits, not `10.0.0.0/`"},
          {"10.0.0/8", "must be an address or a network such as `10.0.0.0/8`, not `10.0.0/8`"},
          {"fe80::1%eth0", "must be an address or a network such as `10.0.0.0/8`, not `fe80::1%eth0`"},
          {"010.0.0.0/8", "must be an address or a network such as `10.0.0.0/8`, not `010.0.0.0/8`"},
          {"example.com", "must be an address or a network such as `10.0.0.0/8`, not `example.com`"},
      },
      [](const char* text) {
        const auto network = config::parse_network(text);
        return network.ok() ? "ok" : network.error().message;
      });
}

TEST_CASE("origin: as a browser sends it", "[config]") {
  const std::string what = "must be an origin such as `https://console.example.com`, not ";
  for (const char* good :
       {"https://console.example.com", "http://localhost:8080", "http://[::1]:3000", "https://a_b.example"})
    CHECK(config::parse_origin(good).ok());
  const Row wrong[] = {
      {"https://A.example", "`https://A.example`; did you mean `https://a.example`?"},
      {"https://a.example/", "`https://a.example/`; did you mean `https://a.example`?"},
      {"https://a.example:443", "`https://a.example:443`; did you mean `https://a.example`?"},
      {"http://a.example:80/x?y", "`http://a.example:80/x?y`; did you mean `http://a.example`?"},
      {"a.example", "`a.example`; did you mean `https://a.example`?"},
      {"*", "`*`; name each one"},
      {"null", "`null`; did you mean `https://null`?"},
      {"ftp://a.example", "`ftp://a.example`"},
      {"https://user@a.example", "`https://user@a.example`"},
      {"https://a.example:0", "`https://a.example:0`"},
      {"https://a.example:", "`https://a.example:`"},
      {"https://", "`https://`"},
      {"https://a b", "`https://a b`"},
      {"", "``"},
  };
  for (const Row& row : wrong) {
    INFO(row.text);
    const auto origin = config::parse_origin(row.text);
    REQUIRE_FALSE(origin.ok());
    CHECK(origin.error().message == what + row.result);
  }
}

TEST_CASE("public URL: of https, or of this machine", "[config]") {
  for (const char* good : {"https://reeve.example.com", "https://example.com/reeve", "http://localhost:7400",
                           "http://127.0.0.1:7400", "http://127.1.2.3", "http://[::1]:7400/a/b"}) {
    INFO(good);
    CHECK(config::parse_public_url(good).ok());
  }
  for (const char* bad : {"https://reeve.example.com/", "https://example.com/a?b", "https://example.com#a",
                          "https://example.com//a", "http://example.com", "http://127.example.com",
                          "http://localhost.example.com", "reeve.example.com", "https://a b", "https://a/b c",
                          "https://", "ftp://localhost", "https://user@example.com", "/a"}) {
    INFO(bad);
    CHECK_FALSE(config::parse_public_url(bad).ok());
  }
}
