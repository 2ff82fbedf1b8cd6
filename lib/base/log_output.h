#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace base::logging {

// Writes lines to a descriptor from a thread of its own, so that whoever logs never waits for whoever reads:
// a pipe that nobody empties, a terminal that is held, a disk that hangs. Between the two stand at most
// `room` bytes; lines for which there is no room are dropped and counted, and once there is room again
// `tell_lost` makes the line that says how many. Safe for use by several threads.
class LogOutput {
 public:
  static constexpr std::size_t kRoom = std::size_t{4} << 20;

  using TellLost = std::function<std::string(std::uint64_t lines)>;

  // The descriptor stays the caller's, and must stay open. Fails where no thread can be started.
  static Result<std::unique_ptr<LogOutput>> start(int fd, TellLost tell_lost, std::size_t room = kRoom);

  // Doesn't wait: a write that hangs is left to end with the process, and what was not written is lost.
  ~LogOutput();
  LogOutput(const LogOutput&) = delete;  // one thread writes for one
  LogOutput& operator=(const LogOutput&) = delete;

  // Whole lines, ends included. They are written within about a millisecond; `at_once`: without waiting for
  // more.
  void put(std::string_view lines, bool at_once);

  // Waits until all that was put is written; false where that takes longer than the limit.
  bool flush(std::chrono::milliseconds limit);

 private:
  struct State;
  explicit LogOutput(std::shared_ptr<State>);
  const std::shared_ptr<State> state_;
};

// Writes it all, however long that takes; bytes that the descriptor refuses are lost.
void write_whole(int fd, std::string_view bytes);

}  // namespace base::logging
