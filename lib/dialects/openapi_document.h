#pragma once
#include <span>
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "dialects/dialect.h"

namespace dialects {

// A file of data/openapi.
struct OpenApiPart {
  std::string name;  // "3-v1beta1.json"
  std::string text;
};

// The whole document, of its parts in the order given, with the names of /v1beta1's fields as the server
// would write them. For the build, which embeds its texts. kInvalid, naming the part, where one is no JSON
// object or says something that another said before.
base::Result<base::Json> openapi_document(std::span<const OpenApiPart> parts, FieldNames v1beta1_names);

}  // namespace dialects
