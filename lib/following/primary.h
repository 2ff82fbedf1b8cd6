#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "client/connection.h"
#include "store/change.h"

namespace following {

// What a server says when it is asked for the changes behind a revision.
struct Asked {
  bool is_gone = false;                        // it has no records any more of what comes next
  store::Revision oldest = 0;                  // then: the first that it has
  std::string why;                             // likewise, in its words
  std::optional<store::ChangeRecord> first{};  // else the first that comes, if any does
};

// Asks for the first of the changes behind `after`, without waiting for one. kInvalid where it answers that
// something else is wrong, such as the credential; kIo where it doesn't answer.
base::Result<Asked> ask_for_changes(const client::Connection& primary, store::Revision after);

}  // namespace following
