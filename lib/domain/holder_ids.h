#pragma once
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/uuid.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

// Who may hold something: the principals that mappings name, each once, in order of id, however many mappings
// each has. Whether one of them is in force, and not left of what was deleted, is for the caller to find out.
namespace domain {

// Those of one kind, behind the id `after`; nil: from the first.
struct HolderKind {
  PrincipalKind kind = PrincipalKind::kUser;
  base::Uuid after{};
};

// To whom a role is mapped, on whatever resource. A look for each.
base::Result<void> each_holder_id(const store::ReadTxn&, const TenantId& tenant, const RoleId&,
                                  const HolderKind&, base::FunctionRef<bool(const base::Uuid&)> fn);

// To whom something is mapped on this very resource, which isn't the whole tenant. A look for each.
base::Result<void> each_holder_id(const store::ReadTxn&, const TenantId& tenant, std::string_view resource,
                                  const HolderKind&, base::FunctionRef<bool(const base::Uuid&)> fn);

}  // namespace domain
