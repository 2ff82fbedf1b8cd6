#include "dialects/v1beta1/dialect.h"

#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/error.h"
#include "dialects/v1beta1/form.h"

namespace dialects::v1beta1 {
namespace {

constexpr std::string_view kOtherPaths[] = {"/ping"};

constexpr std::string_view kChallenges[] = {"Bearer realm=\"reeve\"",
                                            "Basic realm=\"reeve\", charset=\"UTF-8\""};

constexpr Calls kCalls[] = {self_calls,         organization_calls, role_calls,   permission_calls,
                            service_user_calls, secret_calls,       policy_calls, check_calls,
                            project_calls,      group_calls,        admin_calls};

}  // namespace

// The documented system's own clients send text/plain, both spellings of a field, and "" for what they leave
// out.
constinit const Dialect kDialect = {
    .prefix = "/v1beta1",
    .other_paths = kOtherPaths,
    .access = Access::kCredential,
    .takes_any_content_type = true,
    .ignores_unknown = true,
    .takes_camel_case = true,
    .blank_is_absent = true,
    .named_tenant = named_organization,
    .challenges = kChallenges,
    .status_of = status_of,
    .error_body = error_body,
    .calls = kCalls,
};

}  // namespace dialects::v1beta1
