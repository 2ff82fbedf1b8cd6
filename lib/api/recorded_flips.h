#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "authz/flips.h"
#include "base/time.h"
#include "base/uuid.h"

namespace api {

// A decision that was made and kept, and that a change would turn.
struct RecordedFlip {
  base::Uuid id;  // of the entry
  base::Timestamp at;
  authz::Flip flip;

  bool operator==(const RecordedFlip&) const = default;
};

struct RecordedFlips {
  static constexpr std::size_t kMostListed = 100;

  std::uint64_t kept = 0;            // entries that the tenant has
  std::uint64_t examined = 0;        // of these, the newest first
  std::uint64_t not_comparable = 0;  // of those examined: not all of the question is known, or it is none
  std::uint64_t to_allowed = 0, to_denied = 0;
  std::vector<RecordedFlip> first;
};

inline constexpr std::uint64_t kMostRecorded = 10'000;
inline constexpr std::chrono::nanoseconds kRecordedTime = std::chrono::seconds(1);

// Which of the tenant's kept decisions a change would turn: the newest kMostRecorded, or as many as
// kRecordedTime is enough for, are asked anew of the store without the change and with it, each by the clock
// of its entry. What was decided then doesn't count, since much else may have changed since. An entry of
// which something is masked, cut or secret isn't asked, and isn't told.
//
// Nothing where there is no decision log to read from, or the caller may not read it (decision_log:list).
Outcome<std::optional<RecordedFlips>> recorded_flips_of(const Read& before, const Change& after,
                                                        const domain::TenantId&, UserIds);

}  // namespace api
