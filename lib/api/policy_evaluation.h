#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "domain/entity_name.h"

// A tenant's policies tried on one question, for who writes them.
namespace api {

inline constexpr std::size_t kMaxSupposedGroups = 100;

struct PolicyQuestion {
  EntityName principal, resource;
  std::string action;
  std::vector<domain::GroupId> groups;  // that the principal is supposed to be in as well
};

struct PolicyAnswer {
  bool permitted = false;
  std::vector<domain::PolicyId> policies;  // that determined it, the built-in one where roles did
  std::string reason;
  std::vector<std::string> notices;
};

// What an evaluation of the same question says, and why. As op::decide, whoever it is about. kInvalidInput
// at "/groups/…": a group that the tenant doesn't have. It may have to compile the tenant's policies, which
// is for the pool.
//
// REQUIRES: no more than kMaxSupposedGroups
Outcome<PolicyAnswer> evaluate_policies(const Read&, const domain::TenantId& tenant, UserIds,
                                        const PolicyQuestion&);

}  // namespace api
