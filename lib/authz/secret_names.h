#pragma once
#include <string>
#include <vector>

#include "cedar/ast.h"

namespace authz {

// Whether an expression may show a value that the tenant calls secret (DecisionSettings::secret): it reads an
// attribute, a tag or a member of the context by one of the names, or a tag by a name that isn't known before
// it is evaluated; or it has a value in it that has a member of such a name. Sooner yes than no.
bool may_show(const cedar::Expr&, const std::vector<std::string>& secret_names);

}  // namespace authz
