#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "store/change.h"
#include "store/schema.h"
#include "store/store.h"

namespace store {

// A change of this process that waits, and who is told what came of it.
struct Pending {
  Change change;
  Done done;
};

// What one transaction changed, as a log keeps it.
struct LoggedGroup {
  base::Uuid id;                      // of this one offer: two groups that say the same are still two
  std::vector<ChangeRecord> records;  // at least one; revisions without a gap

  Revision first() const { return records.front().revision; }
  Revision last() const { return records.back().revision; }
};

// The one order of changes that several machines agree on, each of which has a store. It is a row of groups,
// each beginning with the revision after the last of the group before. A group that is in it stays, and stays
// whole.
//
// Implemented outside of lib/store. Both functions are called on the writer's thread, and mostly inside a
// write transaction: each must answer within a bound of its own, must not throw, and must not call the store.
class ChangeLog {
 public:
  virtual ~ChangeLog() = default;

  enum class Answer {
    kTaken,    // the group is in the log
    kBehind,   // its place is taken: read() must show by which, be it by this one, of which two copies came
    kRefused,  // it is not in the log, nor will it ever be; the log says why
    kUnknown,  // it may be in the log or come into it later: no answer in time, say; the log says why
  };
  struct Offered {
    Answer answer = Answer::kTaken;
    std::string why;
  };

  // Offers a group, to be taken only if its first revision is the one after the log's last. That condition
  // has to be part of what the log agrees on: it is what makes an offer harmless that arrives late or twice.
  virtual Offered offer(const LoggedGroup&) = 0;

  // Groups that hold revisions after this one, oldest first and without a gap. They may be fewer than there
  // are, and may begin with groups from before it, which are skipped. None: there is nothing more, as far as
  // is known.
  virtual base::Result<std::vector<LoggedGroup>> read(Revision after) = 0;
};

// Where the writer's groups come from. Called on the writer's thread alone.
class ChangeSource {
 public:
  virtual ~ChangeSource() = default;

  // The changes to run next, those of one tenant in order, at most so many; waits for them. An empty group:
  // the log has groups that this store didn't offer. Nothing: no more will come.
  virtual std::optional<std::vector<Pending>> take(std::size_t most) = 0;

  // Null where this store alone decides. Always the same one; must live as long as the source.
  virtual ChangeLog* log() = 0;
};

}  // namespace store
