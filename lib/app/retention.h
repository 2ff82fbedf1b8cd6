#pragma once
#include <chrono>

#include "base/time.h"
#include "config/config.h"
#include "store/store.h"

namespace app {

// Lets go what the store has kept for long enough. Belongs to the housekeeper's thread.
class Retention {
 public:
  // All outlive this.
  Retention(store::Store&, const config::Config&, const base::Clock&);

  // Goes on with what is due, in bounded steps, each a change of its own among those of others, and for a
  // second at most, or as long as one step waits for the writer. To be called about once a second.
  void beat();

 private:
  void trim_changes(std::chrono::steady_clock::time_point until);

  store::Store& store_;
  const config::StoreConfig& config_;
  const base::Clock& clock_;
  std::chrono::steady_clock::time_point changes_looked_at_{};
};

}  // namespace app
