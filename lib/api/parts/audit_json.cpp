#include "api/parts/audit_json.h"

#include <optional>

#include "base/json.h"
#include "base/time.h"

namespace api {
namespace {

void put(base::JsonWriter& json, const char* name, const std::string& text) {
  json.name(name).string(text);
}

void put(base::JsonWriter& json, const char* name, const std::optional<std::string>& text) {
  text ? json.name(name).string(*text) : json.name(name).null();
}

void put(base::JsonWriter& json, const char* name, const std::optional<base::Timestamp>& at) {
  at ? json.name(name).string(to_string(*at)) : json.name(name).null();
}

void put(base::JsonWriter& json, const char* name, const std::vector<std::string>& texts) {
  json.name(name).begin_array();
  for (const auto& text : texts) json.string(text);
  json.end_array();
}

}  // namespace

std::string to_audit(const domain::Tenant& tenant) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "slug", tenant.slug);
  put(json, "name", tenant.name);
  json.name("metadata").raw(tenant.metadata);
  json.name("state").string(domain::name_of(tenant.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Permission& permission) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "scope", permission.scope);
  put(json, "title", permission.title);
  put(json, "description", permission.description);
  return json.end_object().take();
}

std::string to_audit(const domain::Role& role) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "slug", role.slug);
  put(json, "name", role.name);
  put(json, "description", role.description);
  put(json, "scopes", role.scopes);
  json.name("metadata").raw(role.metadata);
  json.name("state").string(domain::name_of(role.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Group& group) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "name", group.name);
  put(json, "description", group.description);
  json.name("source").string(domain::name_of(group.source));
  return json.end_object().take();
}

std::string to_audit(const domain::Membership& membership) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "group", membership.group.to_string());
  put(json, "user", membership.user.to_string());
  return json.end_object().take();
}

std::string to_audit(const domain::Mapping& mapping, const std::string& role_slug) {
  base::JsonWriter json;
  json.begin_object();
  json.name("principal_type").string(domain::name_of(mapping.principal.kind));
  put(json, "principal_id", mapping.principal.id.to_string());
  put(json, "role", role_slug);
  put(json, "resource", mapping.resource);
  put(json, "valid_from", mapping.valid_from);
  put(json, "expires_at", mapping.expires_at);
  put(json, "reason", mapping.reason);
  return json.end_object().take();
}

std::string to_audit(const domain::User& user, const std::vector<std::string>& role_slugs) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "email", user.email);
  put(json, "name", user.name);
  put(json, "roles", role_slugs);
  json.name("active").boolean(user.active);
  return json.end_object().take();
}

std::string to_audit(const domain::ServiceUser& user) {
  base::JsonWriter json;
  json.begin_object();
  put(json, "title", user.title);
  json.name("metadata").raw(user.metadata);
  json.name("state").string(domain::name_of(user.state));
  return json.end_object().take();
}

std::string to_audit(const domain::Credential& credential) {
  base::JsonWriter json;
  json.begin_object();
  json.name("kind").string(domain::name_of(credential.kind));
  json.name("owner_type").string(domain::name_of(credential.owner.kind));
  put(json, "owner_id", credential.owner.id.to_string());
  put(json, "name", credential.name);
  put(json, "scopes", credential.scopes);
  put(json, "expires_at", credential.expires_at);
  put(json, "revoked_at", credential.revoked_at);
  return json.end_object().take();
}

}  // namespace api
