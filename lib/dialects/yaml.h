#pragma once
#include <string>

#include "base/json.h"

namespace dialects {

// The value as YAML 1.2 in block style, which every YAML 1.1 reader understands the same: whatever could be
// taken for something else is quoted.
std::string to_yaml(const base::Json&);

}  // namespace dialects
