#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/permissions.h"
#include "names/permission_name.h"

namespace config {

// One system role, as roles.yaml gives it.
struct RoleSpec {
  std::string slug;                           // ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$
  std::string name;                           // 1-200 characters, for people
  std::string description;                    // up to 2,000 characters, may be empty
  std::vector<names::PermissionName> scopes;  // sorted, without repeats, all in the catalogue
};

inline constexpr std::size_t kMaxRoles = 1000;

// Reads roles.yaml; in the file's order. Mistakes as load_config() reports them.
base::Result<std::vector<RoleSpec>> load_roles(const std::string& path,
                                               const std::vector<PermissionSpec>& catalogue);
base::Result<std::vector<RoleSpec>> parse_roles(const std::string& path, std::string_view text,
                                                const std::vector<PermissionSpec>& catalogue);

}  // namespace config
