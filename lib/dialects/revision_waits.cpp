// Nobody is told of each new revision: that would have every commit of the writer look for who waits, though
// nearly always nobody does. While somebody waits a thread looks every few milliseconds, which is soon enough
// for a request that may take a second; while nobody does it sleeps.
#include "dialects/revision_waits.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/thread.h"

namespace dialects {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{2};

}  // namespace

base::Result<std::unique_ptr<RevisionWaits>> RevisionWaits::start(Options options) {
  std::unique_ptr<RevisionWaits> waits(new RevisionWaits(std::move(options)));
  auto thread = base::start_thread("revision waits", [&waits = *waits] { waits.run(); });
  if (!thread.ok()) return thread.error();
  waits->thread_ = std::move(thread).value();
  return waits;
}

RevisionWaits::~RevisionWaits() {
  stop();
}

bool RevisionWaits::add(const base::Uuid& whose, std::uint64_t revision, Resume resume) {
  const std::lock_guard lock(mutex_);
  const auto has =
      std::count_if(waits_.begin(), waits_.end(), [&](const Wait& wait) { return wait.whose == whose; });
  if (stopping_ || waits_.size() >= options_.places ||
      static_cast<std::size_t>(has) >= std::max<std::size_t>(options_.places / 2, 1))
    return false;
  waits_.push_back({whose, revision, options_.ticks->now() + kLongest, std::move(resume)});
  changed_.notify_one();
  return true;
}

void RevisionWaits::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waits_.empty(); });
    if (stopping_) return;
    const std::uint64_t newest = options_.newest();
    const std::chrono::nanoseconds now = options_.ticks->now();
    const auto over = std::stable_partition(waits_.begin(), waits_.end(), [&](const Wait& wait) {
      return wait.revision > newest && wait.until > now;
    });
    std::vector<Wait> ended(std::make_move_iterator(over), std::make_move_iterator(waits_.end()));
    waits_.erase(over, waits_.end());
    lock.unlock();
    for (const Wait& wait : ended) wait.resume();
    ended.clear();
    lock.lock();
    if (!waits_.empty()) changed_.wait_for(lock, kBetweenLooks, [this] { return stopping_; });
  }
}

void RevisionWaits::stop() {
  std::vector<Wait> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(waits_);
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace dialects
