#include "cedar/extension_types.h"

#include "tests/support/catch.h"

namespace {

// The canonical text of what a text means, or "-" where it is refused.
template <typename T>
std::string read(const std::string& text) {
  const auto parsed = T::parse(text);
  return parsed ? to_text(*parsed) : "-";
}

struct Row {
  const char* text;
  const char* read;
};

}  // namespace

TEST_CASE("decimal: four digits after the point, within 64 bits", "[cedar]") {
  const std::vector<Row> rows = {
      {"1.0", "1.0"},
      {"-0.5", "-0.5"},
      {"-0.0", "0.0"},
      {"00001.5000", "1.5"},
      {"0.0001", "0.0001"},
      {"922337203685477.5807", "922337203685477.5807"},
      {"922337203685477.5808", "-"},
      {"-922337203685477.5808", "-922337203685477.5808"},
      {"-922337203685477.5809", "-"},
      {"1", "-"},
      {".5", "-"},
      {"1.", "-"},
      {"+1.0", "-"},
      {"1.00000", "-"},
      {"1.0 ", "-"},
      {"--1.0", "-"},
      {"1.-0", "-"},
      {"", "-"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(read<cedar::Decimal>(row.text) == row.read);
  }
}

TEST_CASE("ip: addresses and prefixes, nothing else", "[cedar]") {
  const std::vector<Row> rows = {
      {"10.0.0.1", "10.0.0.1"},
      {"10.0.0.1/8", "10.0.0.1/8"},
      {"10.0.0.1/0", "10.0.0.1/0"},
      {"10.0.0.1/32", "10.0.0.1"},
      {"10.0.0.1/33", "-"},
      {"10.0.0.1/08", "-"},
      {"10.0.0.1/", "-"},
      {"10.0.0", "-"},
      {"10.0.0.1.2", "-"},
      {"10.0.0.01", "-"},
      {"10.0.0.256", "-"},
      {"::", "0:0:0:0:0:0:0:0"},
      {"::1/128", "0:0:0:0:0:0:0:1"},
      {"1:2:3:4:5:6:7:8/127", "1:2:3:4:5:6:7:8/127"},
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
      {"FFFF::a", "ffff:0:0:0:0:0:0:a"},
      {"1:2:3:4:5:6:7::8", "-"},
      {"1::2::3", "-"},
      {"1:2:3:4:5:6:7:8:9", "-"},
      {"1:2:3:4:5:6:7", "-"},
      {"12345::", "-"},
      {":1:2:3:4:5:6:7", "-"},
      {"1:2:3:4:5:6:7:", "-"},
      {":::", "-"},
      {"::1.2.3.4", "-"},
      {"::1%eth0", "-"},
      {"[::1]", "-"},
      {"::1/129", "-"},
      {"", "-"},
      {"/8", "-"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(read<cedar::IpAddr>(row.text) == row.read);
  }
  const auto ip = [](const char* text) { return *cedar::IpAddr::parse(text); };
  CHECK(ip("127.1.2.3/8").is_loopback());
  CHECK_FALSE(ip("127.0.0.1/7").is_loopback());
  CHECK_FALSE(ip("::ffff:7f00:1").is_loopback());
  CHECK(ip("224.0.0.1/4").is_multicast());
  CHECK_FALSE(ip("224.0.0.1/3").is_multicast());
  CHECK(ip("10.0.0.5/24").in_range(ip("10.0.0.9/24")));
  CHECK(ip("1.2.3.4").in_range(ip("0.0.0.0/0")));
  CHECK_FALSE(ip("0.0.0.0/0").in_range(ip("0.0.0.0/1")));
  CHECK_FALSE(ip("1.2.3.4").in_range(ip("::/0")));
  CHECK(ip("2001:db8::1").in_range(ip("2001:db8::/33")));
  CHECK_FALSE(ip("2001:db8:8000::1").in_range(ip("2001:db8::/33")));
}

TEST_CASE("datetime: two forms, real dates", "[cedar]") {
  const std::vector<Row> rows = {
      {"2024-10-15", "2024-10-15"},
      {"2024-02-29", "2024-02-29"},
      {"2023-02-29", "-"},
      {"1900-02-29", "-"},
      {"2000-02-29", "2000-02-29"},
      {"0000-01-01", "0000-01-01"},
      {"9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"},
      {"10000-01-01", "-"},
      {"2024-13-01", "-"},
      {"2024-00-01", "-"},
      {"2024-01-00", "-"},
      {"2024-01-01T11:35:00Z", "2024-01-01T11:35:00.000Z"},
      {"2024-01-01T00:30:00.123+0100", "2023-12-31T23:30:00.123Z"},
      {"2024-01-01T00:00:00-2359", "2024-01-01T23:59:00.000Z"},
      {"2024-01-01T00:00:00+2400", "-"},
      {"2024-01-01T00:00:00+01:00", "-"},
      {"2024-01-01T00:00:00", "-"},
      {"2024-01-01T00:00:00.1Z", "-"},
      {"2024-01-01T00:00:60Z", "-"},
      {"2024-01-01T24:00:00Z", "-"},
      {"2024-01-01t00:00:00z", "-"},
      {"2024-01-01Z", "-"},
      {"2024-1-01", "-"},
      {"2024-01-01T00:00:00Zx", "-"},
      {"", "-"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(read<cedar::Datetime>(row.text) == row.read);
  }
}

TEST_CASE("datetime: days and times, also before 1970 and at the ends", "[cedar]") {
  using cedar::Datetime;
  using cedar::Duration;
  CHECK(Datetime{-1}.to_date() == Datetime{-86400000});
  CHECK(Datetime{-1}.to_time() == Duration{86399999});
  CHECK(Datetime{-86400000}.to_time() == Duration{0});
  CHECK_FALSE(Datetime{INT64_MIN}.to_date());
  CHECK(Datetime{INT64_MIN}.to_time().ms >= 0);
  CHECK_FALSE(Datetime{INT64_MAX}.offset(Duration{1}));
  CHECK_FALSE(Datetime{INT64_MIN}.since(Datetime{1}));
  CHECK_FALSE(has_text(Datetime{253402300800000}));
  CHECK(to_text(Datetime{253402300800000}) == "9999-12-31T23:59:59.999Z");
}

TEST_CASE("duration: parts in order, each once", "[cedar]") {
  const std::vector<Row> rows = {
      {"1d2h3m4s5ms", "93784005ms"},
      {"-90m", "-5400000ms"},
      {"1m5ms", "60005ms"},
      {"00001d", "86400000ms"},
      {"9223372036854775807ms", "9223372036854775807ms"},
      {"9223372036854775808ms", "-"},
      {"-9223372036854775808ms", "-9223372036854775808ms"},
      {"-9223372036854775809ms", "-"},
      {"106751991168d", "-"},
      {"99999999999999999999999d", "-"},
      {"1h1d", "-"},
      {"1dd", "-"},
      {"1d1d", "-"},
      {"1", "-"},
      {"d", "-"},
      {"+1d", "-"},
      {"1d-2h", "-"},
      {"1D", "-"},
      {"1.5h", "-"},
      {"-", "-"},
      {"", "-"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(read<cedar::Duration>(row.text) == row.read);
  }
}
