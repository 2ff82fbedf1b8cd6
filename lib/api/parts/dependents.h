#pragma once
#include <cstddef>
#include <set>
#include <vector>

#include "api/context.h"
#include "api/parts/undo_plan.h"
#include "api/parts/visible_objects.h"
#include "domain/changed_object.h"
#include "domain/group.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "domain/project.h"
#include "domain/service_user.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"

namespace api {

// What belongs to a thing that is to be removed, and so came after it: looked for with of(), and told by
// check(). For this folder alone.
class Dependents {
 public:
  // REQUIRES: all of them outlive this
  Dependents(const Change& change, const domain::TenantId& tenant, VisibleObjects& visible)
      : change_(change), tenant_(tenant), visible_(visible) {}

  Outcome<void> of(const domain::Group&);
  Outcome<void> of(const domain::User&);
  Outcome<void> of(const domain::ServiceUser&);
  Outcome<void> of(const domain::Project&);
  Outcome<void> of(const domain::TenantPolicy&, const std::set<domain::RuleId>& known);

  // kBuiltUpon where there are any, with those that the caller may see, kMostLaterTold at most.
  Outcome<void> check(store::Revision undone) const;

 private:
  bool goes_on() const { return many_ <= kMostLaterTold; }
  void note(const domain::ChangedObject&, store::Revision);
  Outcome<void> mappings_of(const domain::Principal& who);
  Outcome<void> mappings_on(const domain::ResourceText&);
  Outcome<void> groups_with(const domain::Principal& member);
  Outcome<void> credentials_of(const domain::Principal& who);

  const Change& change_;
  const domain::TenantId& tenant_;
  VisibleObjects& visible_;
  std::vector<LaterChange> told_;
  std::size_t many_ = 0;
};

}  // namespace api
