#pragma once
#include <map>

#include "authz/impact.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "domain/principal.h"

namespace authz {

// Whom a change may concern.
struct Concerned {
  domain::TenantId tenant;
  domain::Principal who;
  auto operator<=>(const Concerned&) const = default;
};

// What somebody holds: on a thing, or on the whole tenant under the empty text.
using Held = std::map<domain::ResourceText, domain::PermissionSet, std::less<>>;

// What of `more` isn't held by `less`, on each thing where there is any: first for the whole tenant. What is
// held everywhere, by either, isn't told of a thing.
using Rows = std::vector<std::pair<domain::ResourceText, domain::PermissionSet>>;
Rows rows_of(const Held& less, const Held& more);

// Adds what one principal gains, or loses.
void add_rows(HeldChanges&, const Concerned&, const Rows&, const domain::Catalogue&);

}  // namespace authz
