// What policies see of the store, made while they look at it. A decision touches a handful of entities:
// mostly the principal, which was made before and is lent by the caller's cached principal, and the resource,
// read from its record when a policy asks for an attribute. For
//
//   forbid (principal, action == Action::"group:update", resource) when { resource.source == "scim" };
//
// one record is read, the group's. Who is in whom is never made into parents: `principal in Group::"…"` is a
// look at two keys, and only for a group that has groups in it at those somebody is in; `in Role::"…"` looks
// at the mappings in force. So nobody's hundred groups are loaded to be asked of one.
//
// Things of other tenants aren't there. A failure of the store makes an entity absent, and is kept for the
// guard, which then refuses whatever the policies said.
#include "authz/entities.h"

#include <algorithm>
#include <utility>

#include "authz/cached_principal.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/project.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/subgroup.h"
#include "domain/tenant.h"
#include "domain/user.h"

namespace authz {
namespace {

constexpr std::string_view kTenant = "Tenant";
constexpr std::string_view kRole = "Role";
constexpr std::string_view kGroup = "Group";
constexpr std::string_view kProject = "Project";
constexpr std::string_view kUser = "User";
constexpr std::string_view kServiceUser = "ServiceUser";
constexpr std::string_view kAction = "Action";

cedar::EntityUid make_uid(std::string_view type, std::string id) {
  return {cedar::Name::unchecked(std::string(type)), std::move(id)};
}

bool is(const cedar::EntityUid& uid, std::string_view type) {
  return uid.type().text() == type;
}

// The id as a uuid, if it is written as we write them: an entity has one spelling.
std::optional<base::Uuid> uuid_of(const cedar::EntityUid& uid) {
  auto id = base::Uuid::parse(uid.id());
  if (id && id->to_string() != uid.id()) id.reset();
  return id;
}

template <typename T>
cedar::Record::Field field(const char* name, T value) {
  return {name, cedar::Value(std::move(value))};
}

std::vector<std::string> without_end(const Authority& held) {
  std::vector<std::string> scopes;
  for (const std::string& scope : held.scopes)
    if (!end_of(held.ends, scope)) scopes.push_back(scope);
  return scopes;
}

// The principal that a uid of these types stands for in a tenant.
std::optional<domain::Principal> principal_of(const cedar::EntityUid& uid) {
  const auto id = uuid_of(uid);
  if (!id) return std::nullopt;
  if (is(uid, kUser)) return domain::Principal(domain::UserId(*id));
  if (is(uid, kServiceUser)) return domain::Principal(domain::ServiceUserId(*id));
  if (is(uid, kGroup)) return domain::Principal(domain::GroupId(*id));
  return std::nullopt;
}

// The subject as it was made before, if nothing can have changed.
const CachedPrincipal* current(const StoreEntities::Circumstances& of, const store::ReadTxn& txn,
                               const domain::Catalogue& catalogue) {
  const Subject& subject = of.subject;
  const CachedPrincipal* cached = subject.cached.get();
  if (!cached || cached->principal != subject.principal) return nullptr;
  if (!subject.platform() && subject.tenant != of.tenant) return nullptr;
  return cached->holds(txn, catalogue, of.now) ? cached : nullptr;
}

}  // namespace

cedar::EntityUid tenant_uid(const domain::Owner& owner) {
  return make_uid(kTenant, to_string(owner));
}
cedar::EntityUid role_uid(std::string_view slug) {
  return make_uid(kRole, std::string(slug));
}
cedar::EntityUid group_uid(const domain::GroupId& id) {
  return make_uid(kGroup, id.to_string());
}
cedar::EntityUid project_uid(const domain::ProjectId& id) {
  return make_uid(kProject, id.to_string());
}
cedar::EntityUid user_uid(const domain::UserId& id) {
  return make_uid(kUser, id.to_string());
}
cedar::EntityUid service_user_uid(const domain::ServiceUserId& id) {
  return make_uid(kServiceUser, id.to_string());
}
cedar::EntityUid action_uid(std::string_view action) {
  return make_uid(kAction, std::string(action));
}

cedar::EntityUid principal_uid(const domain::Principal& who) {
  switch (who.kind) {
    case domain::PrincipalKind::kUser:
      return user_uid(domain::UserId(who.id));
    case domain::PrincipalKind::kServiceUser:
    case domain::PrincipalKind::kPlatform:
      return service_user_uid(domain::ServiceUserId(who.id));
    case domain::PrincipalKind::kGroup:
      return group_uid(domain::GroupId(who.id));
  }
  return service_user_uid(domain::ServiceUserId(who.id));
}

cedar::Value string_set(const std::vector<std::string>& texts) {
  std::vector<cedar::Value> values;
  values.reserve(texts.size());
  for (const auto& text : texts) values.emplace_back(text);
  return cedar::Value(cedar::Set(std::move(values)));
}

StoreEntities::StoreEntities(const store::ReadTxn& txn, const domain::Catalogue& catalogue, Circumstances of)
    : txn_(txn),
      catalogue_(catalogue),
      of_(of),
      cached_(current(of, txn, catalogue)),
      principal_(cached_ ? cached_->entity.uid : principal_uid(of.subject.principal)),
      tenant_(cached_ && of.tenant == of.subject.tenant ? cached_->tenant.uid : tenant_uid(of.tenant)) {}

const cedar::Entity* StoreEntities::find(const cedar::EntityUid& uid) const {
  if (cached_ && uid == principal_) return find_cached();
  if (cached_ && uid == cached_->tenant.uid) return &cached_->tenant;
  for (const Known& known : known_)
    if (known.uid == uid) return known.entity;
  std::optional<cedar::Entity> made = make(uid);
  known_.push_back({uid, made ? &made_.emplace_back(*std::move(made)) : nullptr});
  return known_.back().entity;
}

const cedar::Entity* StoreEntities::find_cached() const {
  if (cached_->ends.empty() && !here_) return &cached_->entity;
  for (const Known& known : known_)
    if (known.uid == principal_) return known.entity;
  const cedar::Value* scopes = cached_->entity.attrs.find("scopes");
  const bool holds = scopes && scopes->set() && scopes->set()->contains(cedar::Value(of_.scope));
  const auto until = acts_until(cached_->ends, holds);
  if (until == of_.subject.expires_at) return &cached_->entity;
  const auto fields = cached_->entity.attrs.fields();
  Fields changed(fields.begin(), fields.end());
  changed.emplace_back("expires_at", cedar::Value(cedar::Datetime{until->ms}));
  cedar::Entity entity = cached_->entity;
  entity.attrs = cedar::Record(std::move(changed));
  known_.push_back({principal_, &made_.emplace_back(std::move(entity))});
  return known_.back().entity;
}

// Of all that gives the scope the last end counts, and the credential's.
std::optional<base::Timestamp> StoreEntities::acts_until(const std::vector<ScopeEnd>& ends,
                                                         bool holds_scope) const {
  const auto end = end_of(ends, of_.scope);
  std::optional<base::Timestamp> until = end;
  if (here_ && !holds_scope) until = *here_;
  if (here_ && end) until = *here_ ? std::max(*end, **here_) : *here_;
  const auto& credential = of_.subject.expires_at;
  return credential && until ? std::min(*credential, *until) : credential ? credential : until;
}

bool StoreEntities::has_ancestor(const cedar::EntityUid& descendant, const cedar::EntityUid& ancestor) const {
  if (is(descendant, kAction))
    return is(ancestor, kAction) && descendant.id() == of_.action &&
           ancestor.id() == (of_.changes ? "write" : "read");

  if (is(ancestor, kTenant)) {
    if (is(descendant, kTenant)) return false;
    const domain::Owner& home = home_of(descendant);
    if (ancestor != (home == of_.tenant ? tenant_ : tenant_uid(home))) return false;
    return find(descendant) != nullptr;
  }
  const auto who = principal_of(descendant);
  if (!who) return false;
  if (is(ancestor, kRole)) return holds_role(*who, ancestor.id());
  const auto group = uuid_of(ancestor);
  if (!is(ancestor, kGroup) || !group || who->kind == domain::PrincipalKind::kGroup) return false;
  const domain::TenantId* const home = of_.tenant.tenant();
  if (!home) return false;
  const auto member = domain::is_effective_member(txn_, *home, domain::GroupId(*group), *who);
  if (!member.ok()) failure_ = member.error();
  return member.ok() && *member;
}

// The value read; of a failure nothing, and the failure is kept.
template <typename T>
std::optional<T> StoreEntities::read(base::Result<std::optional<T>> result) const {
  if (result.ok()) return std::move(result).value();
  failure_ = result.error();
  return std::nullopt;
}

std::optional<cedar::Entity> StoreEntities::make(const cedar::EntityUid& uid) const {
  if (of_.subject.platform() && uid == principal_) return make_platform(uid);
  if (is(uid, kAction)) return make_action(uid);
  if (is(uid, kTenant)) return make_tenant(uid);
  if (is(uid, kRole)) return make_role(uid);
  if (is(uid, kGroup)) return make_group(uid);
  if (is(uid, kProject)) return make_project(uid);
  if (is(uid, kUser)) return make_user(uid);
  if (is(uid, kServiceUser)) return make_service_user(uid);
  return std::nullopt;
}

const domain::Owner& StoreEntities::home_of(const cedar::EntityUid& uid) const {
  return uid == principal_ ? of_.subject.tenant : of_.tenant;
}

std::optional<cedar::Entity> StoreEntities::make_action(const cedar::EntityUid& uid) const {
  if (uid.id() != of_.action) return std::nullopt;
  return cedar::Entity{uid, {}, {}, {}};
}

std::optional<cedar::Entity> StoreEntities::make_tenant(const cedar::EntityUid& uid) const {
  const auto id = uuid_of(uid);
  if (!id) return std::nullopt;
  const domain::Owner owner = domain::owner_of(*id);
  if (owner.is_platform())
    return cedar::Entity{
        uid, cedar::Record({field("slug", ""), field("name", "platform"), field("enabled", true)}), {}, {}};
  const auto tenant = read(domain::get_tenant(txn_, *owner.tenant()));
  if (!tenant) return std::nullopt;
  return cedar::Entity{uid,
                       cedar::Record({field("slug", tenant->slug), field("name", tenant->name),
                                      field("enabled", tenant->state == domain::State::kEnabled)}),
                       {},
                       {}};
}

std::optional<cedar::Entity> StoreEntities::make_role(const cedar::EntityUid& uid) const {
  const auto role = read(domain::find_role(txn_, of_.tenant, uid.id()));
  if (!role) return std::nullopt;
  return cedar::Entity{uid,
                       cedar::Record({field("slug", role->slug),
                                      field("name", role->name),
                                      field("description", role->description.value_or("")),
                                      {"scopes", string_set(role->scopes)},
                                      field("is_system", role->is_system),
                                      field("risk", name_of(catalogue_.risk(role->scopes))),
                                      field("enabled", role->state == domain::State::kEnabled)}),
                       {},
                       {}};
}

std::optional<cedar::Entity> StoreEntities::make_group(const cedar::EntityUid& uid) const {
  const auto id = uuid_of(uid);
  const domain::TenantId* const home = of_.tenant.tenant();
  const auto group = id && home ? read(domain::get_group(txn_, *home, domain::GroupId(*id))) : std::nullopt;
  if (!group) return std::nullopt;
  return cedar::Entity{
      uid,
      cedar::Record({field("name", group->name), field("source", domain::name_of(group->source)),
                     field("enabled", group->state == domain::State::kEnabled)}),
      {},
      {}};
}

std::optional<cedar::Entity> StoreEntities::make_project(const cedar::EntityUid& uid) const {
  const auto id = uuid_of(uid);
  const domain::TenantId* const home = of_.tenant.tenant();
  const auto project =
      id && home ? read(domain::get_project(txn_, *home, domain::ProjectId(*id))) : std::nullopt;
  if (!project) return std::nullopt;
  return cedar::Entity{uid,
                       cedar::Record({field("slug", project->slug), field("name", project->name),
                                      field("enabled", project->state == domain::State::kEnabled)}),
                       {},
                       {}};
}

std::optional<cedar::Entity> StoreEntities::make_user(const cedar::EntityUid& uid) const {
  const auto id = uuid_of(uid);
  const domain::TenantId* const home = home_of(uid).tenant();
  const auto user = id && home ? read(domain::get_user(txn_, *home, domain::UserId(*id))) : std::nullopt;
  if (!user) return std::nullopt;
  const auto held = authority(domain::UserId(*id));
  if (!held) return std::nullopt;
  return make_principal(
      uid, {field("email", user->email), field("name", user->name), field("active", user->active)}, *held);
}

std::optional<cedar::Entity> StoreEntities::make_service_user(const cedar::EntityUid& uid) const {
  const auto id = uuid_of(uid);
  const domain::TenantId* const home = home_of(uid).tenant();
  const auto user =
      id && home ? read(domain::get_service_user(txn_, *home, domain::ServiceUserId(*id))) : std::nullopt;
  if (!user) return std::nullopt;
  const auto held = authority(domain::ServiceUserId(*id));
  if (!held) return std::nullopt;
  return make_principal(uid,
                        {field("name", user->title), field("active", user->state == domain::State::kEnabled),
                         field("is_api_key", user->is_api_key)},
                        *held);
}

std::optional<cedar::Entity> StoreEntities::make_platform(const cedar::EntityUid& uid) const {
  const auto held = authority(of_.subject.principal);
  if (!held) return std::nullopt;
  return make_principal(uid, {field("name", "platform"), field("active", true), field("is_api_key", false)},
                        *held);
}

cedar::Entity StoreEntities::make_principal(const cedar::EntityUid& uid, Fields fields,
                                            const Authority& held) const {
  std::vector<std::string> groups;
  for (const domain::GroupId& id : held.groups)
    if (auto group = read(domain::get_group(txn_, *of_.tenant.tenant(), id)))
      groups.push_back(std::move(group->name));
  fields.emplace_back("groups", string_set(groups));
  fields.emplace_back("roles", string_set(role_slugs(held.roles)));
  cedar::Value scopes = string_set(held.scopes);
  fields.emplace_back("scopes_without_end", held.ends.empty() ? scopes : string_set(without_end(held)));
  fields.emplace_back("scopes", std::move(scopes));
  fields.push_back(field("platform", of_.subject.platform() && uid == principal_));
  if (uid == principal_) {
    const bool holds = std::binary_search(held.scopes.begin(), held.scopes.end(), of_.scope);
    if (const auto until = acts_until(held.ends, holds))
      fields.push_back(field("expires_at", cedar::Datetime{until->ms}));
  }
  return {uid, cedar::Record(std::move(fields)), {}, {}};
}

std::optional<Authority> StoreEntities::authority(const domain::Principal& who) const {
  const bool asks = who == of_.subject.principal;
  if (!asks && of_.tenant.is_platform()) return Authority{};  // which has no principals beside who asks
  const Subject other{who, of_.tenant, {}, {}};
  auto held = authority_of(txn_, catalogue_, asks ? of_.subject : other, of_.tenant, of_.now);
  if (held.ok()) return std::move(held).value();
  failure_ = held.error();
  return std::nullopt;
}

std::vector<std::string> StoreEntities::role_slugs(const std::vector<domain::RoleId>& roles) const {
  std::vector<std::string> slugs;
  for (const domain::RoleId& id : roles)
    if (auto role = read(domain::find_role_by_id(txn_, of_.tenant, id)))
      slugs.push_back(std::move(role->slug));
  return slugs;
}

bool StoreEntities::holds_role(const domain::Principal& who, std::string_view slug) const {
  const auto role = read(domain::find_role(txn_, of_.tenant, slug));
  if (!role) return false;
  if (who.kind != domain::PrincipalKind::kGroup) {
    const auto held = authority(who);
    return held && std::binary_search(held->roles.begin(), held->roles.end(), role->id);
  }
  const domain::TenantId* const home = of_.tenant.tenant();
  if (!home || role->state != domain::State::kEnabled) return false;
  // A group is in them while it is disabled, too: what a policy keeps from being put into a group that has a
  // role is kept from it before somebody enables it, which says nothing of its members.
  auto groups = domain::with_groups_above(txn_, *home, {domain::GroupId(who.id)}, domain::Disabled::kCounted);
  if (!groups.ok()) {
    failure_ = groups.error();
    return false;
  }
  return std::any_of(groups->begin(), groups->end(), [&](const domain::GroupId& group) {
    const auto mapping = read(domain::get_mapping(txn_, *home, {group, role->id, {}}));
    return mapping && mapping->in_force(of_.now);
  });
}

}  // namespace authz
