#include "api/refusal.h"

#include <string>

#include "api/parts/authorize.h"

namespace api {

Outcome<void> note_refusal(Change& change, const Operation& operation, const domain::Owner& tenant) {
  const auto authorized = authorize_change(change, on_tenant(operation, tenant));
  if (!authorized.ok()) return authorized.error();
  return error(Code::kForbidden, std::string(operation.action) + ": not allowed a moment ago");
}

}  // namespace api
