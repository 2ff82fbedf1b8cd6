#pragma once
#include <memory>
#include <string>

namespace http {

// The OpenAPI 3.1 document of every call, in its two forms. It is authored as the JSON files of data/openapi,
// which the build embeds; both texts are made of these when first asked for, and kept. Safe for use by
// several threads.
class OpenApi {
 public:
  OpenApi();
  ~OpenApi();
  OpenApi(const OpenApi&) = delete;
  OpenApi& operator=(const OpenApi&) = delete;

  const std::string& json() const;
  const std::string& yaml() const;

 private:
  struct Texts;
  std::unique_ptr<Texts> texts_;
};

}  // namespace http
