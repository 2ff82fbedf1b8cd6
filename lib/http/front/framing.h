#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "http/front/chunked.h"
#include "http/front/head.h"
#include "http/front/limits.h"
#include "http/front/line_reader.h"
#include "http/front/refusal.h"
#include "http/message.h"

namespace http::front {

// Makes one request out of bytes that come in any pieces: HTTP/1.1 as RFC 9112 has it, strictly, inside the
// limits. No sockets and no clock. One parser reads one request.
class RequestParser {
 public:
  enum class Phase {
    kIdle,  // no byte yet
    kHead,
    kBodyNext,  // the head is complete, and a body follows: nothing is taken until begin_body()
    kBody,
    kDone,     // request() is complete
    kRefused,  // refusal() says why; request() holds what was understood
  };

  // Says of a head whether its body, of any length, is streamed: taken as it comes.
  using Streams = std::function<bool(const Request& head)>;

  // REQUIRES: limits outlive this
  explicit RequestParser(const Limits& limits, Streams streams = {})
      : limits_(limits), streams_(std::move(streams)) {}
  RequestParser(const RequestParser&) = delete;  // holds half a line
  RequestParser& operator=(const RequestParser&) = delete;

  // Takes bytes off the front of `bytes`: all of them, but those behind the end of the request, which belong
  // to the next, and those behind what was refused.
  void feed(std::string_view& bytes);

  // What becomes of the body. REQUIRES: phase() is kBodyNext
  enum class Body { kKept, kDropped };
  void begin_body(Body = Body::kKept);

  // Its length; nothing where it comes in chunks. REQUIRES: phase() is kBodyNext
  std::optional<std::uint64_t> body_length() const;

  // Whether it is one for streaming. REQUIRES: a body follows
  bool is_streamed() const { return is_streamed_; }

  // Takes what has come of a streamed body, which is then no longer in request().
  std::string take_streamed();

  // Whether the sender waits for "100 Continue" before it sends the body, as far as is known.
  bool expects_continue() const { return framing_.expects_continue; }

  // Whether the body is being dropped, or was: then the request is not for handling.
  bool drops_body() const { return drops_body_; }

  Phase phase() const { return phase_; }
  Refusal refusal() const { return refusal_; }
  Request& request() { return request_; }
  const Request& request() const { return request_; }

  // True once, if the sender waits for "100 Continue" before it sends the body (RFC 9110 section 10.1.1).
  bool take_continue();

 private:
  void take_head_line(std::string_view& bytes);
  void take_line(std::string_view line);
  void end_head();
  void take_body(std::string_view& bytes);
  void refuse(Refusal why);

  const Limits& limits_;
  const Streams streams_;
  Phase phase_ = Phase::kIdle;
  Refusal refusal_;
  Request request_;
  LineReader lines_;
  bool in_headers_ = false;      // the request line is read
  std::size_t empty_lines_ = 0;  // before the request line
  std::size_t header_bytes_ = 0;
  std::string authority_;  // of an absolute-form target
  BodyFraming framing_;
  bool drops_body_ = false;
  std::uint64_t dropped_ = 0;  // bytes of it, or of what was taken of a streamed one
  bool is_streamed_ = false;
  std::optional<ChunkedBody> chunked_;
};

}  // namespace http::front
