#pragma once
#include <string_view>

#include "dialects/dialect.h"

namespace dialects {

// The OpenAPI 3.1 document of every call, in its two forms, with the names of /v1beta1's fields as the server
// writes them. The texts are made when Reeve is built, of the files of data/openapi, and packed; what is
// asked for is unpacked the first time and lives as long as the program. Throw std::bad_alloc where memory
// ends then.
std::string_view openapi_json(FieldNames v1beta1_names = FieldNames::kCamel);
std::string_view openapi_yaml(FieldNames v1beta1_names = FieldNames::kCamel);

}  // namespace dialects
