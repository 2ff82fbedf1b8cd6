#include "dialects/v1/mapping_json.h"

#include "api/resources.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/json.h"
#include "dialects/v1/principal_json.h"

namespace dialects::v1 {

void write_mapping(base::JsonWriter& w, const api::MappingView& view) {
  const domain::Mapping& mapping = view.mapping;
  w.begin_object().member("id", mapping.id).name("principal").begin_object();
  write_principal_members(w, mapping.principal);
  w.member("name", view.name);
  if (mapping.principal.kind == domain::PrincipalKind::kUser) w.member("email", view.email);
  w.end_object().member("role", view.role).member("level", name_of(view.level)).name("resource");
  if (view.resource)
    write_resource(w, *view.resource);
  else
    w.string("");
  w.member("state", name_of(view.state));
  w.member("valid_from", mapping.valid_from).member("expires_at", mapping.expires_at);
  w.member("reason", mapping.reason);
  w.member("created_by", id_of(mapping.created_by)).name("created_by_type");
  if (mapping.created_by)
    w.string(api::type_of(mapping.created_by->kind));
  else
    w.null();
  w.member("created_at", mapping.created_at).end_object();
}

api::NewRoleMapping read_new_mapping(const domain::TenantId& tenant, Fields& fields, FieldErrors& errors) {
  api::NewRoleMapping given;
  if (const base::Json* const principal = fields.value("principal"))
    if (const auto who = read_principal(*principal, errors, fields.pointer("principal")))
      given.principal = *who;
  given.role = fields.text("role");
  if (fields.has("resource")) {
    const std::string pointer = fields.pointer("resource");
    const auto name = read_resource(*fields.value("resource"), errors, pointer);
    const auto resource = api::named_resource(tenant, name, pointer);
    if (resource.ok())
      given.resource = *resource;
    else
      errors.add_values(resource.error());
  }
  given.valid_from = fields.optional_time("valid_from");
  given.expires_at = fields.optional_time("expires_at");
  given.reason = fields.optional_text("reason");
  return given;
}

api::MappingPatch read_mapping_patch(Fields& fields) {
  api::MappingPatch patch;
  patch.valid_from = fields.nullable_time("valid_from");
  patch.expires_at = fields.nullable_time("expires_at");
  patch.reason = fields.nullable_text("reason");
  return patch;
}

}  // namespace dialects::v1
