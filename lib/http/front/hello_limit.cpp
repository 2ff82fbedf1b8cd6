// A handshake is records (RFC 8446, 5.1), and those of type 22 hold pieces of messages one after the other,
// each with a head of its own. Both heads may come in pieces.
//
//   16 03 01 00 c8  01 00 00 c4 …       a record of 200 bytes with the hello of 196 bytes
//   16 03 01 00 01  01                  a record with one byte of a message's head
//
// A client may send a second hello, if the server asked for another key. In TLS 1.3 a change of ciphers
// (type 20) may stand before it, which means nothing there; in TLS 1.2 everything behind one is encrypted.
#include "http/front/hello_limit.h"

#include <algorithm>

namespace http::front {

namespace {

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kClientHello = 1;

}  // namespace

bool HelloLimit::take(std::string_view bytes, bool is_13) {
  while (!bytes.empty() && !encrypted_) {
    if (record_left_ == 0) {
      record_[record_at_++] = static_cast<std::uint8_t>(bytes.front());
      bytes.remove_prefix(1);
      if (record_at_ < kRecordHead) continue;
      record_at_ = 0;
      record_left_ = std::size_t{record_[3]} << 8 | record_[4];
      encrypted_ = record_[0] == kChangeCipherSpec && !is_13;
      continue;
    }
    if (record_[0] != kHandshake || message_left_ > 0) {
      std::size_t n = std::min(bytes.size(), record_left_);
      if (record_[0] == kHandshake) {
        n = std::min(n, message_left_);
        message_left_ -= n;
      }
      record_left_ -= n;
      bytes.remove_prefix(n);
      continue;
    }
    message_[message_at_++] = static_cast<std::uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    --record_left_;
    if (message_at_ < kMessageHead) continue;
    message_at_ = 0;
    message_left_ = std::size_t{message_[1]} << 16 | std::size_t{message_[2]} << 8 | message_[3];
    if (message_[0] == kClientHello && message_left_ > kMaxHello) return false;
  }
  return true;
}

}  // namespace http::front
