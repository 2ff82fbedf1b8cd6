#pragma once
#include <memory>
#include <optional>
#include <string>

#include "app/scratch_server.h"
#include "base/json.h"
#include "base/result.h"
#include "cli/tenant_calls.h"
#include "cli/trial_tenant.h"

namespace cli {

// A folder's tenant on a server of its own, in a store that is removed at the end.
struct Trial {
  TrialTenant tenant;
  std::unique_ptr<app::ScratchServer> server;  // its time is that of the folder
  TenantCalls calls;
};

// `config`: permissions, roles and guard in place of what is built in. The message names the file that is
// wrong, or what the server refused.
base::Result<Trial> begin_trial(const std::string& folder, const std::optional<std::string>& config);

}  // namespace cli
