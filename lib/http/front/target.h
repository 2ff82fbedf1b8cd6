#pragma once
#include <cstddef>
#include <string_view>

#include "http/front/refusal.h"
#include "http/message.h"

namespace http::front {

inline constexpr std::size_t kMaxPathSegments = 64;
inline constexpr std::size_t kMaxQueryParameters = 128;

// Reads a request target (RFC 9112 section 3.2) into target, path and query; for absolute-form also gives
// `authority`, which stands in place of the Host then. REQUIRES: request.method is set
Refusal read_target(std::string_view target, Request& request, std::string_view& authority);

}  // namespace http::front
