#include "dialects/v1/change_records.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "api/service.h"
#include "dialects/feed_source.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/error.h"
#include "dialects/v1/revision.h"

namespace dialects::v1 {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10U;
constexpr std::chrono::seconds kBeat{1};

std::string end_of_records(const api::Error* why) {
  const api::Error stopping = api::error(api::Code::kOverloaded, "the server stops; connect again");
  return api::end_frame(error_body(why ? *why : stopping, FieldNames::kProto));
}

}  // namespace

Answer read_change_records(const Call& call, const api::Read& read, const ServerState& state) {
  Query query(call);
  const std::uint64_t after = read_revision(query, "after").value_or(0);
  const bool follow = query.flag("follow");
  if (const auto bad = query.error()) return *bad;
  const auto first = api::read_change_records(read, {after, kPiece});
  if (!first.ok()) return first.error();
  const api::Service& service = state.service;
  Reply reply = ok(api::about_frame(read, {service.configured(), service.is_copy()}) + first->frames);
  if (follow && !first->has_more()) reply.body += api::beat_frame(first->revision);
  reply.content_type = "application/octet-stream";
  reply.headers.push_back({"X-Accel-Buffering", "no"});
  if (!follow && !first->has_more()) return reply;
  reply.feed = std::make_shared<Feed>();
  Feed& feed = *reply.feed;
  feed.pieces = [](const api::Read& now, std::uint64_t from) -> api::Outcome<FeedPiece> {
    auto piece = api::read_change_records(now, {from, kPiece});
    if (!piece.ok()) return piece.error();
    if (!piece->frames.empty() && !piece->has_more()) piece->frames += api::beat_frame(piece->revision);
    return FeedPiece{std::move(piece->frames), piece->revision, piece->has_more()};
  };
  feed.beat = api::beat_frame;
  feed.end = end_of_records;
  feed.last = [&store = state.service.store()] { return store.revision(); };
  feed.after = first->revision;
  feed.has_more = first->has_more();
  feed.every = kBeat;
  feed.goes_on = follow;
  return reply;
}

}  // namespace dialects::v1
