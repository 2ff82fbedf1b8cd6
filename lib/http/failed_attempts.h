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

// Counts failed authentications by address, in a sliding window: of those beyond `allowed` within `window` it
// says how long they are too many. Whoever authenticates isn't counted, and is never refused for what others
// did at the same address. IPv6 addresses count by their /64, since one subscriber has all of it. Memory is
// bounded: of more than `addresses` the one whose last failure is longest ago is forgotten. Safe for use by
// several threads.
class FailedAttempts {
 public:
  // REQUIRES: clock outlives this
  FailedAttempts(const base::Clock& clock, const AttemptLimits& limits);
  explicit FailedAttempts(const base::Clock& clock) : FailedAttempts(clock, AttemptLimits()) {}
  ~FailedAttempts();
  FailedAttempts(const FailedAttempts&) = delete;  // one count for all
  FailedAttempts& operator=(const FailedAttempts&) = delete;

  // To be called for each failure; `address` is Request::peer. Where it is one too many, how long until the
  // oldest is out of the window (at least one second, for Retry-After); it is not counted then, so that an
  // address that goes on trying waits no longer.
  std::optional<std::chrono::seconds> record_failure(std::string_view address);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace http
