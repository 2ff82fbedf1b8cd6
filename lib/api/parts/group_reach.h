#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/parts/explained_case.h"
#include "domain/ids.h"

// Whom a group reaches, and what it gives them: downwards and upwards through groups, as far as the caller
// may list these groups' roles. Whether the group itself is disabled doesn't matter, others that are reach
// nobody and give nothing. For explanations, so that within kMostLookedAt groups and mappings. For this
// folder alone.
namespace api {

// Those who are in it, itself or through groups, at most: who is in two is counted twice. Nothing where a
// group that they are in isn't one of those, or there are too many.
Outcome<std::optional<std::uint64_t>> people_in(const ExplainedCase&, const domain::GroupId&);

// What they hold by that, now or later: the effective scopes of the enabled roles that it and the groups
// above it have, on whatever resource, and where the caller may list grants, what templates give that are
// granted to these. Sorted.
Outcome<std::vector<std::string>> scopes_by(const ExplainedCase&, const domain::GroupId&);

}  // namespace api
