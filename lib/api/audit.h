#pragma once
#include "api/context.h"
#include "domain/audit.h"

namespace api {

// Newest first. The nil tenant is the platform's own chain, which the platform alone may read.
Outcome<Page<domain::AuditEntry>> list_audit(const Read&, const Uuid& tenant, const domain::AuditFilter&,
                                             const PageRequest&);

}  // namespace api
