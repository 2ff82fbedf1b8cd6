#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "decision_log/event.h"
#include "decision_log/tally.h"
#include "domain/ids.h"
#include "store/side_env.h"

namespace decision_log {

// Where an entry is: the block's number, and its place in that.
struct Place {
  std::uint64_t block = 0;
  std::uint64_t index = 0;

  auto operator<=>(const Place&) const = default;
};

struct Kept {
  Place place;
  base::Uuid id;
  std::string_view json;  // valid during the call that gets it
};

// What the thread of the log writes at one time.
struct Batch {
  std::vector<Event> events;
  std::map<domain::TenantId, std::uint64_t> lost;
};

// Decisions on disk, in an environment of their own (store/side_env.h), in blocks of one tenant each, which
// are numbered as they come. Safe for use by several threads; append(), sweep() are for one.
//
// A tenant's oldest go, a block at a time, beyond what it keeps (Keep); and where all of them together are
// more than about half of the environment's size, those of whoever has the most. Counters have half of that.
class Archive {
 public:
  struct Options {
    std::string dir;
    std::size_t bytes = 0;  // of the environment
    bool sync = true;
  };

  // `moved`: why what was there is now beside it; empty: it isn't.
  static base::Result<std::unique_ptr<Archive>> open(const Options&, std::string& moved);

  // Moves what is there aside, likewise: after a kCorrupt, since open() looks at its pages only. kIo.
  // REQUIRES: nobody in the process has it open
  static base::Result<void> set_aside(const Options& options) {
    return store::SideEnv::set_aside(options.dir);
  }

  // On disk when this returns. On an error nothing of it is kept.
  base::Result<void> append(const Batch&, base::Timestamp now);

  // Removes what is too old, and what is of tenants that exists() denies, a bounded number at a time; answers
  // whether there may be more.
  using Exists = base::FunctionRef<base::Result<bool>(const domain::TenantId&)>;
  base::Result<bool> sweep(base::Timestamp now, Exists exists);

  // The tenant's entries, newest block first and in it the last first, behind `after`, until fn returns
  // false. So they stand in order of time to within the time that a batch of questions takes.
  base::Result<void> each(const domain::TenantId&, const std::optional<Place>& after,
                          base::FunctionRef<bool(const Kept&)> fn) const;

  base::Result<std::optional<std::string>> find(const domain::TenantId&, const base::Uuid& id) const;

  base::Result<std::optional<Tally>> tally(const domain::TenantId&) const;

  // When it last decided something, to the day: the day's beginning. Nothing: never, since Tally::since.
  base::Result<std::optional<base::Timestamp>> last_used(const domain::TenantId&, Used,
                                                         std::string_view) const;

 private:
  static constexpr std::uint64_t kBytesOfUse = 200;  // of the environment, about

  explicit Archive(std::unique_ptr<store::SideEnv> env, std::size_t most)
      : env_(std::move(env)), most_bytes_(most) {}
  base::Result<void> write(Txn&, const Batch&, base::Timestamp now);
  std::uint64_t most_uses() const { return most_bytes_ / 2 / kBytesOfUse; }

  const std::unique_ptr<store::SideEnv> env_;
  const std::uint64_t most_bytes_;  // of blocks
  std::string old_uses_from_;       // for sweep()
};

}  // namespace decision_log
