#pragma once
#include <string>

#include "api/error.h"
#include "dialects/dialect.h"

namespace dialects::v1 {

int status_of(api::Code);

// {"code", "message", "details", "notices"}, always all four. `details` holds `errors`, one for each bad
// field, and `policies` where the refused caller may know which they are.
std::string error_body(const api::Error&, FieldNames);

}  // namespace dialects::v1
