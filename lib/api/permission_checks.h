#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
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

// Answers each check, in order. Of the tenant itself, its groups and its projects, by roles alone: yes, where
// one that is held on the thing or on the tenant has the permission. Of a thing of an application's it is the
// decision of an evaluation, whose action is the permission's scope. Of what isn't the tenant's, and of a
// disabled project, the answer is no. kNotFound: a permission that isn't in the catalogue.
//
// No answers at all where the tenant's policies would have to be compiled first, and there is no time for
// that.
//
// REQUIRES: no fewer than one, and no more than kMaxPermissionChecks
Outcome<std::vector<bool>> check_own(const Read&, const domain::Tenant& tenant,
                                     const std::vector<PermissionCheck>&,
                                     Decisions::Haste = Decisions::Haste::kNone);

// The same of somebody of the tenant; who isn't there has nothing.
Outcome<std::vector<bool>> check_others(const Read&, const domain::Tenant& tenant,
                                        const domain::Principal& subject, const std::vector<PermissionCheck>&,
                                        Decisions::Haste = Decisions::Haste::kNone);

}  // namespace api
