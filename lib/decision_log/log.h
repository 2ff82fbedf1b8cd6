#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/monotonic_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "crypto/random.h"
#include "decision_log/archive.h"
#include "decision_log/event.h"

namespace decision_log {

// Takes what was decided from whoever decides, without ever having them wait, and writes it from a thread of
// its own: to its archive, or to a stream of lines. Between the two stand so many bytes at most; what finds
// no room is lost, and is counted, in a line of the log and in the tenant's tally. What fails fails here: an
// archive that can't be opened or written to costs entries, and nothing else.
//
// Safe for use by several threads.
class Log {
 public:
  struct Options {
    Archive::Options archive;                     // bytes 0: there is none, and nothing is counted
    std::string stream{};                         // see stream.h; entries go there and not into the archive
    std::size_t room = std::size_t{8} << 20U;     // bytes that wait
    std::chrono::milliseconds gathering{250};     // how long what came waits for more
    const base::Clock* clock = nullptr;           // outlives this. REQUIRES: not null
    const base::MonotonicClock* ticks = nullptr;  // likewise, for when to try again; null: the steady one
    crypto::Random* random = nullptr;             // likewise
    std::function<base::Result<bool>(const domain::TenantId&)> exists{};  // on the log's thread; none: all do
  };

  // Fails only where no thread can be started. What is wrong with the archive is told in the log.
  static base::Result<std::unique_ptr<Log>> start(Options);

  // stop().
  ~Log();
  Log(const Log&) = delete;  // one thread works for one
  Log& operator=(const Log&) = delete;

  // Of a decision that is about to be told.
  base::Uuid make_id(base::Timestamp now) const;

  // Takes them, or counts them as lost where there is no room, and answers which: of what may wait half is
  // any tenant's. Never waits for the thread. REQUIRES: they are of one tenant
  bool put(std::vector<Event>);

  // The same for those who must not answer before theirs are on disk, or were written to the stream; waits
  // at most so long. kFull, kIo: whether all of them are is not known, or not so.
  base::Result<void> put_and_wait(std::vector<Event>, std::chrono::milliseconds limit);

  // Waits until all that was put before is written or lost; false where that takes longer.
  bool catch_up(std::chrono::milliseconds limit);

  // What to read from; null where it can't be opened. It stays as it is while it is held.
  std::shared_ptr<const Archive> archive() const;

  bool is_streamed() const;

  // Of all tenants, since the start.
  std::uint64_t lost() const;

  // From now on; opens a file anew, also where it is the same.
  void stream_to(const std::string& stream);

  // Removes what is too old or of tenants that are gone, soon. For the housekeeper, about once a minute.
  void sweep();

  // Writes what waits, and ends the thread. What is put later is lost. May be called twice.
  void stop();

 private:
  struct State;
  explicit Log(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

}  // namespace decision_log
