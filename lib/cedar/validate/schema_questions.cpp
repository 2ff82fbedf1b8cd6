#include "cedar/schema_questions.h"

#include <algorithm>

#include "cedar/policy_set.h"
#include "cedar/validate/environment.h"
#include "cedar/validate/findings.h"
#include "cedar/validate/type_checker.h"

namespace cedar {

namespace {

using Types = std::vector<std::uint32_t> SchemaAction::AppliesTo::*;

std::vector<const SchemaEntityType*> types_of(const SchemaAction& action, Types types, const Schema& schema) {
  std::vector<const SchemaEntityType*> found;
  if (!action.applies_to) return found;
  for (const std::uint32_t index : (*action.applies_to).*types)
    found.push_back(&schema.entity_types()[index]);
  return found;
}

std::vector<const SchemaEntityType*> types_of_all(Types types, const Schema& schema) {
  std::vector<bool> is_one(schema.entity_types().size());
  for (const SchemaAction& action : schema.actions())
    for (const SchemaEntityType* type : types_of(action, types, schema))
      is_one[static_cast<std::size_t>(type - schema.entity_types().data())] = true;
  std::vector<const SchemaEntityType*> found;
  for (std::size_t i = 0; i < is_one.size(); ++i)
    if (is_one[i]) found.push_back(&schema.entity_types()[i]);
  return found;
}

// Pointers to those that f says yes to.
template <typename T, typename F>
std::vector<const T*> those(std::span<const T> all, F f) {
  std::vector<const T*> found;
  for (const T& one : all)
    if (f(one)) found.push_back(&one);
  return found;
}

bool has(const std::vector<std::uint32_t>& sorted, const SchemaEntityType& type, const Schema& schema) {
  return std::binary_search(sorted.begin(), sorted.end(),
                            static_cast<std::uint32_t>(&type - schema.entity_types().data()));
}

bool may_apply(Truth truth) {
  return truth == Truth::kTrue || truth == Truth::kBool;
}

}  // namespace

std::vector<RequestEnvironment> request_environments(const Schema& schema) {
  std::vector<RequestEnvironment> all;
  for (const SchemaAction& action : schema.actions())
    for (const SchemaEntityType* principal : principals_of(action, schema))
      for (const SchemaEntityType* resource : resources_of(action, schema))
        all.push_back({principal, &action, resource});
  return all;
}

base::Result<std::vector<RequestEnvironment>> request_environments(const Template& policy,
                                                                   const Schema& schema,
                                                                   std::size_t max_steps) {
  // What is wrong with the policy is the validator's to tell; only that something is counts here.
  Findings findings(max_steps);
  const PolicyId id;
  findings.begin(id, policy);
  TypeChecker checker(schema, policy, findings, false);
  std::vector<RequestEnvironment> found;
  for (const SchemaAction& action : schema.actions()) {
    const Truth of_action = scope_truth(policy.action, action, schema);
    findings.step();
    if (!may_apply(of_action)) continue;
    for (const SchemaEntityType* principal : principals_of(action, schema)) {
      const Truth of_principal = conjunction(scope_truth(policy.principal, *principal, schema), of_action);
      findings.step();
      if (!may_apply(of_principal)) continue;
      for (const SchemaEntityType* resource : resources_of(action, schema)) {
        if (!findings.step()) break;
        const RequestEnvironment environment{principal, &action, resource};
        if (may_apply(conjunction(of_principal, scope_truth(policy.resource, *resource, schema))) &&
            may_apply(checker.check(environment)))
          found.push_back(environment);
      }
    }
    if (findings.is_exhausted())
      return base::Error{base::ErrorCode::kInvalid, "the policy's request environments take more than " +
                                                        std::to_string(max_steps) + " steps to find"};
  }
  return found;
}

base::Result<std::vector<RequestEnvironment>> request_environments(const Policy& policy, const Schema& schema,
                                                                   std::size_t max_steps) {
  if (!policy.is_link()) return request_environments(*policy.body, schema, max_steps);
  return request_environments(linked_policy(policy), schema, max_steps);
}

std::vector<const SchemaEntityType*> principals_of(const SchemaAction& action, const Schema& schema) {
  return types_of(action, &SchemaAction::AppliesTo::principals, schema);
}

std::vector<const SchemaEntityType*> resources_of(const SchemaAction& action, const Schema& schema) {
  return types_of(action, &SchemaAction::AppliesTo::resources, schema);
}

std::vector<const SchemaEntityType*> principals(const Schema& schema) {
  return types_of_all(&SchemaAction::AppliesTo::principals, schema);
}

std::vector<const SchemaEntityType*> resources(const Schema& schema) {
  return types_of_all(&SchemaAction::AppliesTo::resources, schema);
}

std::vector<const SchemaAction*> actions_of(const SchemaEntityType& principal,
                                            const SchemaEntityType& resource, const Schema& schema) {
  return those(schema.actions(), [&](const SchemaAction& action) {
    return action.applies_to && has(action.applies_to->principals, principal, schema) &&
           has(action.applies_to->resources, resource, schema);
  });
}

std::vector<const SchemaEntityType*> ancestors_of(const SchemaEntityType& type, const Schema& schema) {
  return those(schema.entity_types(),
               [&](const SchemaEntityType& ancestor) { return schema.may_be_in(type, ancestor); });
}

std::vector<const SchemaAction*> ancestors_of(const SchemaAction& action, const Schema& schema) {
  return those(schema.actions(), [&](const SchemaAction& group) { return schema.is_in(action, group); });
}

std::vector<const SchemaAction*> action_groups(const Schema& schema) {
  std::vector<bool> is_group(schema.actions().size());
  for (const SchemaAction& action : schema.actions())
    for (const std::uint32_t parent : action.parents) is_group[parent] = true;
  return those(schema.actions(), [&](const SchemaAction& action) {
    return is_group[static_cast<std::size_t>(&action - schema.actions().data())];
  });
}

}  // namespace cedar
