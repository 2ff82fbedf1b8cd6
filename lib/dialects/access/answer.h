#pragma once
#include <optional>
#include <string>

#include "api/decisions.h"
#include "base/json.h"
#include "base/uuid.h"

namespace dialects::access {

// {"decision": true}, and beside it a context where there is something to say: what must be done as well, and
// why it was decided so, as far as was asked. `near`: the rules that came close, null where nobody asked.
// `evaluation`: its id in the tenant's decision log, if it is there.
void write_answer(base::JsonWriter&, const api::Decided&, api::Reasons, const api::Decisions&,
                  const authz::NearRules* near, const std::optional<base::Uuid>& evaluation);

// Of one of several questions that could not be answered: {"decision": false, "context": {"error": …}}.
void write_error(base::JsonWriter&, const api::Error&);

}  // namespace dialects::access
