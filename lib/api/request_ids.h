#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "base/time.h"
#include "crypto/random.h"

namespace api {

// Names requests that brought no X-Request-ID: version 7 uuids (RFC 9562), no two alike.
//
// They are no secret, so their random bits are drawn for many at once: asking the kernel for each cost more
// than finding the request's route. Safe for use by several threads.
class RequestIds {
 public:
  // REQUIRES: both outlive this
  RequestIds(const base::Clock& clock, crypto::Random& random) : clock_(clock), random_(random) {}

  std::string next();

 private:
  static constexpr std::size_t kBits = 10;    // bytes of an id that are random
  static constexpr std::size_t kDrawn = 100;  // ids

  const base::Clock& clock_;
  crypto::Random& random_;
  std::mutex mutex_;
  std::array<std::uint8_t, kBits * kDrawn> drawn_;
  std::size_t used_ = kBits * kDrawn;
};

}  // namespace api
