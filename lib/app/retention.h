#pragma once
#include <chrono>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/time.h"
#include "config/config.h"
#include "crypto/random.h"
#include "domain/audit_archive.h"
#include "domain/owner.h"
#include "store/store.h"

namespace app {

// Lets go what the store has kept for long enough. Belongs to the housekeeper's thread.
class Retention {
 public:
  // All outlive this. Of a copy of another server's store only change records go: what else does comes from
  // there.
  Retention(store::Store&, const config::Config&, const base::Clock&, crypto::Random&,
            std::chrono::milliseconds budget = std::chrono::seconds(1), bool is_copy = false);

  // Goes on with what is due, in bounded steps, each a change of its own among those of others, and for
  // the budget at most, or as long as one step waits for the writer. To be called about once a second.
  void beat();

 private:
  using Moment = std::chrono::steady_clock::time_point;

  void trim_changes(Moment until);

  // A step of cutting chains of the audit log; false where nothing is left to do.
  base::Result<bool> cut_step();
  base::Result<bool> look_at_chains();
  base::Result<bool> look_at_changes();
  base::Result<bool> archive_step();
  base::Result<bool> remove_step();

  store::Store& store_;
  const config::StoreConfig config_;
  const config::AuditConfig audit_;
  const base::Clock& clock_;
  crypto::Random& random_;
  const std::chrono::milliseconds budget_;
  const bool is_copy_;
  std::optional<Moment> changes_looked_at_;

  // The round through all chains, of which there is one an hour:
  std::optional<Moment> round_begun_;
  bool in_round_ = false;
  std::string looked_at_;                        // the last chain's key in audit_head
  std::optional<domain::AuditArchive> archive_;  // being written
  std::optional<domain::Owner> removing_;        // what is sealed of it
  bool changes_known_ = false;                   // all change records were looked at …
  store::Revision change_looked_at_ = 0;         // … up to this one
  std::map<std::string, std::uint64_t> needed_;  // by chain: the first entry that a change record needs
};

}  // namespace app
