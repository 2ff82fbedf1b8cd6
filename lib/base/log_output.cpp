// Whoever logs appends to `waiting` under a lock that is held for a copy only. The thread takes all of it
// with a swap and writes it without the lock, so a write that hangs holds up nobody:
//
//   put -> waiting -> (swap) -> write(2)
//
// After a write it sleeps for a millisecond, in which more lines gather: a server with 100,000 lines a second
// makes 1,000 writes of them, and wakes nobody in between. A warning ends the sleep.
//
// A line that finds no room is counted in `lost`, and so are all that come until the thread has taken what
// waits: what is lost is one gap, and the line that tells of it stands in the gap's place.
//
// The thread holds the state together with the LogOutput, and is detached: where the reader never comes back,
// the process can still end.
#include "base/log_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <new>
#include <utility>

#include "base/thread.h"

namespace base::logging {
namespace {

constexpr std::chrono::milliseconds kGathering{1};
constexpr std::size_t kKept = std::size_t{64} << 10;  // of a buffer that was larger once

void keep_small(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKept) buffer.shrink_to_fit();
}

}  // namespace

struct LogOutput::State {
  State(int f, TellLost t, std::size_t r) : fd(f), tell_lost(std::move(t)), room(r) {}

  const int fd;
  const TellLost tell_lost;
  const std::size_t room;

  std::mutex mutex;
  std::condition_variable filled;   // for the thread
  std::condition_variable written;  // for flush()
  // Guarded by mutex:
  std::string waiting;
  std::uint64_t lost = 0;
  bool at_once = false;
  bool is_writing = false;
  bool closed = false;

  bool has_work() const { return !waiting.empty() || lost > 0; }

  bool keep(std::string_view lines) {
    if (lost > 0 || waiting.size() + lines.size() > room) return false;
    try {
      waiting += lines;
    } catch (const std::bad_alloc&) {
      return false;
    }
    return true;
  }

  void run() {
    std::string taken;
    std::unique_lock lock(mutex);
    for (;;) {
      filled.wait(lock, [this] { return has_work() || closed; });
      if (!has_work()) return;
      taken.swap(waiting);
      const std::uint64_t gap = std::exchange(lost, 0);
      at_once = false;
      is_writing = true;
      lock.unlock();
      write_whole(fd, taken);
      if (gap > 0) write_whole(fd, tell_lost(gap));
      keep_small(taken);
      lock.lock();
      is_writing = false;
      if (!has_work()) written.notify_all();
      filled.wait_for(lock, kGathering, [this] { return at_once || closed; });
    }
  }
};

LogOutput::LogOutput(std::shared_ptr<State> state) : state_(std::move(state)) {}

LogOutput::~LogOutput() {
  const std::lock_guard lock(state_->mutex);
  state_->closed = true;
  state_->filled.notify_one();
}

Result<std::unique_ptr<LogOutput>> LogOutput::start(int fd, TellLost tell_lost, std::size_t room) {
  const auto state = std::make_shared<State>(fd, std::move(tell_lost), room);
  auto thread = start_thread("log", [state] { state->run(); });
  if (!thread.ok()) return thread.error();
  thread->detach();
  return std::unique_ptr<LogOutput>(new LogOutput(state));
}

void LogOutput::put(std::string_view lines, bool at_once) {
  if (lines.empty()) return;
  State& s = *state_;
  const std::lock_guard lock(s.mutex);
  const bool is_first = !s.has_work();
  if (!s.keep(lines)) s.lost += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
  s.at_once = s.at_once || at_once;
  if (is_first || at_once) s.filled.notify_one();
}

bool LogOutput::flush(std::chrono::milliseconds limit) {
  State& s = *state_;
  std::unique_lock lock(s.mutex);
  s.at_once = true;
  s.filled.notify_one();
  return s.written.wait_for(lock, limit, [&s] { return !s.has_work() && !s.is_writing; });
}

void write_whole(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (n < 0 && errno == EAGAIN) {  // whoever made the descriptor non-blocking, perhaps for others
      pollfd room{fd, POLLOUT, 0};
      ::poll(&room, 1, -1);
    } else if (n == 0 || errno != EINTR) {
      return;
    }
  }
}

}  // namespace base::logging
