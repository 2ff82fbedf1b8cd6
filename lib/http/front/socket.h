#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "base/descriptor.h"

namespace http::front {

// How a step over a connection ended.
enum class Io {
  kDone,
  kWouldBlock,  // nothing is possible before the next event
  kEnded,       // the peer sends no more; what it is owed can still be sent
  kBroken,      // nothing more can be sent or received
};

struct Transfer {
  Io io = Io::kBroken;
  std::size_t bytes = 0;  // with kDone: how many, at least one
};

// A stream socket that doesn't block and is watched edge-triggered: epoll tells of each change once, so this
// remembers until a call says that nothing is left. One thread.
class Socket {
 public:
  explicit Socket(base::Descriptor fd) : fd_(std::move(fd)) {}

  void on_events(std::uint32_t events);

  // Whether there may be bytes, or the end, to receive; whether bytes may be taken.
  bool readable() const { return readable_; }
  bool writable() const { return writable_; }

  // As if an event had said that there may be bytes.
  void look_again() { readable_ = true; }

  // Has the system say at once that what was received has come. After the last flight of a TLS 1.3 handshake
  // we send nothing, and a client that waits for that before it sends its request would wait 40 ms.
  void acknowledge() const;

  Transfer receive(std::span<char> into);

  // The same, of bytes that nobody wants: over TCP the system drops them and `into` stays as it is.
  Transfer discard(std::span<char> into);
  Transfer send(std::string_view bytes);

  // What receive() would give, which stays. `there` is how many bytes the system holds in all.
  struct Peeked {
    Io io = Io::kBroken;
    std::size_t bytes = 0;
    std::size_t there = 0;
  };
  Peeked peek(std::span<char> into) const;

  // What was peeked is too little to go on with: waits for more of it, or says that no more comes.
  Io wait_for_more();

  // Nothing more will be sent. False where the connection is broken.
  bool half_close();

  // From now on closing is a reset, which drops what the peer hasn't got and can't be taken for an end. A
  // unix socket knows no such thing.
  void reset_at_close();

  // Bytes sent that have arrived at the peer: what the system still keeps for it is not among them.
  std::int64_t arrived() const;

 private:
  Transfer take(std::span<char> into, int flags);

  const base::Descriptor fd_;
  std::int64_t sent_ = 0;
  bool readable_ = false;
  bool writable_ = true;
  bool half_closed_ = false;  // the peer sends no more than what is to be received
};

}  // namespace http::front
