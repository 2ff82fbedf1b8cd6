#include "dialects/console/dialect.h"

#include "dialects/console/calls.h"
#include "dialects/v1/error.h"

namespace dialects::console {
namespace {

constexpr std::string_view kChallenges[] = {"Bearer realm=\"reeve\""};

constexpr Calls kCalls[] = {session_calls, file_calls};

}  // namespace

constinit const Dialect kDialect = {
    .prefix = "/console",
    .access = Access::kCredential,
    .challenges = kChallenges,
    .status_of = v1::status_of,
    .error_body = v1::error_body,
    .calls = kCalls,
};

}  // namespace dialects::console
