#include "store/key.h"

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "base/encoding.h"
#include "tests/support/catch.h"

using store::Key;
using store::KeyReader;
using store::kMaxKey;

namespace {

base::Uuid uuid_of(std::uint8_t first, std::uint8_t last) {
  base::Uuid::Bytes bytes{};
  bytes[0] = first;
  bytes[15] = last;
  return base::Uuid(bytes);
}

}  // namespace

TEST_CASE("key: integers are big-endian, uuids raw, text last", "[store]") {
  const Key key = Key().uuid(uuid_of(0xab, 1)).u8(2).u64(0x0102030405060708).text("a/b");
  CHECK(base::to_hex(key) ==
        "ab000000000000000000000000000001"
        "02"
        "0102030405060708"
        "612f62");
  KeyReader reader(key);
  CHECK(reader.uuid() == uuid_of(0xab, 1));
  CHECK(reader.u8() == 2);
  CHECK(reader.u64() == 0x0102030405060708);
  CHECK(reader.text() == "a/b");
  CHECK(reader.complete());
}

TEST_CASE("key: bytes sort as the parts do", "[store]") {
  std::mt19937_64 random(7);
  // Few values of each part, so that parts are often equal and the next one decides.
  const auto pick = [&](std::uint64_t n) { return random() % n; };
  const std::vector<std::string> texts = {"", "a", "aa", "ab", "b", std::string(1, '\0'), "\xc3\xa9", "\xff"};
  const std::vector<std::uint64_t> numbers = {0, 1, 255, 256, 65535, 65536, ~std::uint64_t{0}, 1ULL << 63};
  using Parts = std::tuple<base::Uuid, std::uint8_t, std::uint64_t, std::string>;
  std::vector<std::pair<Parts, std::string>> rows;
  for (int i = 0; i < 600; ++i) {
    const Parts parts{
        uuid_of(static_cast<std::uint8_t>(pick(3) * 127), static_cast<std::uint8_t>(pick(3) * 127)),
        static_cast<std::uint8_t>(pick(3) * 127), numbers[pick(numbers.size())], texts[pick(texts.size())]};
    const auto& [id, small, large, text] = parts;
    rows.emplace_back(parts, std::string(Key().uuid(id).u8(small).u64(large).text(text)));
  }
  for (const auto& a : rows)
    for (const auto& b : rows)
      if ((a.first < b.first) != (a.second < b.second))
        FAIL(base::to_hex(a.second) << " and " << base::to_hex(b.second));
}

TEST_CASE("key: 511 bytes fit, one more does not", "[store]") {
  CHECK(Key().text(std::string(kMaxKey, 'x')).fits());
  CHECK(Key().text(std::string(kMaxKey, 'x')).view().size() == kMaxKey);
  CHECK_FALSE(Key().text(std::string(kMaxKey + 1, 'x')).fits());
  CHECK(Key().uuid(base::Uuid()).text(std::string(kMaxKey - 16, 'x')).fits());
  CHECK_FALSE(Key().uuid(base::Uuid()).text(std::string(kMaxKey - 15, 'x')).fits());
  CHECK_FALSE(Key().text(std::string(1'000'000, 'x')).fits());
  CHECK(Key().text(std::string(64, 'x'), 64).fits());
  CHECK_FALSE(Key().text(std::string(65, 'x'), 64).fits());
  CHECK_FALSE(Key().text(std::string(65, 'x'), 64).u8(1).u64(2).text("").fits());
  CHECK(Key().text(std::string(kMaxKey, 'x')).text("").fits());
}

TEST_CASE("key: reading past the end gives nothing and says so", "[store]") {
  const std::string whole(Key().uuid(uuid_of(1, 2)).u8(3).u64(4));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    KeyReader reader(std::string_view(whole).substr(0, size));
    reader.uuid();
    reader.u8();
    CHECK(reader.u64() == 0);
    CHECK_FALSE(reader.ok());
    CHECK(reader.text().empty());
  }
  KeyReader longer(whole);
  longer.uuid();
  CHECK(longer.ok());
  CHECK_FALSE(longer.complete());
}
