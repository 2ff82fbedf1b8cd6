#include "dialects/change_waits.h"

#include <atomic>
#include <future>

#include "tests/support/catch.h"

using dialects::ChangeWaits;

namespace {

class ManualTicks final : public base::MonotonicClock {
 public:
  std::chrono::nanoseconds now() const override { return std::chrono::milliseconds(ms_.load()); }
  void pass(int ms) { ms_ += ms; }

 private:
  std::atomic<int> ms_ = 0;
};

base::Uuid id_of(unsigned char last) {
  std::string raw(16, '\0');
  raw.back() = static_cast<char>(last);
  return base::Uuid::from_raw(raw);
}

struct Scene {
  std::atomic<std::uint64_t> newest = 10, last = 5;
  ManualTicks ticks;
  std::unique_ptr<ChangeWaits> waits =
      ChangeWaits::start({[this] { return newest.load(); }, &ticks, 4, 2}).value();

  // The revision with which a wait of a second goes on.
  std::uint64_t add(std::future<std::uint64_t>& resumed, std::uint64_t after) {
    const auto told = std::make_shared<std::promise<std::uint64_t>>();
    resumed = told->get_future();
    return waits->add({[this] { return last.load(); }, after, ticks.now() + std::chrono::seconds(1),
                       [told](std::uint64_t from) { told->set_value(from); }});
  }
};

bool still_waits(const std::future<std::uint64_t>& resumed) {
  return resumed.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout;
}

}  // namespace

TEST_CASE("change waits: others' changes wake nobody, and needn't be looked at", "[http][changes]") {
  Scene s;
  std::future<std::uint64_t> resumed;
  REQUIRE(s.add(resumed, 10) != 0);
  s.newest = 20;
  CHECK(still_waits(resumed));
  s.last = 22;  // noted, and not yet on disk
  CHECK(still_waits(resumed));
  s.newest = 22;
  CHECK(resumed.get() == 20);
}

TEST_CASE("change waits: the time ends one, and so does the server", "[http][changes]") {
  Scene s;
  std::future<std::uint64_t> resumed;
  REQUIRE(s.add(resumed, 10) != 0);
  s.ticks.pass(999);
  CHECK(still_waits(resumed));
  s.ticks.pass(1);
  CHECK(resumed.get() == 10);
  REQUIRE(s.add(resumed, 10) != 0);
  s.waits->end();
  CHECK(resumed.get() == 10);
  CHECK(s.waits->is_ending());
  CHECK(s.add(resumed, 10) == 0);
}

TEST_CASE("change waits: what is cancelled, or waits at the end, is dropped", "[http][changes]") {
  Scene s;
  const auto alive = std::make_shared<int>(0);
  const auto add = [&] {
    return s.waits->add({[] { return std::uint64_t{0}; }, 10, std::chrono::hours(1), [alive](auto) {}});
  };
  const std::uint64_t number = add();
  add();
  CHECK(alive.use_count() >= 3);
  s.waits->cancel(number);
  s.waits->cancel(number);
  s.waits->stop();
  CHECK(alive.use_count() == 1);
}

TEST_CASE("change waits: places are bounded, in all and for each", "[http][changes]") {
  Scene s;
  auto first = s.waits->take_place(id_of(1)), second = s.waits->take_place(id_of(1));
  CHECK((first && second));
  CHECK_FALSE(s.waits->take_place(id_of(1)));
  const auto third = s.waits->take_place(id_of(2)), fourth = s.waits->take_place(id_of(3));
  CHECK((third && fourth));
  CHECK_FALSE(s.waits->take_place(id_of(2)));
  // Others took them all; a first place is there for some more.
  std::vector<dialects::ChangeWaits::Place> firsts;
  for (unsigned char who = 4; who < 8; ++who) {
    firsts.push_back(s.waits->take_place(id_of(who)));
    CHECK(firsts.back());
    CHECK_FALSE(s.waits->take_place(id_of(who)));
  }
  CHECK_FALSE(s.waits->take_place(id_of(8)));
  first = nullptr;
  CHECK(s.waits->take_place(id_of(8)));
  CHECK_FALSE(s.waits->take_place(id_of(1)));
}
