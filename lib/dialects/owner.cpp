#include "dialects/owner.h"

#include <optional>
#include <string_view>

#include "api/tenants.h"

namespace dialects {
namespace {

std::optional<std::string_view> tenant_header(const http::Request& request) {
  const http::HeaderField header = request.header("x-tenant-id");
  if (header.count == 0) return std::nullopt;
  return header.value;
}

}  // namespace

api::Outcome<domain::Owner> owner_of(const http::Request& request, const Route& route,
                                     const api::Read& read) {
  const Access access = route.required_access();
  if (!takes_tenant(access)) return read.caller.tenant;
  const auto header = tenant_header(request);
  if (!header && takes_platform(access) && read.caller.platform()) return domain::Owner(domain::Platform{});
  const auto tenant =
      access == Access::kAuditChain ? api::resolve_chain(read, header) : api::resolve_tenant(read, header);
  if (!tenant.ok()) return tenant.error();
  return domain::Owner(tenant.value());
}

}  // namespace dialects
