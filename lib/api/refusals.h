#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "base/time.h"
#include "domain/audit.h"

namespace api {

// Decides which refused changes have an audit entry of their own, and counts the others, so that whoever is
// refused again and again costs the disk a few entries a minute. Safe for use by several threads.
//
// A minute begins with the first refusal after the one before. In it the first refusal of a caller, action
// and policies is to be written; its repeats are counted, and become one entry (domain::Repeats) once the
// minute is over. Beyond kOfCaller entries of one caller, and kOfTenant of one tenant's chain, one further
// entry of each caller counts whatever else it was refused, as kOverflow: so nobody's noise takes the place
// of another's refusals. What is counted is in memory alone, and a crash loses it.
class Refusals {
 public:
  static constexpr std::size_t kOfCaller = 20, kOfTenant = 1'000;   // entries a minute
  static constexpr std::size_t kResourceIds = 10;                   // that an entry of repeats names
  static constexpr std::size_t kMaxMemory = std::size_t{16} << 20;  // bytes, of what a minute counts
  static constexpr const char* kOverflow = "audit:overflow";        // the action of that further entry
  static constexpr std::int64_t kMinuteMs = 60'000;

  Refusals();
  ~Refusals();
  Refusals(const Refusals&) = delete;  // one count for all
  Refusals& operator=(const Refusals&) = delete;

  enum class Noted {
    kFirst,    // to be written now, before the caller is told
    kCounted,  // an entry to come counts it
    kNoRoom,   // neither: kMaxMemory is reached, until take() is next called
  };
  Noted note(const domain::AuditEntry& refused);

  // A first one could not be written: the next of its kind is a first one again.
  void withdraw(const domain::AuditEntry& first);

  // The entries that are to be appended, at most so many, oldest callers' in no order; id and created_at are
  // for whoever appends them. Those of a minute that isn't over only where `all` asks for them, or where half
  // of kMaxMemory is reached: the minute then ends early.
  std::vector<domain::AuditEntry> take(base::Timestamp now, std::size_t most, bool all);

  // Gives back what take() gave, since it could not be appended.
  void put_back(std::vector<domain::AuditEntry>);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace api
