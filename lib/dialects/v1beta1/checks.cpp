#include <string>
#include <utility>
#include <vector>

#include "api/permission_checks.h"
#include "dialects/v1beta1/calls.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/form.h"
#include "dialects/v1beta1/json.h"
#include "dialects/v1beta1/reference.h"

namespace dialects::v1beta1 {
namespace {

using enum http::Method;

// One check, and its resource as it was written.
struct Asked {
  api::PermissionCheck check;
  std::string resource;
};

// Older callers write the resource in two fields.
Asked read_check(Fields& fields, FieldErrors& errors) {
  Asked asked;
  asked.check.permission = fields.text("permission");
  const auto id = fields.optional_text("object_id"), space = fields.optional_text("object_namespace");
  const bool older = id && space && !fields.has("resource");
  asked.resource = older ? *space + ":" + *id : fields.text("resource");
  if (auto name = parse_reference(asked.resource))
    asked.check.resource = *std::move(name);
  else if (!asked.resource.empty())
    errors.add(fields.pointer("resource"), "must be namespace:id, such as app/organization:<uuid>");
  return asked;
}

Reply status_of_one(FieldNames names, bool allowed) {
  return ok(Out(names).begin().member("status", allowed).end().take());
}

// A check takes microseconds, but where policies have to be compiled first.
api::Decisions::Haste haste_of(const Call& call) {
  return call.until ? api::Decisions::Haste::kNoCompiling : api::Decisions::Haste::kNone;
}

Answer check_permission(const Call& call, const api::Read& read) {
  FieldErrors errors;
  check_organization(call, errors);
  Fields fields(call.body, kDialect, errors);
  const Asked asked = read_check(fields, errors);
  if (const auto bad = fields.finish()) return *bad;
  const auto tenant = find_organization_for(read, organization_of(call), asked.check.resource);
  if (!tenant.ok()) return tenant.error();
  const auto answers = api::check_own(read, tenant.value(), {asked.check}, haste_of(call));
  if (!answers.ok()) return answers.error();
  if (answers->empty()) return continued_in_pool();
  return status_of_one(call.names, answers->front());
}

Answer check_permissions(const Call& call, const api::Read& read) {
  FieldErrors errors;
  check_organization(call, errors);
  Fields fields(call.body, kDialect, errors);
  std::vector<Asked> all;
  std::vector<api::PermissionCheck> checks;
  const auto bodies = fields.objects("bodies", api::kMaxPermissionChecks, "checks");
  for (const base::Json* body : bodies) {
    Fields inner(*body, kDialect, errors, "/bodies/" + std::to_string(all.size()));
    all.push_back(read_check(inner, errors));
    checks.push_back(all.back().check);
  }
  if (bodies.empty() && errors.empty()) errors.add("/bodies", "must have a check");
  if (const auto bad = fields.finish()) return *bad;
  const auto tenant = find_organization_for(read, organization_of(call), checks.front().resource);
  if (!tenant.ok()) return tenant.error();
  const auto answers = api::check_own(read, tenant.value(), checks);
  if (!answers.ok()) return answers.error();
  Out out(call.names);
  out.begin().begin_array("pairs");
  for (std::size_t i = 0; i < all.size(); ++i) {
    out.begin()
        .begin("body")
        .member("permission", all[i].check.permission)
        .member("resource", all[i].resource);
    out.end().member("status", static_cast<bool>(answers.value()[i])).end();
  }
  return ok(out.end_array().end().take());
}

Answer check_subject(const Call& call, const api::Read& read) {
  FieldErrors errors;
  check_organization(call, errors);
  Fields fields(call.body, kDialect, errors);
  const Asked asked = read_check(fields, errors);
  const std::string subject = fields.text("subject");
  const auto who = parse_principal(subject);
  if (!who && !subject.empty())
    errors.add(fields.pointer("subject"), "must be namespace:uuid, such as app/user:<uuid>");
  if (const auto bad = fields.finish()) return *bad;
  const auto tenant = find_organization_for(read, organization_of(call), asked.check.resource);
  if (!tenant.ok()) return tenant.error();
  const auto answers = api::check_others(read, tenant.value(), *who, {asked.check}, haste_of(call));
  if (!answers.ok()) return answers.error();
  if (answers->empty()) return continued_in_pool();
  return status_of_one(call.names, answers->front());
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/v1beta1/check",
     .id = "check_permission",
     .operation = op::check_own,
     .body = "PermissionCheck",
     .place = Place::kReactorThenPool,
     .handle = check_permission},
    {.method = kPost,
     .path = "/v1beta1/batchcheck",
     .id = "check_permissions",
     .operation = op::check_own,
     .body = "PermissionChecks",
     .place = Place::kPool,
     .handle = check_permissions},
    {.method = kPost,
     .path = "/v1beta1/admin/check",
     .id = "check_subject",
     .operation = op::check_others,
     .body = "SubjectCheck",
     .place = Place::kReactorThenPool,
     .handle = check_subject},
};

}  // namespace

std::span<const Route> check_calls() {
  return kCalls;
}

}  // namespace dialects::v1beta1
