// What the writer has read stays until it comes back and asks for what is behind it: a record that found no
// room on the disk is read again. Each time it is given a transaction's worth, since what it gets is a copy.
#include "following/received.h"

#include <utility>

namespace following {
namespace {

constexpr std::size_t kAtOnce = 1024;  // records: as many as the writer commits together

class CopySource final : public store::ChangeSource {
 public:
  CopySource(store::Queue& queue, store::ChangeLog& log) : queue_(queue), log_(log) {}
  std::optional<std::vector<store::Pending>> take(std::size_t most) override { return queue_.take(most); }
  store::ChangeLog* log() override { return &log_; }

 private:
  store::Queue& queue_;
  store::ChangeLog& log_;
};

}  // namespace

std::unique_ptr<store::ChangeSource> Received::source(store::Queue& queue) {
  queue_ = &queue;
  return std::make_unique<CopySource>(queue, *this);
}

Received::Added Received::add(store::ChangeRecord record, std::size_t bytes,
                              std::chrono::milliseconds patience, const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  const auto has_room = [&] { return waiting_.empty() || bytes_ + bytes <= most_; };
  if (!has_room()) {
    wake();
    if (!room_.wait_for(lock, stop, patience, has_room))
      return stop.stop_requested() ? Added::kStopped : Added::kNoRoom;
  }
  waiting_.push_back({std::move(record), bytes});
  bytes_ += bytes;
  return Added::kYes;
}

void Received::clear() {
  const std::lock_guard lock(mutex_);
  waiting_.clear();
  bytes_ = 0;
}

Received::Offered Received::offer(const store::LoggedGroup&) {
  return {Answer::kRefused, "this is a copy of " + primary_ + ", which alone takes changes"};
}

base::Result<std::vector<store::LoggedGroup>> Received::read(store::Revision after) {
  std::vector<store::LoggedGroup> groups;
  std::deque<Waiting> done;  // ends behind the lock
  const std::lock_guard lock(mutex_);
  while (!waiting_.empty() && waiting_.front().record.revision <= after) {
    bytes_ -= waiting_.front().bytes;
    done.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  if (!done.empty()) room_.notify_all();
  if (waiting_.empty()) return groups;
  groups.emplace_back();
  for (const Waiting& waiting : waiting_) {
    if (groups.back().records.size() == kAtOnce) break;
    groups.back().records.push_back(waiting.record);
  }
  return groups;
}

}  // namespace following
