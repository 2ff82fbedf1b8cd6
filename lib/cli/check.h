#pragma once
#include "cli/question.h"

namespace cli {

// `reeve check`: asks a running server for one decision (/access/v1/evaluation). Prints "allow" or "deny",
// and ends with 0 or 2; with 8 where there is no answer, and 1 where that is no decision.
int check(const QuestionOptions&);

}  // namespace cli
