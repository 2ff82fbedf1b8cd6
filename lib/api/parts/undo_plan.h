#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "api/context.h"
#include "api/undo.h"
#include "domain/changed_object.h"
#include "domain/credential.h"
#include "domain/decision_settings.h"
#include "domain/entity.h"
#include "domain/entity_number.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/policy_test.h"
#include "domain/project.h"
#include "domain/role.h"
#include "domain/rule.h"
#include "domain/service_user.h"
#include "domain/subgroup.h"
#include "domain/tenant.h"
#include "domain/tenant_policy.h"
#include "domain/tenant_schema.h"
#include "domain/user.h"
#include "store/change.h"

// What there is to undo of a change. For this folder alone.
namespace api {

// An object as the change found it, as it left it, and as it is.
template <typename T>
struct Sides {
  using Object = T;
  std::optional<T> before, after, now;
};

// Of every noun that a tenant has.
using UndoneSides =
    std::variant<Sides<domain::Tenant>, Sides<domain::User>, Sides<domain::ServiceUser>, Sides<domain::Group>,
                 Sides<domain::Role>, Sides<domain::Project>, Sides<domain::TenantSchema>,
                 Sides<domain::TenantPolicy>, Sides<domain::Rule>, Sides<domain::StoredEntity>,
                 Sides<domain::Subgroup>, Sides<domain::Membership>, Sides<domain::Mapping>,
                 Sides<domain::Grant>, Sides<domain::Decisions>, Sides<domain::PolicyTest>,
                 Sides<domain::Credential>>;

struct UndoneObject {
  domain::ChangedObject object;
  UndoneSides sides;
};

struct UndoPlan {
  store::Revision revision = 0;
  std::vector<UndoneObject> objects;  // that the change made, removed, or gave other contents
  std::vector<LeftCredential> left;
  std::vector<domain::NumberedName> numbers;  // that names of entities lost by it
};

// Something that was written after the change.
struct LaterChange {
  std::optional<store::Revision> revision;  // nothing: not known
  std::string type, id;
};

inline constexpr std::size_t kMostLaterTold = 20;

// kBuiltUpon, with up to kMostLaterTold of them. `many` is how many there are, and those that may not be
// told.
Error built_upon(store::Revision undone, const std::vector<LaterChange>& later, std::size_t many);

// Fails as undo_change() does of what can be seen before anything is done; reads at most kMostUndone objects.
Outcome<UndoPlan> plan_undo(const Change&, const domain::TenantId& tenant, store::Revision, UndoDraft&);

}  // namespace api
