#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"

namespace api {

// Who may do something, what somebody may do it to, or what somebody may do: the question without its answer.
struct Search {
  enum class For { kSubjects, kActions, kResources };
  For wanted = For::kSubjects;
  DecisionQuestion question;  // of what is searched for the type alone counts, of an action nothing
  std::size_t limit = 1'000;  // results of a page, 1 at least
  std::string after{};        // what `next` was; empty: from the beginning
};

inline constexpr std::size_t kMaxSearchPage = 1'000;

// What is stored and the answer to the question is yes for, in order of id, people in that of their uuids;
// actions as the tenant's schema declares them, without one as its rules name them and then, where roles
// decide, as the catalogue does. An action has no type.
//
// A page ends at its limit, or when it has taken its time (PageLimits), and may be empty then; whoever goes
// on until `next` is empty gets everything. kForbidden without organization:decide; kInvalidInput at
// "/page/token" where `after` is nothing that was given, and where something in the question is of another
// type than the tenant's schema declares.
Outcome<Page<EntityName>> search(const Read&, const domain::TenantId& tenant, UserIds, const Search&);

}  // namespace api
