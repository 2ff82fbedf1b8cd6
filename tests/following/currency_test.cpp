#include "following/currency.h"

#include <string>

#include "tests/support/catch.h"
#include "tests/support/manual_clock.h"
#include "tests/support/manual_ticks.h"

using following::Currency;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct World {
  ManualClock clock;
  ManualTicks ticks;
  Currency currency{clock, ticks};

  void pass(std::int64_t s) {
    clock.advance(1000 * s);
    ticks.advance(seconds(s));
  }
  // "5 s", "unknown"
  std::string age(store::Revision copy) const {
    const auto age = currency.age(copy);
    return age ? std::to_string(age->count() / 1000) + " s" : "unknown";
  }
};

}  // namespace

TEST_CASE("currency: a copy is as old as the last moment at which it had everything", "[following]") {
  World w;
  CHECK(w.age(0) == "unknown");
  w.currency.note(7, 5);
  w.pass(10);
  CHECK(w.age(6) == "unknown");
  CHECK(w.age(7) == "10 s");
  w.currency.note(7, 7);
  CHECK(w.age(7) == "0 s");
  w.pass(3);
  CHECK(w.age(7) == "3 s");
  CHECK(w.currency.last_current(7)->ms == w.clock.now().ms - 3000);
}

TEST_CASE("currency: while the primary doesn't stop changing, what was reached counts", "[following]") {
  World w;
  w.currency.note(0, 0);
  for (store::Revision primary = 10; primary <= 100; primary += 10) {
    w.pass(1);
    w.currency.note(primary, primary - 10);  // a second behind, all the time
    CHECK(w.age(primary - 10) == "1 s");
  }
  w.pass(1);
  for (store::Revision primary = 101; primary <= 200; ++primary) w.currency.note(primary, 100);
  w.pass(5);
  CHECK(w.age(100) == "6 s");
  CHECK(w.age(101) == "5 s");  // the first it was told of
  CHECK(w.age(200) == "5 s");  // and the newest
}

TEST_CASE("currency: of two clocks the one that says longer counts", "[following]") {
  World w;
  w.currency.note(1, 1);
  w.clock.advance(60'000);  // the machine slept, or somebody set the time
  CHECK(w.age(1) == "60 s");
  w.clock.advance(-600'000);
  w.ticks.advance(seconds(90));
  CHECK(w.age(1) == "90 s");
}

TEST_CASE("currency: what an earlier process knew is believed, but not of a time to come", "[following]") {
  World w;
  w.currency.begin_at({w.clock.now().ms + 1});
  CHECK(w.age(1) == "unknown");
  w.currency.begin_at({w.clock.now().ms - 5000});
  CHECK(w.age(1) == "5 s");
  w.pass(2);
  CHECK(w.age(1) == "7 s");
  w.clock.advance(-100'000);
  CHECK(w.age(1) == "7 s");
}
