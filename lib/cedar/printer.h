#pragma once
#include <string>

#include "cedar/ast.h"

namespace cedar {

// Canonical text of a tree, with the brackets it needs; reading it back gives an equal tree. An expression
// and a value stand on one line; a policy has a line per annotation and condition.
std::string to_text(const Expr&);
std::string to_text(const Template&);

// A string literal with quotes, escaped as the language wants it.
std::string quote(std::string_view text);
std::string quote(const Pattern&);

}  // namespace cedar
