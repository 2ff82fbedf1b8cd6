#include "api/permissions.h"

#include "http/v1beta1/form.h"
#include "http/v1beta1/handlers.h"
#include "http/v1beta1/json.h"

namespace http::v1beta1 {
namespace {

void write_permission(Out& out, const domain::Permission& permission) {
  const std::string space = permission.service + "/" + permission.resource;
  const std::string key = permission.service + "." + permission.resource + "." + permission.verb;
  out.begin().id("id", permission.id).text("name", permission.verb).text("title", permission.title);
  out.text("namespace", space)
      .text("key", key)
      .text("slug", permission.slug)
      .metadata("{}", permission.description);
  out.time("created_at", permission.created_at).time("updated_at", permission.updated_at).end();
}

}  // namespace

Answer list_permissions(const Call& call, const api::Read& read) {
  const auto permissions = api::list_permissions(read);
  if (!permissions.ok()) return permissions.error();
  Out out(call.names);
  out.begin().begin_array("permissions");
  for (const domain::Permission* permission : permissions.value()) write_permission(out, *permission);
  return ok(out.end_array().end().take());
}

Answer get_permission(const Call& call, const api::Read& read) {
  const auto permission = api::get_permission(read, call.path("id"));
  if (!permission.ok()) return permission.error();
  Out out(call.names);
  out.begin();
  out.writer().name("permission");
  write_permission(out, *permission.value());
  return ok(out.end().take());
}

api::Outcome<Work> create_permissions(const Call& call) {
  FieldErrors errors;
  Fields fields(call.body, Dialect::kV1beta1, errors);
  std::vector<api::NewPermission> made;
  std::size_t index = 0;
  for (const Json* body : fields.objects("bodies")) {
    Fields inner(*body, Dialect::kV1beta1, errors, "/bodies/" + std::to_string(index++));
    api::NewPermission permission;
    permission.key = inner.text("key");
    permission.title = inner.optional_text("title");
    Metadata metadata = read_metadata(inner, errors);
    permission.description = std::move(metadata.description);
    permission.metadata = std::move(metadata.rest);
    made.push_back(std::move(permission));
  }
  if (const auto bad = fields.finish()) return *bad;
  return Work([made = std::move(made), names = call.names](api::Change& change) -> Answer {
    const auto permissions = api::create_permissions(change, made);
    if (!permissions.ok()) return permissions.error();
    Out out(names);
    out.begin().begin_array("permissions");
    for (const domain::Permission& permission : permissions.value()) write_permission(out, permission);
    return ok(out.end_array().end().take());
  });
}

}  // namespace http::v1beta1
