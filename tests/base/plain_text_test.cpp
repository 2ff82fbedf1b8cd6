#include "base/plain_text.h"

#include <string>

#include "tests/support/catch.h"

TEST_CASE("plain text: any byte at any place of a text of any length", "[base]") {
  constexpr base::PlainSet kSet{' ', '"', '\\'};
  for (std::size_t size = 0; size <= 20; ++size) {
    const std::string plain(size, 'x');
    CHECK(base::is_plain(plain, kSet));
    for (std::size_t at = 0; at < size; ++at)
      for (unsigned byte = 0; byte < 256; ++byte) {
        std::string text = plain;
        text[at] = static_cast<char>(byte);
        const bool expected = byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
        const bool alone = base::is_plain(text, kSet);
        if (at + 1 < size) text[at + 1] = '!';  // what a borrow would reach
        if (alone == expected && base::is_plain(text, kSet) == expected) continue;
        FAIL("byte " << byte << " at " << at << " of " << size);
      }
  }
  CHECK(base::is_plain("!#<>~", {'!', '"', '='}));
  CHECK_FALSE(base::is_plain("a b", {'!', '"', '='}));
  CHECK_FALSE(base::is_plain("a=b", {'!', '"', '='}));
}
