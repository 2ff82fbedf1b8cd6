#pragma once
#include <string>
#include <string_view>

#include "api/error.h"
#include "dialects/dialect.h"

namespace dialects::v1beta1 {

int status_of(api::Code);

// {"code", "message", "details"} as gRPC's gateways write google.rpc.Status. Bad fields are a BadRequest,
// notices a LocalizedMessage each, and policies, where the refused caller may know them, an ErrorInfo.
std::string error_body(const api::Error&, FieldNames names);

// A JSON pointer as BadRequest spells the place of a field: "/permissions/1" is "permissions[1]".
std::string field_path(std::string_view pointer);

}  // namespace dialects::v1beta1
