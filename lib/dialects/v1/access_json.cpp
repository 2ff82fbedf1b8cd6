#include "dialects/v1/access_json.h"

#include "dialects/v1/entity_json.h"
#include "dialects/v1/json.h"

namespace dialects::v1 {
namespace {

void write_path(base::JsonWriter& w, const api::AccessPath& path) {
  w.begin_object().name("through").begin_array();
  for (const api::GroupName& group : path.through)
    w.begin_object().member("id", group.id).member("name", group.name).end_object();
  w.end_array();
  if (path.credential) {
    w.member("credential_id", *path.credential);
  } else {
    w.member("role", path.role).name("resource");
    if (path.resource)
      write_resource(w, *path.resource);
    else
      w.string("");
    w.member("mapping_id", path.mapping);
  }
  w.member("valid_from", path.valid_from).member("expires_at", path.expires_at);
  w.member("ends_soon", path.ends_soon).member("reason", path.reason);
  w.member("created_by", id_of(path.created_by)).end_object();
}

}  // namespace

void write_access_paths(base::JsonWriter& w, const api::AccessPaths& by) {
  w.name("paths").begin_array();
  for (const api::AccessPath& path : by.paths) write_path(w, path);
  w.end_array().member("more_paths", !by.are_all);
  w.member("held_twice", by.held_twice).member("ends_soon", by.ends_soon);
}

void write_holder(base::JsonWriter& w, const api::HolderView& row) {
  const bool is_user = row.who.kind == domain::PrincipalKind::kUser;
  w.begin_object().member("type", is_user ? "user" : "service_user");
  w.member("id", row.who.id).member("name", row.name);
  if (is_user) w.member("email", row.email);
  w.member("scopes", row.scopes);
  write_access_paths(w, row.by);
  w.end_object();
}

}  // namespace dialects::v1
