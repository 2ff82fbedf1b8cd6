#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/monotonic_clock.h"
#include "base/result.h"

namespace decision_log {

// Where entries go as lines of JSON: a file that is appended to, or a unix socket, "unix:/run/sink". For one
// thread.
class Stream {
 public:
  // Empty: nowhere. It is opened at the first write.
  explicit Stream(std::string to = {}) : to_(std::move(to)) {}
  ~Stream() { close(); }
  Stream(const Stream&) = delete;  // it owns a descriptor
  Stream& operator=(const Stream&) = delete;

  // From now on; also where it is the same, such as after a file was moved away by whoever rotates it.
  void use(std::string to);

  bool is_on() const { return !to_.empty(); }

  // Whole lines, all of them or an error: kIo, with the path and the reason. What a socket doesn't take
  // within kPatience counts as refused, and so is what comes within kPatience after a failure, so that one
  // that hangs costs nothing but the lines. A line that was written in part ends the connection; in a file,
  // the next begins on a line of its own.
  static constexpr int kPatienceMs = 1000;
  base::Result<void> write(std::string_view lines);

 private:
  base::Result<void> open();
  void close();

  std::string to_;
  int fd_ = -1;
  bool is_broken_ = false;  // a file's last line is a part
  std::optional<std::chrono::nanoseconds> failed_at_;
};

}  // namespace decision_log
