// Whether a request is one that the schema describes depends on its action, on the types of principal,
// resource and whatever the context has, and on nothing else; but that an enumeration has its entities by
// name. So of
//
//   action "role:get" appliesTo { principal: [User, ServiceUser], resource: [Role, Tenant], context: Plain };
//
// one check with an example of the guard's context says yes for every call by a User or ServiceUser on a Role
// or Tenant whose context is like it. What the examples don't say yes to, and every call of a schema that has
// an enumeration, is left to check_request(): this table saves time and decides nothing.
#include "authz/described_calls.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace authz {
namespace {

std::vector<std::string> names_of(const std::vector<const cedar::SchemaEntityType*>& types) {
  std::vector<std::string> names;
  for (const auto* type : types) names.push_back(type->name.text());
  return names;
}

bool has(const std::vector<std::string>& names, const cedar::EntityUid& uid) {
  return std::find(names.begin(), names.end(), uid.type().text()) != names.end();
}

bool describes_all(const cedar::Schema& schema, const DescribedCall& call,
                   std::span<const cedar::Record> contexts) {
  if (call.principals.empty() || call.resources.empty()) return false;
  const cedar::EntityUid principal(cedar::Name::unchecked(call.principals.front()), "");
  const cedar::EntityUid resource(cedar::Name::unchecked(call.resources.front()), "");
  return std::all_of(contexts.begin(), contexts.end(), [&](const cedar::Record& context) {
    return check_request({principal, call.action, resource, context}, schema).ok();
  });
}

}  // namespace

bool DescribedCall::describes(const cedar::EntityUid& principal, const cedar::EntityUid& resource) const {
  return has(principals, principal) && has(resources, resource);
}

DescribedCalls::DescribedCalls(const cedar::Schema& schema, std::span<const cedar::Record> contexts) {
  const auto types = schema.entity_types();
  if (std::any_of(types.begin(), types.end(), [](const auto& type) { return type.enum_ids != nullptr; }))
    return;
  for (const cedar::SchemaAction& action : schema.actions()) {
    if (action.uid.type().text() != "Action") continue;
    DescribedCall call{action.uid, names_of(principals_of(action, schema)),
                       names_of(resources_of(action, schema))};
    if (describes_all(schema, call, contexts)) calls_.emplace(action.uid.id(), std::move(call));
  }
}

const DescribedCall* DescribedCalls::find(std::string_view action) const {
  const auto found = calls_.find(action);
  return found == calls_.end() ? nullptr : &found->second;
}

}  // namespace authz
