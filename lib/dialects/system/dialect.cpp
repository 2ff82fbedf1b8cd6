#include "dialects/system/dialect.h"

#include "dialects/system/calls.h"
#include "dialects/v1/error.h"

namespace dialects::system {
namespace {

constexpr std::string_view kChallenges[] = {"Bearer realm=\"reeve\""};

constexpr Calls kCalls[] = {calls};

}  // namespace

constinit const Dialect kDialect = {
    .prefix = "",
    .access = Access::kPublic,
    .challenges = kChallenges,
    .status_of = v1::status_of,
    .error_body = v1::error_body,
    .calls = kCalls,
};

}  // namespace dialects::system
