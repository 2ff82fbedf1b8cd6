#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/parts/authorize.h"
#include "api/parts/mapping_changes.h"
#include "api/users.h"
#include "domain/role.h"

namespace api {

// The way from the roles that a principal has for the whole tenant to those that it is to have: which are to
// be mapped, which removed. First planned; then the guard is asked, one mapping after the other; then
// applied.
class RoleChanges {
 public:
  // `slugs` absent: no changes. Fails only where the store does; unknown roles are kept apart.
  static Outcome<RoleChanges> plan(const Read&, const domain::TenantId& tenant, const domain::Principal&,
                                   const std::optional<std::vector<std::string>>& slugs);

  bool empty() const { return added_.empty() && removed_.empty(); }
  const std::vector<UnknownRole>& unknown() const { return unknown_; }
  std::vector<std::string> given_scopes() const;  // of the roles to be mapped
  std::size_t net_added() const;                  // mappings, less those that go

  Outcome<void> authorize(Change&);
  Outcome<void> apply(Change&) const;  // REQUIRES: authorize() succeeded, and the change has begun

 private:
  struct Step {
    domain::Role role;
    Authorization authorized{};
  };

  domain::TenantId tenant_;
  domain::Principal who_;
  std::vector<Step> added_, removed_;
  std::vector<UnknownRole> unknown_;
};

}  // namespace api
