#include "api/impact.h"

#include <utility>

#include "api/decisions.h"
#include "api/mappings.h"
#include "api/parts/authorize.h"

namespace api {
namespace {

// Whether it wrote what decisions of the tenant's own go by, besides roles and who holds them.
bool concerns_decisions(const store::WriteTxn& change) {
  using store::Table;
  bool concerns = false;
  change.each_written([&](Table table, std::string_view) {
    concerns = concerns || table == Table::kPolicy || table == Table::kRule || table == Table::kDecisions ||
               table == Table::kSchema || table == Table::kGrant || table == Table::kEntity ||
               table == Table::kEntityParent;
  });
  return concerns;
}

// What of the store's failures comes of how much there is.
Error too_much(const base::Error& why) {
  return why.code == base::ErrorCode::kFull ? error(Code::kTooLarge, "dry_run: " + why.message)
                                            : from_store(why);
}

}  // namespace

Outcome<Impact> impact_of(const Read& before, const Change& after, const domain::Owner& tenant,
                          UserIds user_ids) {
  Impact impact;
  const store::WriteTxn& made = after.write;
  auto held = authz::impact_of(before.txn, made, *before.catalogue, before.now);
  if (!held.ok()) return too_much(held.error());
  impact.held = std::move(held).value();
  impact.lists_held = authorize(before, on_tenant(op::list_all_mappings, tenant)).ok();
  if (!impact.lists_held) impact.held.gain.first.clear(), impact.held.lose.first.clear();

  if (tenant.is_platform() || !concerns_decisions(made)) return impact;
  if (!authorize(before, on_tenant(op::search, tenant)).ok()) return impact;
  auto flips =
      authz::flips_of(before.txn, after.txn, *before.catalogue, *tenant.tenant(), before.now, before.ticks);
  if (!flips.ok()) return from_store(flips.error());
  impact.flips = std::move(flips).value();
  auto recorded = recorded_flips_of(before, after, *tenant.tenant(), user_ids);
  if (!recorded.ok()) return recorded.error();
  impact.recorded = std::move(recorded).value();
  return impact;
}

}  // namespace api
