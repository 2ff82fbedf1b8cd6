#pragma once
#include <cstddef>

#include "cedar/validate/type_checker.h"

namespace cedar {

// Level validation (RFC 76) of the conditions in the environment that was checked last. Principal, action,
// resource and context have level 0; what an attribute or tag of an entity refers to has one level more than
// the entity. Reading anything of an entity of level N or above is an error, and so is reading from an entity
// literal, except the environment's action. Records have the level of what holds them.
void check_levels(const Template& policy, const TypeChecker& types, std::size_t level, Findings& findings);

// Reports that what stands there reads from an entity of that level, which is not below the limit.
void refuse_level(SourceRange at, std::size_t level, std::size_t limit, Findings& findings);

}  // namespace cedar
