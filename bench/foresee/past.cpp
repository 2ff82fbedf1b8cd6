#include "api/groups.h"
#include "bench/foresee/growth.h"
#include "bench/foresee/measure.h"
#include "bench/foresee/tenant.h"
#include "store/history.h"

namespace {

constexpr int kRounds = 7;

api::ChangeFunction making_group(const Tenant& tenant, std::size_t i) {
  return [&tenant, i](api::Change& change) -> api::Outcome<void> {
    const auto made =
        api::create_group(change, tenant.id(), {"Group number " + std::to_string(i), "For whom it is.", {}});
    if (!made.ok()) return made.error();
    return {};
  };
}

}  // namespace

void print_past(const std::string& dir, std::size_t most) {
  print_heading("changes since, each of which makes a group");
  Tenant tenant(dir);
  tenant.fill(1'000);
  base::Timestamp then{};
  tenant.read([&](const api::Read& read) { then = read.now; });
  std::size_t made = 0;
  for (std::size_t changes = 1'000; changes <= most; changes *= 10) {
    tenant.change_all(made, changes, [&](std::size_t i) { return making_group(tenant, i); });
    made = changes;
    std::string why_not;
    tenant.read([&](const api::Read& read) {
      const Taken taken = measure(kRounds, [&] {
        const auto revision = value_of(store::revision_at(read.txn, then));
        if (!revision) stop("the past isn't known");
        const auto past = store::as_of(read.txn, *revision);
        if (!past.ok()) why_not = past.error().message;
      });
      print_row({why_not.empty() ? "the store as it was" : why_not.c_str(), changes, "1000 at 100,000"},
                taken);
    });
  }
}
