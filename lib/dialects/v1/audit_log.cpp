#include "api/audit.h"

#include "base/encoding.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

std::string hex(const crypto::Sha256& hash) {
  return base::to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

// All that the hash covers, with the values that it covers, so that whoever reads it can recompute the hash:
// see domain/audit.h.
void write_entry(base::JsonWriter& w, const domain::AuditEntry& entry) {
  w.begin_object().member("id", entry.id).member("seq", entry.seq);
  w.member("actor_id", id_of(entry.actor));
  w.member("actor_type", entry.actor ? std::optional(name_of(entry.actor->kind)) : std::nullopt);
  w.member("actor_name", entry.actor_name).member("tenant_id", to_stored(entry.tenant));
  w.member("action", entry.action).member("resource_type", entry.resource_type);
  w.member("resource_id", entry.resource_id).member("outcome", entry.allowed ? "allowed" : "refused");
  w.member("policies", entry.policies);
  w.name("metadata").begin_object();
  if (entry.before != "null") w.name("before").raw(entry.before);
  if (entry.after != "null") w.name("after").raw(entry.after);
  w.end_object();
  if (entry.repeats) {
    w.member("count", entry.repeats->count).member("first_at", entry.repeats->first_at);
    w.member("last_at", entry.repeats->last_at).member("resource_ids", entry.repeats->resource_ids);
  }
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
  filter.from = query.time("from");
  filter.to = query.time("to");
  if (const auto bad = query.error()) return *bad;
  const auto entries = api::list_audit(read, call.owner, filter, page);
  if (!entries.ok()) return entries.error();
  return ok(list_body(call.route.id, entries.value(), page.limit, write_entry,
                      [&](base::JsonWriter& w) { w.member("first_seq", entries->first_seq); }));
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/audit-log",
     .id = "list_audit_log",
     .operation = op::list_audit,
     .access = Access::kAuditChain,
     .parameters = {"actor_id", "resource_type", "resource_id", "action", "from", "to", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_audit},
};

}  // namespace

std::span<const Route> audit_calls() {
  return kCalls;
}

}  // namespace dialects::v1
