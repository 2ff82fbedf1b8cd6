#include "store/pack.h"

#include <random>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/uuid.h"
#include "store/pack_dictionary.h"
#include "store/record.h"
#include "store/varint.h"
#include "tests/support/catch.h"

using store::pack;
using store::unpack;

namespace {

constexpr std::size_t kLimit = 1'000'000;
constexpr std::string_view kId = "01a21a13-c0f3-76d8-868b-7400a8391996";

std::string bytes_of(std::initializer_list<int> numbers) {
  std::string out;
  for (const int n : numbers) out.push_back(static_cast<char>(n));
  return out;
}

// Random pieces of what records hold, and of what looks nearly like it.
std::string random_text(std::mt19937& random) {
  const std::string_view pieces[] = {
      kId,
      "01A21A13-c0f3-76d8-868b-7400a8391996",
      "01a21a13-c0f3-76d8-868b-7400a839199",
      "2026-04-15T12:00:00.125Z",
      "1969-04-15T12:00:00.125Z",
      "2026-02-30T12:00:00.125Z",
      "2026-04-15T12:00:00.125z",
      "1776254400123",
      "0776254400123",
      "17762544001230",
      "9999999999999",
      "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "2D711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
      "\x1a",
      "\x1a\x01",
      "{\"action\":\"mapping:create\",\"actor_id\":\"",
      "é𝒳",
      "a",
      "-",
  };
  std::string text;
  for (auto n = random() % 30; n > 0; --n) {
    if (random() % 4 == 0) text.push_back(static_cast<char>(random()));
    text += pieces[random() % std::size(pieces)];
    if (random() % 8 == 0) text += text.substr(random() % text.size());
  }
  return text;
}

}  // namespace

TEST_CASE("pack: what is unpacked is what was packed", "[store]") {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = random_text(random), known = i % 3 == 0 ? "" : random_text(random);
    const std::string packed = pack(text, known);
    const auto back = unpack(packed, known, kLimit);
    INFO(base::to_hex(text) << " known " << base::to_hex(known) << " packed " << base::to_hex(packed));
    REQUIRE(back);
    REQUIRE(*back == text);
  }
}

TEST_CASE("pack: every length of plain bytes and of repeats", "[store]") {
  std::mt19937 random(8);
  for (std::size_t plain = 0; plain < 300; ++plain)
    for (const std::size_t repeat : {0U, 3U, 4U, 5U, 18U, 19U, 20U, 146U, 147U, 5000U}) {
      std::string text;
      for (std::size_t n = 0; n < plain; ++n) text.push_back(static_cast<char>(random()));
      text.append(repeat, 'x');
      CHECK(unpack(pack(text, "known"), "known", kLimit) == text);
    }
}

TEST_CASE(
    "pack: a uuid, a time, a hash and milliseconds take their bytes, and one that was there before a few",
    "[store]") {
  const std::string hash = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
  struct Row {
    std::string text;
    std::size_t most;
  };
  for (const Row& row :
       {Row{std::string(kId), 16 + 4}, Row{"2026-04-15T12:00:00.125Z", 6 + 3}, Row{hash, 32 + 4},
        Row{"1776254400123", 6 + 3}, Row{std::string(kId) + "," + std::string(kId), 16 + 8},
        Row{"\"actor_type\":\"user\",\"created_at\":\"", 4}}) {
    INFO(row.text);
    CHECK(pack(row.text, "").size() <= row.most);
  }
  CHECK(pack(kId, base::Uuid::parse(kId)->raw()).size() <= 7);
}

TEST_CASE("pack: damaged or not ours, it is refused or something else, and never more than the limit",
          "[store]") {
  std::mt19937 random(9);
  for (int i = 0; i < 3'000; ++i) {
    std::string packed = pack(random_text(random), "");
    if (packed.empty()) continue;
    packed[random() % packed.size()] ^= static_cast<char>(1U << random() % 8);
    if (random() % 2 == 0) packed.resize(random() % packed.size());
    if (const auto back = unpack(packed, "", 500)) CHECK(back->size() <= 500);
  }
  struct Row {
    const char* name;
    std::string packed;
    std::optional<std::string> text;
  };
  const Row rows[] = {
      {"nothing", "", ""},
      {"plain bytes", "\x20hi", "hi"},
      {"fewer plain bytes than it says", "\x30hi", std::nullopt},
      {"a repeat at the end of all", "\x21hi", std::nullopt},
      {"a repeat of itself", bytes_of({0x10, 'x', 1}), "xxxxx"},
      {"a repeat from nowhere", bytes_of({0x10, 'x', 0}), std::nullopt},
      {"a repeat from before the dictionary", bytes_of({0x10, 'x', 0xff, 0xff, 0x7f}), std::nullopt},
      {"a repeat beyond the limit", bytes_of({0x1f, 'x', 0xff, 0xff, 0xff, 0x7f, 1}), std::nullopt},
      {"a length of more than 64 bits",
       bytes_of({0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}), std::nullopt},
      {"an unknown mark", bytes_of({0x20, 0x1a, 9}), std::nullopt},
      {"a mark at the end", bytes_of({0x10, 0x1a}), std::nullopt},
      {"half a uuid", bytes_of({0x40, 0x1a, 1, 2, 3}), std::nullopt},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(unpack(row.packed, "", 500) == row.text);
  }
}

TEST_CASE("pack: what it makes and the dictionary stay as they are", "[store]") {
  // DO NOT CHANGE: stores hold what was packed by these.
  CHECK(store::crc32c(store::pack_dictionary()) == 0x52a06ba1);
  CHECK(unpack(*base::from_hex("00"), "", kLimit) == "");
}

TEST_CASE("varint: seven bits a byte, and no more than 64", "[store]") {
  struct Row {
    std::uint64_t n;
    std::string hex;
  };
  for (const Row& row : {Row{0, "00"}, Row{127, "7f"}, Row{128, "8001"}, Row{300, "ac02"},
                         Row{UINT64_MAX, "ffffffffffffffffff01"}}) {
    std::string out;
    store::append_varint(out, row.n);
    CHECK(base::to_hex(out) == row.hex);
    store::ByteReader in(out);
    CHECK(in.varint() == row.n);
    CHECK(in.ok());
    CHECK(in.empty());
    store::ByteReader cut(std::string_view(out).substr(0, out.size() - 1));
    cut.varint();
    CHECK_FALSE(cut.ok());
  }
  const std::string too_long = *base::from_hex("ffffffffffffffffff02");
  store::ByteReader in(too_long);
  in.varint();
  CHECK_FALSE(in.ok());
}
