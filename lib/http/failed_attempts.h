#pragma once
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace http {

struct AttemptLimits {
  std::size_t allowed = 20;
  std::chrono::seconds window{60};
  std::size_t addresses = 10'000;
};

// Counts failed authentications by address, in a sliding window, so that secrets can't be guessed at speed:
// after `allowed` of them within `window`, the address is blocked until the oldest is out of the window.
// IPv6 addresses count by their /64, since one subscriber has all of it. Memory is bounded: of more than
// `addresses` the one whose last failure is longest ago is forgotten. Safe for use by several threads.
class FailedAttempts {
 public:
  // REQUIRES: clock outlives this
  FailedAttempts(const base::Clock& clock, const AttemptLimits& limits);
  explicit FailedAttempts(const base::Clock& clock) : FailedAttempts(clock, AttemptLimits()) {}
  ~FailedAttempts();
  FailedAttempts(const FailedAttempts&) = delete;  // one count for all
  FailedAttempts& operator=(const FailedAttempts&) = delete;

  // To be called before authenticating: how long the address is still blocked (at least one second, for
  // Retry-After), or nothing where it may try. `address` is Request::peer.
  std::optional<std::chrono::seconds> blocked(std::string_view address);

  void record_failure(std::string_view address);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace http
