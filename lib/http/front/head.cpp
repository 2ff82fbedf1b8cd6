// A head is read in two steps. Each line is read as it comes, for its form alone: the request line, then
// "Name: value". At the empty line finish_head() asks what the lines mean together:
//
//   Content-Length: 5 and Content-Length: 5        400: more than one length, even where they agree
//   Content-Length: 5 and Transfer-Encoding: …     400: where the body ends is unclear
//   Transfer-Encoding: gzip, chunked               501: chunked is the only coding
//   no Host, or two                                400
//   Content-Encoding: gzip                         415: what a body would become is not known beforehand
//
// It is strict where RFC 9112 leaves a choice: what two programs in a row could read differently is refused,
// since that difference is how a request is smuggled past the first of them. It doesn't know which headers
// mean something to a dialect, nor whose credential there is.
#include "http/front/head.h"

#include <string>

#include "base/text.h"
#include "http/front/syntax.h"
#include "http/front/target.h"
#include "http/method.h"

namespace http::front {

namespace {

constexpr std::size_t kMaxLengthDigits = 18;  // fits 64 bits
constexpr std::size_t kMaxRequestId = 128;

Refusal read_method(std::string_view method, Request& request) {
  if (!is_token(method)) return {400, "the request line does not begin with a method"};
  request.method = method;
  if (parse_method(method)) return {};
  if (method == "TRACE") return {405, "TRACE would send credentials back and is not served"};
  return {501, "the method is not supported"};
}

Refusal read_version(std::string_view version, Request& request) {
  if (version.size() != 8 || !version.starts_with("HTTP/") || !base::is_digit(version[5]) ||
      version[6] != '.' || !base::is_digit(version[7]))
    return {400, "the request line does not end in an HTTP version"};
  if (version[5] != '1') return {505, "only HTTP/1.1 and HTTP/1.0 are supported"};
  request.http_1_0 = version[7] == '0';
  request.keep_alive = !request.http_1_0;
  return {};
}

// What the head says that has to fit together. Views point into request.headers.
struct Facts {
  std::size_t hosts = 0;
  std::size_t lengths = 0;
  std::size_t codings = 0;
  std::string_view host, length, coding, request_id;
  std::size_t request_ids = 0;
  bool encoded = false;
  bool close = false;
  bool keep_alive = false;
  std::size_t continues = 0;     // Expect: 100-continue
  std::size_t expectations = 0;  // others
};

void read_connection(std::string_view list, Facts& facts) {
  while (!list.empty()) {
    const std::string_view option = take_element(list);
    if (equals_ignoring_case(option, "close")) facts.close = true;
    if (equals_ignoring_case(option, "keep-alive")) facts.keep_alive = true;
  }
}

void note(const NameValue& line, Facts& facts) {
  switch (line.name.size()) {  // most lines are none of these, and few lengths meet
    case 4:
      if (line.name == "host") ++facts.hosts, facts.host = line.value;
      break;
    case 6:
      if (line.name == "expect")
        ++(equals_ignoring_case(line.value, "100-continue") ? facts.continues : facts.expectations);
      break;
    case 10:
      if (line.name == "connection") read_connection(line.value, facts);
      break;
    case 12:
      if (line.name == "x-request-id") ++facts.request_ids, facts.request_id = line.value;
      break;
    case 14:
      if (line.name == "content-length") ++facts.lengths, facts.length = line.value;
      break;
    case 16:
      if (line.name == "content-encoding" && !equals_ignoring_case(line.value, "identity"))
        facts.encoded = true;
      break;
    case 17:
      if (line.name == "transfer-encoding") ++facts.codings, facts.coding = line.value;
      break;
  }
}

Refusal read_framing(const Facts& facts, const Request& request, BodyFraming& framing) {
  if (facts.lengths + facts.codings > 1)
    return {400, "more than one Content-Length or Transfer-Encoding: the body's end is unclear"};
  if (facts.codings == 1) {
    if (request.http_1_0) return {400, "Transfer-Encoding is not part of HTTP/1.0"};
    if (!equals_ignoring_case(facts.coding, "chunked"))
      return {501, "the only Transfer-Encoding supported is chunked"};
    framing.kind = BodyFraming::Kind::kChunked;
    return {};
  }
  if (facts.lengths == 0) return {};
  if (facts.length.empty()) return {400, "Content-Length is not a number"};
  for (const char c : facts.length) {
    if (!base::is_digit(c)) return {400, "Content-Length is not a number"};
    if (facts.length.size() > kMaxLengthDigits) continue;
    framing.length = framing.length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (facts.length.size() > kMaxLengthDigits) return {413, "the body is larger than this server accepts"};
  if (framing.length > 0) framing.kind = BodyFraming::Kind::kLength;
  return {};
}

bool is_request_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxRequestId) return false;
  for (const char c : text)
    if (!is_visible(c)) return false;
  return true;
}

}  // namespace

bool is_host(std::string_view text) {
  constexpr std::string_view kOthers = "-._~%!$&'()*+,;=:[]";
  for (const char c : text)
    if (!base::is_letter_or_digit(c) && kOthers.find(c) == std::string_view::npos) return false;
  return true;
}

Refusal read_request_line(std::string_view line, Request& request, std::string_view& authority) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last)
    return {400, "the request line is not a method, a target and a version"};
  if (const auto bad = read_version(line.substr(last + 1), request)) return bad;
  const auto method = read_method(line.substr(0, first), request);
  if (method && request.method.empty()) return method;
  // Of an unknown method the target is read all the same: how the refusal looks depends on it.
  const auto target = read_target(line.substr(first + 1, last - first - 1), request, authority);
  return method ? method : target;
}

Refusal read_header_line(std::string_view line, Request& request) {
  if (is_blank(line.front())) return {400, "a header line begins with a blank (folding is obsolete)"};
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {400, "a header line has no colon"};
  if (colon == 0) return {400, "a header line has no name"};
  const std::string_view value = trim(line.substr(colon + 1));
  if (!is_value(value)) return {400, "a header value holds a control character"};
  NameValue& header = request.headers.emplace_back();
  header.name = line.substr(0, colon);
  for (char& c : header.name) {
    c = token_lower(c);
    if (c == '\0') return {400, "a header name holds a character that is not allowed in names"};
  }
  header.value = value;
  return {};
}

Refusal finish_head(const Limits& limits, Request& request, BodyFraming& framing) {
  Facts facts;
  for (const NameValue& line : request.headers) note(line, facts);

  if (facts.hosts > 1) return {400, "Host is sent more than once"};
  if (facts.hosts == 0 && !request.http_1_0) return {400, "Host is missing"};
  if (!is_host(facts.host)) return {400, "Host is not a valid host"};
  if (facts.close)
    request.keep_alive = false;
  else if (request.http_1_0)
    request.keep_alive = facts.keep_alive;
  if (facts.request_ids == 1 && is_request_id(facts.request_id)) request.request_id = facts.request_id;

  if (const auto bad = read_framing(facts, request, framing)) return bad;
  framing.is_too_long = framing.length > limits.body_of(request);
  if (facts.encoded) return {415, "an encoded body (Content-Encoding) is not supported"};
  if (facts.expectations > 0) return {417, "the only expectation supported is 100-continue"};
  framing.expects_continue =
      facts.continues > 0 && !request.http_1_0 && framing.kind != BodyFraming::Kind::kNone;
  return {};
}

}  // namespace http::front
