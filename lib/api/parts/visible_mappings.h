#pragma once
#include <map>

#include "api/context.h"
#include "domain/ids.h"
#include "domain/principal.h"

namespace api {

// Which mappings the caller may see, of those that may list the tenant's: a group's where it may list that
// group's own (op::list_mappings), which is asked once of each. Lives no longer than the Read.
class VisibleMappings {
 public:
  VisibleMappings(const Read& read, const domain::TenantId& tenant) : read_(read), tenant_(tenant) {}

  Outcome<bool> may_list_roles_of(const domain::GroupId&);

  // False also where that can't be found out.
  bool are_of(const domain::Principal& who);

 private:
  const Read& read_;
  const domain::TenantId tenant_;
  std::map<domain::GroupId, bool> known_;
};

}  // namespace api
