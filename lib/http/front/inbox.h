#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "http/front/descriptor.h"

namespace http::front {

// An answer for a connection, which may be gone by now.
struct Letter {
  std::uint64_t connection = 0;
  std::string answer;
  bool keep_alive = true;
};

// Where answers for the connections of one reactor arrive: straight into the connection's output while the
// reactor is inside the handler, else by post.
class Inbox {
 public:
  Inbox();

  // False where the system gave no eventfd.
  bool open() const { return event_.open(); }
  int fd() const { return event_.get(); }

  // Any thread.
  void post(Letter letter);
  void wake() const;

  // The reactor's thread: the letters that came since, after fd() became readable.
  std::vector<Letter> take();

  // The reactor's thread: between the two, an answer to `connection` on this thread goes to `out`. The end
  // tells whether there was one, and if so, whether the connection stays.
  void begin_inline(std::uint64_t connection, std::string& out);
  std::optional<bool> end_inline();

  // Where an answer made on this thread goes right now; null: to the post.
  std::string* inline_output(std::uint64_t connection);
  void answered_inline(bool keep_alive) { inline_keep_alive_ = keep_alive; }

 private:
  const Descriptor event_;

  // Protected by mutex_.
  std::mutex mutex_;
  std::vector<Letter> letters_;

  // The id is written by the reactor's thread alone and read by any, to learn that it is another.
  std::atomic<std::thread::id> inline_thread_{};
  std::uint64_t inline_connection_ = 0;
  std::string* inline_out_ = nullptr;
  std::optional<bool> inline_keep_alive_;
};

}  // namespace http::front
