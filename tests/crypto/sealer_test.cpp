#include "crypto/sealer.h"

#include "tests/support/catch.h"
#include "tests/support/seeded_random.h"

TEST_CASE("sealer: opens what it has sealed, and nothing that was changed", "[crypto]") {
  SeededRandom random;
  const crypto::Sealer sealer(random);
  for (const std::string& text : {std::string(), std::string("a"), std::string(5'000, 'x')}) {
    INFO(text.size());
    const std::string sealed = sealer.seal(text, "about");
    CHECK(sealed.size() == text.size() + crypto::kSealBytes);
    CHECK(sealer.open(sealed, "about") == text);
    CHECK_FALSE(sealer.open(sealed, "other"));
    CHECK_FALSE(sealer.open(sealed, ""));
    CHECK_FALSE(sealer.open(sealed + "x", "about"));
    CHECK(sealer.seal(text, "about") != sealed);
  }
  const std::string sealed = sealer.seal("some text", "");
  CHECK(sealer.open(sealed, "") == "some text");
  CHECK(sealed.find("text") == std::string::npos);
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    INFO(i);
    CHECK_FALSE(sealer.open(sealed.substr(0, i), ""));
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(sealer.open(changed, ""));
  }
  const crypto::Sealer other(random);
  CHECK_FALSE(other.open(sealed, ""));
}
