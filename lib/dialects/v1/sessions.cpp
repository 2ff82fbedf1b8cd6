#include "api/sessions.h"

#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_session(base::JsonWriter& w, const api::SessionView& view) {
  const domain::Session& session = view.session;
  w.begin_object().member("id", session.id).member("owner_type", name_of(view.owner.kind));
  w.member("owner_id", view.owner.id).member("credential_id", session.credential);
  w.member("ip", session.ip).member("user_agent", session.user_agent);
  w.member("created_at", session.created_at).member("expires_at", session.expires_at);
  w.member("current", view.is_callers).end_object();
}

Answer list_sessions(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  const auto whose = query.flag("everybody") ? api::WhoseSessions::kEverybody : api::WhoseSessions::kOwn;
  if (const auto bad = query.error()) return *bad;
  const auto sessions = api::list_sessions(read, call.owner, whose, page);
  if (!sessions.ok()) return sessions.error();
  return ok(list_body(call.route.id, sessions.value(), page.limit, write_session));
}

api::Outcome<Work> delete_session(const Call& call) {
  return Work(
      [owner = call.owner, id = call.path_id<domain::SessionId>("id")](api::Change& change) -> Answer {
        const auto done = api::delete_session(change, owner, id);
        if (!done.ok()) return done.error();
        return no_content();
      });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/sessions",
     .id = "list_sessions",
     .operation = op::list_sessions,
     .access = Access::kTenantOrPlatform,
     .parameters = {"limit", "cursor", "everybody"},
     .place = Place::kPool,
     .handle = list_sessions},
    {.method = kDelete,
     .path = "/v1/sessions/{id}",
     .id = "delete_session",
     .operation = op::delete_session,
     .access = Access::kTenantOrPlatform,
     .success = 204,
     .handle = delete_session},
};

}  // namespace

std::span<const Route> session_calls() {
  return kCalls;
}

}  // namespace dialects::v1
