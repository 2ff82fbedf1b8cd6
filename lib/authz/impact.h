#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

// What somebody would come to hold, or hold no longer, on one thing, or in the whole tenant.
struct HeldChange {
  domain::TenantId tenant;
  domain::Principal who;            // a user or a service user
  domain::ResourceText on;          // empty: the whole tenant
  std::vector<std::string> scopes;  // effective ones, sorted

  bool operator==(const HeldChange&) const = default;
};

// All of them are counted; the first are listed, in order of tenant, principal and thing.
struct HeldChanges {
  static constexpr std::size_t kMostListed = 100;

  std::uint64_t principals = 0;
  std::uint64_t rows = 0;
  std::vector<HeldChange> first;

  bool operator==(const HeldChanges&) const = default;
};

struct Impact {
  HeldChanges gain, lose;

  bool operator==(const Impact&) const = default;
};

// Whom a change of the directory, of roles or of mappings may concern, at most.
inline constexpr std::size_t kMostConcerned = 2'000'000;

// Of the pairs of somebody and something they hold, which a change of roles looks at: at most so many are in
// memory, of eight bytes.
inline constexpr std::size_t kMostHoldings = 8'000'000;

// Who gains and who loses what by a change: `before` is the store without it, `after` a transaction in which
// it was made. Compares what people and service users hold at one moment; on a thing that is what is mapped
// on that very thing, with what is held in the whole tenant, and what changes there is not told again for
// each thing. Looks at those alone whom something that was written concerns, and takes some ten microseconds
// for each, or less than one where roles alone change. kFull where they are more than kMostConcerned. What is
// told doesn't depend on `most_holdings`: beyond it everybody is looked at by themselves.
base::Result<Impact> impact_of(const store::ReadTxn& before, const store::WriteTxn& after,
                               const domain::Catalogue&, base::Timestamp now,
                               std::size_t most_holdings = kMostHoldings);

}  // namespace authz
