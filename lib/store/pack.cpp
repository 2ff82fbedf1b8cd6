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
// A repeat is found by the place where the same eight bytes, or four, stood last. It doesn't look for the
// longest repeat, looks at ever fewer places of what has none, such as a hash, and codes no single bytes in
// bits: that would save a tenth more at several times the work, and the writer packs twice for every change.
#include "store/pack.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <utility>

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

constexpr auto kIsHex = [] {
  std::array<bool, 256> hex{};
  for (const char c : std::string_view("0123456789abcdef")) hex[static_cast<unsigned char>(c)] = true;
  return hex;
}();

bool is_hex(char c) {
  return kIsHex[static_cast<unsigned char>(c)];
}

// REQUIRES: is_hex(c)
unsigned value_of(char c) {
  return (static_cast<unsigned char>(c) & 0xfU) + (static_cast<unsigned char>(c) >> 6U) * 9U;
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
    bytes[i] = static_cast<char>(value_of(digits[2 * i]) << 4U | value_of(digits[2 * i + 1]));
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
  for (const auto& [from, size] : {std::pair(0U, 8U), {9U, 4U}, {14U, 4U}, {19U, 4U}, {24U, 12U}})
    count += text.copy(digits.data() + count, size, from);
  if (!std::all_of(digits.begin(), digits.end(), is_hex)) return 0;
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

// Whether one of these may stand at the front of a text, which begins with a hexadecimal digit.
bool may_fold(std::string_view text) {
  return text.size() >= kMillisecondsText &&
         (text[8] == '-' || text[4] == '-' || hex_run(text, kMillisecondsText) == kMillisecondsText);
}

// Which of up to 64 bytes are of words, are hexadecimal digits, and are marks: a bit for each byte.
struct Found {
  std::uint64_t words = 0, digits = 0, marks = 0;
};

// The bits of eight bytes, from the high bit of each.
std::uint64_t gathered(std::uint64_t high_bits) {
  return (high_bits >> 7U) * 0x0102040810204080U >> 56U;
}

// The bytes are compared eight at a time: with high bits clear, adding to a byte sets its high bit where it
// is large enough, and carries nothing into the next.
Found look_at(std::string_view part) {
  constexpr std::uint64_t kOnes = 0x0101010101010101, kHighBits = 0x8080808080808080;
  Found found;
  for (std::size_t at = 0; at < part.size(); at += 8) {
    std::uint64_t eight = 0;
    part.copy(reinterpret_cast<char*>(&eight), sizeof eight, at);
    if constexpr (std::endian::native == std::endian::big) eight = __builtin_bswap64(eight);
    const std::uint64_t low = eight & ~kHighBits;
    const auto from_to = [&](unsigned first, unsigned last) {
      return (low + kOnes * (0x80U - first)) & ~(low + kOnes * (0x7fU - last)) & ~eight & kHighBits;
    };
    const std::uint64_t decimal = from_to('0', '9');
    found.words |= gathered(decimal | from_to('a', 'z') | from_to('A', 'Z')) << at;
    found.digits |= gathered(decimal | from_to('a', 'f')) << at;
    found.marks |= gathered(from_to(kMark, kMark)) << at;
  }
  return found;
}

// What is folded begins a word; and so does what follows it. Nearly all bytes but those that may begin
// something are not looked at by themselves.
void fold(std::string& out, std::string_view text) {
  std::size_t plain = 0;  // where the bytes that are not in `out` yet begin
  const auto append_plain = [&](std::size_t end) { out.append(text.substr(plain, end - plain)); };
  std::size_t done = 0;            // what stands before is folded
  std::uint64_t follows_word = 0;  // 1: the last byte of the 64 before is of a word
  for (std::size_t begin = 0; begin < text.size(); begin += 64) {
    const auto [words, digits, marks] = look_at(text.substr(begin, 64));
    const std::uint64_t begins = words & ~(words << 1U | follows_word);
    follows_word = words >> 63U;
    for (std::uint64_t left = (begins & digits) | marks; left != 0; left &= left - 1) {
      std::size_t at = begin + static_cast<std::size_t>(std::countr_zero(left));
      if (at < done) continue;
      if (text[at] == kMark) {
        append_plain(at + 1);
        out.push_back(kItself);
        plain = done = at + 1;
        continue;
      }
      while (at < text.size() && is_hex(text[at]) && may_fold(text.substr(at))) {
        // What comes before goes out first, so that what is folded is appended where it belongs.
        append_plain(at);
        plain = at;
        const std::string_view rest = text.substr(at);
        std::size_t folded = fold_uuid(out, rest);
        if (folded == 0) folded = fold_time(out, rest);
        if (folded == 0) folded = fold_digits(out, rest);
        if (folded == 0) break;
        plain = done = at += folded;
      }
    }
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
constexpr std::size_t kEnd = 7;       // bytes of a repeat from which one may begin that goes on behind it
constexpr std::size_t kFurther = 16;  // plain bytes after which it goes on by one byte more at a time
constexpr unsigned kShort = 15;       // the most that half a byte says; this much and more is in a varint

struct Repeat {
  std::size_t from = 0;
  std::size_t size = 0;  // 0: none
};

template <typename Number>
Number load(std::string_view text, std::size_t at) {
  Number number;
  std::memcpy(&number, text.data() + at, sizeof number);
  return number;
}

// How many bytes at `a` are those at `b`. Eight are compared at a time.
// REQUIRES: a < b
std::size_t common(std::string_view text, std::size_t a, std::size_t b) {
  std::size_t n = 0;
  while (b + n + 8 <= text.size() && load<std::uint64_t>(text, a + n) == load<std::uint64_t>(text, b + n))
    n += 8;
  while (b + n < text.size() && text[a + n] == text[b + n]) ++n;
  return n;
}

// Where each four and each eight bytes stood last, by their hash: the place plus one, 0 for nowhere. Ids made
// soon after each other begin with the same bytes: the eight tell which of them it is. An Index has to hold
// the text's size; a small one is quicker to copy.
template <typename Index>
class Places {
 public:
  // The repeat that begins at the place, which is remembered.
  // REQUIRES: at + kMinRepeat <= text.size()
  Repeat find(std::string_view text, std::size_t at) {
    Repeat found;
    if (at + kLong <= text.size())
      found = find_of(of_eight(text, at), text, at, load<std::uint64_t>(text, at));
    Index& four = of_four(text, at);
    if (found.size == 0) return find_of(four, text, at, load<std::uint32_t>(text, at));
    four = static_cast<Index>(at + 1);
    return found;
  }

  void remember(std::string_view text, std::size_t from, std::size_t to) {
    for (std::size_t at = from; at < to && at + kMinRepeat <= text.size(); ++at) {
      of_four(text, at) = static_cast<Index>(at + 1);
      if (at + kLong <= text.size()) of_eight(text, at) = static_cast<Index>(at + 1);
    }
  }

 private:
  static constexpr unsigned kBits = 11;
  static constexpr std::size_t kLong = 8;

  // `last` is where the same bytes may have stood last.
  template <typename Bytes>
  static Repeat find_of(Index& last, std::string_view text, std::size_t at, Bytes bytes) {
    const std::size_t place = std::exchange(last, static_cast<Index>(at + 1));
    if (place == 0 || load<Bytes>(text, place - 1) != bytes) return {};
    return {place - 1, sizeof bytes + common(text, place - 1 + sizeof bytes, at + sizeof bytes)};
  }

  Index& of_four(std::string_view text, std::size_t at) {
    return four_[load<std::uint32_t>(text, at) * 2654435761U >> (32 - kBits)];
  }
  Index& of_eight(std::string_view text, std::size_t at) {
    return eight_[load<std::uint64_t>(text, at) * 0x9E3779B97F4A7C15U >> (64 - kBits)];
  }

  std::array<Index, 1U << kBits> four_{}, eight_{};
};

template <typename Index>
const Places<Index>& dictionary_places() {
  static const Places<Index> places = [] {
    Places<Index> made;
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

// What stands before the text. Each thread has memory for that and what follows, since allocating so much for
// every change, and freeing it, makes all other allocations slower.
std::string& window_of(std::string_view known) {
  constexpr std::size_t kKept = std::size_t{64} << 10U;  // bytes that stay
  static thread_local std::string window(pack_dictionary());
  if (window.capacity() > kKept) window = std::string(pack_dictionary());
  window.resize(pack_dictionary().size());
  fold(window, known);
  return window;
}

// The steps of what stands in the text from `begin` on.
template <typename Index>
std::string pack_folded(std::string_view text, std::size_t begin) {
  Places<Index> places = dictionary_places<Index>();
  places.remember(text, pack_dictionary().size() - kEnd, begin);  // from where a repeat may reach beyond it
  std::string out;
  out.reserve((text.size() - begin) / 2);
  std::size_t plain = begin;  // where the bytes that are in no step yet begin
  for (std::size_t at = begin; at + kMinRepeat <= text.size();) {
    const Repeat repeat = places.find(text, at);
    if (repeat.size == 0) {
      at += 1 + (at - plain) / kFurther;
      continue;
    }
    append_step(out, text.substr(plain, at - plain), repeat.size, at - repeat.from);
    // Of a repeat only the end is remembered: the rest of it stands where it was found.
    places.remember(text, at + std::max<std::size_t>(repeat.size, kEnd + 1) - kEnd, at + repeat.size);
    at += repeat.size;
    plain = at;
  }
  if (plain < text.size()) append_step(out, text.substr(plain), 0, 0);
  return out;
}

}  // namespace

std::string pack(std::string_view bytes, std::string_view known) {
  std::string& folded = window_of(known);
  const std::size_t begin = folded.size();
  fold(folded, bytes);
  if (folded.size() <= std::numeric_limits<std::uint16_t>::max() - 1)
    return pack_folded<std::uint16_t>(folded, begin);
  return pack_folded<std::uint32_t>(folded, begin);
}

std::optional<std::string> unpack(std::string_view packed, std::string_view known, std::size_t limit) {
  std::string& text = window_of(known);
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
