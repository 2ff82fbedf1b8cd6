#pragma once
#include <string>

#include "api/decisions.h"
#include "base/json.h"

namespace dialects::access {

// {"decision": true}, and beside it a context where there is something to say: what must be done as well, and
// why it was decided so, as far as was asked.
void write_answer(base::JsonWriter&, const api::Decided&, api::Reasons, const api::Decisions&);

// Of one of several questions that could not be answered: {"decision": false, "context": {"error": …}}.
void write_error(base::JsonWriter&, const api::Error&);

}  // namespace dialects::access
