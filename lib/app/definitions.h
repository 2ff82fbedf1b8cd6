#pragma once
#include <string>

#include "api/service.h"
#include "base/result.h"
#include "config/config.h"

namespace app {

// Reads permissions, roles and guard policies from where the configuration says. The message has every
// mistake of every file, each with its place.
Result<api::Definitions> load_definitions(const config::Config&);

}  // namespace app
