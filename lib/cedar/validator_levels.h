#pragma once
#include <cstddef>

#include "cedar/type_checker.h"

namespace cedar {

// Level validation (RFC 76) in the environment that was checked last: principal, action, resource and context
// have level 0, what an entity's attribute or tag refers to has one more than the entity. Asking an entity of
// level N or above for anything is an error, and so is asking an entity literal but for the environment's
// action. Records do not count: they come with what holds them.
void check_levels(const Template& policy, const TypeChecker& types, std::size_t level, Findings& findings);

}  // namespace cedar
