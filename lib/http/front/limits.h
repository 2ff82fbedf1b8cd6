#pragma once
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace http {
struct Request;
}

namespace http::front {

// The most that one request may be. Sizes are bytes as they come from the network, ends of lines included.
struct Limits {
  std::size_t request_line = 8 * 1024;   // more: 414
  std::size_t headers = 64;              // lines; more: 431. Trailers count by themselves
  std::size_t header_bytes = 16 * 1024;  // of all header lines together; more: 431
  std::size_t body = 1024 * 1024;        // decoded; more: 413, as soon as it is known

  // Of requests that it says yes to, of which the head is there, the body may be as large as this.
  bool (*takes_large_body)(const Request& head) = nullptr;
  std::size_t large_body = std::size_t{16} * 1024 * 1024;

  std::size_t body_of(const Request& head) const {
    return takes_large_body && takes_large_body(head) ? std::max(body, large_body) : body;
  }
  std::size_t largest_body() const { return takes_large_body ? std::max(body, large_body) : body; }
};

// A peer that takes less of its answers, in bytes a second over Timeouts::write, is closed.
inline constexpr std::int64_t kLeastRate = 1024;

// For how long whoever has to wait for its reactor's allowance (drop_allowance.h) isn't looked at.
inline constexpr std::chrono::milliseconds kPause{20};

// How long anything may take. Each is a deadline for the whole step, not for one read.
struct Timeouts {
  std::chrono::milliseconds head{10'000};   // first byte of a request to the end of its headers; else 408
  std::chrono::milliseconds body{30'000};   // end of the headers to the end of the body; else 408
  std::chrono::milliseconds idle{60'000};   // between requests; the connection is closed without a word
  std::chrono::milliseconds write{30'000};  // of answers that the peer takes too slowly (kLeastRate); closed
  std::chrono::milliseconds linger{2'000};  // after an error, for the peer to read the answer
};

}  // namespace http::front
