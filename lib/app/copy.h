#pragma once
#include <functional>
#include <map>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "client/connection.h"
#include "config/config.h"

namespace app {

// Which server a server's store is a copy of.
struct Primary {
  client::Place place;
  std::string credential_file;
};

// Makes sure that the store's folder has what a copy can go on from, and marks it as one
// (following/marker.h). An empty folder gets the newest of the primary's backups, or one that it is asked to
// make, where the primary has no records of its first changes any more, and stays empty where it has. A store
// that isn't marked, such as one from a backup, has to have its newest change as the primary has it. A marked
// one is taken as it is, without asking the primary. `goes_on` is asked while it takes long; where it says
// no, that is kConflict.
//
// kInvalid where the credential isn't right; kIo where the primary doesn't answer; kConflict where the store
// is no copy of it; kCorrupt where it was found to be none.
base::Result<void> begin_copy(const config::Config&, const Primary&, const std::function<bool()>& goes_on);

// Fails with kConflict where the folder has a copy, and it isn't to be served as one; where it has none, and
// is to be.
base::Result<void> check_role(const std::string& dir, bool is_copy);

// Has what differs of two servers' configuration in the log, each thing once. One thread.
class ConfigurationWatch {
 public:
  using Configured = std::map<std::string, std::string>;  // api::Definitions::configured

  // `about` is what the primary says of itself.
  void compare(const Configured& ours, const base::Json& about);

 private:
  Configured told_;  // the primary's value of what was told
};

}  // namespace app
