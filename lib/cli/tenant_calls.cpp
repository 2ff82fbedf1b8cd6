#include "cli/tenant_calls.h"

#include <cstddef>

namespace cli {
namespace {

constexpr std::size_t kMostOfAnswer = std::size_t{64} << 20U;  // bytes: many answers, or 10,000 rules

}  // namespace

base::Result<base::Json> TenantCalls::call(const std::string& method, const std::string& path,
                                           const base::Json& body, int wanted) const {
  client::Request request{method, path, {}, body.is_null() ? std::string() : to_text(body)};
  if (!tenant.empty()) request.headers.emplace_back("X-Tenant-ID", tenant);
  client::Limits limits;
  limits.body = kMostOfAnswer;
  auto answer = server.call(request, wanted, limits);
  if (answer.ok() || answer.error().code == base::ErrorCode::kIo) return answer;
  std::string why = answer.error().message;
  if (const std::string place = server.place.to_string(); why.starts_with(place)) why.erase(0, place.size());
  return base::Error{answer.error().code, method + " " + path + why};
}

}  // namespace cli
