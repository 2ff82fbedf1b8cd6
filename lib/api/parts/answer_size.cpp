#include "api/parts/answer_size.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace api {
namespace {

constexpr std::size_t kRow = 512;    // names of members, ids, times
constexpr std::size_t kEntry = 800;  // of an audit entry, which has two hashes too
constexpr std::size_t kId = 60;      // of an object inside a row: an id and its member's name

// A text in quotation marks, with a comma.
std::size_t size_of(std::string_view text) {
  std::size_t size = 3;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f)
      size += 6;
    else
      size += byte == '"' || byte == '\\' ? 2U : 1U;
  }
  return size;
}

std::size_t size_if(const std::optional<std::string>& text) {
  return text ? size_of(*text) : 0;
}

std::size_t size_of_all(const std::vector<std::string>& texts) {
  std::size_t size = 0;
  for (const std::string& text : texts) size += size_of(text);
  return size;
}

std::size_t size_of(const AccessPaths& by) {
  constexpr std::size_t kPath = 400;
  std::size_t size = 0;
  for (const AccessPath& path : by.paths) {
    size += kPath + size_of(path.role) + size_if(path.reason);
    if (path.resource) size += size_of(path.resource->type) + size_of(path.resource->id);
    for (const GroupName& group : path.through) size += kId + size_of(group.name);
  }
  return size;
}

}  // namespace

std::size_t answer_size(const RoleView& view) {
  const domain::Role& role = view.role;
  return kRow + size_of(role.slug) + size_of(role.name) + size_if(role.description) +
         size_of_all(role.scopes) + role.metadata.size() + size_of(view.blast_radius.summary) +
         size_of_all(view.blast_radius.warnings);
}

std::size_t answer_size(const GroupView& view) {
  return answer_size(view.group) + size_of_all(view.role_mappings);
}

std::size_t answer_size(const UserView& view) {
  std::size_t size = kRow + size_of(view.user.email) + size_of(view.user.name) + size_of_all(view.roles);
  for (const GroupName& group : view.groups) size += kId + size_of(group.name);
  return size;
}

std::size_t answer_size(const MemberView& view) {
  return kRow + size_of(view.email) + size_of(view.name);
}

std::size_t answer_size(const domain::User& user) {
  return kRow + size_of(user.email) + 2 * size_of(user.name);
}

std::size_t answer_size(const RoleMappingView& view) {
  return kRow + size_of(view.role) + size_of(view.mapping.resource) + size_if(view.mapping.reason);
}

std::size_t answer_size(const MappingView& view) {
  return kRow + size_of(view.role) + size_of(view.name) + size_of(view.email) +
         size_of(view.mapping.resource) + size_if(view.mapping.reason);
}

std::size_t answer_size(const GrantView& view) {
  std::size_t size = kRow + size_if(view.reason);
  for (const auto& name : {view.principal, view.resource})
    if (name) size += size_of(name->type) + size_of(name->id);
  return size;
}

std::size_t answer_size(const ApiKeyView& view) {
  return kRow + size_of(view.credential.name) + size_of_all(view.credential.scopes);
}

std::size_t answer_size(const SecretView& view) {
  return kRow + size_of(view.credential.name);
}

std::size_t answer_size(const SessionView& view) {
  return kRow + size_of(view.session.ip) + size_of(view.session.user_agent);
}

std::size_t answer_size(const domain::Mapping& mapping) {
  return kRow + size_of(mapping.resource) + size_of(mapping.title) + mapping.metadata.size();
}

std::size_t answer_size(const domain::Project& project) {
  return kRow + size_of(project.slug) + size_of(project.name) + project.metadata.size();
}

std::size_t answer_size(const ProjectHolder& holder) {
  std::size_t size = kRow;
  if (const auto* user = std::get_if<domain::User>(&holder.who))
    size += 2 * size_of(user->name) + size_of(user->email);
  else if (const auto* service_user = std::get_if<domain::ServiceUser>(&holder.who))
    size += answer_size(*service_user);
  else if (const auto* group = std::get_if<domain::Group>(&holder.who))
    size += answer_size(*group);
  for (const domain::Role& role : holder.roles)
    size += kRow + size_of(role.slug) + size_of(role.name) + size_if(role.description) +
            size_of_all(role.scopes) + role.metadata.size();
  return size;
}

std::size_t answer_size(const domain::Group& group) {
  return kRow + size_of(group.name) + size_of(group.title) + size_if(group.description) +
         group.metadata.size();
}

std::size_t answer_size(const PolicyView& view) {
  std::size_t size = kRow + size_of(view.policy.name) + size_if(view.policy.description);
  for (const RuleView& rule : view.rules) size += answer_size(rule);
  return size;
}

// Of a rule the text, and about as much again for the parts that are made of it.
std::size_t answer_size(const RuleView& view) {
  return kRow + 2 * size_of(view.rule.text);
}

std::size_t answer_size(const domain::ServiceUser& user) {
  return kRow + size_of(user.title) + user.metadata.size();
}

std::size_t answer_size(const ServiceUserView& view) {
  std::size_t size = answer_size(view.user);
  if (view.credentials)
    for (const domain::Credential& credential : *view.credentials)
      size += kRow + size_of(credential.name) + size_of_all(credential.scopes);
  return size;
}

std::size_t answer_size(const domain::Tenant& tenant) {
  return kRow + size_of(tenant.slug) + size_of(tenant.name) + tenant.metadata.size();
}

std::size_t answer_size(const domain::Permission* permission) {
  return kRow + 4 * size_of(permission->scope) + size_of(permission->title) +
         size_if(permission->description) + size_of_all(permission->implies);
}

std::size_t answer_size(const domain::AuditEntry& entry) {
  return kEntry + size_of(entry.actor_name) + size_of(entry.action) + size_of(entry.resource_type) +
         size_of(entry.resource_id) + size_of_all(entry.policies) + entry.before.size() + entry.after.size() +
         size_of(entry.request_id) + size_of(entry.ip) +
         (entry.repeats ? size_of_all(entry.repeats->resource_ids) : 0);
}

std::size_t answer_size(const domain::StoredEntity& entity) {
  std::size_t size = kRow + size_of(entity.name.type) + size_of(entity.name.id);
  size += entity.attrs.size() + entity.tags.size();
  for (const domain::EntityName& parent : entity.parents)
    size += kId + size_of(parent.type) + size_of(parent.id);
  return size;
}

std::size_t answer_size(const domain::PolicyTest& test) {
  return kRow + size_of(test.name) + test.request.size() + size_of_all(test.policies);
}

std::size_t answer_size(const EffectiveRole& role) {
  std::size_t size =
      kRow + size_of(role.role) + size_of(role.name) + size_of_all(role.scopes) + size_of(role.by);
  if (role.resource) size += size_of(role.resource->type) + size_of(role.resource->id);
  return size;
}

std::size_t answer_size(const EffectiveScope& scope) {
  return kRow + size_of(scope.scope) + size_of(scope.by);
}

std::size_t answer_size(const HolderView& holder) {
  return kRow + size_of(holder.name) + size_of(holder.email) + size_of_all(holder.scopes) +
         size_of(holder.by);
}

std::size_t answer_size(const MapRow& row) {
  return kRow + size_of(row.name) + size_of(row.email) + size_of_all(row.direct) +
         size_of_all(row.through_groups) + size_of_all(row.on_things) + size_of_all(row.timed);
}

}  // namespace api
