#include <utility>

#include "api/effective.h"
#include "dialects/query.h"
#include "dialects/v1/access_json.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_role(base::JsonWriter& w, const api::EffectiveRole& row) {
  w.begin_object().member("role", row.role).member("name", row.name).name("resource");
  if (row.resource)
    write_resource(w, *row.resource);
  else
    w.string("");
  w.member("scopes", row.scopes);
  write_access_paths(w, row.by);
  w.end_object();
}

void write_scope(base::JsonWriter& w, const api::EffectiveScope& row) {
  w.begin_object().member("scope", row.scope).member("risk", name_of(row.risk));
  write_access_paths(w, row.by);
  w.end_object();
}

template <typename Row, typename Write>
Answer answer(const Call& call, const api::Outcome<api::Effective<Row>>& effective, std::size_t limit,
              const Write& write) {
  if (!effective.ok()) return effective.error();
  return ok(list_body(call.route.id, effective->page, limit, write, [&](base::JsonWriter& w) {
    w.member("active", effective->active).member("hidden", effective->hidden);
  }));
}

Answer get_effective(const Call& call, const api::Read& read, const domain::Principal& who) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  const std::string by = query.text("by").value_or("role");
  if (by != "role" && by != "scope") query.wrong("by", "must be role or scope");
  if (const auto bad = query.error()) return *bad;
  if (by == "scope")
    return answer(call, api::list_effective_scopes(read, call.tenant(), who, page), page.limit, write_scope);
  return answer(call, api::list_effective_roles(read, call.tenant(), who, page), page.limit, write_role);
}

Answer get_effective_of_user(const Call& call, const api::Read& read) {
  return get_effective(call, read, call.path_id<domain::UserId>("id"));
}
Answer get_effective_of_service_user(const Call& call, const api::Read& read) {
  return get_effective(call, read, call.path_id<domain::ServiceUserId>("id"));
}
Answer get_effective_of_group(const Call& call, const api::Read& read) {
  return get_effective(call, read, call.path_id<domain::GroupId>("id"));
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/users/{id}/effective",
     .id = "get_effective_of_user",
     .operation = op::get_effective,
     .parameters = {"limit", "cursor", "by"},
     .place = Place::kPool,
     .handle = get_effective_of_user},
    {.method = kGet,
     .path = "/v1/service-users/{id}/effective",
     .id = "get_effective_of_service_user",
     .operation = op::get_effective,
     .parameters = {"limit", "cursor", "by"},
     .place = Place::kPool,
     .handle = get_effective_of_service_user},
    {.method = kGet,
     .path = "/v1/groups/{id}/effective",
     .id = "get_effective_of_group",
     .operation = op::get_effective,
     .parameters = {"limit", "cursor", "by"},
     .place = Place::kPool,
     .handle = get_effective_of_group},
};

}  // namespace

std::span<const Route> access_calls() {
  return kCalls;
}

}  // namespace dialects::v1
