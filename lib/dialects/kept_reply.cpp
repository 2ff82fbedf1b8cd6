// What is kept of the answer to a POST with an Idempotency-Key, and given again when it is repeated: status,
// body, and of the headers those that the answer's content has, as two lines, the revision and the path:
//
//   42
//   /v1/groups/0197…
//
// Each is empty where the reply has no such header. Records of this form are in stores, so it stays. A body
// that shows a secret is kept as its repeated_body, which doesn't. X-Request-ID and the like are of each
// answer, and not kept.
#include "dialects/kept_reply.h"

#include <string_view>
#include <utility>

namespace dialects {
namespace {

std::string_view header_of(const Reply& reply, std::string_view name) {
  for (const http::NameValue& header : reply.headers)
    if (header.name == name) return header.value;
  return {};
}

}  // namespace

api::KeptAnswer to_kept(const Reply& reply) {
  std::string_view etag = header_of(reply, "ETag");
  if (etag.size() >= 2) etag = etag.substr(1, etag.size() - 2);  // without its quotes
  std::string headers(etag);
  headers.append("\n").append(header_of(reply, "Location"));
  return {reply.status, std::move(headers), reply.repeated_body.empty() ? reply.body : reply.repeated_body};
}

Reply from_kept(api::KeptAnswer kept) {
  Reply reply = ok(std::move(kept.body));
  reply.status = kept.status;
  const std::size_t end = kept.headers.find('\n');
  if (end == std::string::npos) return reply;
  if (end > 0) reply.headers.push_back({"ETag", '"' + kept.headers.substr(0, end) + '"'});
  if (end + 1 < kept.headers.size()) reply.headers.push_back({"Location", kept.headers.substr(end + 1)});
  return reply;
}

}  // namespace dialects
