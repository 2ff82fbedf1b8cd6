#include "dialects/v1/dialect.h"

#include "dialects/v1/calls.h"
#include "dialects/v1/error.h"

namespace dialects::v1 {
namespace {

// A browser that is offered Basic opens a dialog of its own over the page that made the call.
constexpr std::string_view kChallenges[] = {"Bearer realm=\"reeve\""};

constexpr Calls kCalls[] = {role_calls,
                            permission_calls,
                            group_calls,
                            member_calls,
                            group_role_calls,
                            tenant_calls,
                            user_calls,
                            api_key_calls,
                            policy_calls,
                            rule_calls,
                            decision_settings_calls,
                            decision_log_calls,
                            report_calls,
                            audit_calls,
                            schema_calls,
                            policy_test_calls,
                            backup_calls,
                            entity_calls,
                            grant_calls,
                            mapping_calls,
                            batch_calls,
                            access_calls,
                            change_calls,
                            undo_calls,
                            plan_calls,
                            explanation_calls,
                            search_calls,
                            session_calls,
                            overview_calls,
                            access_map_calls,
                            status_calls,
                            service_user_calls,
                            me_calls};

}  // namespace

constinit const Dialect kDialect = {
    .prefix = "/v1",
    .access = Access::kTenant,
    .challenges = kChallenges,
    .status_of = status_of,
    .error_body = error_body,
    .calls = kCalls,
};

}  // namespace dialects::v1
