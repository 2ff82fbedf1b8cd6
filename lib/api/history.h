#pragma once
#include <cstddef>
#include <optional>

#include "api/context.h"
#include "api/operation.h"
#include "base/function_ref.h"
#include "base/time.h"
#include "domain/ids.h"
#include "store/history.h"
#include "store/schema.h"

// What was, as far back as change records are kept (store/history.h), and what will be.
namespace api {

namespace op {
inline constexpr Operation read_history = {
    .action = "history:read", .kind = kRead, .scope = "organization:auditview", .resource = "history"};

inline constexpr Operation kHistory[] = {read_history};
}  // namespace op

// When a read is about.
struct Moment {
  base::Timestamp time;
  std::optional<store::Revision> revision{};  // where that is known; else what the store had at the time
};

// Calls fn with a read of the tenant's things as they were at the moment; of one to come, or of now, as they
// are, by the clock of then. Permissions made by call are those of then, what they imply by the catalogue's
// file is of now. Rights are those of now as well: this needs organization:auditview, and whatever fn calls
// what it needs else. What is decided is nothing for the decision log.
//
// Takes up to a second, and up to store::kMostBytesBack of memory: for a thread of its own. Fails with
//   kGone          history isn't kept as far back, and says since when it is; or too much lies between, which
//                  is more than `most` changes, store::kMostChangesBack of them at most, or kMostBytesBack
//   kNotFound      there was no such tenant yet
//   kInvalidInput  at "cursor", where the revision is none that the store has had
Outcome<void> read_at(const Read& today, const domain::TenantId& tenant, const Moment&,
                      base::FunctionRef<void(const Read&)> fn, std::size_t most = store::kMostChangesBack);

}  // namespace api
