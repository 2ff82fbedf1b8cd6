#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/ast.h"

namespace cedar {

// Reads all policies and templates of a text, in order. Fails at the first mistake; the message has file,
// line, column, the line and a caret, and a guess where a word is nearly right.
base::Result<std::vector<TemplatePtr>> parse_policies(SourcePtr source);

// Reads again the one policy that begins at a byte of a text, with a pool of its own.
base::Result<TemplatePtr> parse_policy_at(SourcePtr source, std::size_t begin);

struct ParsedExpr {
  std::shared_ptr<const ExprPool> pool;
  ExprRef root;
};

// Reads one expression, as between the braces of `when`.
base::Result<ParsedExpr> parse_expression(SourcePtr source);

}  // namespace cedar
