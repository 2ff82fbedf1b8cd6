#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "store/change_source.h"
#include "store/queue.h"

// A log that two or more stores of one process agree on, which it reaches as over a bad network. What it
// takes it keeps, in order; what is on its way to it may be lost, late, or there twice. Not for several
// threads at once.
class ScriptedLog {
 public:
  using Group = store::LoggedGroup;

  const std::vector<Group>& groups() const { return groups_; }
  store::Revision last() const { return groups_.empty() ? 0 : groups_.back().last(); }

  // What every log has to do: a group has its place, or none.
  bool take(const Group& group) {
    if (group.first() != last() + 1) return false;
    groups_.push_back(group);
    return true;
  }

  // On its way: comes with arrive(), or is forgotten with lose().
  void delay(const Group& group) { on_the_way_.push_back(group); }
  void arrive() {
    for (const Group& group : std::exchange(on_the_way_, {})) take(group);
  }
  void lose() { on_the_way_.clear(); }

 private:
  std::vector<Group> groups_;
  std::vector<Group> on_the_way_;
};

// One store's way to a ScriptedLog, troubled as chance has it.
class TroubledLog final : public store::ChangeLog {
 public:
  // `meanwhile` is called now and then as a call begins: for what others do at that moment.
  TroubledLog(ScriptedLog& log, std::mt19937& random, std::function<void()> meanwhile)
      : log_(log), random_(random), meanwhile_(std::move(meanwhile)) {}

  bool is_calm = false;  // then nothing happens but what should

  Offered offer(const store::LoggedGroup& group) override {
    if (is_calm) return taken_or_behind(log_.take(group));
    if (one_in(3)) meanwhile_();
    if (one_in(4)) log_.arrive();
    switch (random_() % 12) {
      case 0:  // lost on the way there
        return {Answer::kUnknown, "log: no answer within 1 s"};
      case 1:  // lost on the way back
        log_.take(group);
        return {Answer::kUnknown, "log: no answer within 1 s"};
      case 2:
        log_.delay(group);
        return {Answer::kUnknown, "log: no answer within 1 s"};
      case 3: {  // there twice, the second time late
        const bool taken = log_.take(group);
        log_.delay(group);
        return taken_or_behind(taken);
      }
      case 4:  // there twice, and the answer is that to the second
        log_.take(group);
        return taken_or_behind(log_.take(group));
      case 5:
        return {Answer::kRefused, "log: has no leader"};
      default:
        return taken_or_behind(log_.take(group));
    }
  }

  base::Result<std::vector<store::LoggedGroup>> read(store::Revision after) override {
    const auto& all = log_.groups();
    std::size_t from = 0, to = all.size();
    while (from < to && all[from].last() <= after) ++from;
    if (!is_calm) {
      if (one_in(8)) return base::Error{base::ErrorCode::kIo, "log: no answer within 1 s"};
      if (one_in(8)) meanwhile_();
      to = all.size();
      if (from < to && one_in(4)) to = from + random_() % (to - from);          // old, or only a part
      if (one_in(4)) from -= random_() % (std::min<std::size_t>(from, 3) + 1);  // again
    }
    return std::vector(all.begin() + static_cast<std::ptrdiff_t>(from),
                       all.begin() + static_cast<std::ptrdiff_t>(to));
  }

 private:
  static Offered taken_or_behind(bool taken) { return {taken ? Answer::kTaken : Answer::kBehind, ""}; }
  bool one_in(unsigned n) { return random_() % n == 0; }

  ScriptedLog& log_;
  std::mt19937& random_;
  const std::function<void()> meanwhile_;
};

// What a member of a cluster has for a source: its own changes, and a log.
class LoggedSource final : public store::ChangeSource {
 public:
  LoggedSource(store::Queue& queue, store::ChangeLog& log) : queue_(queue), log_(log) {}
  std::optional<std::vector<store::Pending>> take(std::size_t most) override { return queue_.take(most); }
  store::ChangeLog* log() override { return &log_; }

 private:
  store::Queue& queue_;
  store::ChangeLog& log_;
};
