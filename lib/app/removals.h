#pragma once
#include "base/time.h"
#include "crypto/random.h"
#include "domain/deletion.h"
#include "domain/session.h"
#include "store/store.h"

namespace app {

// Takes out of the store what was deleted and what has expired, in steps, each a change of its own among
// those of others. What the end of this process leaves, the next goes on with. One thread; waits for the
// writer for a few seconds at most. Failures are in the log.
class Removals {
 public:
  // Both must outlive it.
  Removals(store::Store& store, crypto::Random& random) : store_(store), random_(random) {}

  // Goes on with what deleted things had, for about a second at most.
  void delete_what_is_left();

  // Answers kept for repeated requests, slugs and sessions; true where more are waiting. To be called about
  // once a minute, and at once where it answered so.
  bool remove_expired(base::Timestamp now);

 private:
  store::Store& store_;
  crypto::Random& random_;
  domain::DeletionPlace deletions_;  // behind what can't go on
  domain::SessionId sessions_looked_at_;
};

}  // namespace app
