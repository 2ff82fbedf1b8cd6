#pragma once
#include "cedar/policy_set.h"
#include "cedar/validator_findings.h"

namespace cedar {

// Warns of texts in a policy that look like others: invisible and direction-changing characters, and letters
// of several scripts in one text (UTS #39, section 5; Unicode's larger scripts are told apart).
void check_strings(const Template& policy, Findings& findings);

}  // namespace cedar
// Likewise of the values that a link gives its template's slots.
void check_strings(const SlotValues& values, const Template& body, Findings& findings);

