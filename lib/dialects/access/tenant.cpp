#include "dialects/access/tenant.h"

#include "api/tenants.h"
#include "dialects/route.h"

namespace dialects::access {

api::Outcome<domain::TenantId> tenant_of(const Call& call, const api::Read& read) {
  if (call.route.path.starts_with("/{tenant}")) {
    const auto tenant = api::find_tenant(read, call.path("tenant"));
    if (!tenant.ok()) return tenant.error();
    return tenant->id;
  }
  if (const domain::TenantId* const own = read.caller.tenant.tenant()) return *own;
  return api::error(api::Code::kInvalidInput,
                    "the platform decides nothing of its own: name a tenant, as in "
                    "/acme/access/v1/evaluation");
}

}  // namespace dialects::access
