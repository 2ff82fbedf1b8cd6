#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "api/resources.h"
#include "domain/tenant.h"

// Whether somebody has a permission on a thing, as /v1beta1 asks.
namespace api {

namespace op {
inline constexpr Operation check_own = {
    .action = "check:own", .kind = kRead, .scope = "organization:check", .resource = "tenant"};
inline constexpr Operation check_others = {
    .action = "check:others", .kind = kRead, .scope = kPlatformScope, .resource = "tenant"};

inline constexpr Operation kPermissionChecks[] = {check_own, check_others};
}  // namespace op

inline constexpr std::size_t kMaxPermissionChecks = 20;  // in one call

struct PermissionCheck {
  std::string permission;  // in any spelling, or its verb alone, of the resource's own namespace
  ResourceName resource;
};

// Answers each check, in order: yes, where a role that is held on the resource or on the tenant has the
// permission. Of what isn't the tenant's, and of a disabled project, the answer is no. kNotFound: a
// permission that isn't in the catalogue.
//
// REQUIRES: no more than kMaxPermissionChecks
Outcome<std::vector<bool>> check_own(const Read&, const domain::Tenant& tenant,
                                     const std::vector<PermissionCheck>&);

// The same of somebody of the tenant; who isn't there has nothing.
Outcome<std::vector<bool>> check_others(const Read&, const domain::Tenant& tenant,
                                        const domain::Principal& subject,
                                        const std::vector<PermissionCheck>&);

}  // namespace api
