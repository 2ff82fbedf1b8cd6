#pragma once
#include <cstdint>
#include <string_view>

#include "http/front/limits.h"
#include "http/front/refusal.h"
#include "http/message.h"

// The head of a request (RFC 9112 sections 3, 5 and 6), line by line; at its end what they mean together.
namespace http::front {

// How the body that follows is delimited.
struct BodyFraming {
  enum class Kind { kNone, kLength, kChunked };
  Kind kind = Kind::kNone;
  std::uint64_t length = 0;  // of kLength; never 0
  bool is_too_long = false;  // for a body that is kept whole
  bool expects_continue = false;
};

// "GET /v1/roles HTTP/1.1" into method, target, path, query and version. `authority` as in read_target().
Refusal read_request_line(std::string_view line, Request& request, std::string_view& authority);

// "Name: value", appended to request.headers. Also used for trailers.
Refusal read_header_line(std::string_view line, Request& request);

// Checks what the header lines mean together and takes from them keep_alive, request_id and the framing.
Refusal finish_head(const Limits& limits, Request& request, BodyFraming& framing);

// "reeve.example:8080", "[2001:db8::1]", "": what Host may hold.
bool is_host(std::string_view text);

}  // namespace http::front
