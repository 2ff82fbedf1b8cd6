#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "cedar/ast.h"
#include "cedar/source.h"

namespace authz {

struct RuleWarning {
  std::string message;  // one sentence, without place
  cedar::SourceRange at;
};

// What of a rule has no value whatever is asked, as far as that shows without a schema: parts without
// variables that fail, as `ip("x")`, and values where none of their kind can stand, as in
// `context.age < "18"`. At most kMaxRuleWarnings; linear in the rule.
std::vector<RuleWarning> warnings_of(const cedar::Template&);

inline constexpr std::size_t kMaxRuleWarnings = 20;

}  // namespace authz
