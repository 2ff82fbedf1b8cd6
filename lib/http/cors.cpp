#include "http/cors.h"

#include <algorithm>

namespace http {
namespace {

constexpr const char* kMaxAge = "600";  // seconds

}  // namespace

bool Cors::listed(const Request& request) const {
  const std::string_view origin = request.header("origin").value;
  return !origin.empty() && std::find(origins_.begin(), origins_.end(), origin) != origins_.end();
}

void Cors::allow_reading(const Request& request, Response& response) const {
  if (origins_.empty()) return;
  response.headers.push_back({"Vary", "Origin"});
  if (!listed(request)) return;
  response.headers.push_back({"Access-Control-Allow-Origin", std::string(request.header("origin").value)});
  response.headers.push_back({"Access-Control-Expose-Headers", std::string(response_headers_)});
}

void Cors::allow_calling(const Request& request, std::span<const Method> methods, Response& response) const {
  if (!listed(request) || request.header("access-control-request-method").count == 0) return;
  response.headers.push_back({"Access-Control-Allow-Methods", join(methods)});
  response.headers.push_back({"Access-Control-Allow-Headers", std::string(request_headers_)});
  response.headers.push_back({"Access-Control-Max-Age", kMaxAge});
}

}  // namespace http
