#pragma once
#include "base/result.h"
#include "cedar/schema.h"
#include "cedar/schema/ast.h"

namespace cedar {

// Looks all names of a schema up; see Schema::parse() for what is refused. The message has the place.
base::Result<Schema> resolve(SchemaFragmentPtr fragment);

}  // namespace cedar
