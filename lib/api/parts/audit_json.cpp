#include "api/parts/audit_json.h"

#include "base/encoding.h"
#include "base/json.h"
#include "crypto/hash.h"
#include "domain/membership.h"
#include "domain/service_user.h"

namespace api {
namespace {

constexpr std::size_t kMostKept = 4 * 1024;  // bytes of a text; of a longer one its hash

void write_hash(base::JsonWriter& json, const std::string& text) {
  json.begin_object().member("bytes", text.size());
  json.member("sha256", base::to_hex(crypto::raw(crypto::sha256(text)))).end_object();
}

}  // namespace

std::string to_audit(const domain::Tenant& tenant) {
  base::JsonWriter json;
  json.begin_object();
  json.member("slug", tenant.slug);
  json.member("name", tenant.name);
  json.name("metadata").raw(tenant.metadata);
  json.member("state", domain::name_of(tenant.state));
  if (tenant.limits != domain::OwnLimits()) {
    json.name("limits").begin_object();
    for (const domain::Quota quota : domain::kAllQuotas)
      if (const auto limit = tenant.limits[quota]) json.member(name_of(quota), *limit);
    json.end_object();
  }
  return json.end_object().take();
}

std::string to_audit(const domain::Permission& permission) {
  base::JsonWriter json;
  json.begin_object();
  json.member("scope", permission.scope);
  json.member("title", permission.title);
  json.member("description", permission.description);
  return json.end_object().take();
}

std::string to_audit(const domain::Role& role) {
  base::JsonWriter json;
  json.begin_object();
  json.member("slug", role.slug);
  json.member("name", role.name);
  json.member("description", role.description);
  json.member("scopes", role.scopes);
  json.name("metadata").raw(role.metadata);
  json.member("state", domain::name_of(role.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Group& group) {
  base::JsonWriter json;
  json.begin_object();
  json.member("name", group.name);
  json.member("description", group.description);
  json.member("source", domain::name_of(group.source));
  if (!group.title.empty()) json.member("title", group.title);
  if (group.metadata != "{}") json.name("metadata").raw(group.metadata);
  json.member("state", domain::name_of(group.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Project& project) {
  base::JsonWriter json;
  json.begin_object();
  json.member("slug", project.slug);
  json.member("name", project.name);
  json.name("metadata").raw(project.metadata);
  json.member("state", domain::name_of(project.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Membership& membership) {
  base::JsonWriter json;
  json.begin_object();
  json.member("group", membership.group);
  json.member("user", membership.user);
  return json.end_object().take();
}

std::string to_audit(const domain::Subgroup& subgroup) {
  base::JsonWriter json;
  json.begin_object();
  json.member("group", subgroup.group);
  json.member("member_group", subgroup.member);
  return json.end_object().take();
}

std::string to_audit(const domain::Mapping& mapping, const std::string& role_slug) {
  base::JsonWriter json;
  json.begin_object();
  json.member("principal_type", domain::name_of(mapping.principal.kind));
  json.member("principal_id", mapping.principal.id);
  json.member("role", role_slug);
  json.member("resource", mapping.resource);
  json.member("valid_from", mapping.valid_from);
  json.member("expires_at", mapping.expires_at);
  json.member("reason", mapping.reason);
  return json.end_object().take();
}

std::string to_audit(const domain::Grant& grant) {
  base::JsonWriter json;
  json.begin_object();
  json.member("policy", grant.policy);
  json.member("template", grant.rule);
  json.member("principal", grant.principal);
  json.member("resource", grant.resource);
  json.member("valid_from", grant.valid_from);
  json.member("expires_at", grant.expires_at);
  json.member("reason", grant.reason);
  return json.end_object().take();
}

std::string to_audit(const domain::User& user, const std::vector<std::string>& role_slugs) {
  base::JsonWriter json;
  json.begin_object();
  json.member("email", user.email);
  json.member("name", user.name);
  json.member("roles", role_slugs);
  json.member("active", user.active);
  return json.end_object().take();
}

std::string to_audit(const domain::ServiceUser& user) {
  base::JsonWriter json;
  json.begin_object();
  json.member("title", user.title);
  json.name("metadata").raw(user.metadata);
  json.member("state", domain::name_of(user.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Credential& credential) {
  base::JsonWriter json;
  json.begin_object();
  json.member("kind", domain::name_of(credential.kind));
  json.member("owner_type", domain::name_of(credential.owner.kind));
  json.member("owner_id", credential.owner.id);
  json.member("name", credential.name);
  json.member("scopes", credential.scopes);
  json.member("expires_at", credential.expires_at);
  json.member("revoked_at", credential.revoked_at);
  return json.end_object().take();
}

std::string to_audit_rotated(const domain::Credential& key, const std::optional<domain::Credential>& old) {
  base::JsonWriter json;
  json.begin_object().member("name", key.name).member("expires_at", key.expires_at);
  json.member("old_secret", old ? std::optional(old->id) : std::nullopt);
  json.member("old_expires_at", old ? old->expires_at : std::nullopt);
  return json.end_object().take();
}

std::string to_audit(const domain::Session& session) {
  base::JsonWriter json;
  json.begin_object().member("credential_id", session.credential);
  json.member("ip", session.ip).member("user_agent", session.user_agent);
  return json.member("expires_at", session.expires_at).end_object().take();
}

std::string to_audit(const domain::StoredEntity& entity) {
  base::JsonWriter json;
  json.begin_object().member("type", entity.name.type).member("id", entity.name.id);
  json.name("parents").begin_array();
  for (const domain::EntityName& parent : entity.parents) json.string(to_string(parent));
  json.end_array();
  const auto object = [&](const char* name, const std::string& text) {
    json.name(name);
    if (text.size() <= kMostKept)
      json.raw(text);
    else
      write_hash(json, text);
  };
  object("attrs", entity.attrs);
  object("tags", entity.tags);
  return json.end_object().take();
}

std::string to_audit(const domain::DecisionSettings& settings) {
  base::JsonWriter json;
  json.begin_object();
  json.member("on_error", domain::name_of(settings.on_error));
  json.member("reasons", domain::name_of(settings.reasons));
  json.name("type_names").begin_object();
  for (const auto& [type, name] : settings.type_names) json.member(type, name);
  json.end_object();
  json.member("log", domain::to_string(settings.log));
  json.name("log_keep").begin_object().member("entries", settings.log.keep_entries);
  json.member("days", settings.log.keep_days).end_object();
  json.member("log_mask", settings.log.mask).member("log_strict", settings.log.strict);
  json.member("secret", settings.secret);
  return json.end_object().take();
}

std::string to_audit(const domain::Rule& rule) {
  base::JsonWriter json;
  json.begin_object();
  json.member("policy", rule.policy);
  json.member("ordinal", rule.ordinal);
  json.member("policy_text", rule.text);
  return json.end_object().take();
}

std::string to_audit(const domain::PolicyTest& test) {
  base::JsonWriter json;
  json.begin_object().member("name", test.name);
  json.name("request");
  if (test.request.size() <= kMostKept)
    json.raw(test.request);
  else
    write_hash(json, test.request);
  json.member("decision", test.decision).member("matching_policy_ids", test.policies);
  return json.end_object().take();
}

std::string to_audit(const domain::TenantSchema& schema) {
  base::JsonWriter json;
  json.begin_object().name("schema");
  if (schema.text.size() <= kMostKept)
    json.string(schema.text);
  else
    write_hash(json, schema.text);
  return json.end_object().take();
}

std::string to_audit(const domain::TenantPolicy& policy, const std::vector<domain::Rule>& rules) {
  base::JsonWriter json;
  json.begin_object();
  json.member("name", policy.name);
  json.member("description", policy.description);
  json.member("enabled", policy.enabled);
  json.member("priority", policy.priority);
  if (!rules.empty()) {
    json.name("rules").begin_array();
    for (const domain::Rule& rule : rules)
      json.begin_object().member("id", rule.id).member("policy_text", rule.text).end_object();
    json.end_array();
  }
  return json.end_object().take();
}

std::string order_to_audit(const std::vector<domain::Rule>& rules) {
  base::JsonWriter json;
  json.begin_object().name("rules").begin_array();
  for (const domain::Rule& rule : rules) json.value(rule.id);
  return json.end_array().end_object().take();
}

std::string order_to_audit(const std::vector<domain::TenantPolicy>& policies) {
  base::JsonWriter json;
  json.begin_object().name("policies").begin_array();
  for (const domain::TenantPolicy& policy : policies)
    json.begin_object().member("id", policy.id).member("priority", policy.priority).end_object();
  return json.end_array().end_object().take();
}

}  // namespace api
