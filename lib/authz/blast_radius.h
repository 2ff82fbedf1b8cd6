#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
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

// Counting stops after so many different people, and after so many mappings and memberships looked at, so
// that the work has a bound.
constexpr std::size_t kMaxPeopleCounted = 10'000;
constexpr std::size_t kMaxHoldingsVisited = 30'000;

// Who holds the role in the tenant by mappings that have not expired, on whatever resource. People who hold
// it directly and through groups, or through several groups, are counted once.
struct Holders {
  std::size_t people = 0;
  std::size_t direct = 0;  // of these, mapped themselves
  std::size_t service_users = 0;
  std::size_t groups = 0;
  bool more = false;  // counting stopped early: the numbers are the least there are
};

Result<Holders> count_holders(const store::ReadTxn&, const Uuid& tenant, const Uuid& role, Timestamp now);
BlastRadius blast_radius(const domain::Role&, const domain::Catalogue&, const Holders&);

}  // namespace authz
