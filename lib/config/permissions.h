#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "names/permission_name.h"
#include "names/risk.h"

namespace config {

// One permission of the catalogue, as permissions.yaml gives it.
struct PermissionSpec {
  names::PermissionName name;
  std::string title;        // 1-200 characters
  std::string description;  // up to 2,000 characters, may be empty
  names::Risk risk = names::Risk::kLow;
  // What it grants besides itself: as written, patterns (`*`, `organization:*`) expanded, sorted, without
  // repeats; not the closure. Every name is in the catalogue, and there is no cycle.
  std::vector<names::PermissionName> implies;
  // Those patterns as written. They stand for permissions made by call, too, which aren't in `implies`.
  std::vector<std::string> patterns;
};

inline constexpr std::size_t kMaxPermissions = 1000;

// Reads permissions.yaml; in the file's order. Mistakes as load_config() reports them.
base::Result<std::vector<PermissionSpec>> load_permissions(const std::string& path);
base::Result<std::vector<PermissionSpec>> parse_permissions(const std::string& path, std::string_view text);

}  // namespace config
