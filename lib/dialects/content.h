#pragma once
#include <cstddef>
#include <cstdint>

#include "api/error.h"
#include "base/json.h"
#include "dialects/dialect.h"
#include "http/message.h"

namespace dialects {

inline constexpr std::size_t kMaxBodyDepth = 64;
inline constexpr std::size_t kMaxBodyValues = 20'000;  // in all; a role with 1,000 scopes has some 1,010

inline constexpr std::size_t kReactorBody = std::size_t{4} << 10U;  // bytes that it parses, at some 7 ns each

// What a request says its body is.
enum class BodyType : std::uint8_t {
  kJson,   // application/json, in UTF-8 if it says
  kLines,  // application/x-ndjson, likewise: a JSON value a line
  kOther,
};
BodyType body_type(const http::Request&);

// The JSON object that is the request's body. kUnsupportedMediaType unless its Content-Type is
// application/json, in UTF-8 if it says, or the dialect takes any. kInvalidInput where there is none, it is
// no JSON, no object, nested deeper than kMaxBodyDepth, has more values than `most`, or has a member twice.
api::Outcome<base::Json> json_body(const http::Request&, const Dialect&, std::size_t most = kMaxBodyValues);

// That its payer has no room for the body to be kept.
api::Error no_room_for_body();

}  // namespace dialects
