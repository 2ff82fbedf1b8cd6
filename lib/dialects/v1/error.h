#pragma once
#include <string>
#include <string_view>

#include "api/error.h"

namespace dialects::v1 {

// {"code", "message", "details", "notices"}, always all four. `details` holds `errors`, one for each bad
// field, and `policies` where the refused caller may know which they are.
std::string error_body(const api::Error&, std::string_view code);

}  // namespace dialects::v1
