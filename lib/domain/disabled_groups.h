#pragma once
#include <vector>

#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// Tells which groups of a tenant are disabled: whoever is in one holds nothing by that, neither of what is
// mapped to it nor of what is above it. Refers to the transaction. Each question costs a lookup for each
// group that it names, and none where no group of the tenant is disabled.
class DisabledGroups {
 public:
  // One lookup.
  static base::Result<DisabledGroups> of(const store::ReadTxn&, const TenantId&);

  bool any() const { return any_; }
  base::Result<bool> has(const GroupId&) const;

  // Takes them out of a list.
  base::Result<void> leave_out_of(std::vector<GroupId>&) const;

 private:
  DisabledGroups(const store::ReadTxn& txn, const TenantId& tenant, bool any)
      : txn_(&txn), tenant_(tenant), any_(any) {}

  const store::ReadTxn* txn_;
  TenantId tenant_;
  bool any_;
};

}  // namespace domain
