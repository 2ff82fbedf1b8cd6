#include "http/failure_counts.h"

#include <algorithm>

#include "tests/support/catch.h"

namespace {

using http::FailureCounts;

constexpr std::int64_t kMinuteMs = 60'000;

// "address count first last", sorted.
std::vector<std::string> told(std::vector<FailureCounts::Count> counts) {
  std::vector<std::string> out;
  for (const auto& c : counts)
    out.push_back(c.address + " " + std::to_string(c.count) + " " + std::to_string(c.first_at.ms) + " " +
                  std::to_string(c.last_at.ms));
  std::sort(out.begin(), out.end());
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("failure counts: the first of an address has a line, the others one when the minute is over",
          "[http]") {
  FailureCounts failures;
  CHECK(failures.add("192.0.2.1", {1'000}));
  CHECK(failures.add("192.0.2.2", {1'100}));
  for (std::int64_t ms = 2'000; ms < 12'000; ms += 10) CHECK_FALSE(failures.add("192.0.2.1", {ms}));
  CHECK(failures.take({1'000 + kMinuteMs - 1}, false).empty());
  CHECK(told(failures.take({1'000 + kMinuteMs}, false)) == Texts{"192.0.2.1 1000 2000 11990"});
  CHECK(failures.take({1'000 + 2 * kMinuteMs}, true).empty());
  CHECK(failures.add("192.0.2.1", {90'000}));  // a new minute
  CHECK_FALSE(failures.add("192.0.2.1", {90'001}));
  CHECK(told(failures.take({90'002}, true)) == Texts{"192.0.2.1 1 90001 90001"});
}

TEST_CASE("failure counts: what is one address, and a clock that is set back", "[http]") {
  FailureCounts failures;
  CHECK(failures.add("2001:db8:1:2::1", {1'000}));
  CHECK_FALSE(failures.add("2001:db8:1:2:ffff::9", {1'000}));
  CHECK(failures.add("2001:db8:1:3::1", {1'000}));
  CHECK(failures.add("unix", {1'000}));
  CHECK_FALSE(failures.add("unix", {1'000}));
  CHECK(failures.take({0}, false).size() == 2);
}

TEST_CASE("failure counts: beyond so many addresses they are counted together", "[http]") {
  FailureCounts failures(100);
  std::size_t lines = 0;
  for (int i = 0; i < 100'000; ++i)
    lines += failures.add("10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250), {i}) ? 1U : 0U;
  CHECK(lines == 100);
  CHECK(told(failures.take({100'000}, false)) == Texts{"others 99900 100 99999"});
}
