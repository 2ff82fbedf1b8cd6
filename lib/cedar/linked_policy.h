#pragma once
#include "cedar/policy_set.h"

namespace cedar {

// The policy by itself: of a link the template with the entities in place of its slots, else the policy as it
// is. Shares the conditions.
Template linked_policy(const Policy&);

}  // namespace cedar
