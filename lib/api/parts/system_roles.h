#pragma once
#include <vector>

#include "api/context.h"
#include "domain/role.h"

namespace api {

// Makes the store's system roles those defined: slug, name, description and scopes. What is no longer defined
// is removed, or disabled where somebody is mapped to it. An audit entry for each that changed.
Outcome<void> sync_system_roles(Change&, const std::vector<domain::Role>& defined);

}  // namespace api
