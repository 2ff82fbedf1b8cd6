#include <cinttypes>
#include <cstdio>

#include "app/commands.h"
#include "app/run.h"
#include "domain/audit.h"
#include "store/map_guard.h"
#include "store/store.h"

namespace app {
namespace {

std::string name_of_chain(const domain::Owner& owner) {
  return owner.is_platform() ? "the platform" : "tenant " + to_string(owner);
}

}  // namespace

int verify_audit(const Given& given) {
  const auto settings = load_settings(given);
  if (!settings.ok()) return failed(settings.error().message);
  store::StoreOptions store_options;
  store_options.dir = settings->config.store.dir;
  store_options.map_bytes = settings->config.store.map_size;
  store::guard_maps({.advice = "`reeve store check` says what is damaged"});
  const auto opened = store::Store::open(store_options);
  if (!opened.ok()) return failed(opened.error().message);
  const auto txn = opened.value()->read();
  if (!txn.ok()) return failed(txn.error().message);
  std::uint64_t seen = 0;
  const auto faults = domain::verify_audit(txn.value(), seen);
  if (!faults.ok()) return failed(faults.error().message);
  for (const auto& fault : faults.value())
    std::fprintf(stderr, "reeve: audit chain of %s: entry %" PRIu64 ": %s\n",
                 name_of_chain(fault.tenant).c_str(), fault.seq, fault.what.c_str());
  if (!faults->empty()) return 1;
  std::printf("%" PRIu64 " audit entries, every chain whole\n", seen);
  return 0;
}

}  // namespace app
