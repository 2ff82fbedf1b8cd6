// Makes the texts of the OpenAPI document of its parts, for the build to embed: make-openapi FOLDER PART...
// FOLDER/camel.json, camel.yaml, proto.json and proto.yaml, by how the server spells the fields of /v1beta1.
#include <cstdio>
#include <string>
#include <vector>

#include "base/file.h"
#include "dialects/openapi_document.h"
#include "dialects/yaml.h"

namespace {

constexpr std::size_t kMaxPart = 16 * 1024 * 1024;

int failed(const std::string& why) {
  std::fprintf(stderr, "make-openapi: %s\n", why.c_str());
  return 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return failed("usage: make-openapi FOLDER PART...");
  const std::string folder = arguments[1];
  std::vector<dialects::OpenApiPart> parts;
  for (int i = 2; i < count; ++i) {
    auto text = base::read_file(arguments[i], kMaxPart);
    if (!text.ok()) return failed(text.error().message);
    parts.push_back({arguments[i], std::move(text).value()});
  }
  for (const auto& [name, names] :
       {std::pair("camel", dialects::FieldNames::kCamel), std::pair("proto", dialects::FieldNames::kProto)}) {
    const auto whole = dialects::openapi_document(parts, names);
    if (!whole.ok()) return failed(whole.error().message);
    const std::string path = folder + "/" + name;
    if (auto r = base::write_file(path + ".json", to_text(*whole), 0644); !r.ok())
      return failed(r.error().message);
    if (auto r = base::write_file(path + ".yaml", dialects::to_yaml(*whole), 0644); !r.ok())
      return failed(r.error().message);
  }
  return 0;
}
