#include "http/failed_attempts.h"

#include <string>

#include "tests/support/catch.h"

namespace {

class SetClock final : public base::Clock {
 public:
  base::Timestamp now() const override { return time; }
  base::Timestamp time{1'000'000};
};

long blocked(http::FailedAttempts& attempts, std::string_view address) {
  const auto left = attempts.blocked(address);
  return left ? static_cast<long>(left->count()) : 0;
}

}  // namespace

TEST_CASE("failed attempts: twenty in a minute, and then a pause", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock);
  for (int i = 0; i < 20; ++i) {
    CHECK(blocked(attempts, "192.0.2.1") == 0);
    attempts.record_failure("192.0.2.1");
    clock.time.ms += 1000;
  }
  // The first was 20 s ago and counts for 40 more.
  CHECK(blocked(attempts, "192.0.2.1") == 40);
  CHECK(blocked(attempts, "192.0.2.2") == 0);
  clock.time.ms += 39'001;
  CHECK(blocked(attempts, "192.0.2.1") == 1);
  clock.time.ms += 999;
  CHECK(blocked(attempts, "192.0.2.1") == 0);
  // The window slides: nineteen still count, and one more failure blocks until the next is over.
  attempts.record_failure("192.0.2.1");
  CHECK(blocked(attempts, "192.0.2.1") == 1);
}

TEST_CASE("failed attempts: what counts as one address", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock, {1, std::chrono::seconds(60), 10});
  attempts.record_failure("2001:db8:1:2::1");
  attempts.record_failure("::ffff:192.0.2.1");
  attempts.record_failure("unix");
  CHECK(blocked(attempts, "2001:db8:1:2:ffff::9") == 60);
  CHECK(blocked(attempts, "2001:db8:1:3::1") == 0);
  CHECK(blocked(attempts, "192.0.2.1") == 60);
  CHECK(blocked(attempts, "unix") == 60);
}

TEST_CASE("failed attempts: memory is bounded, and the longest quiet is forgotten first", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock, {1, std::chrono::seconds(60), 3});
  for (const char* address : {"192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.1", "192.0.2.4"}) {
    attempts.record_failure(address);
    clock.time.ms += 1;
  }
  CHECK(blocked(attempts, "192.0.2.1") == 60);
  CHECK(blocked(attempts, "192.0.2.2") == 0);
  CHECK(blocked(attempts, "192.0.2.3") == 60);
  CHECK(blocked(attempts, "192.0.2.4") == 60);
}

TEST_CASE("failed attempts: a clock that is set back blocks nobody for long", "[http]") {
  SetClock clock;
  http::FailedAttempts attempts(clock, {1, std::chrono::seconds(60), 10});
  attempts.record_failure("192.0.2.1");
  clock.time.ms -= 500'000;
  CHECK(blocked(attempts, "192.0.2.1") == 0);
  attempts.record_failure("192.0.2.1");
  CHECK(blocked(attempts, "192.0.2.1") == 60);
}
