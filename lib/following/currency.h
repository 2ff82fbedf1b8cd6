#pragma once
#include <chrono>
#include <mutex>
#include <optional>

#include "base/monotonic_clock.h"
#include "base/time.h"
#include "store/schema.h"

namespace following {

// Until when a copy is known to have had everything: it was then at the revision that the primary was at, or
// beyond. Safe for use by several threads, and quick.
//
// How long ago that was is told by two clocks, and the longer counts: the steady one stands still while a
// machine sleeps, and the time of day may be set back.
class Currency {
 public:
  // Both outlive this.
  Currency(const base::Clock& clock, const base::MonotonicClock& ticks) : clock_(clock), ticks_(ticks) {}

  // What an earlier process knew. A time to come is not believed.
  void begin_at(base::Timestamp);

  // The primary is at `primary` now, and the copy at `copy`.
  void note(store::Revision primary, store::Revision copy);

  // How long ago it was that the copy, which is at that revision now, had everything; nothing where it isn't
  // known that it ever had.
  std::optional<std::chrono::milliseconds> age(store::Revision copy) const;

  // The same as a time of day, for begin_at().
  std::optional<base::Timestamp> last_current(store::Revision copy) const;

 private:
  struct Moment {
    std::chrono::nanoseconds ticks{};
    base::Timestamp time;
  };
  struct Said {  // that the primary was at it then
    store::Revision revision = 0;
    Moment at;
  };
  Moment now() const { return {ticks_.now(), clock_.now()}; }
  void settle(store::Revision copy) const;

  const base::Clock& clock_;
  const base::MonotonicClock& ticks_;
  mutable std::mutex mutex_;
  // Guarded by mutex_:
  mutable std::optional<Moment> current_;
  mutable std::optional<Said> next_, last_;  // what the copy has yet to come to: the first, and the newest
};

}  // namespace following
