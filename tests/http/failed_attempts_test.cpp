#include "http/failed_attempts.h"

#include <string>

#include "tests/support/catch.h"

namespace {

class SetClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return time; }
  base::Timestamp time{1'000'000};
};

// Seconds to wait after one more failure; 0: it was counted.
long fail(http::FailedAttempts& attempts, std::string_view address) {
  const auto left = attempts.record_failure(address);
  return left ? static_cast<long>(left->count()) : 0;
}

}  // namespace

TEST_CASE("failed attempts: beyond twenty in a minute each is one too many", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock);
  for (int i = 0; i < 20; ++i) {
    CHECK(fail(attempts, "192.0.2.1") == 0);
    clock.time.ms += 1000;
  }
  // The first was 20 s ago and counts for 40 more.
  CHECK(fail(attempts, "192.0.2.1") == 40);
  CHECK(fail(attempts, "192.0.2.1") == 40);
  CHECK(fail(attempts, "192.0.2.2") == 0);
  clock.time.ms += 39'001;
  CHECK(fail(attempts, "192.0.2.1") == 1);
  clock.time.ms += 999;
  // The window slides: nineteen still count, and this one, until the next is over.
  CHECK(fail(attempts, "192.0.2.1") == 0);
  CHECK(fail(attempts, "192.0.2.1") == 1);
}

TEST_CASE("failed attempts: what counts as one address", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock, {1, std::chrono::seconds(60), 10});
  for (const char* address : {"2001:db8:1:2::1", "::ffff:192.0.2.1", "unix"})
    CHECK(fail(attempts, address) == 0);
  CHECK(fail(attempts, "2001:db8:1:2:ffff::9") == 60);
  CHECK(fail(attempts, "2001:db8:1:3::1") == 0);
  CHECK(fail(attempts, "192.0.2.1") == 60);
  CHECK(fail(attempts, "unix") == 60);
}

TEST_CASE("failed attempts: memory is bounded, and the longest quiet is forgotten first", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock, {2, std::chrono::seconds(60), 3});
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1", "192.0.2.4"}) {
    CHECK(fail(attempts, address) == 0);
    clock.time.ms += 1;
  }
  CHECK(fail(attempts, "192.0.2.1") == 60);
  CHECK(fail(attempts, "192.0.2.3") == 0);
  CHECK(fail(attempts, "192.0.2.3") == 60);
  CHECK(fail(attempts, "192.0.2.4") == 0);
  CHECK(fail(attempts, "192.0.2.4") == 60);
  CHECK(fail(attempts, "192.0.2.2") == 0);  // once more the first
  CHECK(fail(attempts, "192.0.2.2") == 0);
}

TEST_CASE("failed attempts: a clock that is set back holds nobody for long", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock, {1, std::chrono::seconds(60), 10});
  CHECK(fail(attempts, "192.0.2.1") == 0);
  clock.time.ms -= 500'000;
  CHECK(fail(attempts, "192.0.2.1") == 0);
  CHECK(fail(attempts, "192.0.2.1") == 60);
}
