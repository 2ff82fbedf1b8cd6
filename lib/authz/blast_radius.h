#pragma once
#include <cstdint>
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

// Counting people stops here ("more than 10,000 people"), so that the work has a bound.
constexpr std::uint64_t kMaxCounted = 10'000;

// Who holds the role in the tenant, whether or not the mapping is in force yet; people who hold it directly
// and through groups, or through several groups, are counted once.
struct Holders {
  std::uint64_t people = 0;        // at most kMaxCounted + 1
  std::uint64_t direct = 0;        // of these, mapped themselves
  std::uint64_t service_users = 0;
  std::uint64_t groups = 0;
};

Result<Holders> count_holders(const store::ReadTxn&, const Uuid& tenant, const Uuid& role, Timestamp now);
BlastRadius blast_radius(const domain::Role&, const domain::Catalogue&, const Holders&);

}  // namespace authz
