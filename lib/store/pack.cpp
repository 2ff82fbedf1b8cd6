// Packing is two steps, both without loss.
//
// Folding turns what is long only because it is text into its bytes, behind a mark (1a) and what it was:
//
//   00  the mark itself
//   01  a uuid in lower case         36 characters become 16 bytes
//   02  "2026-04-15T12:00:00.000Z"   24 characters become 6 bytes
//   03  a hash in lower case         64 characters become 32 bytes
//   04  an integer of 13 digits      13 characters become 6 bytes
//
// so that a uuid in a JSON text and the same uuid in a key share sixteen bytes. Then what was there before is
// named instead of repeated (LZ77): before the text stand the dictionary and what is known, and each step is
//
//   [count of plain bytes, 4 bits][length of the repeat - 4, 4 bits]   15: a varint with the rest follows
//   [plain bytes][how far back the repeat begins: varint]              neither at the end
//
// A repeat is found by the place where the same four bytes, or eight, stood last. It doesn't look for the
// longest repeat, nor does it code single bytes in bits: that would save a tenth more at several times the
// work.
#include "store/pack.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

#include "base/encoding.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/pack_dictionary.h"
#include "store/varint.h"

namespace store {
namespace {

constexpr char kMark = '\x1a';
enum Folded : char {
  kItself = 0,
  kUuid = 1,
  kTime = 2,
  kHash = 3,
  kMilliseconds = 4
};  // on disk: DO NOT CHANGE

constexpr std::size_t kUuidText = 36, kTimeText = 24, kHashText = 64, kMillisecondsText = 13;
constexpr std::size_t kTimeBytes = 6;

// What a byte may be part of, looked up: folding looks at every byte of every change.
enum Class : std::uint8_t { kOther = 0, kHex = 1, kWord = 2, kIsMark = 4 };

constexpr auto kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = kHex | kWord;
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = c <= 'f' ? kHex | kWord : kWord;
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = kWord;
  classes[static_cast<unsigned char>(kMark)] = kIsMark;
  return classes;
}();

std::uint8_t class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}
bool is_hex(char c) {
  return class_of(c) & kHex;
}

std::size_t hex_run(std::string_view text, std::size_t most) {
  std::size_t n = 0;
  while (n < most && n < text.size() && is_hex(text[n])) ++n;
  return n;
}

void append_folded(std::string& out, Folded what, std::string_view bytes) {
  out.append({kMark, what});
  out.append(bytes);
}

// REQUIRES: `digits` has two hexadecimal digits for each byte
template <std::size_t Size>
void append_folded_hex(std::string& out, Folded what, const char* digits) {
  std::array<char, Size> bytes;
  for (std::size_t i = 0; i < Size; ++i)
    bytes[i] = static_cast<char>(base::hex_digit(digits[2 * i]) << 4 | base::hex_digit(digits[2 * i + 1]));
  append_folded(out, what, {bytes.data(), Size});
}

void append_folded(std::string& out, Folded what, std::uint64_t ms) {
  std::array<char, kTimeBytes> bytes;
  for (std::size_t i = 0; i < kTimeBytes; ++i)
    bytes[i] = static_cast<char>(ms >> (8 * (kTimeBytes - 1 - i)) & 0xff);
  append_folded(out, what, {bytes.data(), bytes.size()});
}

std::uint64_t read_ms(std::string_view bytes) {
  std::uint64_t ms = 0;
  for (const char c : bytes) ms = ms << 8 | static_cast<std::uint8_t>(c);
  return ms;
}

// Each of these folds what stands at the front of the text, and answers how much of it that was: none where
// it would not come back as exactly the same text.
std::size_t fold_uuid(std::string& out, std::string_view text) {
  if (text.size() < kUuidText || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
    return 0;
  std::array<char, 2 * 16> digits;
  std::size_t count = 0;
  for (std::size_t i = 0; i < kUuidText; ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) continue;
    if (!is_hex(text[i])) return 0;
    digits[count++] = text[i];
  }
  append_folded_hex<16>(out, kUuid, digits.data());
  return kUuidText;
}

std::size_t fold_time(std::string& out, std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() < kTimeText) return 0;
  for (std::size_t i = 0; i < kTimeText; ++i)
    if (kForm[i] == '0' ? !base::is_digit(text[i]) : text[i] != kForm[i]) return 0;
  const auto at = base::parse_timestamp(text.substr(0, kTimeText));
  if (!at || at->ms < 0) return 0;
  append_folded(out, kTime, static_cast<std::uint64_t>(at->ms));
  return kTimeText;
}

std::size_t fold_digits(std::string& out, std::string_view text) {
  const std::size_t run = hex_run(text, kHashText);
  if (run == kHashText) {
    append_folded_hex<kHashText / 2>(out, kHash, text.data());
    return kHashText;
  }
  if (run != kMillisecondsText || text[0] == '0') return 0;
  std::uint64_t ms = 0;
  const auto read = std::from_chars(text.data(), text.data() + run, ms);
  if (read.ptr != text.data() + run) return 0;  // a letter among them
  append_folded(out, kMilliseconds, ms);
  return run;
}

// What is folded begins a word.
void fold(std::string& out, std::string_view text) {
  std::size_t plain = 0;  // where the bytes that are not in `out` yet begin
  const auto append_plain = [&](std::size_t end) { out.append(text.substr(plain, end - plain)); };
  for (std::size_t at = 0; at < text.size();) {
    const std::uint8_t first = class_of(text[at]);
    if (first == kIsMark) {
      append_plain(at + 1);
      out.push_back(kItself);
      plain = ++at;
      continue;
    }
    if (first & kHex) {
      // What comes before goes out first, so that what is folded is appended where it belongs.
      const std::string_view rest = text.substr(at);
      append_plain(at);
      plain = at;
      std::size_t folded = fold_uuid(out, rest);
      if (folded == 0) folded = fold_time(out, rest);
      if (folded == 0) folded = fold_digits(out, rest);
      if (folded > 0) {
        plain = at += folded;
        continue;  // what follows begins a word again
      }
    }
    if (first & kWord)
      while (at < text.size() && class_of(text[at]) & kWord) ++at;
    else
      ++at;
  }
  append_plain(text.size());
}

std::optional<std::string> unfold(std::string_view folded, std::size_t limit) {
  std::string out;
  ByteReader in(folded);
  while (!in.empty() && in.ok()) {
    const auto rest = in.rest();
    const auto* mark = static_cast<const char*>(std::memchr(rest.data(), kMark, rest.size()));
    const std::size_t plain = mark ? static_cast<std::size_t>(mark - rest.data()) : rest.size();
    out.append(in.take(plain));
    if (!mark) break;
    in.take(1);
    switch (in.u8()) {
      case kItself:
        out.push_back(kMark);
        break;
      case kUuid:
        if (const auto id = in.take(16); in.ok()) out.append(base::Uuid::from_raw(id).to_string());
        break;
      case kTime:
        out.append(to_string(base::Timestamp{static_cast<std::int64_t>(read_ms(in.take(kTimeBytes)))}));
        break;
      case kHash:
        out.append(base::to_hex(in.take(kHashText / 2)));
        break;
      case kMilliseconds:
        out.append(std::to_string(read_ms(in.take(kTimeBytes))));
        break;
      default:
        return std::nullopt;
    }
    if (out.size() > limit) return std::nullopt;
  }
  if (!in.ok() || out.size() > limit) return std::nullopt;
  return out;
}

constexpr std::size_t kMinRepeat = 4;
constexpr std::size_t kLongRepeat = 16;
constexpr unsigned kShort = 15;  // the most that half a byte says; this much and more is in a varint

struct Repeat {
  std::size_t from = 0;
  std::size_t size = 0;  // 0: none
};

// How many bytes at `a` are those at `b`. Eight are compared at a time.
// REQUIRES: a < b
std::size_t common(std::string_view text, std::size_t a, std::size_t b) {
  const char* const bytes = text.data();
  std::size_t n = 0;
  for (; b + n + 8 <= text.size(); n += 8) {
    std::uint64_t left, right;
    std::memcpy(&left, bytes + a + n, 8);
    std::memcpy(&right, bytes + b + n, 8);
    if (left != right) break;
  }
  while (b + n < text.size() && bytes[a + n] == bytes[b + n]) ++n;
  return n;
}

// Where each four and each eight bytes stood last, by their hash: the place plus one, 0 for nowhere. Ids made
// soon after each other begin with the same bytes: the eight tell which of them it is.
class Places {
 public:
  // The longer of the two repeats that begin at the place, which is remembered.
  // REQUIRES: at + kMinRepeat <= text.size()
  Repeat find(std::string_view text, std::size_t at) {
    Repeat best;
    const auto look = [&](std::uint32_t& last) {
      if (last != 0)
        if (const std::size_t size = common(text, last - 1, at); size >= kMinRepeat && size > best.size)
          best = {last - 1, size};
      last = static_cast<std::uint32_t>(at + 1);
    };
    look(of_four(text, at));
    if (at + kLong <= text.size()) look(of_eight(text, at));
    return best;
  }

  void remember(std::string_view text, std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to && at + kMinRepeat <= text.size(); ++at) {
      of_four(text, at) = static_cast<std::uint32_t>(at + 1);
      if (at + kLong <= text.size()) of_eight(text, at) = static_cast<std::uint32_t>(at + 1);
    }
  }

 private:
  static constexpr unsigned kBits = 11;
  static constexpr std::size_t kLong = 8;

  std::uint32_t& of_four(std::string_view text, std::size_t at) {
    std::uint32_t four;
    std::memcpy(&four, text.data() + at, sizeof four);
    return four_[four * 2654435761U >> (32 - kBits)];
  }
  std::uint32_t& of_eight(std::string_view text, std::size_t at) {
    std::uint64_t eight;
    std::memcpy(&eight, text.data() + at, sizeof eight);
    return eight_[eight * 0x9E3779B97F4A7C15U >> (64 - kBits)];
  }

  std::array<std::uint32_t, 1U << kBits> four_{}, eight_{};
};

const Places& dictionary_places() {
  static const Places places = [] {
    Places made;
    made.remember(pack_dictionary(), 0, pack_dictionary().size());
    return made;
  }();
  return places;
}

// One step; a `repeat` of 0 is the end.
void append_step(std::string& out, std::string_view plain, std::size_t repeat, std::size_t distance) {
  const std::size_t more = repeat == 0 ? 0 : repeat - kMinRepeat;
  const auto half = [](std::size_t n) { return n < kShort ? static_cast<unsigned>(n) : kShort; };
  out.push_back(static_cast<char>(half(plain.size()) << 4 | half(more)));
  if (plain.size() >= kShort) append_varint(out, plain.size() - kShort);
  if (more >= kShort) append_varint(out, more - kShort);
  out.append(plain);
  if (repeat != 0) append_varint(out, distance);
}

// What stands before the text, with room for that many bytes more.
std::string window_of(std::string_view known, std::size_t room) {
  std::string window;
  window.reserve(pack_dictionary().size() + known.size() + room);
  window.append(pack_dictionary());
  fold(window, known);
  return window;
}

}  // namespace

std::string pack(std::string_view bytes, std::string_view known) {
  std::string folded = window_of(known, bytes.size());
  const std::size_t begin = folded.size();
  fold(folded, bytes);
  const std::string_view text = folded;

  Places places = dictionary_places();
  places.remember(text, pack_dictionary().size() - 7, begin);  // from where a repeat may reach beyond it
  std::string out;
  std::size_t plain = begin;  // where the bytes that are in no step yet begin
  for (std::size_t at = begin; at + kMinRepeat <= text.size();) {
    const Repeat repeat = places.find(text, at);
    if (repeat.size == 0) {
      ++at;
      continue;
    }
    append_step(out, text.substr(plain, at - plain), repeat.size, at - repeat.from);
    // Of a long repeat only the end is remembered: the rest of it stands where it was found.
    places.remember(text, repeat.size > kLongRepeat ? at + repeat.size - kLongRepeat / 2 : at + 1,
                    at + repeat.size);
    at += repeat.size;
    plain = at;
  }
  if (plain < text.size()) append_step(out, text.substr(plain), 0, 0);
  return out;
}

std::optional<std::string> unpack(std::string_view packed, std::string_view known, std::size_t limit) {
  std::string text = window_of(known, 0);
  const std::size_t begin = text.size();
  ByteReader in(packed);
  while (!in.empty()) {
    const std::uint8_t halves = in.u8();
    std::uint64_t plain = halves >> 4U, repeat = halves & 0xfU;
    if (plain == kShort) plain += in.varint();
    if (repeat == kShort) repeat += in.varint();
    text.append(in.take(plain));
    if (!in.ok()) return std::nullopt;
    if (in.empty()) {
      if (repeat != 0) return std::nullopt;
      break;
    }
    repeat += kMinRepeat;
    const std::uint64_t distance = in.varint();
    if (!in.ok() || distance == 0 || distance > text.size()) return std::nullopt;
    if (repeat > limit || text.size() - begin > limit - repeat) return std::nullopt;
    std::size_t from = text.size() - static_cast<std::size_t>(distance);
    for (std::uint64_t n = 0; n < repeat; ++n) text.push_back(text[from++]);  // it may reach into itself
  }
  return unfold(std::string_view(text).substr(begin), limit);
}

}  // namespace store
