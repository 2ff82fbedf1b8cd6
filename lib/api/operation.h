#pragma once
#include <cstdint>
#include <string_view>

namespace api {

// In place of a scope: nobody in a tenant can hold it, since it is no permission's spelling.
inline constexpr std::string_view kPlatformScope = "platform";

enum class OperationKind : std::uint8_t { kRead, kWrite };

// Something that can be asked of Reeve's own API: a row beside the function that does it, in the namespace
// `op` and of the function's name. The guard, the audit log, the routes and the documents go by it.
struct Operation {
  std::string_view action;    // Action::"role:update"; also the audit entry's action
  OperationKind kind;         // whether it is in Action::"read" or in Action::"write"
  std::string_view scope;     // the permission it needs, kPlatformScope, or "" where a credential is enough
  std::string_view resource;  // the type of what it is about, as the audit log has it: "role"

  bool operator==(const Operation&) const = default;
};

namespace op {
using enum OperationKind;
}

}  // namespace api
