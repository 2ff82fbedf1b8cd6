#pragma once
#include "cedar/policy_set.h"
#include "cedar/validate/findings.h"

namespace cedar {

// Warns of texts in a policy that look like others: invisible and direction-changing characters, letters of
// several scripts in one text (UTS #39, section 5; Unicode's larger scripts are told apart), and in ids and
// names of attributes what is neither printable ASCII nor of Unicode's profile for identifiers.
void check_strings(const Template& policy, Findings& findings);

// Likewise of the values that a link gives its template's slots.
void check_strings(const SlotValues& values, const Template& body, Findings& findings);

}  // namespace cedar
