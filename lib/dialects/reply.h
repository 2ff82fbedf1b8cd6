#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/error.h"

namespace dialects {

// What a handler answers when all went well; errors are api::Error and get their look from the dialect.
struct Reply {
  int status = 200;
  std::string body;  // JSON; empty with 204
  std::string_view content_type = "application/json";
  std::optional<std::uint64_t> etag;  // the revision of the single object that the body shows
  std::string location;               // path of what was created
  std::string repeated_body;  // what a repetition by Idempotency-Key gets, where that is not the body: a
                              // secret is told once, and is kept nowhere
};

using Answer = api::Outcome<Reply>;

inline Reply ok(std::string body) {
  return {200, std::move(body), "application/json", {}, {}, {}};
}
inline Reply ok(std::string body, std::uint64_t revision) {
  return {200, std::move(body), "application/json", revision, {}, {}};
}
inline Reply created(std::string body, std::string location, std::optional<std::uint64_t> revision = {}) {
  return {201, std::move(body), "application/json", revision, std::move(location), {}};
}
inline Reply no_content() {
  return {204, {}, {}, {}, {}, {}};
}

}  // namespace dialects
