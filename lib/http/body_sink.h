#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "http/message.h"

namespace http {

// A piece of a request's body, and the duty to say once, from any thread, what becomes of the request.
// Destroyed without a word, it answers with Handler::error(500). Outliving its connection, or the front, is
// harmless: then nobody hears it.
class BodyPiece {
 public:
  virtual ~BodyPiece() = default;

  enum class Follows : std::uint8_t {
    kMore,     // of the body
    kNothing,  // this is its end
    kCut,      // more should, and will not come: nothing came in time, or it is no body any more
  };
  virtual Follows follows() const = 0;

  // What has come, some 64 KiB at most; may be empty where nothing follows. The receiver may move it away.
  virtual std::string& bytes() = 0;

  // Has the next piece be read and given. REQUIRES: more follows, and nothing was said yet
  virtual void go_on() = 0;

  // Sends the response, without a `rest`. What is left of the body is not read, and the connection ends then.
  // After kCut its status should be 408 or 400. REQUIRES: nothing was said yet
  virtual void answer(Response response) = 0;
};

// What takes a request's body as it comes, for bodies of any length. It is given a piece, and the next once
// it has gone on; until then nothing is read, so that whoever sends waits for whoever takes, and what a body
// costs in memory doesn't depend on its length. A body of which no byte comes for the time that is given to
// whole ones (Timeouts::body) is cut.
class BodySink {
 public:
  // On any thread, a reactor's too, as soon as the client has gone or was answered: has to be quick.
  virtual ~BodySink() = default;

  // On the reactor's thread, one piece after the other: has to be quick, and so moves the piece elsewhere.
  virtual void take(std::unique_ptr<BodyPiece> piece) = 0;
};

}  // namespace http
