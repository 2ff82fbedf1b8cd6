#pragma once
#include <string_view>

#include "dialects/dialect.h"

namespace dialects {

// The OpenAPI 3.1 document of every call, in its two forms. It is authored as the JSON files of data/openapi,
// which the build embeds, with the names of /v1beta1's fields as the server writes them; both texts are made
// of these when first asked for, and live as long as the program. Safe for use by several threads.
std::string_view openapi_json(FieldNames v1beta1_names = FieldNames::kCamel);
std::string_view openapi_yaml(FieldNames v1beta1_names = FieldNames::kCamel);

}  // namespace dialects
