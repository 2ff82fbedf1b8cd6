#pragma once
#include <span>

#include "dialects/route.h"

// The calls of /v1beta1, a list for each file. A handler reads JSON into the structs of lib/api, and writes
// its answer as JSON. Calls that have an older path without the organization in it share their handler with
// it.
namespace dialects::v1beta1 {

std::span<const Route> self_calls();
std::span<const Route> organization_calls();
std::span<const Route> role_calls();
std::span<const Route> permission_calls();
std::span<const Route> service_user_calls();
std::span<const Route> secret_calls();
std::span<const Route> policy_calls();
std::span<const Route> check_calls();
std::span<const Route> project_calls();
std::span<const Route> group_calls();
std::span<const Route> admin_calls();

}  // namespace dialects::v1beta1
