#pragma once
#include <cstddef>
#include <optional>
#include <string>

#include "client/connection.h"

namespace cli {

// `reeve replay`: asks what a decision log has anew, of what a folder holds (trial_tenant.h), at the time of
// each entry, and prints which answers would be others. Entries whose values were masked, cut or not shown
// can't be asked again, and are counted apart. Ends with 0 where no answer changes, 2 where one does, 1 where
// something can't be read, 8 where the server doesn't answer.
struct ReplayOptions {
  std::optional<std::string> file;    // entries, a line of JSON each; "-": standard input
  std::optional<std::size_t> last;    // else so many of a server's, the newest
  std::string policies;               // the folder
  client::Given at;                   // the server of `last`
  std::optional<std::string> tenant;  // its uuid
  std::optional<std::string> config;  // of what is built in, for the folder
};
int replay(const ReplayOptions&);

}  // namespace cli
