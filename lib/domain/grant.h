#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// Somebody is given what a template of the tenant's policies says: a rule with a slot for the principal, for
// the resource, or for both. What fills a slot that the template doesn't have is the empty text. (What gives
// a role is a mapping.)
struct Grant {
  GrantId id;
  TenantId tenant;
  PolicyId policy;        // of the template
  RuleId rule;            // the template
  std::string principal;  // to_string() of an entity's name, "user:0197…", also of the directory's
  ResourceText resource;  // as of a mapping; empty: the whole tenant
  std::optional<base::Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
  std::optional<Principal> created_by;
  base::Timestamp created_at;
  std::uint64_t revision = 0;

  bool operator==(const Grant&) const = default;
  bool in_force(base::Timestamp now) const { return domain::in_force(valid_from, expires_at, now); }
};

inline constexpr std::size_t kMaxGrantPrincipal = kMaxEntityType + 1 + kMaxEntityId;

// What identifies a grant in its tenant.
struct GrantKey {
  std::string_view principal, resource;
  RuleId rule;
};

// Whatever reads grants passes by those that are left of what was deleted (pending_deletion.h): they give
// nothing to anybody, and are removed in steps. What is left of a deleted template counts as such, too.

base::Result<std::optional<Grant>> get_grant(const store::ReadTxn&, const TenantId& tenant, const GrantId&);
base::Result<std::optional<Grant>> find_grant(const store::ReadTxn&, const TenantId& tenant, const GrantKey&);

// Adds one, or replaces the one of its id. kConflict where another has its principal, resource and template,
// or what it names is still being deleted; kInvalid where a name is too long. REQUIRES: the template exists
base::Result<void> put_grant(store::WriteTxn&, Grant&);
base::Result<void> delete_grant(store::WriteTxn&, const Grant&);

// The one under this key of the table `grant`. One that can't be read is left.
base::Result<void> delete_grant_at(store::WriteTxn&, std::string_view key);

// All of the tenant, in order of id, behind `after`.
base::Result<void> each_grant(const store::ReadTxn&, const TenantId& tenant, const GrantId* after,
                              base::FunctionRef<bool(Grant&&)> fn);

// By which of its three parts a grant is found, and that part: a principal's text, a resource's, or a rule.
struct GrantsOf {
  std::string_view principal;
};
struct GrantsOn {
  std::string_view resource;
};
base::Result<void> each_grant(const store::ReadTxn&, const TenantId& tenant, const GrantsOf&,
                              base::FunctionRef<bool(Grant&&)> fn);
base::Result<void> each_grant(const store::ReadTxn&, const TenantId& tenant, const GrantsOn&,
                              base::FunctionRef<bool(Grant&&)> fn);

// How many are stored, those that are left of what was deleted among them; no more than `most` are counted.
base::Result<std::uint64_t> count_grants(const store::ReadTxn&, const TenantId& tenant, const GrantsOf&,
                                         std::uint64_t most);
base::Result<std::uint64_t> count_grants(const store::ReadTxn&, const TenantId& tenant, const GrantsOn&,
                                         std::uint64_t most);
base::Result<std::uint64_t> count_grants(const store::ReadTxn&, const TenantId& tenant, const RuleId&,
                                         std::uint64_t most);

// Delete up to `most` of them, and answer how many they deleted: fewer than `most` where there are no more.
// Before each, `goes` is called with it. Of one that can't be read only the key that it was found by is
// removed.
using GrantGoes = base::FunctionRef<base::Result<void>(const Grant&)>;
base::Result<std::size_t> delete_grants(store::WriteTxn&, const TenantId& tenant, const GrantsOf&,
                                        std::size_t most, GrantGoes goes);
base::Result<std::size_t> delete_grants(store::WriteTxn&, const TenantId& tenant, const GrantsOn&,
                                        std::size_t most, GrantGoes goes);
base::Result<std::size_t> delete_grants(store::WriteTxn&, const TenantId& tenant, const RuleId&,
                                        std::size_t most, GrantGoes goes);

// A name as the indexes have it; compared as its bytes are there.
using GrantNameHash = std::array<std::uint8_t, 16>;
GrantNameHash grant_name_hash(std::string_view text);

// What an index says of a grant, whose record says the rest.
struct GrantFound {
  RuleId rule;
  GrantId id;
};

// All that any of these principals has on this resource, in force or not, also those that are left of what
// was deleted. Takes about a microsecond for each of them, or for each grant on the resource if these are
// fewer. REQUIRES: the principals are sorted
base::Result<void> each_granted_on(const store::ReadTxn&, const TenantId& tenant,
                                   std::span<const GrantNameHash> principals, const GrantNameHash& resource,
                                   base::FunctionRef<void(const GrantFound&)> fn);

}  // namespace domain
