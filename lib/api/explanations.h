#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "base/json.h"
#include "names/risk.h"

// Why a question is answered as it is, in a sentence for people, and what would turn the answer.
namespace api {

// A change after which the answer would be the other one. It was tried on the snapshot.
struct TurningChange {
  std::string kind;  // "mapping", "membership", "grant", "attribute", "expiry", "activation"
  std::string text;  // "Add ann to group Finance."

  // Whom it concerns, and what these would come to hold, or lose: at most so many people; nothing where that
  // isn't told by counting, since rules ask for the attribute.
  std::optional<std::uint64_t> people;
  std::vector<std::string> scopes;
  names::Risk level = names::Risk::kLow;  // the highest among the scopes
};

inline constexpr std::size_t kMostTurningChanges = 5;

struct Explanation {
  Decided decided;
  std::string sentence;  // "ann may not write invoice/42: …"

  // Of somebody who may only ask about itself these are left out.
  std::optional<authz::NearRules> near;
  std::vector<TurningChange> changes;
  bool tried = true;  // false: so much was changed since then that nothing was tried
};

// The question of a body: subject, action, resource and context, as of an evaluation. kInvalidInput with all
// that is wrong.
Outcome<DecisionQuestion> explained_question(const base::Json& body);

// For whoever may ask the question. With organization:check alone, about itself, only what notices say.
Outcome<Explanation> explain(const Read&, const domain::TenantId& tenant, UserIds, const DecisionQuestion&);

}  // namespace api
