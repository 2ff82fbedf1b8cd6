#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/address.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "http/body_source.h"
#include "http/front/memory_budget.h"
#include "http/message.h"

namespace http::front {

// A piece of an answer's body.
struct MadePiece {
  std::uint64_t answer = 0;  // its number in the connection, since by now that may send another
  base::Result<BodySource::Piece> piece;
};

// What a sink said of a piece of a body.
struct SinkWord {
  std::uint64_t request = 0;  // its number in the connection, since by now that may read another
  bool goes_on = false;       // else it has answered, or let go of the piece
};

// A request and what came of it, for a connection that may be gone by now; or the next piece of what is sent
// there.
struct Completion {
  std::uint64_t connection = 0;
  std::unique_ptr<const Request> request;  // null with a piece
  std::optional<Response> response;        // none: its handler failed, or let go of it
  MemoryHold body;                         // that of the request
  std::optional<MadePiece> made;
  std::optional<SinkWord> word;      // whose answer, if it gave one, is `response`
  std::unique_ptr<Completion> next;  // of the inbox's list
};

// A connection that another reactor accepted.
struct Newcomer {
  base::Descriptor socket;
  std::optional<base::Address> peer;  // none of a unix socket
  bool local = false;
};

// Where the requests of one reactor's connections come back to, and where others put connections for it. What
// is completed on the reactor's own thread while it waits inside the handler needs no lock and no wake-up.
class Inbox {
 public:
  Inbox();
  ~Inbox();
  Inbox(const Inbox&) = delete;  // owns an eventfd
  Inbox& operator=(const Inbox&) = delete;

  // False where the system gave no eventfd.
  bool open() const { return event_.is_open(); }
  int fd() const { return event_.get(); }

  // Any thread. Takes no memory, so that a request always comes back.
  void post(std::unique_ptr<Completion> completion);
  void wake() const;

  // Any thread: a connection that the reactor is to have. May throw std::bad_alloc, and then it has none.
  void post(Newcomer newcomer);

  // The reactor's thread: what came since, after fd() became readable; a list in order, or null.
  std::unique_ptr<Completion> take();

  // The reactor's thread, after take(): the connections that were put here since.
  std::vector<Newcomer> take_newcomers();

  // The reactor's thread: between the two, what this thread posts for `connection` is given by the end, and
  // not by take().
  void begin_inline(std::uint64_t connection);
  std::unique_ptr<Completion> end_inline();

 private:
  const base::Descriptor event_;

  // Protected by mutex_.
  std::mutex mutex_;
  std::unique_ptr<Completion> first_;
  Completion* last_ = nullptr;
  std::vector<Newcomer> newcomers_;

  // The id is written by the reactor's thread alone and read by any, to learn that it is another; the rest is
  // that thread's.
  std::atomic<std::thread::id> inline_thread_{};
  std::uint64_t inline_connection_ = 0;
  std::unique_ptr<Completion> inline_completion_;
};

}  // namespace http::front
