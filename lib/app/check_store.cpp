#include <cinttypes>
#include <cstdio>

#include "app/commands.h"
#include "app/run.h"
#include "domain/check.h"
#include "domain/name_clashes.h"
#include "store/read_only.h"

namespace app {
namespace {

constexpr std::uint64_t kMostShown = 100;
constexpr int kFoundFaults = 3;

// Names that clash are no damage; they are shown to be renamed.
bool list_clashes(const store::ReadTxn& txn) {
  std::uint64_t shown = 0;
  const auto clashes = domain::name_clashes(txn, [&](std::string_view clash) {
    std::printf("%.*s\n", static_cast<int>(clash.size()), clash.data());
    return ++shown < kMostShown;
  });
  if (!clashes.ok()) return failed(clashes.error().message) == 0;
  if (*clashes > shown) std::printf("%" PRIu64 " more names that clash are not shown\n", *clashes - shown);
  return true;
}

}  // namespace

int check_store(const Given& given) {
  const auto settings = load_settings(given);
  if (!settings.ok()) return failed(settings.error().message);
  const auto& store = settings->config.store;
  const auto opened = store::ReadOnlyStore::open(store.dir, store.map_size);
  if (!opened.ok()) return failed(opened.error().message);
  const auto txn = opened.value()->read();
  if (!txn.ok()) return failed(txn.error().message);
  std::uint64_t shown = 0;
  const auto show = [&](const domain::StoreFault& fault) {
    std::fprintf(stderr, "reeve: %s\n", fault.what.c_str());
    return ++shown < kMostShown;
  };
  const auto checked = domain::check_store(txn.value(), show);
  if (!checked.ok()) return failed(checked.error().message);
  if (checked->faults == 0) {
    if (!list_clashes(txn.value())) return 1;
    std::printf("%" PRIu64 " entries, of which %" PRIu64 " of the audit log, at revision %" PRIu64
                ": nothing is wrong\n",
                checked->entries, checked->audit_entries, txn->revision());
    return 0;
  }
  if (checked->faults > shown)
    std::fprintf(stderr, "reeve: %" PRIu64 " more are not shown\n", checked->faults - shown);
  std::fprintf(stderr, "reeve: %s: %" PRIu64 " faults in %" PRIu64 " entries\n", store.dir.c_str(),
               checked->faults, checked->entries);
  return kFoundFaults;
}

}  // namespace app
