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

void write_entry(base::JsonWriter& w, const domain::AuditEntry& entry) {
  w.begin_object().name("id");
  write(w, entry.id);
  w.name("seq").integer(static_cast<std::int64_t>(entry.seq)).name("actor_id");
  write(w, entry.actor);
  w.name("actor_type");
  entry.actor ? w.string(name_of(entry.actor->kind)) : w.string("system");
  w.name("action").string(entry.action).name("resource_type").string(entry.resource_type);
  w.name("resource_id")
      .string(entry.resource_id)
      .name("outcome")
      .string(entry.allowed ? "allowed" : "refused");
  w.name("policies");
  write(w, entry.policies);
  w.name("metadata").begin_object();
  if (entry.before != "null") w.name("before").raw(entry.before);
  if (entry.after != "null") w.name("after").raw(entry.after);
  w.end_object().name("request_id").string(entry.request_id).name("ip").string(entry.ip).name("created_at");
  write(w, entry.created_at);
  w.name("prev_hash").string(hex(entry.prev_hash)).name("hash").string(hex(entry.hash)).end_object();
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
  return ok(list_body(call, entries.value(), page.limit, write_entry));
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/audit-log",
     .id = "list_audit_log",
     .operation = op::list_audit,
     .access = Access::kTenantOrPlatform,
     .parameters = {"actor_id", "resource_type", "resource_id", "action", "from", "to", "limit", "cursor"},
     .handle = list_audit},
};

}  // namespace

std::span<const Route> audit_calls() {
  return kCalls;
}

}  // namespace dialects::v1
