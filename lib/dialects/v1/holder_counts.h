#pragma once
#include "api/roles.h"
#include "base/json.h"

namespace dialects::v1 {

// The member "holders" of a role, and of what many roles give.
inline void write_holder_counts(base::JsonWriter& w, const authz::Holders& holders) {
  w.name("holders").begin_object();
  w.member("people", holders.people).member("at_most", holders.at_most);
  w.member("direct", holders.direct).member("groups", holders.groups);
  w.member("memberships", holders.memberships).member("suspended", holders.suspended);
  w.member("service_users", holders.service_users).member("later", holders.mappings.later);
  w.end_object();
}

}  // namespace dialects::v1
