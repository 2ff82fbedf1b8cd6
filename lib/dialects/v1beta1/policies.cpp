// A policy of this dialect is a mapping: of a role, to a principal, on a resource.
//
//   {"roleId": "approver", "resource": "organization:acme", "principal": "user:0197…"}
#include <string>
#include <utility>
#include <vector>

#include "api/group_roles.h"
#include "api/mappings.h"
#include "dialects/query.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/list.h"
#include "dialects/v1beta1/reference.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

constexpr std::string_view kMustBe = "must be namespace:id, such as ";

void write_policy(Out& out, const domain::Mapping& mapping) {
  out.begin()
      .member("id", mapping.id)
      .member("role_id", mapping.role)
      .member("resource", to_reference(mapping.tenant, mapping.resource))
      .member("principal", to_reference(mapping.principal))
      .member("title", mapping.title)
      .metadata(mapping.metadata);
  out.member("valid_from", mapping.valid_from)
      .member("expires_at", mapping.expires_at)
      .member("created_at", mapping.created_at)
      .member("updated_at", mapping.created_at)
      .end();
}

Reply reply_of(FieldNames names, const domain::Mapping& mapping) {
  Out out(names);
  out.begin();
  out.writer().name("policy");
  write_policy(out, mapping);
  return ok(out.end().take(), mapping.revision);
}

// What lib/api calls a mapping.
api::Error as_policy(api::Error error) {
  constexpr std::string_view kTheirs = "mapping ";
  if (error.message.starts_with(kTheirs)) error.message.replace(0, kTheirs.size(), "policy ");
  return error;
}

// A filter that is one uuid.
std::optional<base::Uuid> id_filter(Query& query, std::string_view name) {
  const auto text = query.text(name);
  return text && !text->empty() ? query.uuid(name) : std::nullopt;
}

Answer list_policies(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  api::MappingFilter filter;
  filter.principal = id_filter(query, "user_id");
  filter.role = query.text("role_id");
  if (filter.role && filter.role->empty()) filter.role.reset();
  const auto group = id_filter(query, "group_id"), project = id_filter(query, "project_id");
  if (group && project) query.wrong("project_id", "can't be given beside group_id: a policy is on one thing");
  if (const auto bad = query.error()) return *bad;
  const std::string organization = organization_of(call);
  const auto on =
      project ? std::optional(api::ResourceName{std::string(api::kProjectSpace), project->to_string()})
              : std::nullopt;
  const auto tenant = find_organization_for(read, organization, on);
  if (!tenant.ok()) return tenant.error();
  if (!organization.empty()) filter.resource = "";
  if (group) filter.resource = domain::group_resource(domain::GroupId(*group));
  if (project) filter.resource = domain::project_resource(domain::ProjectId(*project));
  if (group && project) return ok(R"({"policies":[]})");
  return answer_list(
      call, read, "policies", page,
      [id = tenant->id, filter](const api::Read& now, const api::PageRequest& part) {
        return api::list_mappings(now, id, filter, part);
      },
      write_policy);
}

// Of the organization that the call names, or the caller's own; for the platform, of whichever has it.
api::Outcome<domain::TenantId> tenant_of(const api::Read& read, const std::string& organization,
                                         const domain::MappingId& id) {
  if (organization.empty()) return api::tenant_of_mapping(read, id);
  const auto tenant = find_organization(read, organization);
  if (!tenant.ok()) return tenant.error();
  return tenant->id;
}

Answer get_policy(const Call& call, const api::Read& read) {
  const auto id = call.path_id<domain::MappingId>("id");
  const auto tenant = tenant_of(read, organization_of(call), id);
  if (!tenant.ok()) return as_policy(tenant.error());
  const auto mapping = api::get_mapping(read, tenant.value(), id);
  if (!mapping.ok()) return as_policy(mapping.error());
  return reply_of(call.names, mapping.value());
}

// A policy as it was sent, and how its fields were spelled.
struct Given {
  api::NewRoleMapping mapping;
  api::ResourceName resource;
  std::string role_field;

  api::Error as_sent(const api::Error& error, const std::string& pointer) const {
    const Rename renames[] = {{"role", role_field}};
    return as_policy(renamed(error, renames, pointer));
  }
};

api::Outcome<Given> read_policy(const Call& call, const Form& form) {
  FieldErrors errors;
  check_organization(call, errors);
  Fields fields(form.object, kDialect, errors, form.pointer);
  Given given;
  given.mapping.role = fields.text("role_id");
  given.role_field = fields.pointer("role_id").substr(form.pointer.size() + 1);
  const std::string resource = fields.text("resource"), principal = fields.text("principal");
  if (const auto name = parse_reference(resource))
    given.resource = *name;
  else if (!resource.empty())
    errors.add(fields.pointer("resource"), std::string(kMustBe) + "app/organization:<uuid>");
  if (const auto who = parse_principal(principal))
    given.mapping.principal = *who;
  else if (!principal.empty())
    errors.add(fields.pointer("principal"),
               std::string(kMustBe) + "app/user:<uuid>, of a user, service user or group");
  given.mapping.title = fields.optional_text("title");
  given.mapping.valid_from = fields.optional_time("valid_from");
  given.mapping.expires_at = fields.optional_time("expires_at");
  if (auto metadata = fields.optional_object("metadata")) given.mapping.metadata = *std::move(metadata);
  const auto values = [&]() -> std::optional<api::Error> {
    const auto bad = api::check(given.mapping, call.now);
    return bad ? std::optional(given.as_sent(*bad, form.pointer)) : std::nullopt;
  };
  if (const auto bad = fields.finish(values)) return *bad;
  return given;
}

api::Outcome<Work> create_policy(const Call& call) {
  const Form form = form_of(call);
  auto given = read_policy(call, form);
  if (!given.ok()) return given.error();
  return Work([organization = organization_of(call), given = std::move(given).value(), pointer = form.pointer,
               names = call.names](api::Change& change) -> Answer {
    const auto tenant = find_organization_for(change, organization, given.resource);
    if (!tenant.ok() && organization.empty() && tenant.error().code == api::Code::kNotFound)
      return api::invalid(pointer + "/resource", tenant.error().message);
    if (!tenant.ok()) return tenant.error();
    auto resource = api::resource_text(change, tenant.value(), given.resource);
    if (!resource.ok()) return resource.error();
    api::NewRoleMapping made = given.mapping;
    made.resource = std::move(resource).value();
    const auto mapping = api::create_mapping(change, tenant->id, made);
    if (!mapping.ok()) return given.as_sent(mapping.error(), pointer);
    return reply_of(names, mapping.value());
  });
}

api::Outcome<Work> delete_policy(const Call& call) {
  return Work([organization = organization_of(call), id = call.path_id<domain::MappingId>("id"),
               if_match = call.if_match](api::Change& change) -> Answer {
    const auto tenant = tenant_of(change, organization, id);
    if (!tenant.ok()) return as_policy(tenant.error());
    const auto done = api::delete_mapping(change, tenant.value(), id, if_match);
    if (!done.ok()) return as_policy(done.error());
    return ok("{}");
  });
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1beta1/policies",
     .id = "list_organization_policies",
     .operation = op::list_all_mappings,
     .parameters = {"org_id", "project_id", "user_id", "role_id", "group_id", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_policies},
    {.method = kPost,
     .path = "/v1beta1/policies",
     .id = "create_organization_policy",
     .operation = op::create_mapping,
     .parameters = {"org_id"},
     .body = "NewOrganizationPolicy",
     .handle = create_policy},
    {.method = kGet,
     .path = "/v1beta1/policies/{id}",
     .id = "get_organization_policy",
     .operation = op::get_mapping,
     .parameters = {"org_id"},
     .handle = get_policy},
    {.method = kDelete,
     .path = "/v1beta1/policies/{id}",
     .id = "delete_organization_policy",
     .operation = op::delete_mapping,
     .parameters = {"org_id"},
     .takes_if_match = true,
     .handle = delete_policy},
};

}  // namespace

std::span<const Route> policy_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
