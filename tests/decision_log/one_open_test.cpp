#include "decision_log/one_open.h"

#include "tests/support/catch.h"

using decision_log::OneOpen;

namespace {

// Asks, at the end of its own destructor, whether another may be opened.
struct Probe {
  const OneOpen<Probe>& of;
  bool& seen_closed;

  ~Probe() { seen_closed = of.is_closed(); }
};

}  // namespace

TEST_CASE("decision log: what is being closed isn't closed yet", "[decision_log]") {
  OneOpen<Probe> one;
  CHECK(one.is_closed());
  bool seen_closed = true;
  std::shared_ptr<Probe> shared = one.share(std::unique_ptr<Probe>(new Probe{one, seen_closed}));
  std::shared_ptr<const Probe> reader = shared;
  shared.reset();
  CHECK_FALSE(one.is_closed());
  reader.reset();
  CHECK_FALSE(seen_closed);
  CHECK(one.is_closed());
}

TEST_CASE("decision log: a reader may be the last, after the log itself", "[decision_log]") {
  bool seen_closed = false;
  std::shared_ptr<Probe> reader;
  const OneOpen<Probe> other;
  {
    OneOpen<Probe> one;
    reader = one.share(std::unique_ptr<Probe>(new Probe{other, seen_closed}));
  }
  reader.reset();
  CHECK(seen_closed);
}
