#include <cinttypes>
#include <cstdio>

#include "app/commands.h"
#include "app/run.h"
#include "domain/check.h"
#include "domain/name_clashes.h"
#include "store/map_guard.h"
#include "store/read_only.h"

namespace app {
namespace {

constexpr std::uint64_t kMostShown = 100;
constexpr int kFoundFaults = 3;

// Names that clash are no damage; they are shown to be renamed.
bool list_clashes(const config::StoreConfig& store) {
  const auto opened = store::ReadOnlyStore::open(store.dir, store.map_size);
  if (!opened.ok()) return failed(opened.error().message) == 0;
  const auto txn = opened.value()->read();
  if (!txn.ok()) return failed(txn.error().message) == 0;
  std::uint64_t shown = 0;
  const auto clashes = domain::name_clashes(txn.value(), [&](std::string_view clash) {
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
  store::guard_maps({.exit_code = kFoundFaults, .advice = "the store is damaged: restore a copy"});
  std::uint64_t shown = 0;
  const auto show = [&](const std::string& fault) {
    std::fprintf(stderr, "reeve: %s\n", fault.c_str());
    return ++shown < kMostShown;
  };
  const auto checked = domain::check_folder(store.dir, store.map_size, show);
  if (!checked.ok()) return failed(checked.error().message);
  const std::uint64_t faults = checked->faults();
  if (faults == 0) {
    if (!list_clashes(store)) return 1;
    std::printf("%" PRIu64 " pages, %" PRIu64 " entries, of which %" PRIu64
                " of the audit log, at revision %" PRIu64 ": nothing is wrong\n",
                checked->pages.used, checked->store.entries, checked->store.audit_entries, checked->revision);
    return 0;
  }
  if (faults > shown) std::fprintf(stderr, "reeve: %" PRIu64 " more are not shown\n", faults - shown);
  const char* what = checked->pages.faults > 0 ? "pages, so its records were not looked at" : "entries";
  std::fprintf(stderr, "reeve: %s: %" PRIu64 " faults in %" PRIu64 " %s\n", store.dir.c_str(), faults,
               checked->pages.faults > 0 ? checked->pages.used : checked->store.entries, what);
  return kFoundFaults;
}

}  // namespace app
