#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// A question that a change would turn the answer of, and what it would be then.
struct Flip {
  domain::EntityName subject;
  std::string action;
  domain::EntityName resource;
  bool allowed = false;

  bool operator==(const Flip&) const = default;
};

struct Flips {
  static constexpr std::size_t kMostListed = 100;

  std::uint64_t questions = 0;  // that there are
  std::uint64_t asked = 0;      // of these; fewer where there are too many, and then all over them
  std::uint64_t to_allowed = 0, to_denied = 0;
  std::vector<Flip> first;
};

inline constexpr std::uint64_t kMostQuestions = 5'000'000;
inline constexpr std::chrono::nanoseconds kAskingTime = std::chrono::seconds(2);

// Which decisions of the tenant a change would turn: of each user and service user, about each entity that is
// stored and about the tenant itself, for each action that the rules, the schema or permissions of the
// tenant's application name; by what is stored, without a context. Asks all of them on both sides where they
// are no more than kMostQuestions and it takes no longer than kAskingTime; else some, evenly spread, as far
// as that goes. Of users and entities the first kMostOfKind are asked about. Which are asked doesn't depend
// on chance.
inline constexpr std::size_t kMostOfKind = 20'000;
base::Result<Flips> flips_of(const store::ReadTxn& before, const store::ReadTxn& after,
                             const domain::Catalogue&, const domain::TenantId&, base::Timestamp now,
                             const base::MonotonicClock& ticks);

}  // namespace authz
