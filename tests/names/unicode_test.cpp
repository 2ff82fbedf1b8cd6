// What is made of Unicode's tables is held against ICU: tests/names/icu_digests.py printed the digests.
#include "tests/names/unicode_texts.h"

#include <array>
#include <fstream>
#include <string>

#include "base/encoding.h"
#include "base/utf8.h"
#include "crypto/hash.h"
#include "names/fold.h"
#include "names/look.h"
#include "names/normalization.h"
#include "tests/support/catch.h"

namespace {

using base::utf8::encode;
using testing::unicode::each_character;
using testing::unicode::each_mixture;

struct Digests {
  std::string characters, mixtures;
};

template <class Fn>
Digests digests_of(Fn fn) {
  std::string characters, mixtures;
  each_character([&](const std::u32string& text) { characters += fn(text) + '\n'; });
  each_mixture([&](const std::u32string& text) { mixtures += fn(text) + '\n'; });
  return {base::to_hex(crypto::raw(crypto::sha256(characters))),
          base::to_hex(crypto::raw(crypto::sha256(mixtures)))};
}

}  // namespace

TEST_CASE("names: normal forms, folding, skeletons and scripts are those of Unicode 15", "[names]") {
  const Digests nfd = digests_of([](const std::u32string& text) { return encode(names::to_nfd(text)); });
  CHECK(nfd.characters == "64e61c526a1dfc8f9ef3667012cdd111d446c2d32054f101b4d2f3e4f5fc5d60");
  CHECK(nfd.mixtures == "9a617836581322e5414683ec23d7807e8e8e7a6e7870d53352696205d42ffee6");
  const Digests nfc = digests_of([](const std::u32string& text) { return encode(names::to_nfc(text)); });
  CHECK(nfc.characters == "a43e98a3ce1ead282c0d29ffbac867808ce2db83de302c2e1da81e40fa6c7395");
  CHECK(nfc.mixtures == "a3db7f30e5b38c8e9ec8b3f6ecc035d8338ce579d9f24fa4b0f58448b99b4d1d");
  const Digests fold =
      digests_of([](const std::u32string& text) { return encode(names::nfkc_casefold(text)); });
  CHECK(fold.characters == "aaed9b542985c75077fec387e05f7754a823012a446464296a4de84c609a3fb2");
  CHECK(fold.mixtures == "5c3e0aa900e634ce28f8b96c79f17f9aa4a7e6295541e0a36025555e916dc253");
  const Digests skeleton =
      digests_of([](const std::u32string& text) { return encode(names::skeleton(text)); });
  CHECK(skeleton.characters == "7320a51a5514176ad5f4e6f003f93a43979523fed58d22ea656bf8607faa143b");
  CHECK(skeleton.mixtures == "f2d9c96400f756bd63d3760b1e59d67bcc10ffdfeca415dc0bfa6005540b8210");
  const Digests mixed = digests_of(
      [](const std::u32string& text) { return std::string(names::mixes_scripts(encode(text)) ? "1" : "0"); });
  CHECK(mixed.characters == "f68933ea60f1e0789dd900b35a5d43279c5a15c331601be52abfc5c95c554352");
  CHECK(mixed.mixtures == "ce4aafc6f7e3ebcb2ebfc9c4608c5fc14bebe92187f789a818262f1baff00f55");
}

TEST_CASE("names: folding twice is folding once, and so it is in every normal form", "[names]") {
  std::size_t wrong = 0, longest = 0;
  const auto check = [&](const std::u32string& text) {
    if (text.empty()) return;
    const std::string name = encode(text), folded = names::fold(name);
    wrong += names::fold(folded) == folded ? 0 : 1;
    wrong += names::fold(encode(names::to_nfd(text))) == folded ? 0 : 1;
    wrong += names::fold(encode(names::to_nfc(text))) == folded ? 0 : 1;
    wrong += base::utf8::is_valid(folded) ? 0 : 1;
    longest = std::max(longest, (base::utf8::length(folded) + text.size() - 1) / text.size());
  };
  each_character(check);
  each_mixture(check);
  CHECK(wrong == 0);
  CHECK(longest == 18);  // as fold.h says
}
