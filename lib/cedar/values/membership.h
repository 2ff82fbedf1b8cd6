#pragma once
#include <cstddef>

#include "cedar/entities.h"
#include "cedar/step_budget.h"

// How it is found out whether an entity is in one of many groups.
namespace cedar {

// From so many groups on an entity's ancestors are listed, where its source can do that, instead of asking
// for each group.
constexpr std::size_t kManyGroups = 8;

// Whether the entity is one of the groups or has one as an ancestor; nothing is looked at any more once the
// budget is used up. REQUIRES: the set has entities only, and its size is paid for
bool is_in_any(const EntityUid& entity, const Set& groups, const EntitySource&, StepBudget&);

}  // namespace cedar
