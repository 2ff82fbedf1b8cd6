#include "app/definitions.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <utility>

#include "authz/guard.h"
#include "base/embedded.h"
#include "base/encoding.h"
#include "base/file.h"
#include "config/permissions.h"
#include "config/roles.h"
#include "crypto/hash.h"

namespace app {
namespace {

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

domain::Permission permission_of(const config::PermissionSpec& spec) {
  domain::Permission p;
  p.scope = spec.name.to_scope();
  p.slug = spec.name.to_slug();
  p.service = spec.name.service;
  p.resource = spec.name.resource;
  p.verb = spec.name.verb;
  p.title = spec.title;
  p.description = given(spec.description);
  p.risk = spec.risk;
  for (const names::PermissionName& implied : spec.implies) p.implies.push_back(implied.to_scope());
  p.implied_patterns = spec.patterns;
  return p;
}

domain::Role role_of(const config::RoleSpec& spec) {
  domain::Role r(domain::Platform{});
  r.slug = spec.slug;
  r.name = spec.name;
  r.description = given(spec.description);
  r.is_system = true;
  for (const names::PermissionName& scope : spec.scopes) r.scopes.push_back(scope.to_scope());
  return r;
}

domain::QuotaLimits quotas_of(const config::TenantLimits& given) {
  using domain::Quota;
  domain::QuotaLimits limits;
  limits[Quota::kRoles] = given.roles;
  limits[Quota::kGroups] = given.groups;
  limits[Quota::kUsers] = given.users;
  limits[Quota::kServiceUsers] = given.service_users;
  limits[Quota::kMappings] = given.mappings;
  limits[Quota::kMemberships] = given.memberships;
  limits[Quota::kCredentials] = given.credentials;
  limits[Quota::kAuditBytes] = given.audit_bytes;
  limits[Quota::kPolicies] = given.policies;
  limits[Quota::kRules] = given.rules;
  limits[Quota::kEntities] = given.entities;
  limits[Quota::kProjects] = given.projects;
  limits[Quota::kGrants] = given.grants;
  limits[Quota::kPolicyTests] = given.policy_tests;
  return limits;
}

authz::OnError on_error_of(config::OnError given) {
  switch (given) {
    case config::OnError::kDeny:
      return authz::OnError::kDeny;
    case config::OnError::kCedar:
      return authz::OnError::kCedar;
  }
  return authz::OnError::kDeny;
}

std::string digest_of(std::string_view text) {
  return base::to_hex(crypto::raw(crypto::sha256(text)));
}

// Of what the files hold by which calls are answered.
std::map<std::string, std::string> configured(const config::Config& c, std::string_view policies,
                                              std::string_view permissions, std::string_view roles) {
  return {{"policies", digest_of(policies)},
          {"permissions", digest_of(permissions)},
          {"roles", digest_of(roles)},
          {"guard.on_error", c.guard.on_error == config::OnError::kDeny ? "deny" : "cedar"},
          {"decisions.user_id", c.decisions.user_id == config::UserIdForm::kUuid ? "uuid" : "email"}};
}

// "" where it can't be read: whoever loads it says so.
std::string text_of(const std::string& path) {
  auto text = base::read_file(path, config::kMaxConfigFile);
  return text.ok() ? std::move(text).value() : std::string();
}

std::string policies_in(const std::string& folder) {
  std::vector<std::string> paths;
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failed))
    if (entry.path().extension() == ".cedar") paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::string all;
  for (const std::string& path : paths) all += text_of(path);
  return all;
}

// Puts them together, with the mistakes of all.
class Gathering {
 public:
  explicit Gathering(const config::Config& c) { out_.quotas = quotas_of(c.server.limits.tenant); }

  using Permissions = base::Result<std::vector<config::PermissionSpec>>;

  void take(const Permissions& permissions, const base::Result<std::vector<config::RoleSpec>>& roles) {
    if (!permissions.ok()) return add(permissions.error());
    for (const auto& spec : permissions.value()) out_.permissions.push_back(permission_of(spec));
    if (!roles.ok()) return add(roles.error());
    for (const auto& spec : roles.value()) out_.roles.push_back(role_of(spec));
  }
  void take(base::Result<std::shared_ptr<const authz::Guard>> guard) {
    if (!guard.ok()) return add(guard.error());
    out_.guard = std::move(guard).value();
  }
  void take(std::map<std::string, std::string> configured) { out_.configured = std::move(configured); }
  base::Result<api::Definitions> result() && {
    if (!mistakes_.empty()) return base::Error{base::ErrorCode::kInvalid, std::move(mistakes_)};
    return std::move(out_);
  }

 private:
  void add(const base::Error& error) {
    if (!mistakes_.empty()) mistakes_.append("\n\n");
    mistakes_.append(error.message);
  }

  api::Definitions out_;
  std::string mistakes_;
};

std::string policies_built_in() {
  std::string all;
  for (const base::EmbeddedFile& file : base::embedded_files())
    if (file.path.starts_with("config/policies/")) all += file.text;
  return all;
}

}  // namespace

base::Result<api::Definitions> load_definitions(const config::Config& c) {
  Gathering all(c);
  const auto permissions = config::load_permissions(c.permissions);
  all.take(permissions,
           permissions.ok() ? config::load_roles(c.roles, permissions.value()) : permissions.error());
  auto schema = authz::load_schema(c.schema);
  all.take(schema.ok()
               ? authz::Guard::load(c.policies, std::move(schema).value(), on_error_of(c.guard.on_error))
               : schema.error());
  all.take(configured(c, policies_in(c.policies), text_of(c.permissions), text_of(c.roles)));
  return std::move(all).result();
}

base::Result<api::Definitions> load_definitions(const Settings& settings) {
  if (!settings.source.is_built_in()) return load_definitions(settings.config);
  Gathering all(settings.config);
  const auto permissions = config::parse_permissions("permissions.yaml", built_in("config/permissions.yaml"));
  all.take(permissions, permissions.ok()
                            ? config::parse_roles("roles.yaml", built_in("config/roles.yaml"), *permissions)
                            : permissions.error());
  auto schema = authz::parse_schema(built_in("config/reeve.cedarschema"), "reeve.cedarschema");
  all.take(schema.ok()
               ? authz::Guard::from_text(policies_built_in(), "guard.cedar", std::move(schema).value(),
                                         on_error_of(settings.config.guard.on_error))
               : schema.error());
  all.take(configured(settings.config, policies_built_in(), built_in("config/permissions.yaml"),
                      built_in("config/roles.yaml")));
  return std::move(all).result();
}

}  // namespace app
