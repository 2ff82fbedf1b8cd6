#include "http/request_rates.h"

#include <thread>
#include <vector>

#include "tests/support/catch.h"

using http::RequestRates;
using std::chrono::milliseconds;

namespace {

class HandClock final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return now_; }
  void set(std::chrono::nanoseconds at) { now_ = at; }

 private:
  std::chrono::nanoseconds now_ = std::chrono::hours(1);
};

base::Uuid caller(std::uint32_t n) {
  base::Uuid::Bytes bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<std::uint8_t>(n >> (8 * i));
  bytes[15] = 1;
  return base::Uuid(bytes);
}

// How many of so many requests at once go on.
int let_in(RequestRates& rates, const base::Uuid& who, int requests) {
  int n = 0;
  for (int i = 0; i < requests; ++i) n += rates.take(who) ? 0 : 1;
  return n;
}

}  // namespace

TEST_CASE("rates: a second's worth at once, then as they come", "[http]") {
  struct Row {
    std::size_t per_second;
    milliseconds after;  // since the bucket was emptied
    int may;
  };
  for (const auto& [per_second, after, may] :
       {Row{4, milliseconds(0), 0}, Row{4, milliseconds(249), 0}, Row{4, milliseconds(250), 1},
        Row{4, milliseconds(749), 2}, Row{4, milliseconds(1000), 4}, Row{4, milliseconds(3'600'000), 4},
        Row{1, milliseconds(999), 0}, Row{1, milliseconds(1000), 1}, Row{1'000'000, milliseconds(1), 1000}}) {
    HandClock clock;
    RequestRates rates(clock, per_second);
    INFO(per_second << " a second, after " << after.count() << " ms");
    const auto begin = clock.now();
    CHECK(let_in(rates, caller(1), static_cast<int>(per_second) + 10) == static_cast<int>(per_second));
    CHECK(rates.take(caller(1)) == std::chrono::seconds(1));
    clock.set(begin + after);
    CHECK(let_in(rates, caller(1), may + 10) == may);
    CHECK(let_in(rates, caller(2), 1) == 1);  // whatever others do
  }
}

TEST_CASE("rates: without a limit nobody is kept; a limit counts from when it is set", "[http]") {
  HandClock clock;
  RequestRates rates(clock);
  CHECK(let_in(rates, caller(1), 1000) == 1000);
  CHECK(rates.callers() == 0);
  rates.set_limit(10);
  CHECK(let_in(rates, caller(1), 1000) == 10);
  rates.set_limit(20);
  clock.set(clock.now() + milliseconds(500));
  CHECK(let_in(rates, caller(1), 1000) == 10);
  rates.set_limit(0);
  CHECK(let_in(rates, caller(1), 1000) == 1000);
}

TEST_CASE("rates: idle callers leave, and there are never more than the bound", "[http]") {
  HandClock clock;
  RequestRates rates(clock, 5);
  for (std::uint32_t n = 0; n < 300'000; ++n) rates.take(caller(n));
  CHECK(rates.callers() <= RequestRates::kMostCallers);
  CHECK(rates.callers() > RequestRates::kMostCallers / 4);
  for (int second = 0; second < 2; ++second) {
    clock.set(clock.now() + milliseconds(1000));
    for (std::uint32_t n = 0; n < 10'000; ++n) rates.take(caller(n));  // somebody in every shard
  }
  CHECK(rates.callers() == 10'000);
}

TEST_CASE("rates: who asks all the time never gets more, although tables change", "[http]") {
  HandClock clock;
  RequestRates rates(clock, 10);
  int through = 0;
  for (int ms = 0; ms < 10'000; ms += 5) {
    through += let_in(rates, caller(7), 1);
    clock.set(clock.now() + milliseconds(5));
  }
  CHECK(through == 10 + 99);  // the bucket, and one each 100 ms
}

TEST_CASE("rates: several threads share a caller's bucket", "[http]") {
  HandClock clock;
  RequestRates rates(clock, 1000);
  std::atomic<int> through = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        through += rates.take(caller(1)) ? 0 : 1;
        rates.take(caller(static_cast<std::uint32_t>(i)));
        if (i % 100 == 0) rates.set_limit(1000);
      }
    });
  for (std::thread& thread : threads) thread.join();
  // caller(1) is also asked for once by the loop of each thread.
  CHECK(through >= 1000 - 4);
  CHECK(through <= 1000);
}
