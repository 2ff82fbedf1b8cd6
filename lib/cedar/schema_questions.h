#pragma once
#include <cstddef>
#include <vector>

#include "base/result.h"
#include "cedar/limits.h"
#include "cedar/policy_set.h"
#include "cedar/schema.h"

// Who could ask for what, as a schema says it. Answers are in the schema's order, have each thing once, and
// point into the schema, which must outlive them. Each takes time linear in the number of actions or entity
// types, and in its answer.
namespace cedar {

// An action, and one type each of the principals and resources it applies to.
struct RequestEnvironment {
  const SchemaEntityType* principal;
  const SchemaAction* action;
  const SchemaEntityType* resource;
};

// All that the schema allows, by action, then principal, then resource: as many as the products of these.
std::vector<RequestEnvironment> request_environments(const Schema&);

// Those in which a policy may apply: where scope and conditions are right by their types, and not false by
// them (so none where the policy names what the schema lacks). A template may apply if it does for some
// values of its slots; a link has its own. Fails if that takes more than `max_steps`: each environment, and
// each node of a condition checked in it, is at least one step.
base::Result<std::vector<RequestEnvironment>> request_environments(
    const Template&, const Schema&, std::size_t max_steps = kMaxValidationSteps);
base::Result<std::vector<RequestEnvironment>> request_environments(
    const Policy&, const Schema&, std::size_t max_steps = kMaxValidationSteps);

// The types an action applies to; none of one that only groups others, or is external.
std::vector<const SchemaEntityType*> principals_of(const SchemaAction&, const Schema&);
std::vector<const SchemaEntityType*> resources_of(const SchemaAction&, const Schema&);

// The same of all actions together.
std::vector<const SchemaEntityType*> principals(const Schema&);
std::vector<const SchemaEntityType*> resources(const Schema&);

// The actions that apply to such a principal and such a resource.
std::vector<const SchemaAction*> actions_of(const SchemaEntityType& principal,
                                            const SchemaEntityType& resource, const Schema&);

// The types that entities of a type may have as ancestors, and the groups that an action is in, by any number
// of steps.
std::vector<const SchemaEntityType*> ancestors_of(const SchemaEntityType&, const Schema&);
std::vector<const SchemaAction*> ancestors_of(const SchemaAction&, const Schema&);

// The actions that others are in.
std::vector<const SchemaAction*> action_groups(const Schema&);

}  // namespace cedar
