#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "http/body_sink.h"
#include "http/message.h"

namespace http {

// One request and the duty to answer it, once, from any thread. Destroyed without an answer, it answers with
// Handler::error(500). Outliving its connection, or the front, is harmless: the answer goes nowhere.
class Exchange {
 public:
  virtual ~Exchange() = default;

  // Not to be read once answer() was called.
  virtual const Request& request() const = 0;

  // Sends the response, which the connection's reactor writes as HTTP. Called inside Handler::handle, it
  // leaves with the other answers of that connection in one write; called later or on another thread, it is
  // posted to the reactor. REQUIRES: not answered yet
  virtual void answer(Response response) = 0;

  // To be called before the request is kept while others are handled: counts its body on the payer's account,
  // unless it is counted already, until the answer. False where that has no room: answer 503 then.
  // REQUIRES: not answered yet, and on the thread that handle() was called on
  virtual bool keep_body(const Payer&) = 0;

  // Whether so much of the payer's bodies and unsent answers is kept already that it has had its share. If
  // so, answer 503 in place of a large answer.
  virtual bool over_share(const Payer&) const = 0;
};

// What is to become of a request of which the head has come, and a body follows.
struct BodyAdmission {
  Payer payer{};                      // on whose account the body is kept
  std::optional<Response> refusal{};  // the answer, in place of reading the body; whole, without a `rest`
  std::shared_ptr<BodySink> sink{};   // what takes the body as it comes, where streams_body() said so
  std::size_t memory = 0;             // what the sink may keep of it at one time
};

// What stands behind the front. Must outlive the front and every exchange.
class Handler {
 public:
  virtual ~Handler() = default;

  // One complete request. Called on a reactor thread, which all other connections wait for: answer within
  // microseconds, or move the exchange elsewhere. An exception here destroys the exchange, which answers 500.
  virtual void handle(std::unique_ptr<Exchange> exchange) = 0;

  // Asked once for each request whose body has yet to come, when its head has come and before anything of the
  // body is kept, so that a body costs only on account of somebody who is known. One that came whole with its
  // head cost nothing more, and isn't asked about. `head` is the request but for its body. On
  // a reactor thread, like handle(), which follows once the body is whole and has to look at the caller anew,
  // since a credential may end meanwhile. An exception answers 500.
  virtual BodyAdmission before_body(const Request& head) = 0;

  // Whether the body, of any length, is for a sink, which before_body() then gives. `head` is the request but
  // for its body. Looks at nothing but that, within microseconds. Such a request never comes to handle(),
  // unless it has no body.
  virtual bool streams_body(const Request& head) const {
    (void)head;
    return false;
  }

  // The answer to what is no request (400, 405, 408, 413, 414, 415, 417, 429, 431, 501, 503, 505) and to
  // a request that got no response (500): `why` is a sentence for the caller. Of the request only what was
  // understood is there: perhaps a target and no path. The status returned is not used, but that 405 and 501
  // may stand for each other; headers that must be (Allow, Retry-After, Connection) are added. It is whole,
  // without a `rest`. Any thread. An exception here makes a bare answer.
  virtual Response error(int status, std::string_view why, const Request& request) const = 0;
};

}  // namespace http
