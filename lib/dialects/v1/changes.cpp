// One question in three forms. A page is answered at once. With `wait` one that would be empty is answered
// when there is something, or when the time is over. And to who accepts text/event-stream the answer goes on:
//
//   id: 41                                        how far the caller has seen, so that it can go on from
//   there event: change data: {"revision":41,"created_at":"2026-…","changes":[{"resource_type":"role",…}]}
//
//   id: 57                                        nothing for the caller happened up to 57
//   event: heartbeat
//   data: {"revision":57}
//
//   event: end                                    and why, as an error's body says it
//   data: {"code":"unauthenticated",…}
#include "api/changes.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "api/service.h"
#include "base/text.h"
#include "dialects/feed_source.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/change_records.h"
#include "dialects/v1/error.h"
#include "dialects/v1/json.h"
#include "dialects/v1/revision.h"

namespace dialects::v1 {
namespace {

using enum http::Method;
using std::chrono::milliseconds;

constexpr milliseconds kLongestWait = std::chrono::seconds(30);
constexpr milliseconds kHeartbeat = std::chrono::seconds(15);
constexpr std::string_view kEventStream = "text/event-stream";
constexpr std::string_view kRetry = "retry: 2000\n\n";  // ms that a browser waits before it comes again

milliseconds read_wait(Query& query) {
  auto text = query.text("wait");
  if (!text) return milliseconds(0);
  if (text->ends_with('s')) text->pop_back();
  const auto seconds = revision_in(*text);
  if (!seconds || std::chrono::seconds(*seconds) > kLongestWait) {
    query.wrong("wait", "must be a time from 0s to 30s");
    return milliseconds(0);
  }
  return std::chrono::seconds(*seconds);
}

// Whether the caller names the type, with whatever else and whatever weight but none.
bool accepts_events(const http::Request& request) {
  std::string_view rest = request.header("accept").value;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view type = rest.substr(0, std::min(comma, rest.find(';')));
    while (type.starts_with(' ')) type.remove_prefix(1);
    while (type.ends_with(' ')) type.remove_suffix(1);
    if (base::equal_ignoring_case(type, kEventStream)) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

void write_change(base::JsonWriter& w, const api::ChangeView& change) {
  w.begin_object().member("revision", change.revision).member("created_at", change.at);
  if (change.author) {
    const auto& [actor, name] = *change.author;
    w.member("actor_id", id_of(actor));
    w.member("actor_type", actor ? std::optional(name_of(actor->kind)) : std::nullopt);
    w.member("actor_name", name);
  }
  w.name("changes").begin_array();
  for (const domain::ChangedObject& object : change.objects) {
    w.begin_object().member("resource_type", domain::noun_of(object.table)).member("resource_id", object.id);
    if (!object.within.empty()) w.member(std::string(domain::holder_of(object.table)) + "_id", object.within);
    w.member("change", name_of(object.kind)).end_object();
  }
  w.end_array().end_object();
}

std::string body_of(const api::ChangePage& page) {
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const api::ChangeView& change : page.data) write_change(w, change);
  w.end_array().member("revision", page.revision).member("has_more", page.has_more());
  return w.end_object().take();
}

void append_event(std::string& out, std::uint64_t id, std::string_view name, std::string_view data) {
  out.append("id: ").append(std::to_string(id)).append("\nevent: ").append(name);
  out.append("\ndata: ").append(data).append("\n\n");
}

std::string events_of(const api::ChangePage& page) {
  std::string out;
  for (const api::ChangeView& change : page.data) {
    base::JsonWriter w;
    write_change(w, change);
    append_event(out, change.revision, "change", w.text());
  }
  return out;
}

std::string heartbeat(std::uint64_t revision) {
  std::string out;
  append_event(out, revision, "heartbeat", R"({"revision":)" + std::to_string(revision) + "}");
  return out;
}

std::string end_of_events(const api::Error* why) {
  const api::Error stopping = api::error(api::Code::kOverloaded, "the server stops; connect again");
  return "event: end\ndata: " + error_body(why ? *why : stopping, FieldNames::kProto) + "\n\n";
}

Reply stream_of(const api::ChangePage& first, const domain::Owner& tenant,
                std::function<std::uint64_t()> last) {
  Reply reply = ok(std::string(kRetry) + events_of(first));
  reply.content_type = kEventStream;
  // A proxy that gathers the answer before it passes it on would keep events back.
  reply.headers.push_back({"X-Accel-Buffering", "no"});
  reply.feed = std::make_shared<Feed>();
  Feed& feed = *reply.feed;
  feed.pieces = [tenant](const api::Read& read, std::uint64_t after) -> api::Outcome<FeedPiece> {
    const auto page = api::list_changes(read, tenant, {after});
    if (!page.ok()) return page.error();
    return FeedPiece{events_of(*page), page->revision, page->has_more()};
  };
  feed.beat = heartbeat;
  feed.end = end_of_events;
  feed.last = std::move(last);
  feed.after = first.revision;
  feed.has_more = first.has_more();
  feed.every = kHeartbeat;
  return reply;
}

Answer list_changes(const Call& call, const api::Read& read, const ServerState& state) {
  Query query(call);
  const std::size_t most = query.page(api::kMaxPage).limit;
  std::optional<std::uint64_t> after = read_revision(query, "after");
  const milliseconds wait = read_wait(query);
  const http::HeaderField seen = call.request.header("last-event-id");
  const bool streams = accepts_events(call.request);
  if (streams && seen.count > 0) {
    after = revision_in(seen.value);
    if (!after) query.wrong("Last-Event-ID", "must be the id of an event, such as 41");
  }
  if (const auto bad = query.error()) return *bad;
  const std::uint64_t from = std::max(after.value_or(read.txn.revision()), call.looked_at.value_or(0));
  const auto page = api::list_changes(read, call.owner, {from, streams ? api::kMaxPage : most});
  if (!page.ok()) return page.error();
  const auto last = [&changes = state.service.object_changes(), owner = call.owner,
                     credential = read.caller.credential] { return changes.of(owner, credential); };
  if (streams) return stream_of(*page, call.owner, last);
  Reply reply = ok(body_of(*page));
  if (wait > milliseconds(0) && page->data.empty() && !page->has_more())
    reply.awaited = std::make_shared<ChangesAwaited>(
        ChangesAwaited{to_stored(read.caller.tenant), last, page->revision, wait});
  return reply;
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/changes",
     .id = "list_changes",
     .operation = op::list_changes,
     .access = Access::kTenantOrPlatform,
     .parameters = {"after", "wait", "limit"},
     .place = Place::kPool,
     .handle = list_changes},
    {.method = kGet,
     .path = "/v1/change-records",
     .id = "read_change_records",
     .operation = op::read_change_records,
     .access = Access::kCredential,
     .parameters = {"after", "follow"},
     .place = Place::kPool,
     .handle = read_change_records},
};

}  // namespace

std::span<const Route> change_calls() {
  return kCalls;
}

}  // namespace dialects::v1
