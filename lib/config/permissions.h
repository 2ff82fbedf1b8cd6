#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/permission_name.h"
#include "base/result.h"
#include "base/risk.h"

namespace config {

// One permission of the catalogue, as permissions.yaml gives it.
struct PermissionSpec {
  PermissionName name;
  std::string title;        // 1-200 characters
  std::string description;  // up to 2,000 characters, may be empty
  Risk risk = Risk::kLow;
  // What it grants besides itself: as written, patterns (`*`, `organization:*`) expanded, sorted, without
  // repeats; not the closure. Every name is in the catalogue, and there is no cycle.
  std::vector<PermissionName> implies;
};

inline constexpr std::size_t kMaxPermissions = 1000;

// Reads permissions.yaml; in the file's order. Mistakes as load_config() reports them.
Result<std::vector<PermissionSpec>> load_permissions(const std::string& path);
Result<std::vector<PermissionSpec>> parse_permissions(const std::string& path, std::string_view text);

}  // namespace config
