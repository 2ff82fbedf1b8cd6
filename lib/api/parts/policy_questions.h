#pragma once
#include <string>

#include "api/decisions.h"
#include "api/error.h"
#include "base/json.h"

namespace api {

// Reads a question that is stored, in AuthZEN's form: {"subject": {"type", "id", "properties"?}, "action":
// {"name", "properties"?}, "resource": as the subject, "context"?}. kInvalidInput with everything that is
// missing, of a wrong type, or not known; `pointer` is where it stands.
Outcome<DecisionQuestion> read_question(const base::Json&, const std::string& pointer);

}  // namespace api
