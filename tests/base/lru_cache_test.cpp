#include "base/lru_cache.h"

#include <string>
#include <string_view>

#include "base/keyed_hash.h"
#include "tests/support/catch.h"

namespace {

using Cache = base::LruCache<std::string, int, base::KeyedHash, std::string_view>;

std::string keys(const std::list<Cache::Entry>& entries) {
  std::string all;
  for (const auto& entry : entries) all += entry.key + std::to_string(entry.value) + " ";
  return all;
}

}  // namespace

TEST_CASE("a cache forgets what was asked for longest ago, by weight", "[base]") {
  Cache cache(10);
  CHECK(cache.find("a") == nullptr);
  CHECK(keys(cache.put("a", 1, 4)).empty());
  CHECK(keys(cache.put("b", 2, 4)).empty());
  CHECK(cache.weight() == 8);
  REQUIRE(cache.find("a") != nullptr);
  CHECK(*cache.find("a") == 1);
  CHECK(keys(cache.put("c", 3, 4)) == "b2 ");  // a was asked for since
  CHECK(cache.find("b") == nullptr);
  CHECK(*cache.find("c") == 3);
  CHECK(keys(cache.put("a", 5, 1)) == "a1 ");  // replaced
  CHECK(*cache.find("a") == 5);
  CHECK(cache.weight() == 5);
  CHECK(keys(cache.put("big", 6, 11)) == "c3 a5 big6 ");
  CHECK(cache.weight() == 0);
  CHECK(cache.find("big") == nullptr);
  CHECK(keys(cache.put("d", 7, 10)).empty());
  CHECK(*cache.find("d") == 7);
}
