#pragma once
#include <span>

#include "dialects/route.h"

// The calls of /v1, a list for each file. A handler reads JSON into the structs of lib/api, and writes its
// answer as JSON.
namespace dialects::v1 {

std::span<const Route> role_calls();
std::span<const Route> permission_calls();
std::span<const Route> group_calls();
std::span<const Route> member_calls();
std::span<const Route> group_role_calls();
std::span<const Route> tenant_calls();
std::span<const Route> user_calls();
std::span<const Route> api_key_calls();
std::span<const Route> policy_calls();
std::span<const Route> rule_calls();
std::span<const Route> decision_settings_calls();
std::span<const Route> decision_log_calls();
std::span<const Route> report_calls();
std::span<const Route> schema_calls();
std::span<const Route> policy_test_calls();
std::span<const Route> audit_calls();
std::span<const Route> backup_calls();
std::span<const Route> entity_calls();
std::span<const Route> grant_calls();
std::span<const Route> mapping_calls();
std::span<const Route> batch_calls();
std::span<const Route> access_calls();
std::span<const Route> change_calls();
std::span<const Route> undo_calls();
std::span<const Route> plan_calls();
std::span<const Route> explanation_calls();
std::span<const Route> search_calls();
std::span<const Route> session_calls();
std::span<const Route> overview_calls();
std::span<const Route> access_map_calls();
std::span<const Route> status_calls();
std::span<const Route> service_user_calls();
std::span<const Route> me_calls();

}  // namespace dialects::v1
