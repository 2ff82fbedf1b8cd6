#include "api/access_map.h"

#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_row(base::JsonWriter& w, const api::MapRow& row) {
  const bool is_user = row.who.kind == domain::PrincipalKind::kUser;
  w.begin_object().member("type", is_user ? "user" : "group");
  w.member("id", row.who.id).member("name", row.name);
  if (is_user) w.member("email", row.email);
  w.member("active", row.active);
  w.member("direct", row.direct).member("through_groups", row.through_groups);
  w.member("on_things", row.on_things).member("timed", row.timed).end_object();
}

Answer read_access_map(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  const std::string rows = query.text("rows").value_or("users");
  if (rows != "users" && rows != "groups") query.wrong("rows", "must be users or groups");
  const std::string columns = query.text("cols").value_or("roles");
  if (columns != "roles" && columns != "scopes") query.wrong("cols", "must be roles or scopes");
  if (const auto bad = query.error()) return *bad;
  const auto map = api::read_access_map(
      read, call.tenant(), rows == "users" ? api::MapRows::kUsers : api::MapRows::kGroups,
      columns == "roles" ? api::MapColumns::kRoles : api::MapColumns::kScopes, page);
  if (!map.ok()) return map.error();
  return ok(list_body(call.route.id, map->page, page.limit, write_row, [&](base::JsonWriter& w) {
    w.name("columns").begin_array();
    for (const api::MapColumn& column : map->columns) {
      w.begin_object().member("column", column.column).member("name", column.name);
      w.member("risk", name_of(column.risk)).end_object();
    }
    w.end_array().member("hidden", map->hidden).member("policies", map->policies);
  }));
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/access-map",
     .id = "read_access_map",
     .operation = op::read_access_map,
     .parameters = {"rows", "cols", "limit", "cursor"},
     .place = Place::kPool,
     .handle = read_access_map},
};

}  // namespace

std::span<const Route> access_map_calls() {
  return kCalls;
}

}  // namespace dialects::v1
