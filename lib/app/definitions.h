#pragma once
#include "api/service.h"
#include "app/settings.h"
#include "base/result.h"
#include "config/config.h"

namespace app {

// Reads permissions, roles and guard policies from where the configuration says. The message has every
// mistake of every file, each with its place.
base::Result<api::Definitions> load_definitions(const config::Config&);

// The same; of a configuration that is built in, the definitions that are built in with it.
base::Result<api::Definitions> load_definitions(const Settings&);

}  // namespace app
