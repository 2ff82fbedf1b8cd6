#include <utility>

#include "api/effective.h"
#include "api/holders.h"
#include "dialects/moment.h"
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
Answer answer(const Call& call, const api::Read& read, api::Outcome<api::Effective<Row>> effective,
              std::size_t limit, const Write& write) {
  if (!effective.ok()) return effective.error();
  mark_place(call, read, effective->page.next);
  return ok(list_body(list_name(call), effective->page, limit, write, [&](base::JsonWriter& w) {
    w.member("active", effective->active).member("hidden", effective->hidden);
  }));
}

Answer get_effective(const Call& call, const api::Read& read, const domain::Principal& who) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  const std::string by = query.text("by").value_or("role");
  if (by != "role" && by != "scope") query.wrong("by", "must be role or scope");
  if (const auto bad = query.error()) return *bad;
  return answer_at(call, read, call.tenant(), [&](const api::Read& then) {
    if (by == "scope")
      return answer(call, then, api::list_effective_scopes(then, call.tenant(), who, page), page.limit,
                    write_scope);
    return answer(call, then, api::list_effective_roles(then, call.tenant(), who, page), page.limit,
                  write_role);
  });
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

// `list(read, page)` answers the page.
template <typename List>
Answer answer_holders(const Call& call, const api::Read& read, const List& list) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  if (const auto bad = query.error()) return *bad;
  return answer_at(call, read, call.tenant(), [&](const api::Read& then) -> Answer {
    api::Outcome<api::Holders> holders = list(then, page);
    if (!holders.ok()) return holders.error();
    mark_place(call, then, holders->page.next);
    return ok(list_body(list_name(call), holders->page, page.limit, write_holder,
                        [&](base::JsonWriter& w) { w.member("hidden", holders->hidden); }));
  });
}

Answer list_role_holders(const Call& call, const api::Read& read) {
  return answer_holders(call, read, [&](const api::Read& then, const api::PageRequest& page) {
    return api::list_role_holders(then, call.tenant(), call.path("slug"), page);
  });
}
Answer list_permission_holders(const Call& call, const api::Read& read) {
  return answer_holders(call, read, [&](const api::Read& then, const api::PageRequest& page) {
    return api::list_permission_holders(then, call.tenant(), call.path("scope"), page);
  });
}
Answer list_entity_access(const Call& call, const api::Read& read) {
  return answer_holders(call, read, [&](const api::Read& then, const api::PageRequest& page) {
    return api::list_entity_access(then, call.tenant(), {call.path("type"), call.path("id")}, page);
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/users/{id}/effective",
     .id = "get_effective_of_user",
     .operation = op::get_effective,
     .parameters = {"limit", "cursor", "by"},
     .takes_at = TakesAt::kInQuery,
     .place = Place::kPool,
     .handle = get_effective_of_user},
    {.method = kGet,
     .path = "/v1/service-users/{id}/effective",
     .id = "get_effective_of_service_user",
     .operation = op::get_effective,
     .parameters = {"limit", "cursor", "by"},
     .takes_at = TakesAt::kInQuery,
     .place = Place::kPool,
     .handle = get_effective_of_service_user},
    {.method = kGet,
     .path = "/v1/groups/{id}/effective",
     .id = "get_effective_of_group",
     .operation = op::get_effective,
     .parameters = {"limit", "cursor", "by"},
     .takes_at = TakesAt::kInQuery,
     .place = Place::kPool,
     .handle = get_effective_of_group},
    {.method = kGet,
     .path = "/v1/roles/{slug}/holders",
     .id = "list_role_holders",
     .operation = op::list_role_holders,
     .parameters = {"limit", "cursor"},
     .takes_at = TakesAt::kInQuery,
     .place = Place::kPool,
     .handle = list_role_holders},
    {.method = kGet,
     .path = "/v1/permissions/{scope}/holders",
     .id = "list_permission_holders",
     .operation = op::list_permission_holders,
     .parameters = {"limit", "cursor"},
     .takes_at = TakesAt::kInQuery,
     .place = Place::kPool,
     .handle = list_permission_holders},
    {.method = kGet,
     .path = "/v1/entities/{type}/{id}/access",
     .id = "list_entity_access",
     .operation = op::list_entity_access,
     .parameters = {"limit", "cursor"},
     .takes_at = TakesAt::kInQuery,
     .place = Place::kPool,
     .handle = list_entity_access},
};

}  // namespace

std::span<const Route> access_calls() {
  return kCalls;
}

}  // namespace dialects::v1
