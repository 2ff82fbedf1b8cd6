#pragma once
#include "api/service.h"
#include "app/settings.h"
#include "base/result.h"
#include "config/config.h"

namespace app {

// Reads permissions, roles and guard policies from where the configuration says. The message has every
// mistake of every file, each with its place.
Result<api::Definitions> load_definitions(const config::Config&);

// The same, or what is built in where the configuration is.
Result<api::Definitions> load_definitions(const Settings&);

}  // namespace app
