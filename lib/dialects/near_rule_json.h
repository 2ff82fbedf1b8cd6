#pragma once
#include "api/decisions.h"
#include "base/json.h"

namespace dialects {

// What is told of a rule that came close, in every dialect.
void write_near_rule(base::JsonWriter&, const authz::NearRule&);

}  // namespace dialects
