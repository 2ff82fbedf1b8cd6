#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "cedar/ast.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

// What grants give, in the words in which the guard is told what a change gives: for its proposals.
namespace authz {

// The permissions that a template permits, by what its action names: those so spelled, and those of any
// resource whose verb it is. Where it names no action, or an action group, every one but those of Reeve
// itself, which no policy of a tenant gives. Of a forbid none. Sorted.
std::vector<std::string> scopes_permitted(const domain::Catalogue&, const cedar::Template&);

// The same of all templates that somebody is given by grants in force, or later: the principal, and whoever
// is in one of the groups that it is in, or in itself if it is a group. Where there are more than
// kMostLookedAt grants it is everything. REQUIRES: groups are all that the principal is in, sorted
base::Result<domain::PermissionSet> permissions_granted_to(const store::ReadTxn&, const domain::Catalogue&,
                                                           const domain::TenantId& tenant,
                                                           const domain::Principal&,
                                                           const std::vector<domain::GroupId>& groups,
                                                           base::Timestamp now);

// The same of all that others are given on what is below these resources.
base::Result<domain::PermissionSet> permissions_granted_below(
    const store::ReadTxn&, const domain::Catalogue&, const domain::TenantId& tenant,
    const std::vector<domain::ResourceText>& resources, base::Timestamp now);

}  // namespace authz
