#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "api/explained_question.h"
#include "api/turning_change.h"

// Why a question is answered as it is, in a sentence for people, and what would turn the answer.
namespace api {

inline constexpr std::size_t kMostTurningChanges = 5;

struct Explanation {
  Decided decided;
  std::string sentence;  // "ann may not write invoice/42: …"

  // Whom of the directory the subject is: nobody, or not told, where the caller may not list users.
  bool tells_principal = false;
  std::optional<domain::Principal> principal{};

  // Of somebody who may only ask about itself these are left out.
  std::optional<authz::NearRules> near{};
  std::vector<TurningChange> changes{};
  bool tried = true;  // false: so much was changed since then that nothing was tried
};

// For whoever may ask the question. With organization:check alone, about itself, only what notices say, and
// supposing nothing. Of what is supposed parts/suppose.h says what has to be allowed; the changes are those
// that would turn the answer then, and have no calls.
Outcome<Explanation> explain(const Read&, const domain::TenantId& tenant, UserIds, const ExplainedQuestion&);

}  // namespace api
