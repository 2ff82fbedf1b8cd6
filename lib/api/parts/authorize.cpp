#include "api/parts/authorize.h"

#include <optional>
#include <utility>

#include "api/audit.h"
#include "api/limits.h"
#include "authz/entities.h"
#include "authz/guard.h"
#include "base/utf8.h"
#include "domain/tenant.h"

namespace api {
namespace {

// What a caller named may be of any length until something looks at it.
std::string bounded(const std::string& text) {
  if (text.size() <= kMaxAuditText) return text;
  return base::utf8::shortened(text, kMaxAuditText) + " (cut; it has " + std::to_string(text.size()) +
         " bytes)";
}

domain::AuditEntry entry_of(Change& change, const AccessRequest& request) {
  const Operation& operation = request.operation;
  domain::AuditEntry entry(request.tenant);
  entry.id = domain::AuditEntryId(change.make_id());
  if (!change.caller.credential.is_nil()) entry.actor = change.caller.principal;
  entry.actor_name = change.caller.name;
  entry.action = operation.action;
  entry.resource_type = operation.resource;
  entry.resource_id = bounded(request.resource_id);
  entry.request_id = change.origin.request_id;
  entry.ip = change.origin.ip;
  entry.created_at = change.now;
  return entry;
}

Error refusal(const authz::Answer& answer, const Operation& operation) {
  const bool system_role = answer.code == "system_role";
  Error refused = error(system_role ? Code::kSystemRole : Code::kForbidden,
                        std::string(operation.action) + ": " +
                            (system_role ? "a system role can't be changed" : "not allowed"));
  refused.notices = answer.notices;
  refused.policies = answer.policies;
  return refused;
}

// Whoever asks about another time has the rights of now.
Outcome<Authorization> decide(const Read& asked, const AccessRequest& request) {
  const Read& read = asked.today ? *asked.today : asked;
  const Operation& operation = request.operation;
  const bool own =
      read.caller.platform() || request.tenant.is_platform() || read.caller.tenant == request.tenant;
  if (!own)
    return error(Code::kTenantMismatch, "tenant " + to_string(request.tenant) + ": not the credential's");

  const authz::Question question{read.caller,
                                 request.tenant,
                                 operation.action,
                                 operation.kind == OperationKind::kWrite,
                                 operation.scope,
                                 request.resource,
                                 request.on,
                                 request.proposed,
                                 read.now,
                                 read.origin.ip,
                                 read.origin.request_id};
  authz::Answer answer = read.guard->ask(question, read.txn, *read.catalogue);
  if (!answer.allowed) return refusal(answer, operation);
  return Authorization{std::move(answer.policies)};
}

// Which policies refused is for whoever may read the audit log, where their ids stand too.
Outcome<Authorization> as_told(const Read& read, const domain::Owner& tenant,
                               Outcome<Authorization> authorized) {
  if (authorized.ok() || authorized.error().policies.empty()) return authorized;
  if (decide(read, on_tenant(op::list_audit, tenant)).ok()) return authorized;
  Error error = authorized.error();
  error.policies.clear();
  return error;
}

}  // namespace

Outcome<Authorization> authorize(const Read& read, const AccessRequest& request) {
  return as_told(read, request.tenant, decide(read, request));
}

Outcome<Authorization> authorize_change(Change& change, const AccessRequest& request, CallerSince since) {
  // Where an operation comes after another of the same change, the caller is looked at anew: what was cached
  // knows nothing of what the change has written.
  std::optional<Caller> anew;
  if (change.begun && since == CallerSince::kOther) (anew = change.caller)->cached.reset();
  const Caller& caller = anew ? *anew : change.caller;
  const Read read{change.txn, change.now, change.catalogue, change.guard, caller, change.origin};
  auto authorized = decide(read, request);
  if (!authorized.ok()) {
    const bool refused =
        authorized.error().code == Code::kForbidden || authorized.error().code == Code::kSystemRole;
    if (!refused) return authorized;
    domain::AuditEntry entry = entry_of(change, request);
    entry.allowed = false;
    entry.policies = authorized.error().policies;
    change.refused = std::move(entry);
    return as_told(read, request.tenant, std::move(authorized));
  }
  const domain::TenantId* const id = request.tenant.tenant();
  if (!id) return authorized;
  const auto tenant = stored(domain::get_tenant(change.txn, *id));
  if (!tenant.ok()) return tenant.error();
  if (!tenant.value()) return not_found("tenant", *id);
  return authorized;
}

Outcome<void> append_audit(Change& change, const AccessRequest& request, const Authorization& authorized,
                           std::string before, std::string after) {
  domain::AuditEntry entry = entry_of(change, request);
  entry.policies = authorized.policies;
  entry.before = std::move(before);
  entry.after = std::move(after);
  change.noted = true;
  return stored(domain::append_audit(change.write, entry));
}

AccessRequest on_tenant(const Operation& operation, const domain::Owner& tenant) {
  return {operation, tenant, authz::tenant_uid(tenant), to_string(tenant)};
}

AccessRequest on_group(const Operation& operation, const domain::TenantId& tenant,
                       const domain::GroupId& group) {
  return {operation, tenant, authz::group_uid(group), group.to_string(), domain::group_resource(group)};
}

AccessRequest on_project(const Operation& operation, const domain::TenantId& tenant,
                         const domain::ProjectId& project) {
  return {operation, tenant, authz::project_uid(project), project.to_string(),
          domain::project_resource(project)};
}

AccessRequest on_user(const Operation& operation, const domain::TenantId& tenant,
                      const domain::UserId& user) {
  return {operation, tenant, authz::user_uid(user), user.to_string()};
}

AccessRequest on_service_user(const Operation& operation, const domain::Owner& tenant,
                              const domain::ServiceUserId& service_user) {
  return {operation, tenant, authz::service_user_uid(service_user), service_user.to_string()};
}

Error not_found(std::string_view noun, std::string_view id) {
  return error(Code::kNotFound, std::string(noun) + " " + std::string(id) + ": not found");
}

Error not_found(std::string_view noun, const base::Uuid& id) {
  return not_found(noun, id.to_string());
}

Outcome<void> check_match(const IfMatch& match, std::uint64_t revision) {
  if (match.accepts(revision)) return {};
  return error(Code::kPreconditionFailed,
               "If-Match: the object has changed since; its revision is " + std::to_string(revision));
}

}  // namespace api
