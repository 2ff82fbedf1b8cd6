#pragma once
#include <memory>
#include <string>

#include "dialects/call.h"

namespace dialects {

// The OpenAPI 3.1 document of every call, in its two forms. It is authored as the JSON files of data/openapi,
// which the build embeds, with the names of /v1beta1's fields as the server writes them; both texts are made
// of these when first asked for, and kept. Safe for use by several threads.
class OpenApi {
 public:
  explicit OpenApi(FieldNames v1beta1_names = FieldNames::kCamel);
  ~OpenApi();
  OpenApi(const OpenApi&) = delete;
  OpenApi& operator=(const OpenApi&) = delete;

  const std::string& json() const;
  const std::string& yaml() const;

 private:
  struct Texts;
  std::unique_ptr<Texts> texts_;
};

}  // namespace dialects
