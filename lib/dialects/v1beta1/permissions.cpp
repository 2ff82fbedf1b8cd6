#include "api/permissions.h"

#include "api/limits.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

constexpr Rename kRenames[] = {{"description", "metadata/description"}};

void write_permission(Out& out, const domain::Permission& permission) {
  const std::string space = permission.service + "/" + permission.resource;
  const std::string key = permission.service + "." + permission.resource + "." + permission.verb;
  out.begin().member("id", permission.id).member("name", permission.verb).member("title", permission.title);
  out.member("namespace", space)
      .member("key", key)
      .member("slug", permission.slug)
      .metadata(permission.metadata, permission.description);
  out.member("created_at", permission.created_at).member("updated_at", permission.updated_at).end();
}

// A permission that is given as its verb, `name`, and `namespace`, "service/resource": its scope.
std::string read_name(Fields& fields, FieldErrors& errors) {
  const std::string verb = fields.text("name"), space = fields.text("namespace");
  const std::size_t slash = space.find('/');
  const bool two = slash != std::string::npos && names::is_permission_part(space.substr(0, slash)) &&
                   names::is_permission_part(space.substr(slash + 1));
  if (!verb.empty() && !names::is_permission_verb(verb))
    errors.add(fields.pointer("name"), "must be a letter and up to 63 letters and digits");
  if (!space.empty() && !two)
    errors.add(fields.pointer("namespace"),
               "must be service/resource, each in lower-case letters and digits");
  return space + ":" + verb;
}

// Where the key comes with a name and a namespace, they say the same.
void check_same(Fields& fields, const std::string& key, FieldErrors& errors) {
  const auto name = names::parse_permission_name(key);
  if (!name.ok()) return;
  const auto verb = fields.optional_text("name"), space = fields.optional_text("namespace");
  if (verb && *verb != name->verb) errors.add(fields.pointer("name"), "differs from the verb in `key`");
  if (space && *space != name->service + "/" + name->resource)
    errors.add(fields.pointer("namespace"), "differs from service and resource in `key`");
}

// An error of lib/api in this dialect's words: a description is part of the metadata, and what is wrong with
// a key that wasn't given is so `at` another place in its body.
api::Error as_given(const api::Error& error, const std::vector<bool>& by_namespace, std::string_view at) {
  api::Error mine = error;
  for (api::FieldError& field : mine.fields)
    for (std::size_t i = 0; i < by_namespace.size(); ++i) {
      const std::string body = "/bodies/" + std::to_string(i);
      if (field.pointer == body + "/description") field.pointer = body + "/metadata/description";
      if (by_namespace[i] && field.pointer == body + "/key") field.pointer = std::string(body).append(at);
    }
  if (!mine.fields.empty()) mine.message = api::message_of(mine.fields);
  return mine;
}

Answer list_permissions(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  const auto permissions = api::list_permissions(read, page);
  if (!permissions.ok()) return permissions.error();
  return ok(list_body(call.names, call.route.id, "permissions", permissions.value(), page.limit,
                      [](Out& out, const domain::Permission* each) { write_permission(out, *each); }));
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
  Fields fields(call.body, kDialect, errors);
  std::vector<api::NewPermission> made;
  std::vector<bool> by_namespace;
  for (const base::Json* body : fields.objects("bodies", api::kMaxNewPermissions, "permissions")) {
    Fields inner(*body, kDialect, errors, "/bodies/" + std::to_string(made.size()));
    by_namespace.push_back(!inner.has("key") && (inner.has("name") || inner.has("namespace")));
    api::NewPermission permission;
    permission.key = by_namespace.back() ? read_name(inner, errors) : inner.text("key");
    if (!by_namespace.back()) check_same(inner, permission.key, errors);
    permission.title = inner.optional_text("title");
    Metadata metadata = read_metadata(inner, errors);
    permission.description = std::move(metadata.description);
    permission.metadata = std::move(metadata.rest);
    made.push_back(std::move(permission));
  }
  const auto values = [&]() -> std::optional<api::Error> {
    const auto bad = api::check(made);
    // Of a name and a namespace read_name() has said what is wrong; as an error of the whole body it is not
    // said again.
    return bad ? std::optional(as_given(*bad, by_namespace, "")) : std::nullopt;
  };
  if (const auto bad = fields.finish(values)) return *bad;
  return Work([made = std::move(made), by_namespace = std::move(by_namespace),
               names = call.names](api::Change& change) -> Answer {
    const auto permissions = api::create_permissions(change, made);
    if (!permissions.ok()) return as_given(permissions.error(), by_namespace, "/namespace");
    Out out(names);
    out.begin().begin_array("permissions");
    for (const domain::Permission& permission : permissions.value()) write_permission(out, permission);
    return ok(out.end_array().end().take());
  });
}

// Of the body, title and metadata alone; the name of a permission is what it is.
api::Outcome<Work> update_permission(const Call& call) {
  const Form form = form_of(call);
  FieldErrors errors;
  Fields fields(form.object, kDialect, errors, form.pointer);
  api::PermissionPatch patch;
  patch.title = fields.optional_text("title");
  if (fields.has("metadata")) {
    Metadata metadata = read_metadata(fields, errors);
    patch.description = std::move(metadata.description);
    patch.metadata = std::move(metadata.rest);
  }
  if (const auto bad = fields.finish([&] { return renamed(api::check(patch), kRenames, form.pointer); }))
    return *bad;
  return Work([named = call.path("id"), pointer = form.pointer, patch = std::move(patch),
               names = call.names](api::Change& change) -> Answer {
    const auto permission = api::update_permission(change, named, patch);
    if (!permission.ok()) return renamed(permission.error(), kRenames, pointer);
    Out out(names);
    out.begin();
    out.writer().name("permission");
    write_permission(out, permission.value());
    return ok(out.end().take());
  });
}

api::Outcome<Work> delete_permission(const Call& call) {
  return Work([named = call.path("id")](api::Change& change) -> Answer {
    const auto done = api::delete_permission(change, named);
    if (!done.ok()) return done.error();
    return ok("{}");
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/permissions",
     .id = "list_catalogue",
     .operation = op::list_permissions,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_permissions},
    {.method = kPost,
     .path = "/v1beta1/permissions",
     .id = "create_permissions",
     .operation = op::create_permission,
     .body = "NewPermissions",
     .handle = create_permissions},
    {.method = kGet,
     .path = "/v1beta1/permissions/{id}",
     .id = "get_permission",
     .operation = op::get_permission,
     .handle = get_permission},
    {.method = kPut,
     .path = "/v1beta1/permissions/{id}",
     .id = "update_permission",
     .operation = op::update_permission,
     .body = "PermissionPatch",
     .handle = update_permission},
    {.method = kDelete,
     .path = "/v1beta1/permissions/{id}",
     .id = "delete_permission",
     .operation = op::delete_permission,
     .handle = delete_permission},
};

}  // namespace

std::span<const Route> permission_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
