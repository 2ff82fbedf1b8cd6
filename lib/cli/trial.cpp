#include "cli/trial.h"

#include <utility>

namespace cli {

base::Result<Trial> begin_trial(const std::string& folder, const std::optional<std::string>& config) {
  auto tenant = TrialTenant::read(folder);
  if (!tenant.ok()) return tenant.error();
  auto server = app::ScratchServer::start({config.value_or(""), tenant->user_ids()});
  if (!server.ok()) return server.error();
  (*server)->set_time(tenant->at());
  auto calls = tenant->make((*server)->platform());
  if (!calls.ok()) return calls.error();
  return Trial{std::move(tenant).value(), std::move(server).value(), std::move(calls).value()};
}

}  // namespace cli
