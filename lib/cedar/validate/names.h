#pragma once
#include "cedar/ast.h"
#include "cedar/policy_set.h"
#include "cedar/schema.h"
#include "cedar/validate/findings.h"

namespace cedar {

// Complains of every entity type, action and id of an enumeration that a policy names and the schema does not
// have, also where evaluation never gets.
void check_names(const Template& policy, const Schema& schema, Findings& findings);

// Likewise of the values that a link gives its template's slots.
void check_names(const SlotValues& values, const Template& body, const Schema& schema, Findings& findings);

}  // namespace cedar
