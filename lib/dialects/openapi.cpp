#include "dialects/openapi.h"

#include <cassert>

#include "base/embedded.h"

namespace dialects {
namespace {

std::string_view text_of(std::string_view path) {
  for (const base::EmbeddedFile& file : base::embedded_files())
    if (file.path == path) return file.text;
  assert(!"a text of the OpenAPI document is missing in the program");
  return {};
}

}  // namespace

std::string_view openapi_json(FieldNames v1beta1_names) {
  return text_of(v1beta1_names == FieldNames::kCamel ? "openapi/camel.json" : "openapi/proto.json");
}

std::string_view openapi_yaml(FieldNames v1beta1_names) {
  return text_of(v1beta1_names == FieldNames::kCamel ? "openapi/camel.yaml" : "openapi/proto.yaml");
}

}  // namespace dialects
