#include "app/definitions.h"

#include <utility>

#include "authz/guard.h"
#include "config/permissions.h"
#include "config/roles.h"

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
  for (const PermissionName& implied : spec.implies) p.implies.push_back(implied.to_scope());
  return p;
}

domain::Role role_of(const config::RoleSpec& spec) {
  domain::Role r;
  r.slug = spec.slug;
  r.name = spec.name;
  r.description = given(spec.description);
  r.is_system = true;
  for (const PermissionName& scope : spec.scopes) r.scopes.push_back(scope.to_scope());
  return r;
}

void add(std::string& mistakes, const Error& error) {
  if (!mistakes.empty()) mistakes.append("\n\n");
  mistakes.append(error.message);
}

}  // namespace

Result<api::Definitions> load_definitions(const config::Config& c) {
  api::Definitions out;
  std::string mistakes;
  if (const auto permissions = config::load_permissions(c.permissions); permissions.ok()) {
    for (const auto& spec : permissions.value()) out.permissions.push_back(permission_of(spec));
    if (const auto roles = config::load_roles(c.roles, permissions.value()); roles.ok()) {
      for (const auto& spec : roles.value()) out.roles.push_back(role_of(spec));
    } else {
      add(mistakes, roles.error());
    }
  } else {
    add(mistakes, permissions.error());
  }
  if (auto schema = authz::load_schema(c.schema); !schema.ok()) {
    add(mistakes, schema.error());
  } else if (auto guard = authz::Guard::load(c.policies, std::move(schema).value()); guard.ok()) {
    out.guard = std::move(guard).value();
  } else {
    add(mistakes, guard.error());
  }
  if (!mistakes.empty()) return Error{ErrorCode::kInvalid, std::move(mistakes)};
  return out;
}

}  // namespace app
