#include "dialects/openapi.h"

#include <cassert>
#include <string>

#include "base/embedded.h"
#include "base/packed_file.h"

namespace dialects {
namespace {

base::PackedFile packed(std::string_view path) {
  for (const base::EmbeddedFile& file : base::embedded_files())
    if (file.path == path) return {path, file.text};
  assert(!"a text of the OpenAPI document is missing in the program");
  return {path, {}};
}

}  // namespace

std::string_view openapi_json(FieldNames v1beta1_names) {
  static const base::PackedFile kCamel = packed("openapi/camel.json.gz"),
                                kProto = packed("openapi/proto.json.gz");
  return v1beta1_names == FieldNames::kCamel ? kCamel.unpacked() : kProto.unpacked();
}

std::string_view openapi_yaml(FieldNames v1beta1_names) {
  static const base::PackedFile kCamel = packed("openapi/camel.yaml.gz"),
                                kProto = packed("openapi/proto.yaml.gz");
  return v1beta1_names == FieldNames::kCamel ? kCamel.unpacked() : kProto.unpacked();
}

}  // namespace dialects
