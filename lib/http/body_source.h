#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace http {

// A body that is made in pieces while it is sent, such as a long list, or a file of many gigabytes. The front
// asks for the next piece once at most 64 KiB of those before it are unsent, so that what a body costs in
// memory doesn't depend on its length.
class BodySource {
 public:
  // On any thread, a reactor's too, as soon as the client has gone or has all: has to be quick.
  virtual ~BodySource() = default;

  struct Piece {
    std::string bytes;  // 64 KiB are a good size; none: nothing yet, and the next is asked for
    bool last = false;  // nothing follows; the source isn't asked again
  };

  // Called on threads of a pool, one after the other and not always the same, where it may take a while; but
  // shutdown waits for it. A failure breaks the answer off, so that the client can't take it for the whole,
  // and its message goes to the log. So does an exception.
  virtual base::Result<Piece> next() = 0;

  // Where the next piece isn't there yet: true, and `ask` is called once, when it is, on any thread; or it is
  // dropped, and the answer broken off. False: the piece may be asked for now. Called on a reactor, before
  // each piece, and has to be quick. `ask` holds this source, and is for this source not to keep beyond
  // let_go().
  virtual bool when_ready(std::function<void()> ask) {
    (void)ask;
    return false;
  }

  // Nobody wants another piece. Called on that reactor, perhaps while one is made; once, in the end.
  virtual void let_go() {}

  // How many bytes all pieces together will have, if that is known: then the client is told at the start, and
  // the answer is broken off where it wasn't so. Asked before the first piece.
  virtual std::optional<std::uint64_t> size() const { return std::nullopt; }
};

}  // namespace http
