#pragma once
#include "api/context.h"
#include "api/operation.h"
#include "domain/owner.h"

namespace api {

// Asks the guard once more about an operation on the tenant that it has refused already, outside of a change:
// so that the audit log has the refusal, as of every change. Fails in any case, and writes nothing else.
Outcome<void> note_refusal(Change&, const Operation&, const domain::Owner& tenant);

}  // namespace api
