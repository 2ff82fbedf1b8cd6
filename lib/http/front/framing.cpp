// A state machine over lines: kIdle until a byte comes, kHead line by line, kBodyNext until somebody says
// what becomes of the body, kBody by length or by chunks, and then kDone, or kRefused with the reason from
// wherever it was. "GET / HTTP/1.1\r\nHost: x\r\n\r\n" fed byte by byte and fed at once gives the same
// request, which tests and a fuzzer hold it to. What one line means is head.cpp's; what a chunk is,
// chunked.cpp's.
//
// Limits are looked at as soon as bytes go over them and not when the line or the body is whole. There is no
// clock: how long a head may take is the connection's business.
#include "http/front/framing.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "http/front/syntax.h"

namespace http::front {

namespace {

constexpr std::size_t kMaxEmptyLines = 2;  // before a request; some clients send one after a body
constexpr std::size_t kLineEnd = 2;        // of the empty line that ends a head, which no limit counts

constexpr Refusal kHeadersTooLarge{431, "the headers are too large"};

// Whether a request, or an empty line before one, may begin with these bytes. REQUIRES: there is one
bool may_begin_request(std::string_view partial, std::string_view bytes) {
  if (partial.empty()) {
    partial = bytes.substr(0, 1);
    bytes.remove_prefix(1);
  }
  if (partial == "\r") return bytes.empty() || bytes.front() == '\n';
  return partial.front() == '\n' || token_lower(partial.front()) != '\0';
}

}  // namespace

void RequestParser::feed(std::string_view& bytes) {
  while (!bytes.empty()) {
    switch (phase_) {
      case Phase::kIdle:
        phase_ = Phase::kHead;
        break;
      case Phase::kHead:
        take_head_line(bytes);
        break;
      case Phase::kBody:
        take_body(bytes);
        break;
      case Phase::kBodyNext:
      case Phase::kDone:
      case Phase::kRefused:
        return;
    }
  }
}

bool RequestParser::take_continue() {
  // Whoever has begun to send the body does not wait.
  return std::exchange(framing_.expects_continue, false) && phase_ == Phase::kBody;
}

void RequestParser::refuse(Refusal why) {
  refusal_ = why;
  phase_ = Phase::kRefused;
}

void RequestParser::take_head_line(std::string_view& bytes) {
  // What begins like no request (TLS, say) is told so at once and not when its time is up. It is looked at
  // before the line is, so that the answer does not depend on how the bytes were cut.
  if (!in_headers_ && !may_begin_request(lines_.partial(), bytes))
    return refuse({400, "the request line does not begin with a method"});
  const std::size_t limit =
      in_headers_ ? limits_.header_bytes - header_bytes_ + kLineEnd : limits_.request_line;
  std::string_view line;
  switch (lines_.next(bytes, limit, line)) {
    case LineReader::Status::kMore:
      return;
    case LineReader::Status::kTooLong:
      return refuse(in_headers_ ? kHeadersTooLarge : Refusal{414, "the request line is too long"});
    case LineReader::Status::kBareLf:
      return refuse({400, "a line of the head ends in LF without CR"});
    case LineReader::Status::kLine:
      return take_line(line);
  }
}

void RequestParser::take_line(std::string_view line) {
  if (!in_headers_) {
    if (line.empty()) {
      if (++empty_lines_ > kMaxEmptyLines) refuse({400, "empty lines in place of a request"});
      return;
    }
    in_headers_ = true;
    std::string_view authority;
    if (const auto bad = read_request_line(line, request_, authority)) return refuse(bad);
    authority_ = authority;
    return;
  }
  if (line.empty()) return end_head();
  header_bytes_ += lines_.length();
  if (header_bytes_ > limits_.header_bytes) return refuse(kHeadersTooLarge);
  if (request_.headers.size() == limits_.headers) return refuse({431, "there are too many headers"});
  if (request_.headers.empty()) request_.headers.reserve(8);
  if (const auto bad = read_header_line(line, request_)) refuse(bad);
}

void RequestParser::end_head() {
  if (const auto bad = finish_head(limits_, request_, framing_)) return refuse(bad);
  if (!authority_.empty()) {
    // RFC 9112 section 3.2.2: the URL's authority counts, and Host is not looked at.
    if (!is_host(authority_)) return refuse({400, "the URL's host is not a valid host"});
    for (NameValue& header : request_.headers)
      if (header.name == "host") header.value = authority_;
  }
  const bool has_body = framing_.kind != BodyFraming::Kind::kNone;
  is_streamed_ = has_body && streams_ && streams_(request_);
  if (framing_.is_too_long && !is_streamed_)
    return refuse({413, "the body is larger than this server accepts"});
  phase_ = has_body ? Phase::kBodyNext : Phase::kDone;
}

std::optional<std::uint64_t> RequestParser::body_length() const {
  if (framing_.kind == BodyFraming::Kind::kChunked) return std::nullopt;
  return framing_.length;
}

void RequestParser::begin_body(Body body) {
  assert(phase_ == Phase::kBodyNext);
  drops_body_ = body == Body::kDropped;
  if (framing_.kind == BodyFraming::Kind::kChunked)
    chunked_.emplace(limits_, is_streamed_ ? ChunkedBody::kUnbounded : limits_.body_of(request_));
  else if (!drops_body_ && !is_streamed_)
    request_.body.reserve(static_cast<std::size_t>(framing_.length));  // of which pages come with bytes
  phase_ = Phase::kBody;
}

std::string RequestParser::take_streamed() {
  std::string taken = std::exchange(request_.body, {});
  dropped_ += taken.size();
  return taken;
}

void RequestParser::take_body(std::string_view& bytes) {
  framing_.expects_continue = false;
  if (chunked_) {
    if (const auto bad = chunked_->feed(bytes, request_.body)) return refuse(bad);
    if (chunked_->done()) phase_ = Phase::kDone;
    return;
  }
  const std::size_t missing = static_cast<std::size_t>(framing_.length - dropped_) - request_.body.size();
  const std::size_t taken = std::min(missing, bytes.size());
  if (drops_body_)
    dropped_ += taken;
  else
    request_.body += bytes.substr(0, taken);
  bytes.remove_prefix(taken);
  if (taken == missing) phase_ = Phase::kDone;
}

}  // namespace http::front
