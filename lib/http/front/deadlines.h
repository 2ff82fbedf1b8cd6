#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <list>
#include <optional>

#include "http/front/limits.h"

namespace http::front {

// What a connection waits for.
enum class Wait { kNothing, kIdle, kHead, kBody, kWrite, kLinger, kAllowance };

// The deadlines of a reactor's connections. Within one kind of wait all take equally long, so that each
// kind's list is in order of time by itself, and setting, moving and finding the next are O(1). One thread.
class Deadlines {
 public:
  using Time = std::chrono::steady_clock::time_point;

 private:
  struct Entry {
    std::uint64_t connection;
    Time at;
  };

 public:
  // A connection's place in the lists. Removed with forget().
  struct Timer {
    Wait wait = Wait::kNothing;
    std::list<Entry>::iterator entry;
  };

  explicit Deadlines(const Timeouts& timeouts)
      : timeouts_{
            {{}, timeouts.idle, timeouts.head, timeouts.body, timeouts.write, timeouts.linger, kPause}} {}

  Timer add(std::uint64_t connection) {
    auto& list = lists_[0];
    return {Wait::kNothing, list.insert(list.end(), {connection, {}})};
  }

  void set(Timer& timer, Wait wait, Time now) {
    auto& to = lists_[static_cast<std::size_t>(wait)];
    timer.entry->at = now + timeouts_[static_cast<std::size_t>(wait)];
    to.splice(to.end(), lists_[static_cast<std::size_t>(timer.wait)], timer.entry);
    timer.wait = wait;
  }

  void forget(Timer& timer) { lists_[static_cast<std::size_t>(timer.wait)].erase(timer.entry); }

  // The earliest deadline of all.
  std::optional<Time> next() const {
    std::optional<Time> earliest;
    for (std::size_t kind = 1; kind < lists_.size(); ++kind)
      if (!lists_[kind].empty() && (!earliest || lists_[kind].front().at < *earliest))
        earliest = lists_[kind].front().at;
    return earliest;
  }

  // A connection whose deadline has come. It has to be set anew or forgotten before the next call.
  std::optional<std::uint64_t> expired(Time now) const {
    for (std::size_t kind = 1; kind < lists_.size(); ++kind)
      if (!lists_[kind].empty() && lists_[kind].front().at <= now) return lists_[kind].front().connection;
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kKinds = static_cast<std::size_t>(Wait::kAllowance) + 1;
  static_assert(static_cast<std::size_t>(Wait::kIdle) == 1 && static_cast<std::size_t>(Wait::kHead) == 2 &&
                    static_cast<std::size_t>(Wait::kBody) == 3 &&
                    static_cast<std::size_t>(Wait::kWrite) == 4 &&
                    static_cast<std::size_t>(Wait::kLinger) == 5,
                "timeouts_ has them in the order of Wait");
  const std::array<std::chrono::milliseconds, kKinds> timeouts_;
  std::array<std::list<Entry>, kKinds> lists_;  // by Wait; the first holds those that wait for nothing
};

}  // namespace http::front
