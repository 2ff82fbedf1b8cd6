#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "api/error.h"
#include "dialects/conditions.h"
#include "http/message.h"

namespace dialects {

struct RestOfList;
struct Feed;
struct ChangesAwaited;

// What a handler answers when all went well: a response, which may carry caching headers, a content type and
// an encoding of its own. Errors are api::Error and get their look from the dialect.
struct Reply : http::Response {
  // What a repetition by Idempotency-Key gets, where that is not the body: a secret is told once, and is kept
  // nowhere.
  std::string repeated_body;

  // Of a list that is longer than one piece: `body` has the first (list_source.h).
  std::shared_ptr<RestOfList> rest_of_list;

  // What goes on behind `body` for as long as the caller listens (feed_source.h).
  std::shared_ptr<Feed> feed;

  // That it is to be answered later, when there is more to tell (feed_source.h); `body` is what to answer if
  // that can't be.
  std::shared_ptr<ChangesAwaited> awaited;

  // No answer: the read is begun anew in the pool, or where it may look back.
  bool in_pool = false;
  bool in_past = false;
};

using Answer = api::Outcome<Reply>;

inline Reply ok(std::string body) {
  Reply reply;
  reply.body = std::move(body);
  return reply;
}

// Of a read that took longer than it may on the reactor. REQUIRES: Call::until has passed
inline Reply continued_in_pool() {
  Reply reply;
  reply.in_pool = true;
  return reply;
}

// Of a read that names a moment where nothing may look back.
inline Reply looking_back() {
  Reply reply;
  reply.in_past = true;
  return reply;
}

// A single object at a revision.
inline Reply ok(std::string body, std::uint64_t revision) {
  Reply reply = ok(std::move(body));
  reply.headers.push_back({"ETag", entity_tag(revision)});
  return reply;
}

// `path` is that of what was made.
inline Reply created(std::string body, std::string path) {
  Reply reply = ok(std::move(body));
  reply.status = 201;
  reply.headers.push_back({"Location", std::move(path)});
  return reply;
}

inline Reply created(std::string body, std::string path, std::uint64_t revision) {
  Reply reply = ok(std::move(body), revision);
  reply.status = 201;
  reply.headers.push_back({"Location", std::move(path)});
  return reply;
}

inline Reply no_content() {
  Reply reply;
  reply.status = 204;
  return reply;
}

}  // namespace dialects
