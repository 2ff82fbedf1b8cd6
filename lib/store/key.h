#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/uuid.h"
#include "store/schema.h"

namespace store {

// Builds a key whose bytes sort as its parts do, one after the other:
//
//   txn.get(Table::kRoleSlug, Key().uuid(tenant).text(slug))
//
// Text has no end mark, so it comes last; two keys of one table have the same parts before it. A key that has
// outgrown kMaxKey no longer fits(): nothing is found under it, and it can't be put.
class Key {
 public:
  Key& u8(std::uint8_t n) { return append({reinterpret_cast<const char*>(&n), 1}); }
  Key& u32(std::uint32_t n) { return integer<4>(n); }
  Key& u40(std::uint64_t n) { return integer<5>(n); }  // the low 40 bits
  Key& u64(std::uint64_t n) { return integer<8>(n); }
  Key& uuid(const base::Uuid& id) { return append(id.raw()); }

  // Of fixed length, such as a hash; or of any length, if last.
  Key& bytes(std::string_view raw) { return append(raw); }

  // The last part. Text of more than `limit` bytes makes the key one that doesn't fit.
  Key& text(std::string_view text, std::size_t limit = kMaxKey) {
    if (text.size() > limit) size_ = kMaxKey + 1;
    return append(text);
  }

  bool fits() const { return size_ <= kMaxKey; }
  std::string_view view() const { return {buffer_.data(), size_}; }
  operator std::string_view() const { return view(); }  // valid while this key is, and not appended to

 private:
  template <std::size_t kBytes>
  Key& integer(std::uint64_t n) {
    std::array<char, kBytes> big_endian;
    for (std::size_t i = 0; i < kBytes; ++i)
      big_endian[i] = static_cast<char>(n >> (8 * (kBytes - 1 - i)) & 0xff);
    return append({big_endian.data(), big_endian.size()});
  }

  Key& append(std::string_view part) {
    if (part.size() > kMaxKey - (fits() ? size_ : kMaxKey)) {
      if (!part.empty()) size_ = kMaxKey + 1;
      return *this;
    }
    if (!part.empty()) std::memcpy(buffer_.data() + size_, part.data(), part.size());
    size_ += part.size();
    return *this;
  }

  std::size_t size_ = 0;
  std::array<char, kMaxKey + 1> buffer_;  // left as it is: only the first size_ bytes are read
};

// Takes a key apart in the order in which it was built. Reading past the end gives zeros and makes ok()
// false; check it once, after the last part.
class KeyReader {
 public:
  explicit KeyReader(std::string_view key) : rest_(key) {}

  std::uint8_t u8() {
    const auto part = take(1);
    return part.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(part[0]);
  }
  std::uint32_t u32() { return static_cast<std::uint32_t>(integer(4)); }
  std::uint64_t u40() { return integer(5); }
  std::uint64_t u64() { return integer(8); }
  base::Uuid uuid() {
    const auto part = take(16);
    return part.empty() ? base::Uuid() : base::Uuid::from_raw(part);
  }
  std::string_view bytes(std::size_t size) { return take(size); }
  std::string_view text() { return take(rest_.size()); }  // all that is left

  bool ok() const { return ok_; }                         // every part was there
  bool complete() const { return ok_ && rest_.empty(); }  // and nothing more

 private:
  std::uint64_t integer(std::size_t bytes) {
    std::uint64_t n = 0;
    for (const char c : take(bytes)) n = n << 8 | static_cast<std::uint8_t>(c);
    return n;
  }

  std::string_view take(std::size_t size) {
    if (!ok_ || rest_.size() < size) {
      ok_ = false;
      return {};
    }
    const auto part = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return part;
  }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace store
