#pragma once
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "store/schema.h"

namespace following {

// That the store in a folder is a copy of another server's, in the file COPY beside it: so that nobody serves
// it as a primary by mistake, and so that the copy's age is known across a restart.
struct Marker {
  std::string primary;  // its address, without a credential
  // When the copy was last known to have everything, and its revision then; none: it isn't known.
  std::optional<base::Timestamp> current_at{};
  store::Revision revision = 0;
  std::string diverged{};  // why this is a copy no more; empty: it is one

  bool operator==(const Marker&) const = default;
};

std::string marker_path(const std::string& dir);

// Nothing where there is none. Fails where it can't be read: then nobody can say what the store is.
base::Result<std::optional<Marker>> read_marker(const std::string& dir);

// Replaces the file whole, mode 0600.
base::Result<void> write_marker(const std::string& dir, const Marker&);

// From then on the store is one that decides alone. Lasts when this returns.
base::Result<void> remove_marker(const std::string& dir);

}  // namespace following
