#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/holders.h"
#include "api/operation.h"
#include "authz/blast_radius.h"
#include "domain/audit.h"
#include "names/risk.h"

// How much a tenant has, how dangerous it is, and what happened last.
namespace api {

namespace op {
inline constexpr Operation get_overview = {
    .action = "tenant:overview", .kind = kRead, .scope = "organization:get", .resource = "tenant"};

inline constexpr Operation kOverview[] = {get_overview};
}  // namespace op

// Whoever has this permission is called an administrator.
inline constexpr std::string_view kAdministering = "organization:administer";

// Of what is looked at one by one: there are at least so many, and no more where all were looked at.
struct Found {
  std::uint64_t count = 0;
  bool are_all = true;
};

struct Overview {
  std::uint64_t people = 0, groups = 0, service_users = 0, memberships = 0, policies = 0, entities = 0;

  struct Roles {
    std::array<std::uint64_t, names::kRiskNames.size()> by_level{};  // system and platform roles too
    std::uint64_t own = 0;
    std::uint64_t held_by_nobody = 0;
    bool are_all = true;  // else these are those of the roles that were looked at, but for `own`
  } roles;

  struct Mappings {
    std::uint64_t all = 0, active = 0, future = 0, expired = 0;
    bool are_exact = true;  // else there are at most so many active, and at least so many of the others
    Found expiring;         // within authz::kSoon
  } mappings;

  struct Administrators {
    authz::Holders holders;
    std::vector<HolderView> first;
    bool are_all = true;      // that are told
    std::size_t hidden = 0;   // paths that are left out: Holders.hidden
    bool is_complete = true;  // else these hold it by the roles that were looked at, and there may be more
  };
  std::optional<Administrators> administrators;  // nothing: the caller may not list who holds a permission

  struct Keys {             // and secrets of service users
    std::uint64_t all = 0;  // that aren't revoked
    std::uint64_t expiring = 0, expired = 0;
    std::uint64_t administrators = 0;  // valid ones that have the permission themselves
    bool are_all = true;               // else these are those of the oldest, but for `all`
  };
  std::optional<Keys> keys;  // nothing: the caller may not list API keys

  struct Activity {
    Found refused;                         // within a day
    std::vector<domain::AuditEntry> last;  // newest first
    domain::AuditSize chain;
  };
  std::optional<Activity> activity;  // nothing: the caller may not read the audit log
};

// What is counted beside the records costs the same however many there are. What has to be looked at has a
// bound, in number and in time: roles, keys, what expires soon and what was refused lately; beyond that the
// answer says so. Takes some 20 ms at most; for the pool.
Outcome<Overview> get_overview(const Read&, const domain::TenantId& tenant);

}  // namespace api
