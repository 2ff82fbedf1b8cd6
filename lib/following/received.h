#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <vector>

#include "store/change.h"
#include "store/change_source.h"
#include "store/queue.h"

namespace following {

// Records of the server that is followed, which wait for the writer of this store: the log of a copy. It
// offers nothing, since a copy changes nothing by itself. Bounded by bytes. Safe for use by several threads:
// one adds, the writer reads.
class Received final : public store::ChangeLog {
 public:
  // `primary` is for the message of what is refused. A record that is larger than `most` has the log for
  // itself.
  explicit Received(std::string primary, std::size_t most = std::size_t{16} << 20U)
      : primary_(std::move(primary)), most_(most) {}

  // What StoreOptions.source is to call, once; this outlives the store.
  std::unique_ptr<store::ChangeSource> source(store::Queue&);

  enum class Added { kYes, kNoRoom, kStopped };

  // Adds the record that follows the last, of so many bytes, once there is room. kNoRoom: there was none for
  // `patience`, since the writer is held up.
  Added add(store::ChangeRecord, std::size_t bytes, std::chrono::milliseconds patience,
            const std::stop_token&);

  // Has the writer look. REQUIRES: source() was called
  void wake() const { queue_->wake(); }

  // Forgets what the writer hasn't read.
  void clear();

  Offered offer(const store::LoggedGroup&) override;
  base::Result<std::vector<store::LoggedGroup>> read(store::Revision after) override;

 private:
  struct Waiting {
    store::ChangeRecord record;
    std::size_t bytes;
  };

  const std::string primary_;
  const std::size_t most_;
  store::Queue* queue_ = nullptr;

  std::mutex mutex_;
  std::condition_variable_any room_;
  // Guarded by mutex_:
  std::deque<Waiting> waiting_;  // in order, without a gap
  std::size_t bytes_ = 0;
};

}  // namespace following
