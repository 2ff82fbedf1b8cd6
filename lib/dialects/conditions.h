#pragma once
#include <cstdint>
#include <string>

#include "api/context.h"
#include "http/message.h"

namespace dialects {

inline constexpr std::size_t kMaxEntityTags = 20;  // in If-Match

// The strong entity tag (RFC 9110, 8.8.3) of an object at a revision: "\"42\"".
std::string entity_tag(std::uint64_t revision);

// If-Match (RFC 9110, 13.1.1), all lines of it. A tag that no object of ours can have, such as a weak one,
// matches nothing. kInvalidInput where it is not a list of entity tags, or of more than kMaxEntityTags.
api::Outcome<api::IfMatch> parse_if_match(const http::Request&);

// That the request has one, where it would say nothing.
api::Error if_match_of_no_use();

}  // namespace dialects
