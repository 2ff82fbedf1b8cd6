#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/counts.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "domain/permission.h"
#include "domain/role.h"
#include "store/txn.h"

namespace authz {

// What a role could do in the wrong hands, for whoever reviews a change of it.
struct BlastRadius {
  domain::Risk level = domain::Risk::kLow;  // the highest among its effective permissions
  std::string summary;                      // one sentence: what it allows, and how many people hold it
  std::vector<std::string> warnings;        // what a reviewer must know
};

// People are looked at, to count each once, while there are no more mappings and memberships than this to
// look at; beyond that the counts that are kept with them (domain/counts.h) say how many there are at most.
// So the work has a bound, however many hold the role.
constexpr std::uint64_t kMaxLookedAt = 1'000;

// Who holds the role in the tenant (in the platform, nobody) by mappings that are in force, on whatever
// resource. People who hold it directly and through groups, or through several groups, are counted once where
// they are looked at, and those who are suspended apart.
struct Holders {
  std::uint64_t people = 0;     // who are active
  std::uint64_t direct = 0;     // of these, mapped themselves; with `at_most`, how many mappings that is
  std::uint64_t suspended = 0;  // people who hold it again once they are active
  std::uint64_t service_users = 0;
  std::uint64_t groups = 0;
  std::uint64_t memberships = 0;  // of these groups together
  domain::MappingCount mappings;  // of all of these
  bool at_most = false;  // nobody was looked at: there are no more people than this, suspended or not

  // Whether anybody holds it who may act.
  bool is_held() const { return people > 0 || service_users > 0; }
};

// `most`: people are looked at while there are no more mappings and memberships than that; each takes some
// microseconds.
base::Result<Holders> count_holders(const store::ReadTxn&, const domain::Owner& tenant,
                                    const domain::RoleId& role, base::Timestamp now,
                                    std::uint64_t most = kMaxLookedAt);

// The same of whoever holds any of these roles.
base::Result<Holders> count_holders(const store::ReadTxn&, const domain::TenantId& tenant,
                                    std::span<const domain::RoleId> roles, base::Timestamp now,
                                    std::uint64_t most = kMaxLookedAt);

// The same of one role, where it matters only whether there is anybody (Holders::is_held) and how many
// mappings there are: `people` is no more than one then. Mostly one person is looked at, and never more than
// kMaxLookedAt mappings and people, nor more groups: beyond these somebody is taken to hold it, by `at_most`.
base::Result<Holders> find_holders(const store::ReadTxn&, const domain::TenantId& tenant,
                                   const domain::RoleId& role, base::Timestamp now);

BlastRadius blast_radius(const domain::Role&, const domain::Catalogue&, const Holders&);

}  // namespace authz
