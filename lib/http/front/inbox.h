#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "http/front/descriptor.h"
#include "http/message.h"

namespace http::front {

// A request and what came of it, for a connection that may be gone by now.
struct Completion {
  std::uint64_t connection = 0;
  std::unique_ptr<const Request> request;  // never null
  std::optional<Response> response;        // none: its handler failed, or let go of it
};

// Where the requests of one reactor's connections come back to. What is completed on the reactor's own thread
// while it waits inside the handler needs no lock and no wake-up.
class Inbox {
 public:
  Inbox();

  // False where the system gave no eventfd.
  bool open() const { return event_.open(); }
  int fd() const { return event_.get(); }

  // Any thread.
  void post(Completion&& completion);
  void wake() const;

  // The reactor's thread: what came since, after fd() became readable.
  std::vector<Completion> take();

  // The reactor's thread: between the two, what this thread posts for `connection` is given by the end, and
  // not by take().
  void begin_inline(std::uint64_t connection);
  std::optional<Completion> end_inline();

 private:
  const Descriptor event_;

  // Protected by mutex_.
  std::mutex mutex_;
  std::vector<Completion> completions_;

  // The id is written by the reactor's thread alone and read by any, to learn that it is another; the rest is
  // that thread's.
  std::atomic<std::thread::id> inline_thread_{};
  std::uint64_t inline_connection_ = 0;
  std::optional<Completion> inline_completion_;
};

}  // namespace http::front
