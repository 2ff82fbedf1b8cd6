#pragma once
#include <cstddef>

#include "cedar/validate/type_checker.h"

namespace cedar {

// Level validation (RFC 76) of the conditions in the environment that was checked last: principal, action, resource and context
// have level 0, what an entity's attribute or tag refers to has one more than the entity. Asking an entity of
// level N or above for anything is an error, and so is asking an entity literal but for the environment's
// action. Records do not count: they come with what holds them.
void check_levels(const Template& policy, const TypeChecker& types, std::size_t level, Findings& findings);

// Tells that what stands there asks an entity of that level, which is not below the limit.
void refuse_level(SourceRange at, std::size_t level, std::size_t limit, Findings& findings);

}  // namespace cedar
