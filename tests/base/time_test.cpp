#include "base/time.h"

#include "base/encoding.h"
#include "base/uuid.h"
#include "tests/support/catch.h"

TEST_CASE("time: RFC 3339 both ways", "[base]") {
  CHECK(to_string(base::Timestamp{1776254400000}) == "2026-04-15T12:00:00.000Z");
  CHECK(to_string(base::Timestamp{-1}) == "1969-12-31T23:59:59.999Z");
  CHECK(base::parse_timestamp("2026-04-15T12:00:00Z")->ms == 1776254400000);
  CHECK(base::parse_timestamp("2026-04-15t14:00:00.1234+02:00")->ms == 1776254400123);
  CHECK(base::parse_timestamp("2024-02-29T00:00:00Z"));
  for (const char* bad :
       {"", "2026-04-15", "2026-04-15T12:00:00", "2023-02-29T00:00:00Z", "2026-04-15T24:00:00Z",
        "2026-04-15T12:00:60Z", "2026-04-15T12:00:00.Z", "2026-04-15T12:00:00Zx", "2026-4-15T12:00:00Z"}) {
    INFO(bad);
    CHECK_FALSE(base::parse_timestamp(bad));
  }
}

TEST_CASE("uuid: printed in lower case, accepted in any", "[base]") {
  const auto id = base::Uuid::parse("2489E9AD-2ee2-8e00-8ec9-32d5f69181c0");
  REQUIRE(id);
  CHECK(id->to_string() == "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
  CHECK(base::Uuid::from_raw(id->raw()) == *id);
  for (const char* bad : {"", "2489e9ad2ee28e008ec932d5f69181c0", "2489e9ad-2ee2-8e00-8ec9-32d5f69181cg",
                          "{2489e9ad-2ee2-8e00-8ec9-32d5f69181c0}", "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0 "})
    CHECK_FALSE(base::Uuid::parse(bad));
  const auto v7 = base::Uuid::make_v7(base::Timestamp{1776254400000},
                                      {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
  CHECK(v7.to_string() == "019d9103-3600-7fff-bfff-ffffffffffff");
}

TEST_CASE("encoding: one text per value", "[base]") {
  CHECK(base::to_hex("\x01\xab") == "01ab");
  CHECK(base::from_hex("01AB") == "\x01\xab");
  CHECK_FALSE(base::from_hex("0"));
  struct Row {
    const char* bytes;
    const char* text;
  };
  for (const Row& row : {Row{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}}) {
    CHECK(base::to_base64(row.bytes) == row.text);
    CHECK(base::from_base64(row.text) == row.bytes);
  }
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zg===", "Z g=", "====", "Zm9v\n"}) {
    INFO(bad);
    CHECK_FALSE(base::from_base64(bad));
  }
  CHECK(base::to_base64url("\xfb\xff") == "-_8");
  CHECK(base::from_base64url("-_8") == "\xfb\xff");
}
