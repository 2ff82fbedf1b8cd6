#pragma once
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "api/service.h"
#include "app/copy.h"
#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "config/config.h"
#include "dialects/copy_of.h"
#include "following/follower.h"
#include "store/store.h"

namespace app {

// What a server has more whose store is a copy of another's: what it receives, and what it tells of its age.
// What told() says, look() and stop() are for any thread, the rest for the server's main thread.
class ServedCopy {
 public:
  // The clocks must outlive it.
  ServedCopy(Primary, const base::Clock&, const base::MonotonicClock&);

  // What the store takes instead of changes by calls. It must outlive the store.
  following::Received& received() { return received_; }

  // From here on the store follows its primary, in a thread of its own, until stop(); store and service must
  // outlive that. To be called before anybody can ask, since the answers say how old the copy is.
  base::Result<void> begin(store::Store&, const api::Service&, const config::Config&);

  // For calls, after begin().
  const dialects::CopyOf& told() const { return told_; }

  // Notes now and then how old the copy is, for the next process. kCorrupt where it was found to be no copy
  // any more, and mustn't be served. After begin(), else nothing.
  base::Result<void> look(base::Timestamp now);

  void stop();

 private:
  void mark();

  const Primary primary_;
  const std::string address_;
  following::Received received_;
  following::Currency currency_;
  dialects::CopyOf told_;
  ConfigurationWatch configuration_;               // the follower's thread's
  std::unique_ptr<following::Follower> follower_;  // from begin() on
  store::Store* store_ = nullptr;                  // likewise
  std::string dir_;                                // of the store
  std::mutex mutex_;                               // two threads may have something to note
  std::int64_t marked_ms_ = 0;                     // guarded by mutex_, as is the next
  std::string diverged_;                           // why the store is no copy any more; empty: it is one
};

}  // namespace app
