#include "base/work_pool.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/thread.h"

namespace base {

WorkPool::WorkPool(const Options& options)
    : most_of_one_(std::max<std::size_t>(options.threads / 2, 1)),
      waiting_(options.places),
      steps_(std::numeric_limits<std::size_t>::max()) {}

Result<std::unique_ptr<WorkPool>> WorkPool::start(const Options& options) {
  std::unique_ptr<WorkPool> pool(new WorkPool(options));
  for (std::size_t i = 0; i < options.threads; ++i) {
    auto thread = start_thread(options.name, [&p = *pool] { p.run(); });
    if (!thread.ok()) return thread.error();
    pool->threads_.push_back(std::move(thread).value());
  }
  return pool;
}

WorkPool::~WorkPool() {
  stop();
}

bool WorkPool::submit(const Uuid& key, Work work) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    if (waiting_.push(key, std::move(work)) != decltype(waiting_)::Pushed::kYes) return false;
  }
  wanted_.notify_one();
  return true;
}

bool WorkPool::go_on(const Uuid& key, Work step) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    steps_.push(key, std::move(step));  // which has places for all
  }
  wanted_.notify_one();
  return true;
}

void WorkPool::stop() {
  const std::lock_guard one(stop_mutex_);
  std::vector<Work> dropped, dropped_steps;  // end behind the lock
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    for (const auto& [key, threads] : running_)
      if (threads == most_of_one_) let_go(key);
    running_.clear();
    dropped = waiting_.take_together(waiting_.size(), waiting_.size());
    dropped_steps = steps_.take_together(steps_.size(), steps_.size());
  }
  wanted_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::size_t WorkPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

void WorkPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [this] { return stopping_ || has_turn(); });
    if (stopping_) return;
    Queue::Taken next = take();
    begin(next.key);
    lock.unlock();
    next.item();
    next.item = nullptr;  // what it holds ends before its place does
    lock.lock();
    if (!stopping_) end(next.key);
  }
}

WorkPool::Queue::Taken WorkPool::take() {
  const bool is_step = steps_.has_turn() && (step_is_next_ || !waiting_.has_turn());
  step_is_next_ = !is_step;
  return *(is_step ? steps_ : waiting_).take();
}

void WorkPool::begin(const Uuid& key) {
  if (++running_[key] < most_of_one_) return;
  waiting_.hold(key);
  steps_.hold(key);
}

void WorkPool::let_go(const Uuid& key) {
  waiting_.release(key);
  steps_.release(key);
}

void WorkPool::end(const Uuid& key) {
  const auto running = running_.find(key);
  if (running->second == most_of_one_) {
    let_go(key);
    wanted_.notify_one();
  }
  if (--running->second == 0) running_.erase(running);
}

}  // namespace base
