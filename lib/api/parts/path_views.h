#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/effective.h"
#include "api/parts/visible_mappings.h"
#include "authz/access_paths.h"
#include "domain/catalogue.h"
#include "domain/credential.h"
#include "domain/mapping.h"
#include "domain/role.h"

namespace api {

// Makes what a caller is told of access paths, and remembers what it looked up for them: names of groups,
// roles, and whether the caller may list a group's roles. Lives no longer than the Read.
class PathViews {
 public:
  PathViews(const Read& read, const domain::TenantId& tenant)
      : read_(read), tenant_(tenant), visible_(read, tenant) {}

  // A role that gives something now: enabled, and what its slug means in the tenant. Null where it isn't so.
  // The pointer lives as long as this.
  struct GivingRole {
    domain::Role role;
    domain::PermissionSet permissions;  // implied ones included
  };
  Outcome<const GivingRole*> giving(const domain::RoleId&);

  // Whether the caller may see what the group itself holds.
  Outcome<bool> may_list_roles_of(const domain::GroupId&);

  // Takes away those that aren't in force, and those of groups whose roles the caller may not list, which are
  // counted.
  Outcome<void> keep_visible(std::vector<domain::Mapping>&);

  // Which paths lead to the same: those to one resource, or of one role on whatever resources.
  enum class Same : std::uint8_t { kResource, kRole };

  // Adds the paths to what these mappings give. Somebody holds that twice by two paths to the same; what is
  // held for the whole tenant is held on everything.
  Outcome<void> add(const authz::GroupWays&, const std::vector<domain::Mapping>&, AccessPaths&,
                    Same same = Same::kResource);

  // Of an API key's own scopes, which it holds for the whole tenant.
  void add(const domain::Credential&, AccessPaths&) const;

  std::size_t hidden() const { return hidden_; }

 private:
  Outcome<std::string> name_of(const domain::GroupId&);
  static void add_path(const AccessPath&, Same, AccessPaths&);
  void note_end(const std::optional<base::Timestamp>& expires_at, AccessPaths&) const;

  const Read& read_;
  const domain::TenantId tenant_;
  std::map<domain::RoleId, std::optional<GivingRole>> roles_;
  std::map<domain::GroupId, std::string> names_;
  VisibleMappings visible_;
  std::size_t hidden_ = 0;
};

}  // namespace api
