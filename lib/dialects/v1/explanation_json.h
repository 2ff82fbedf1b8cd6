#pragma once
#include "api/explanations.h"
#include "base/json.h"

namespace dialects::v1 {

// An object: the decision and the sentence, and for those who may be told the rules that came close and what
// would turn it.
void write_explanation(base::JsonWriter&, const api::Explanation&);

}  // namespace dialects::v1
