#include "api/request_ids.h"

#include <set>
#include <thread>
#include <vector>

#include "base/uuid.h"
#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"

TEST_CASE("request ids: version 7, of their time, no two alike whoever asks", "[api]") {
  ManualClock clock;
  crypto::SystemRandom random;
  api::RequestIds ids(clock, random);
  constexpr std::size_t kEach = 1'000;

  std::vector<std::vector<std::string>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made)
      threads.emplace_back([&ids, &mine] {
        for (std::size_t i = 0; i < kEach; ++i) mine.push_back(ids.next());
      });
  }

  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == made.size() * kEach);
  const std::string of_now = base::Uuid::make_v7(clock.now(), {}).to_string().substr(0, 15);
  for (const auto& id : all) {
    REQUIRE(base::Uuid::parse(id));
    REQUIRE(id.substr(0, 15) == of_now);
  }
}
