// Nobody is told of a commit: that would have every commit of the writer look for who waits, though nearly
// always nobody does. While somebody waits a thread looks every few milliseconds, which is soon enough for
// who may wait for seconds; while nobody does it sleeps. A look at one waiter is two numbers, however much
// others change meanwhile:
//
//   newest 120, its tenant changed last at 90, it has looked as far as 100    nothing: it has looked as far
//   as
//                                                                             120 now
//   newest 125, changed last at 123, it has looked as far as 120              it goes on, from behind 120
//
// That a tenant's change was noted is seen no later than the change itself (ObjectChanges), so "nothing" is
// certain as far as the newest revision that was read before.
#include "dialects/change_waits.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/thread.h"

namespace dialects {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{2};

}  // namespace

struct ChangeWaits::Places {
  std::mutex mutex;
  std::size_t all = 0;
  std::unordered_map<base::Uuid, std::size_t> of_each;
};

ChangeWaits::ChangeWaits(Options options)
    : options_(std::move(options)), taken_(std::make_shared<Places>()) {}

base::Result<std::unique_ptr<ChangeWaits>> ChangeWaits::start(Options options) {
  std::unique_ptr<ChangeWaits> waits(new ChangeWaits(std::move(options)));
  auto thread = base::start_thread(waits->options_.thread, [&waits = *waits] { waits.run(); });
  if (!thread.ok()) return thread.error();
  waits->thread_ = std::move(thread).value();
  return waits;
}

ChangeWaits::~ChangeWaits() {
  stop();
}

ChangeWaits::Place ChangeWaits::take_place(const base::Uuid& whose) {
  const std::lock_guard lock(taken_->mutex);
  std::size_t& of_it = taken_->of_each[whose];
  const std::size_t most = of_it == 0 ? 2 * options_.places : options_.places;
  if (taken_->all >= most || of_it >= options_.of_one) {
    if (of_it == 0) taken_->of_each.erase(whose);
    return nullptr;
  }
  ++taken_->all;
  ++of_it;
  const auto leave = [taken = taken_, whose](const void*) {
    const std::lock_guard leaving(taken->mutex);
    --taken->all;
    const auto found = taken->of_each.find(whose);
    if (--found->second == 0) taken->of_each.erase(found);
  };
  return {taken_.get(), leave};
}

std::uint64_t ChangeWaits::add(Wait wait) {
  const std::lock_guard lock(mutex_);
  if (ending_ || stopping_) return 0;
  waits_.push_back({++last_number_, std::move(wait), false});
  changed_.notify_one();
  return last_number_;
}

void ChangeWaits::cancel(std::uint64_t number) {
  std::vector<Numbered> dropped;  // ends behind the lock
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(waits_.begin(), waits_.end(),
                                  [&](const Numbered& numbered) { return numbered.number == number; });
  if (found == waits_.end()) return;
  dropped.push_back(std::move(*found));
  waits_.erase(found);
}

void ChangeWaits::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waits_.empty(); });
    if (stopping_) return;
    const Revision newest = options_.newest();
    const std::chrono::nanoseconds now = options_.ticks->now();
    for (auto& [number, wait, is_over] : waits_) {
      const bool has_some = newest > wait.after && wait.last() > wait.after;
      if (!has_some && newest > wait.after) wait.after = newest;
      is_over = has_some || wait.until <= now || ending_;
    }
    const auto over = std::stable_partition(waits_.begin(), waits_.end(),
                                            [](const Numbered& numbered) { return !numbered.is_over; });
    std::vector<Numbered> ended(std::make_move_iterator(over), std::make_move_iterator(waits_.end()));
    waits_.erase(over, waits_.end());
    lock.unlock();
    for (const Numbered& numbered : ended) numbered.wait.resume(numbered.wait.after);
    ended.clear();
    lock.lock();
    if (!waits_.empty()) changed_.wait_for(lock, kBetweenLooks, [this] { return stopping_ || ending_; });
  }
}

void ChangeWaits::end() {
  const std::lock_guard lock(mutex_);
  ending_ = true;
  changed_.notify_one();
}

bool ChangeWaits::is_ending() const {
  const std::lock_guard lock(mutex_);
  return ending_ || stopping_;
}

std::size_t ChangeWaits::waiting() const {
  const std::lock_guard lock(mutex_);
  return waits_.size();
}

void ChangeWaits::stop() {
  std::vector<Numbered> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(waits_);
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace dialects
