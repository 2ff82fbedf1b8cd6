#include "cli/tenant_calls.h"

#include <cstddef>
#include <cstdlib>
#include <string_view>

namespace cli {
namespace {

constexpr std::size_t kMostOfAnswer = std::size_t{64} << 20U;  // bytes: many answers, or 10,000 rules

// Under either spelling that servers may be set to.
std::string organization_of(const base::Json& self) {
  for (const char* const kind : {"user", "serviceuser"}) {
    const base::Json* const who = self.find(kind);
    if (!who) continue;
    for (const char* const name : {"orgId", "org_id"})
      if (const std::string* const id = who->find_string(name); id && !id->empty()) return *id;
  }
  return {};
}

}  // namespace

base::Result<std::string> tenant_asked_about(const client::Connection& server,
                                             const std::optional<std::string>& named) {
  if (named) return *named;
  if (const char* const known = std::getenv("REEVE_TENANT"); known && *known) return std::string(known);
  const auto self = server.call({"GET", "/v1beta1/users/self", {}, {}}, 200);
  if (!self.ok()) return self.error();
  std::string own = organization_of(*self);
  constexpr std::string_view kNone = "00000000-0000-0000-0000-000000000000";
  if (own.empty() || own == kNone)
    return base::Error{base::ErrorCode::kInvalid,
                       "the credential is the platform's; name the tenant with --tenant or REEVE_TENANT"};
  return own;
}

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
