#pragma once
#include <string>
#include <string_view>

#include "api/error.h"
#include "dialects/dialect.h"

namespace dialects::v1 {

int status_of(api::Code);
std::string_view name_of(api::Code);  // "not_found"

// {"code", "message", "details", "notices"}, always all four. `details` holds `errors`, one for each bad
// field, and `policies` where the refused caller may know which they are.
std::string error_body(const api::Error&, FieldNames);

}  // namespace dialects::v1
