// What callers of the documented system do differently from each other: fields in the body or below its
// member `body`, an organization named in the path, the body, the query or not at all, a description inside
// `metadata`. The operations know none of it, so the forms are brought to one here, and the errors that come
// back are put into the words and places of the form that was sent: lib/api's "/scopes/1" is
// "/body/permissions/1" to whom it was sent there.
#include "dialects/v1beta1/form.h"

#include <algorithm>

#include "api/service_users.h"
#include "dialects/query.h"
#include "dialects/route.h"
#include "dialects/v1beta1/dialect.h"

namespace dialects::v1beta1 {

Form form_of(const Call& call) {
  const base::Json* inner = call.body.find("body");
  const bool given = inner && !inner->is_null() && !(inner->string() && inner->string()->empty());
  return given ? Form{*inner, "/body"} : Form{call.body, ""};
}

Metadata read_metadata(Fields& fields, FieldErrors& errors) {
  Metadata metadata;
  const auto given = fields.optional_object("metadata");
  if (!given) return metadata;
  for (const auto& [name, value] : *given->object()) {
    if (name != "description") {
      metadata.rest.object()->emplace_back(name, value);
    } else if (const std::string* text = value.string()) {
      if (!text->empty()) metadata.description = *text;
    } else if (!value.is_null()) {
      errors.add(fields.pointer("metadata") + "/description", "must be a string");
    }
  }
  return metadata;
}

api::Error renamed(const api::Error& error, std::span<const Rename> renames, std::string_view pointer) {
  api::Error mine = error;
  for (api::FieldError& field : mine.fields) {
    if (field.pointer.substr(0, 1) != "/") continue;
    const std::size_t end = std::min(field.pointer.find('/', 1), field.pointer.size());
    const std::string first = field.pointer.substr(1, end - 1);
    for (const auto& [theirs, ours] : renames)
      if (first == theirs) {
        field.pointer.replace(1, first.size(), ours);
        break;
      }
    field.pointer.insert(0, pointer);
  }
  // Where the message only repeats the fields, it says the new names too.
  if (!error.fields.empty() && error.message == api::message_of(error.fields))
    mine.message = api::message_of(mine.fields);
  return mine;
}

std::optional<api::Error> renamed(const std::optional<api::Error>& error, std::span<const Rename> renames,
                                  std::string_view pointer) {
  return error ? std::optional(renamed(*error, renames, pointer)) : std::nullopt;
}

std::string organization_of(const Call& call) {
  if (call.route.path.find("{org_id}") != std::string_view::npos) return call.path("org_id");
  for (const base::Json* object : {&call.body, call.body.find("body")})
    for (const std::string_view name : {"org_id", "orgId"})
      if (const std::string* text = object ? object->find_string(name) : nullptr; text && !text->empty())
        return *text;
  return Query(call).text("org_id").value_or("");
}

std::optional<std::string> named_organization(const Call& call) {
  const auto& parameters = call.route.parameters;
  const bool takes_one = call.route.path.find("{org_id}") != std::string_view::npos ||
                         std::find(parameters.begin(), parameters.end(), "org_id") != parameters.end();
  return takes_one ? std::optional(organization_of(call)) : std::nullopt;
}

void check_organization(const Call& call, FieldErrors& errors) {
  if (call.route.path.find("{org_id}") == std::string_view::npos)
    Fields(call.body, kDialect, errors).optional_text("org_id");
}

api::Outcome<domain::Tenant> find_organization(const api::Read& read, const std::string& named) {
  if (named.empty() && read.caller.platform())
    return api::invalid("/orgId", "is required: a credential of the platform has no organization of its own");
  auto tenant = api::find_tenant(read, named.empty() ? to_string(read.caller.tenant) : named);
  if (tenant.ok() || tenant.error().code != api::Code::kNotFound) return tenant;
  // What /v1 calls a tenant has another name here.
  api::Error error = tenant.error();
  constexpr std::string_view kTheirs = "tenant ";
  if (error.message.starts_with(kTheirs)) error.message.replace(0, kTheirs.size(), "organization ");
  return error;
}

api::Outcome<domain::Owner> find_organization_of(const api::Read& read, const std::string& named,
                                                 const domain::ServiceUserId& service_user) {
  if (named.empty()) return api::tenant_of_service_user(read, service_user);
  const auto tenant = find_organization(read, named);
  if (!tenant.ok()) return tenant.error();
  return domain::Owner(tenant->id);
}

}  // namespace dialects::v1beta1
