#include "api/audit.h"
#include "api/audit_verifier.h"

#include "base/encoding.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

constexpr const char* kAllowed = "allowed";
constexpr const char* kRefused = "refused";

std::string hex(const crypto::Sha256& hash) {
  return base::to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

// All that the hash covers, with the values that it covers, so that whoever reads it can recompute the hash:
// see domain/audit.h. `revision` it doesn't cover.
void write_entry(base::JsonWriter& w, const domain::AuditEntry& entry,
                 const std::optional<store::Revision>& revision) {
  w.begin_object().member("id", entry.id).member("seq", entry.seq);
  w.member("actor_id", id_of(entry.actor));
  w.member("actor_type", entry.actor ? std::optional(name_of(entry.actor->kind)) : std::nullopt);
  w.member("actor_name", entry.actor_name).member("tenant_id", to_stored(entry.tenant));
  w.member("action", entry.action).member("resource_type", entry.resource_type);
  w.member("resource_id", entry.resource_id).member("outcome", entry.allowed ? kAllowed : kRefused);
  w.member("policies", entry.policies);
  w.name("metadata").begin_object();
  if (entry.before != "null") w.name("before").raw(entry.before);
  if (entry.after != "null") w.name("after").raw(entry.after);
  w.end_object();
  if (entry.repeats) {
    w.member("count", entry.repeats->count).member("first_at", entry.repeats->first_at);
    w.member("last_at", entry.repeats->last_at).member("resource_ids", entry.repeats->resource_ids);
  }
  if (revision) w.member("revision", *revision);
  w.member("request_id", entry.request_id).member("ip", entry.ip).member("created_at", entry.created_at);
  w.member("prev_hash", hex(entry.prev_hash)).member("hash", hex(entry.hash)).end_object();
}

Answer list_audit(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  domain::AuditFilter filter;
  filter.actor = query.uuid("actor_id");
  filter.resource_type = query.text("resource_type");
  filter.resource_id = query.text("resource_id");
  filter.action = query.text("action");
  api::AuditWanted wanted;
  wanted.concerns = query.text("about");
  if (wanted.concerns && !api::may_concern(*wanted.concerns))
    query.wrong("about",
                "must be a role, group, user, service_user or policy and its name, as `role:on-call`");
  if (const auto outcome = query.text("outcome")) {
    wanted.allowed = *outcome == kAllowed;
    if (!*wanted.allowed && *outcome != kRefused) query.wrong("outcome", "must be `allowed` or `refused`");
  }
  filter.from = query.time("from");
  filter.to = query.time("to");
  if (const auto bad = query.error()) return *bad;
  const auto entries = api::list_audit(read, call.owner, filter, page, wanted);
  if (!entries.ok()) return entries.error();
  auto revision = entries->revisions.begin();
  const auto write = [&](base::JsonWriter& w, const domain::AuditEntry& entry) {
    write_entry(w, entry, *revision++);
  };
  return ok(list_body(call.route.id, entries.value(), page.limit, write,
                      [&](base::JsonWriter& w) { w.member("first_seq", entries->first_seq); }));
}

std::string body_of(const api::AuditVerification& found) {
  base::JsonWriter w;
  w.begin_object().member("state", !found.is_done ? "running" : found.has_failed ? "failed" : "done");
  w.member("begun_at", found.begun_at).member("ms", found.ms).member("entries", found.entries);
  w.member("first_seq", found.first_seq).name("head");
  if (found.head_seq == 0)
    w.null();
  else
    w.begin_object().member("seq", found.head_seq).member("hash", hex(found.head_hash)).end_object();
  w.name("fault");
  if (found.fault)
    w.begin_object().member("seq", found.fault->seq).member("message", found.fault->what).end_object();
  else
    w.null();
  return w.end_object().take();
}

Answer answer(const api::Outcome<api::AuditVerification>& found, int status_of_running) {
  if (!found.ok()) return found.error();
  Reply reply = ok(body_of(*found));
  if (found->is_done) return reply;
  reply.status = status_of_running;
  reply.headers.push_back({"Location", "/v1/audit-log/verification"});
  return reply;
}

Answer verify_audit(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(state.verifier.verify(read, call.owner), 202);
}

Answer last_verification(const Call& call, const api::Read& read, const ServerState& state) {
  return answer(state.verifier.last(read, call.owner), 200);
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/audit-log",
     .id = "list_audit_log",
     .operation = op::list_audit,
     .access = Access::kAuditChain,
     .parameters = {"actor_id", "resource_type", "resource_id", "about", "action", "outcome", "from", "to",
                    "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_audit},
    {.method = kPost,
     .path = "/v1/audit-log/verify",
     .id = "verify_audit_log",
     .operation = op::verify_audit,
     .access = Access::kAuditChain,
     .place = Place::kPool,
     .handle = verify_audit},
    {.method = kGet,
     .path = "/v1/audit-log/verification",
     .id = "get_audit_verification",
     .operation = op::verify_audit,
     .access = Access::kAuditChain,
     .handle = last_verification},
};

}  // namespace

std::span<const Route> audit_calls() {
  return kCalls;
}

}  // namespace dialects::v1
