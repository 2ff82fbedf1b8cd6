#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace http::front {

inline constexpr std::size_t kMaxHello = 16 * 1024;  // bytes of a TLS client's hello

// Follows the bytes that a client sends in its handshake, to refuse a hello that announces to be larger than
// kMaxHello: for what is announced OpenSSL takes memory, up to 170 KB, before it has come.
class HelloLimit {
 public:
  // False where such a one begins. `is_13` says whether TLS 1.3 was agreed on by now.
  bool take(std::string_view bytes, bool is_13);

 private:
  static constexpr std::size_t kRecordHead = 5;
  static constexpr std::size_t kMessageHead = 4;

  std::array<std::uint8_t, kRecordHead> record_{};
  std::size_t record_at_ = 0;    // bytes of the record's head that came
  std::size_t record_left_ = 0;  // of its content
  std::array<std::uint8_t, kMessageHead> message_{};
  std::size_t message_at_ = 0;
  std::size_t message_left_ = 0;
  bool encrypted_ = false;  // from here on nothing can be followed
};

}  // namespace http::front
