#pragma once
#include <cstdint>

#include "api/context.h"
#include "api/operation.h"
#include "domain/audit.h"

namespace api {

namespace op {
inline constexpr Operation list_audit = {
    .action = "audit:list", .kind = kRead, .scope = "organization:auditview", .resource = "audit"};

inline constexpr Operation kAudit[] = {list_audit};
}  // namespace op

struct AuditPage : Page<domain::AuditEntry> {
  std::uint64_t first_seq = 1;  // of the chain: what is older was cut off and is in no page
};

// Newest first. The nil tenant is the platform's own chain, which the platform alone may read.
Outcome<AuditPage> list_audit(const Read&, const domain::Owner& tenant, const domain::AuditFilter&,
                              const PageRequest&);

}  // namespace api
