#pragma once
#include <chrono>
#include <cstddef>
#include <mutex>
#include <unordered_map>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/session.h"

namespace api {

// When sessions were last used, which is what ends those that nobody uses. It is kept in memory, since a
// write for each click would be the writer's: a server that is started anew takes its start for a use of all.
// Safe for use by several threads.
class SessionUses {
 public:
  static constexpr std::chrono::minutes kIdle{30};
  static constexpr std::size_t kMost =
      10'000;  // remembered; of more those used longest ago are looked for anew

  explicit SessionUses(base::Timestamp started) : started_(started) {}

  // Whether the session was used less than kIdle before that moment; then it is used by this.
  struct Use {
    base::Timestamp begun;  // the session
    base::Timestamp at;
  };
  bool use(const domain::SessionId&, const Use&);

 private:
  const base::Timestamp started_;
  std::mutex mutex_;
  std::unordered_map<base::Uuid, base::Timestamp> last_;  // guarded by mutex_
};

}  // namespace api
