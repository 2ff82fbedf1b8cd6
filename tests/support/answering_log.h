#pragma once
#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "tests/support/scripted_log.h"

// A ScriptedLog that answers offers as it is told to, else as it should. Safe for use by several threads.
class AnsweringLog final : public store::ChangeLog {
 public:
  using Act = std::function<Offered(ScriptedLog&, const store::LoggedGroup&)>;

  // What the next offers come to, one after the other.
  void next(Act act) {
    const std::lock_guard lock(mutex_);
    acts_.push_back(std::move(act));
  }
  void fail_reads(int times) {
    const std::lock_guard lock(mutex_);
    failing_reads_ = times;
  }
  void use(const std::function<void(ScriptedLog&)>& fn) {
    const std::lock_guard lock(mutex_);
    fn(log_);
  }
  int offers() const { return offers_; }

  Offered offer(const store::LoggedGroup& group) override {
    const std::lock_guard lock(mutex_);
    ++offers_;
    if (acts_.empty()) return {log_.take(group) ? Answer::kTaken : Answer::kBehind, ""};
    const Act act = std::move(acts_.front());
    acts_.pop_front();
    return act(log_, group);
  }
  base::Result<std::vector<store::LoggedGroup>> read(store::Revision) override {
    const std::lock_guard lock(mutex_);
    if (failing_reads_ > 0 && failing_reads_-- > 0)
      return base::Error{base::ErrorCode::kIo, "log: no answer within 1 s"};
    return log_.groups();  // from the beginning: what is here is skipped
  }

 private:
  std::mutex mutex_;
  ScriptedLog log_;
  std::deque<Act> acts_;
  int failing_reads_ = 0;
  std::atomic<int> offers_ = 0;
};
