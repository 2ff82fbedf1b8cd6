#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "api/decisions.h"
#include "base/json.h"
#include "domain/ids.h"

namespace api {

// What the subject is taken to have besides what it has.
struct Supposition {
  std::vector<std::string> roles;  // ids or slugs; for the whole tenant
  std::vector<domain::GroupId> groups;

  bool is_empty() const { return roles.empty() && groups.empty(); }
};
inline constexpr std::size_t kMostSupposed = 16;  // of each

struct ExplainedQuestion {
  DecisionQuestion question;
  Supposition with{};
};

// The question of a body: subject, action, resource and context, as of an evaluation, and `with`.
// kInvalidInput with all that is wrong.
Outcome<ExplainedQuestion> explained_question(const base::Json& body);

}  // namespace api
