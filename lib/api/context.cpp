#include "api/context.h"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/tenant.h"

namespace api {
namespace {

std::string exceeded(domain::Quota quota, std::uint64_t limit, std::uint64_t used) {
  return "quota " + std::string(name_of(quota)) + ": the tenant may have " + std::to_string(limit) +
         " and has " + std::to_string(used);
}

}  // namespace

Read seen_otherwise(const Read& today, const store::ReadTxn& txn, base::Timestamp now,
                    std::shared_ptr<const domain::Catalogue> catalogue) {
  return {.txn = txn,
          .now = now,
          .catalogue = std::move(catalogue),
          .guard = today.guard,
          .caller = today.caller,
          .origin = today.origin,
          .page_limits = today.page_limits,
          .ticks = today.ticks,
          .quotas = today.quotas,
          .policies = today.policies,
          .today = today.today ? today.today : &today};
}

base::Uuid Change::make_id() {
  return random.uuid(now);
}

Outcome<void> Change::check_quotas(const domain::TenantId& id,
                                   std::initializer_list<Addition> additions) const {
  const auto tenant = stored(domain::get_tenant(txn, id));
  if (!tenant.ok()) return tenant.error();
  const auto limits = domain::limits_of(*tenant ? (*tenant)->limits : domain::OwnLimits(), quotas);
  for (const auto& [quota, number] : additions) {
    if (number == 0) continue;
    const auto used = stored(domain::get_used(txn, id, quota));
    if (!used.ok()) return used.error();
    if (*used < limits[quota] && limits[quota] - *used >= number) continue;
    return error(Code::kQuotaExceeded,
                 exceeded(quota, limits[quota], *used) + "; this adds " + std::to_string(number));
  }
  const auto used = stored(domain::get_used(txn, id, domain::Quota::kAuditBytes));
  if (!used.ok()) return used.error();
  const std::uint64_t limit = limits[domain::Quota::kAuditBytes];
  if (*used < limit) return {};
  return error(Code::kQuotaExceeded, exceeded(domain::Quota::kAuditBytes, limit, *used) +
                                         "; until there is room only deletions are taken");
}

Outcome<void> Change::begin(const domain::Owner& tenant, std::initializer_list<Addition> additions) {
  if (const domain::TenantId* const id = tenant.tenant())
    if (auto checked = check_quotas(*id, additions); !checked.ok()) return checked;
  return begin_writing();
}

Outcome<void> Change::begin_writing() {
  begun = true;
  if (is_rehearsal()) return error(Code::kInternal, "rehearsed");
  const store::WriteTxn& writes = write;
  if (writes.is_scarce() && !uses_reserve)
    return error(Code::kStorageFull, "storage: full; only deletions are taken until there is room");
  return {};
}

Outcome<void> Change::begin_removal() {
  uses_reserve = true;
  return begin_writing();
}

bool IfMatch::accepts(std::uint64_t revision) const {
  return !given || any || std::find(revisions.begin(), revisions.end(), revision) != revisions.end();
}

}  // namespace api
