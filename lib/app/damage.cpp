#include "app/damage.h"

#include <string>

#include "base/log.h"
#include "domain/check.h"
#include "store/map_guard.h"

namespace app {
namespace {

constexpr std::uint64_t kMostLogged = 100;

}  // namespace

base::Result<bool> check_if_marked(const config::StoreConfig& store) {
  const auto marker = store::read_damage_marker(store.dir);
  if (!marker) return false;
  base::logging::warn(
      "store", {{"reason", *marker},
                {"warning", "the process before this one found the store damaged; it is checked first"}});
  std::uint64_t logged = 0;
  const auto log = [&](const std::string& fault) {
    base::logging::error("store", {{"damaged", fault}});
    return ++logged < kMostLogged;
  };
  const auto checked = domain::check_folder(store.dir, store.map_size, log);
  // An earlier version's: its pages are whole, and its records can only be read once it is brought up.
  if (!checked.ok() && checked.error().code == base::ErrorCode::kInvalid) return true;
  if (!checked.ok()) return checked.error();
  if (checked->faults() == 0) return true;
  return base::Error{base::ErrorCode::kCorrupt,
                     store.dir + ": damaged in " + std::to_string(checked->faults()) +
                         " places, which the log names; restore a copy, or remove the file DAMAGED there to "
                         "serve what is left"};
}

void end_on_damage(const config::Config& config) {
  store::guard_maps({.exit_code = 1,
                     .leaves_marker = true,
                     .log = config.log.format,
                     .advice = "this process ends, and the next start checks the store first"});
}

}  // namespace app
