#pragma once
#include <functional>
#include <memory>
#include <string_view>

#include "http/message.h"

namespace http {

// One request and the duty to answer it, once, from any thread. Destroyed without an answer, it answers 500.
// Outliving its connection, or the front, is harmless: the answer goes nowhere.
class Exchange {
 public:
  using Function = std::function<Response(const Request&)>;

  virtual ~Exchange() = default;

  // Lives as long as the exchange. Not to be read by two threads at once with answer().
  virtual const Request& request() const = 0;

  // Calls fn(request()) on this thread, exactly once, also if nobody is there any more to read the answer,
  // and sends what it returns. Called inside Handler::handle, the answer leaves with the other answers of
  // that connection in one write; called later or on another thread, it is posted to the reactor. An
  // exception from fn becomes Handler::error(500). REQUIRES: not answered yet
  virtual void answer(const Function& fn) = 0;

  // Whether more requests than front::Options::in_flight wait for their answer. If so, answer 503 instead of
  // queueing this one.
  virtual bool queue_full() const = 0;
};

// What stands behind the front. Must outlive the front and every exchange.
class Handler {
 public:
  virtual ~Handler() = default;

  // One complete request. Called on a reactor thread, which all other connections wait for: answer within
  // microseconds, or move the exchange elsewhere. An exception here is caught and answered with 500.
  virtual void handle(std::unique_ptr<Exchange> exchange) = 0;

  // The answer to what is no request (400, 405, 408, 413, 414, 415, 417, 429, 431, 501, 503, 505) and to
  // exceptions (500): `why` is a sentence for the caller. Of the request only what was understood is there:
  // perhaps a target and no path. The status returned is not used, but that 405 and 501 may stand for
  // each other; headers that must be (Allow, Retry-After, Connection) are added. Any thread. An exception
  // here makes a bare answer.
  virtual Response error(int status, std::string_view why, const Request& request) const = 0;
};

}  // namespace http
