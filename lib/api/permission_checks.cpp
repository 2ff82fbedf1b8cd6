// No policy of a tenant gives a right in Reeve itself, so about what is Reeve's own roles alone decide. What
// they give for the whole tenant is looked up once for all checks of a call; what they give on one resource,
// where the subject has any such role, once for each:
//
//   get on app/group:0197…       `group:get` in the scopes of the tenant, or in those on that group
//   get on app/project:web       `project:get` likewise, unless the project is disabled
//   get on compute/instance:7    may it do `compute/instance:get` to that? As any evaluation: by the tenant's
//                                policies, then by roles, also on what the instance is in
//
// The platform's own credential may everything, whatever policies say.
#include "api/permission_checks.h"

#include <algorithm>
#include <cassert>
#include <optional>
#include <string_view>
#include <utility>

#include "api/decision_recorder.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/principal_names.h"
#include "authz/authority.h"
#include "authz/decision.h"
#include "authz/tenant_policies.h"
#include "domain/directory.h"
#include "names/permission_name.h"

namespace api {
namespace {

bool has(const std::vector<std::string>& scopes, const std::string& scope) {
  return std::binary_search(scopes.begin(), scopes.end(), scope);
}

const domain::Permission* find_permission(const domain::Catalogue& catalogue, const PermissionCheck& check) {
  if (check.permission.size() > names::kMaxPermissionName) return nullptr;
  if (const domain::Permission* known = catalogue.find(check.permission)) return known;
  if (!names::is_permission_verb(check.permission)) return nullptr;
  return catalogue.find(check.resource.space + ":" + check.permission);
}

class HeldByRoles {
 public:
  static Outcome<HeldByRoles> of(const Read& read, const authz::Subject& subject,
                                 const domain::TenantId& tenant) {
    auto held = stored(authz::authority_of(read.txn, *read.catalogue, subject, tenant, read.now));
    if (!held.ok()) return held.error();
    return HeldByRoles(read, subject, tenant, std::move(held).value());
  }

  Outcome<bool> on(const domain::ResourceText& resource, const domain::Permission& permission) const {
    if (has(held_.scopes, permission.scope)) return true;
    if (resource.empty() || !held_.has_roles_on_things) return false;
    const auto here = stored(authz::permissions_on(read_.txn, *read_.catalogue, tenant_, subject_.principal,
                                                   held_.groups, {resource}, read_.now));
    if (!here.ok()) return here.error();
    const auto place = read_.catalogue->place_of(permission.scope);
    return place && here->has(*place);
  }

 private:
  HeldByRoles(const Read& read, const authz::Subject& subject, const domain::TenantId& tenant,
              authz::Authority held)
      : read_(read), subject_(subject), tenant_(tenant), held_(std::move(held)) {}

  const Read& read_;
  const authz::Subject& subject_;
  const domain::TenantId tenant_;
  const authz::Authority held_;
};

bool is_of_application(const domain::ResourceText& resource) {
  return !resource.empty() && !resource.starts_with(kOwnSpaces);
}

// What is asked about things of applications, by policies that are looked up once there is such a question.
class AskedOfPolicies {
 public:
  AskedOfPolicies(const Read& read, const domain::TenantId& tenant,
                  std::shared_ptr<const authz::TenantPolicies> policies, Decisions::Haste haste)
      : read_(read), tenant_(tenant), policies_(std::move(policies)), haste_(haste) {}

  // Nothing where there is no time for it.
  Outcome<std::optional<authz::Decided>> on(const DecisionQuestion& question) {
    if (!decider_) {
      decider_.emplace(read_.txn, *read_.catalogue, policies_, tenant_, UserIds::kUuid, read_.now);
      if (haste_ == Decisions::Haste::kNoCompiling) decider_->hurry();
    }
    auto decided = stored(decider_->decide(question));
    if (decider_->is_heavy()) return std::optional<authz::Decided>();
    if (!decided.ok()) return decided.error();
    return std::optional(std::move(decided).value());
  }

 private:
  const Read& read_;
  const domain::TenantId tenant_;
  const std::shared_ptr<const authz::TenantPolicies> policies_;
  const Decisions::Haste haste_;
  std::optional<authz::Decider> decider_;
};

Outcome<std::vector<bool>> answer(const Read& read, const domain::Tenant& tenant,
                                  const authz::Subject& subject, const std::vector<PermissionCheck>& checks,
                                  Decisions::Haste haste) {
  assert(!checks.empty() && checks.size() <= kMaxPermissionChecks);
  std::vector<const domain::Permission*> permissions;
  for (const PermissionCheck& check : checks) {
    const domain::Permission* const known = find_permission(*read.catalogue, check);
    if (!known) return not_found("permission", in_backticks(check.permission));
    permissions.push_back(known);
  }
  const auto held = HeldByRoles::of(read, subject, tenant.id);
  if (!held.ok()) return held.error();
  auto compiled = stored(haste == Decisions::Haste::kNoCompiling ? read.policies->find(read.txn, tenant.id)
                                                                 : read.policies->get(read.txn, tenant.id));
  if (!compiled.ok()) return compiled.error();
  if (!*compiled) return std::vector<bool>();
  AskedOfPolicies policies(read, tenant.id, *compiled, haste);
  // What the platform may is no decision of the tenant's.
  DecisionRecorder recorder(read, tenant.id, subject.platform() ? nullptr : *compiled, "check");
  if (recorder.is_strict() && haste == Decisions::Haste::kNoCompiling) return std::vector<bool>();
  std::vector<bool> answers;
  for (std::size_t i = 0; i < checks.size(); ++i) {
    const auto begun = read.ticks.now();
    const auto resource = resource_text(read, tenant, checks[i].resource);
    if (!resource.ok()) return resource.error();
    const DecisionQuestion question{entity_of(subject.principal),
                                    {checks[i].resource.space, checks[i].resource.id},
                                    permissions[i]->scope};
    authz::Decided decided;
    if (is_of_application(resource.value()) && !subject.platform()) {
      auto said = policies.on(question);
      if (!said.ok()) return said.error();
      if (!*said) return std::vector<bool>();
      decided = **std::move(said);
    } else {
      const auto open = is_open(read, tenant.id, resource.value());
      if (!open.ok()) return open.error();
      const auto allowed = open.value() ? held->on(resource.value(), *permissions[i]) : Outcome<bool>(false);
      if (!allowed.ok()) return allowed.error();
      decided.allowed = decided.by_roles = allowed.value();
      if (decided.by_roles) decided.permission = read.catalogue->place_of(permissions[i]->scope);
    }
    answers.push_back(decided.allowed);
    if (recorder.is_on()) recorder.note(question, decided, read.ticks.now() - begun, subject.principal);
  }
  if (const auto kept = recorder.finish(); !kept.ok()) return kept.error();
  return answers;
}

}  // namespace

Outcome<std::vector<bool>> check_own(const Read& read, const domain::Tenant& tenant,
                                     const std::vector<PermissionCheck>& checks, Decisions::Haste haste) {
  const auto authorized = authorize(read, on_tenant(op::check_own, tenant.id));
  if (!authorized.ok()) return authorized.error();
  return answer(read, tenant, read.caller, checks, haste);
}

Outcome<std::vector<bool>> check_others(const Read& read, const domain::Tenant& tenant,
                                        const domain::Principal& subject,
                                        const std::vector<PermissionCheck>& checks, Decisions::Haste haste) {
  const auto authorized = authorize(read, on_tenant(op::check_others, tenant.id));
  if (!authorized.ok()) return authorized.error();
  return answer(read, tenant, {subject, tenant.id, {}, {}}, checks, haste);
}

}  // namespace api
