#pragma once
#include <string>

#include "base/result.h"
#include "cedar/schema/ast.h"

namespace cedar {

// The functions of cedar/schema.h with these names, of declarations whose names were not looked up.
base::Result<std::string> to_cedar_text(const SchemaFragment&);
base::Result<std::string> to_json_text(const SchemaFragment&);

}  // namespace cedar
