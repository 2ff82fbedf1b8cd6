#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "api/context.h"
#include "api/parts/mapping_changes.h"

namespace api {

struct PlannedRole {
  domain::RoleId id;
  ProposedRole proposed;
};
using SharedRole = std::shared_ptr<const PlannedRole>;

// The roles of many mappings, each read once, and what it gives made once: of a role with a thousand
// permissions that is most of what a question to the guard costs. Keeps a hundred. Lives no longer than the
// Read, and only while roles stay as they are.
class PlannedRoles {
 public:
  PlannedRoles(const Read& read, const domain::TenantId& tenant) : read_(read), tenant_(tenant) {}

  // By id or by slug, as find_role_named() does; null where there is none.
  Outcome<SharedRole> named(std::string_view id_or_slug);

  // That of a mapping. Where its record is gone it gives nothing, and its id is what it is called.
  Outcome<SharedRole> of(const domain::RoleId&);

 private:
  SharedRole make(std::string_view slug, const domain::Role* role, const domain::RoleId& id) const;

  const Read& read_;
  const domain::TenantId tenant_;
  std::map<std::string, SharedRole, std::less<>> named_;
  std::map<domain::RoleId, SharedRole> of_mappings_;
};

}  // namespace api
