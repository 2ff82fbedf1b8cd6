#include "api/overview.h"

#include "api/service.h"
#include "dialects/server_state.h"
#include "dialects/v1/access_json.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/holder_counts.h"
#include "dialects/v1/json.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_roles(base::JsonWriter& w, const api::Overview::Roles& roles) {
  w.name("roles").begin_object();
  for (std::size_t level = 0; level < roles.by_level.size(); ++level)
    w.member(names::kRiskNames[level], roles.by_level[level]);
  w.member("own", roles.own).member("held_by_nobody", roles.held_by_nobody);
  w.member("complete", roles.are_all).end_object();
}

void write_mappings(base::JsonWriter& w, const api::Overview::Mappings& mappings) {
  w.name("mappings").begin_object().member("total", mappings.all);
  w.member("active", mappings.active).member("future", mappings.future);
  w.member("expired", mappings.expired).member("exact", mappings.are_exact);
  w.member("expiring", mappings.expiring.count);
  w.member("expiring_complete", mappings.expiring.are_all).end_object();
}

void write_administrators(base::JsonWriter& w, const api::Overview::Administrators& all) {
  w.begin_object().member("scope", api::kAdministering);
  write_holder_counts(w, all.holders);
  w.name("first").begin_array();
  for (const api::HolderView& row : all.first) write_holder(w, row);
  w.end_array().member("has_more", !all.are_all).member("hidden", all.hidden);
  w.member("complete", all.is_complete).end_object();
}

void write_keys(base::JsonWriter& w, const api::Overview::Keys& keys) {
  w.begin_object().member("total", keys.all).member("expiring", keys.expiring);
  w.member("expired", keys.expired).member("administrators", keys.administrators);
  w.member("complete", keys.are_all).end_object();
}

// An entry in a few words; the audit log has the whole.
void write_entry(base::JsonWriter& w, const domain::AuditEntry& entry) {
  w.begin_object().member("id", entry.id).member("seq", entry.seq);
  w.member("actor_name", entry.actor_name).member("action", entry.action);
  w.member("resource_type", entry.resource_type).member("resource_id", entry.resource_id);
  w.member("outcome", entry.allowed ? "allowed" : "refused");
  w.member("created_at", entry.created_at).end_object();
}

void write_activity(base::JsonWriter& w, const api::Overview::Activity& activity, const ServerState& state) {
  w.begin_object().member("refused", activity.refused.count);
  w.member("refused_complete", activity.refused.are_all).name("last").begin_array();
  for (const domain::AuditEntry& entry : activity.last) write_entry(w, entry);
  w.end_array().name("chain").begin_object();
  w.member("whole", !state.service.store().is_damaged()).member("entries", activity.chain.entries);
  w.member("first_seq", activity.chain.first).end_object().end_object();
}

Answer get_overview(const Call& call, const api::Read& read, const ServerState& state) {
  const auto all = api::get_overview(read, call.tenant());
  if (!all.ok()) return all.error();
  base::JsonWriter w;
  w.begin_object().member("people", all->people).member("groups", all->groups);
  w.member("service_users", all->service_users).member("memberships", all->memberships);
  w.member("policies", all->policies).member("entities", all->entities);
  write_roles(w, all->roles);
  write_mappings(w, all->mappings);
  w.name("administrators");
  all->administrators ? write_administrators(w, *all->administrators) : void(w.null());
  w.name("keys");
  all->keys ? write_keys(w, *all->keys) : void(w.null());
  w.name("activity");
  all->activity ? write_activity(w, *all->activity, state) : void(w.null());
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/overview",
     .id = "get_overview",
     .operation = op::get_overview,
     .place = Place::kPool,
     .handle = get_overview},
};

}  // namespace

std::span<const Route> overview_calls() {
  return kCalls;
}

}  // namespace dialects::v1
