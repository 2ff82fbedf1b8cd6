#pragma once
#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace crypto {

using Sha256 = std::array<std::uint8_t, 32>;

// Of bytes that come in pieces. One thread at a time.
class Sha256Stream {
 public:
  Sha256Stream();
  void add(std::string_view bytes);
  Sha256 finish();  // of all that was added; nothing may be added after it

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

// SHA-256 (FIPS 180-4). Safe for use by several threads.
Sha256 sha256(std::string_view bytes);

// Of the parts one after the other, as if they were one text. Parts that could run into each other are the
// caller's to keep apart.
Sha256 sha256(std::initializer_list<std::string_view> parts);

inline std::string_view raw(const Sha256& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace crypto
