#include "cedar/policy_set.h"

namespace cedar {

namespace {

struct Fill {
  const std::optional<EntityUid>& value;

  EntityOrSlot fill(const EntityOrSlot& e) const {
    return std::holds_alternative<Slot>(e) && value ? EntityOrSlot(*value) : e;
  }
  ScopeConstraint operator()(const ScopeAny& c) const { return c; }
  ScopeConstraint operator()(const ScopeEqual& c) const { return ScopeEqual{fill(c.entity)}; }
  ScopeConstraint operator()(const ScopeIn& c) const { return ScopeIn{fill(c.entity)}; }
  ScopeConstraint operator()(const ScopeIs& c) const { return c; }
  ScopeConstraint operator()(const ScopeIsIn& c) const { return ScopeIsIn{c.type, fill(c.entity)}; }
};

}  // namespace

Template linked_policy(const Policy& policy) {
  Template body = *policy.body;
  body.principal = std::visit(Fill{policy.slots.principal}, policy.body->principal);
  body.resource = std::visit(Fill{policy.slots.resource}, policy.body->resource);
  return body;
}

}  // namespace cedar
