#include "base/text.h"

#include <string>

#include "tests/support/catch.h"

TEST_CASE("text: case is of ASCII alone", "[base]") {
  CHECK(base::to_lower(std::string("AbZ [@`{ \xC3\x84")) == "abz [@`{ \xC3\x84");
  CHECK(base::equal_ignoring_case("Host", "hOST"));
  CHECK(base::equal_ignoring_case("", ""));
  CHECK_FALSE(base::equal_ignoring_case("host", "hosts"));
  CHECK_FALSE(base::equal_ignoring_case("@", "`"));
  // Each byte is a letter or digit exactly where a list of them has it.
  const std::string listed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    CAPTURE(byte);
    CHECK(base::is_letter_or_digit(c) == (listed.find(c) != std::string::npos));
    CHECK(base::is_letter(c) == (base::is_lower(c) || base::is_upper(c)));
  }
}

TEST_CASE("text: a hexadecimal digit has its value", "[base]") {
  for (int value = 0; value < 16; ++value) {
    CHECK(base::hex_digit("0123456789abcdef"[value]) == value);
    CHECK(base::hex_digit("0123456789ABCDEF"[value]) == value);
  }
  for (const char other : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xB0'})
    CHECK(base::hex_digit(other) == -1);
}

TEST_CASE("text: a noun gets its article", "[base]") {
  CHECK(base::with_article("object") == "an object");
  CHECK(base::with_article("string") == "a string");
  CHECK(base::with_article("null") == "null");
  CHECK(base::with_article("").empty());
}

TEST_CASE("text: a name in a JSON pointer keeps what it is", "[base]") {
  CHECK(base::pointer_token("slug") == "slug");
  CHECK(base::pointer_token("a/b~c") == "a~1b~0c");
  CHECK(base::pointer_token("~1") == "~01");
}
