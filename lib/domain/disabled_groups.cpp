#include "domain/disabled_groups.h"

#include "store/key.h"

namespace domain {

using store::Key;
using store::Table;

base::Result<DisabledGroups> DisabledGroups::of(const store::ReadTxn& txn, const TenantId& tenant) {
  bool any = false;
  const auto scanned =
      txn.scan(Table::kDisabledGroup, Key().uuid(tenant), [&](std::string_view, std::string_view) {
        any = true;
        return false;
      });
  if (!scanned.ok()) return scanned.error();
  return DisabledGroups(txn, tenant, any);
}

base::Result<bool> DisabledGroups::has(const GroupId& group) const {
  if (!any_) return false;
  const auto found = txn_->get(Table::kDisabledGroup, Key().uuid(tenant_).uuid(group));
  if (!found.ok()) return found.error();
  return found->has_value();
}

base::Result<void> DisabledGroups::leave_out_of(std::vector<GroupId>& groups) const {
  if (!any_) return {};
  base::Result<void> outcome;
  std::erase_if(groups, [&](const GroupId& group) {
    const auto disabled = has(group);
    if (!disabled.ok()) outcome = disabled.error();
    return disabled.ok() && *disabled;
  });
  return outcome;
}

}  // namespace domain
