#include "base/keyed_hash.h"

#include <set>
#include <string>

#include "tests/support/catch.h"

TEST_CASE("keyed hash: the same text has one hash, others have others", "[base]") {
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= 40; ++size) {
    for (const char last : {'a', 'b', '\0'}) {
      std::string text(size, 'a');
      text += last;
      CHECK(base::keyed_hash(text) == base::keyed_hash(std::string(text)));
      seen.insert(base::keyed_hash(text));
    }
  }
  CHECK(seen.size() == 41 * 3);
}

TEST_CASE("stable hash: is the same in every run", "[base]") {
  // SipHash-1-3 under the key of zeros.
  CHECK(base::stable_hash("") == 0xd1fba762150c532c);
  CHECK(base::stable_hash("policy") == 0x26b0d8e261bd2e18);
  CHECK(base::stable_hash("policy") != base::keyed_hash("policy"));
}
