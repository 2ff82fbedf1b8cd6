#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "names/permission_name.h"

namespace config {

// The known permissions, to look names up in and to guess from.
class Catalogue {
 public:
  void add(const names::PermissionName& name);
  bool contains(const names::PermissionName& name) const { return names_.contains(name); }

  // Those that `*`, `resource:*` or `service/resource:*` stands for; nothing where the text is no pattern.
  std::optional<std::vector<names::PermissionName>> expand(std::string_view pattern) const;

  // The permission that a text names. The error's message says that it isn't known, and guesses if asked to.
  base::Result<names::PermissionName> find(std::string_view text, bool with_guess) const;

 private:
  std::set<names::PermissionName> names_;
  std::vector<std::string> spellings_;  // all three of each
};

}  // namespace config
