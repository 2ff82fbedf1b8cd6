// Three names for one thing: a request's {"type": "doc", "id": "7"} is doc:7 in the store and in mappings,
// and Doc::"7" in policies, if the tenant's type_names say that a doc is a Doc there. A person may be named
// by e-mail in a request, and is the entity of a uuid from then on.
//
// Membership is answered from lists: what is above an entity is found once, sorted, and kept, since policies
// ask about the same few entities again and again, and the index of scopes wants the whole list.
#include "authz/tenant_entities.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "authz/entities.h"
#include "cedar/schema_questions.h"
#include "domain/credential.h"
#include "domain/directory.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/role.h"
#include "domain/service_user.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"
#include "domain/tenant.h"
#include "domain/user.h"

namespace authz {
namespace {

using domain::EntityName;

constexpr std::size_t kMostKept = 10'000;  // entities, of a call with many questions

// Of looking up one thing, and one of those that are above it.
constexpr std::uint64_t kStepsOfThing = 200;
constexpr std::uint64_t kStepsOfAncestor = 50;

template <typename T>
cedar::Record::Field field(const char* name, T value) {
  return {name, cedar::Value(std::move(value))};
}

// A uuid in either case as it is written here; any other text as it is.
std::string canonical_id(const std::string& id) {
  const auto uuid = base::Uuid::parse(id);
  return uuid ? uuid->to_string() : id;
}

template <typename Id>
std::optional<Id> id_of(const EntityName& name) {
  return Id::parse(name.id);
}

// An entity that has too much above it can't be decided about, which is no mistake of the question.
base::Error plain(base::Error error) {
  if (error.code == base::ErrorCode::kInvalid) error.code = base::ErrorCode::kConflict;
  return error;
}

}  // namespace

TenantEntities::TenantEntities(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                               const TenantPolicies& policies, const domain::TenantId& tenant,
                               UserIds user_ids, base::Timestamp now, cedar::StepBudget& steps,
                               AuthorityCache* people)
    : txn_(txn),
      catalogue_(catalogue),
      policies_(policies),
      tenant_(tenant),
      user_ids_(user_ids),
      now_(now),
      steps_(steps),
      people_(people) {}

template <typename T>
std::optional<T> TenantEntities::read(base::Result<std::optional<T>> result) const {
  if (result.ok()) return std::move(result).value();
  failure_ = plain(result.error());
  return std::nullopt;
}

bool TenantEntities::succeeded(const base::Result<void>& result) const {
  if (!result.ok()) failure_ = plain(result.error());
  return result.ok();
}

void TenantEntities::forget() {
  const std::size_t kept = made_.size() + ancestors_.size() + above_.size() + authorities_.size();
  if (kept < kMostKept && !failure_) return;
  failure_.reset();
  made_.clear();
  ancestors_.clear();
  above_.clear();
  authorities_.clear();
}

cedar::Name TenantEntities::name_in_policies(const std::string& type) const {
  const auto& names = policies_.settings.type_names;
  const auto found = names.find(type);
  return cedar::Name::unchecked(found != names.end() ? found->second : type);
}

cedar::EntityUid TenantEntities::uid_of(const EntityName& name) const {
  return {name_in_policies(name.type), name.id};
}

// The type that a name of policies stands for; nothing where that type is called otherwise there.
std::optional<EntityName> TenantEntities::name_of(const cedar::EntityUid& uid) const {
  const std::string& type = uid.type().text();
  const auto& names = policies_.settings.type_names;
  if (names.empty()) return EntityName{type, uid.id()};
  for (const auto& [from, to] : names)
    if (to == type) return EntityName{from, uid.id()};
  if (names.contains(type)) return std::nullopt;
  return EntityName{type, uid.id()};
}

// What a type is called in policies is no type of requests: asked by it, whoever is known by the type itself
// would be somebody else. It is taken for one that nothing has, nor can have.
bool TenantEntities::is_alias(const std::string& type) const {
  const auto& names = policies_.settings.type_names;
  if (names.contains(type)) return false;
  for (const auto& [from, to] : names)
    if (to == type) return true;
  return false;
}

// Null where nothing is remembered, or there is nobody.
std::shared_ptr<const KnownPerson> TenantEntities::known_person(const domain::UserId& id) const {
  if (!people_) return nullptr;
  if (last_person_.second && last_person_.first == id) return last_person_.second;
  auto known = people_->get(txn_, catalogue_, tenant_, id, now_);
  if (!known.ok()) {
    failure_ = plain(known.error());
    return nullptr;
  }
  last_person_ = {id, std::move(known).value()};
  return last_person_.second;
}

// Whom a request means.
std::optional<domain::Principal> TenantEntities::stored_user(const EntityName& name, bool& active) const {
  auto user = user_ids_ == UserIds::kEmail && name.id.find('@') != std::string::npos
                  ? read(domain::find_user_by_email(txn_, tenant_, name.id))
                  : std::nullopt;
  const auto id = domain::UserId::parse(name.id);
  if (!user && id) {
    if (const auto known = known_person(*id)) {
      active = known->active;
      return *id;
    }
    if (!people_) user = read(domain::get_user(txn_, tenant_, *id));
  }
  if (!user) return std::nullopt;
  active = user->active;
  return user->id;
}

bool TenantEntities::is_stored(const domain::Principal& who) const {
  if (who.kind == domain::PrincipalKind::kServiceUser)
    return read(domain::get_service_user(txn_, tenant_, domain::ServiceUserId(who.id))).has_value();
  const domain::UserId id(who.id);
  return people_ ? known_person(id) != nullptr : read(domain::get_user(txn_, tenant_, id)).has_value();
}

NamedEntity TenantEntities::named(const EntityName& as_sent) const {
  EntityName name = as_sent;
  if (is_alias(name.type)) name.type.insert(0, 1, '\0');
  std::optional<domain::Principal> principal;
  bool is_there = false, active = true;
  if (name.type == domain::kUserType) {
    principal = stored_user(name, active);
    is_there = principal.has_value();
    if (is_there) name.id = principal->id.to_string();
  } else if (domain::is_directory_type(name.type)) {
    if (name.type != domain::kRoleType) name.id = canonical_id(name.id);
    if (name.type == domain::kServiceUserType) {
      const auto id = id_of<domain::ServiceUserId>(name);
      const auto user = id ? read(domain::get_service_user(txn_, tenant_, *id)) : std::nullopt;
      if (user) principal = user->id;
      is_there = user.has_value();
      active = !user || user->state == domain::State::kEnabled;
    } else if (name.type == domain::kGroupType) {
      const auto id = id_of<domain::GroupId>(name);
      const auto group = id ? read(domain::get_group(txn_, tenant_, *id)) : std::nullopt;
      if (group) principal = group->id;
      is_there = group.has_value();
      active = !group || group->state == domain::State::kEnabled;
    } else if (name.type == domain::kRoleType) {
      is_there = read(domain::find_role(txn_, tenant_, name.id)).has_value();
    } else {
      is_there = name.id == tenant_.to_string();
    }
  }
  cedar::EntityUid uid = uid_of(name);
  return {std::move(name), std::move(uid), principal, is_there, active};
}

base::Result<void> TenantEntities::suppose(const NamedEntity& member, std::vector<domain::GroupId> groups) {
  auto all = domain::with_groups_above(txn_, tenant_, std::move(groups));
  if (!all.ok()) return plain(all.error());
  // Who isn't there holds nothing by itself, and stands under an id that nobody has.
  const domain::Principal holder = member.principal.value_or(domain::Principal(domain::UserId()));
  supposed_.emplace(Supposed{member.name, holder, std::move(all).value()});
  return {};
}

std::optional<domain::Principal> TenantEntities::holder(const NamedEntity& named) const {
  if (named.principal || !supposed_ || supposed_->member != named.name) return named.principal;
  return supposed_->principal;
}

std::vector<domain::GroupId> TenantEntities::groups_of(const NamedEntity& named) const {
  const auto who = holder(named);
  if (!who) return {};
  if (who->kind != domain::PrincipalKind::kGroup) {
    const Authority* const held = authority(*who);
    return held ? held->groups : std::vector<domain::GroupId>();
  }
  const domain::GroupId itself(who->id);
  auto groups = domain::with_groups_above(txn_, tenant_, {itself});
  if (!groups.ok()) {
    failure_ = plain(groups.error());
    return {};
  }
  std::erase(*groups, itself);
  if (supposed_ && supposed_->member == named.name)
    groups->insert(groups->end(), supposed_->groups.begin(), supposed_->groups.end());
  return std::move(groups).value();
}

const cedar::SchemaEntityType* TenantEntities::declared(const cedar::EntityUid& uid) const {
  return schema() ? schema()->find_entity_type(uid.type()) : nullptr;
}

std::optional<domain::Principal> TenantEntities::principal_of(const EntityName& name) const {
  if (name.type == domain::kUserType)
    if (const auto id = domain::user_of(name)) return domain::Principal(*id);
  if (name.type == domain::kServiceUserType)
    if (const auto id = id_of<domain::ServiceUserId>(name)) return domain::Principal(*id);
  return std::nullopt;
}

const cedar::Entity* TenantEntities::find(const cedar::EntityUid& uid) const {
  const auto known = made_.find(uid);
  if (known != made_.end()) return known->second.get();
  if (!steps_.take(kStepsOfThing)) return nullptr;
  auto made = make(uid);
  if (steps_.is_used_up()) return nullptr;  // perhaps it is there
  auto kept = made ? std::make_unique<const cedar::Entity>(*std::move(made)) : nullptr;
  return made_.emplace(uid, std::move(kept)).first->second.get();
}

std::optional<cedar::Entity> TenantEntities::make(const cedar::EntityUid& uid) const {
  if (uid.is_action()) return cedar::Entity{uid, {}, {}, {}};
  const auto name = name_of(uid);
  if (!name) return std::nullopt;
  cedar::Entity entity{uid, {}, {}, {}};
  Fields fields;
  bool is_there = false;
  if (name->type == domain::kUserType)
    is_there = add_user(*name, fields);
  else if (name->type == domain::kServiceUserType)
    is_there = add_service_user(*name, fields);
  else if (name->type == domain::kGroupType)
    is_there = add_group(*name, fields);
  else if (name->type == domain::kRoleType)
    is_there = add_role(*name, fields);
  else if (name->type == domain::kTenantType)
    is_there = add_tenant(*name, fields);
  if (domain::is_valid(*name) && (name->type == domain::kUserType || !domain::is_directory_type(name->type)))
    if (const auto stored = read(domain::get_entity(txn_, tenant_, *name))) {
      if (!steps_.take(stored->attrs.size() + stored->tags.size())) return std::nullopt;
      add_stored(*stored, uid, is_there, entity, fields);
      is_there = true;
    }
  if (!is_there) return std::nullopt;
  entity.attrs = cedar::Record(std::move(fields));
  return entity;
}

bool TenantEntities::add_user(const EntityName& name, Fields& fields) const {
  const auto id = domain::user_of(name);
  const auto user = id ? read(domain::get_user(txn_, tenant_, *id)) : std::nullopt;
  if (!user) return false;
  fields.push_back(field("email", user->email));
  fields.push_back(field("name", user->name));
  fields.push_back(field("active", user->active));
  add_held(*id, fields);
  return true;
}

bool TenantEntities::add_service_user(const EntityName& name, Fields& fields) const {
  const auto id = id_of<domain::ServiceUserId>(name);
  const auto user = id ? read(domain::get_service_user(txn_, tenant_, *id)) : std::nullopt;
  if (!user) return false;
  fields.push_back(field("name", user->title));
  fields.push_back(field("active", user->state == domain::State::kEnabled));
  add_held(*id, fields);
  return true;
}

bool TenantEntities::add_group(const EntityName& name, Fields& fields) const {
  const auto id = id_of<domain::GroupId>(name);
  const auto group = id ? read(domain::get_group(txn_, tenant_, *id)) : std::nullopt;
  if (!group) return false;
  fields.push_back(field("name", group->name));
  fields.push_back(field("source", domain::name_of(group->source)));
  return true;
}

bool TenantEntities::add_role(const EntityName& name, Fields& fields) const {
  const auto role = read(domain::find_role(txn_, tenant_, name.id));
  if (!role) return false;
  fields.push_back(field("slug", role->slug));
  fields.push_back(field("name", role->name));
  fields.emplace_back("scopes", string_set(role->scopes));
  fields.push_back(field("is_system", role->is_system));
  fields.push_back(field("risk", domain::name_of(catalogue_.risk(role->scopes))));
  return true;
}

bool TenantEntities::add_tenant(const EntityName& name, Fields& fields) const {
  if (name.id != tenant_.to_string()) return false;
  const auto tenant = read(domain::get_tenant(txn_, tenant_));
  if (!tenant) return false;
  fields.push_back(field("slug", tenant->slug));
  fields.push_back(field("name", tenant->name));
  return true;
}

void TenantEntities::add_held(const domain::Principal& who, Fields& fields) const {
  const Authority* const held = authority(who);
  if (!held) return;
  std::vector<std::string> groups, roles;
  for (const domain::GroupId& id : held->groups)
    if (auto group = read(domain::get_group(txn_, tenant_, id))) groups.push_back(std::move(group->name));
  for (const domain::RoleId& id : held->roles)
    if (auto role = read(domain::find_role_by_id(txn_, tenant_, id))) roles.push_back(std::move(role->slug));
  fields.emplace_back("groups", string_set(groups));
  fields.emplace_back("roles", string_set(roles));
  fields.emplace_back("scopes", string_set(held->scopes));
}

void TenantEntities::add_stored(const domain::StoredEntity& stored, const cedar::EntityUid& uid, bool of_user,
                                cedar::Entity& entity, Fields& fields) const {
  const auto attrs = base::parse_json(stored.attrs), tags = base::parse_json(stored.tags);
  if (!attrs.ok() || !attrs->object() || !tags.ok() || !tags->object()) {
    failure_ = base::Error{base::ErrorCode::kCorrupt, "entity " + to_string(stored.name) + ": is no JSON"};
    return;
  }
  std::vector<NotHeld> notes;  // of what was stored, and is nobody's mistake now
  const RequestValues values(schema(), notes);
  const cedar::SchemaEntityType* const type = declared(uid);
  auto read_attrs = values.members(*attrs, "", type ? type->shape : nullptr);
  if (!read_attrs.ok()) read_attrs = values.members(*attrs, "", nullptr);  // stored before the schema was
  auto read_tags = values.tags(*tags, type ? type->tags : nullptr);
  for (cedar::Record::Field& attribute : *read_attrs)
    if (!of_user || !domain::is_directory_attribute(attribute.first)) fields.push_back(std::move(attribute));
  entity.tags = cedar::Record(std::move(read_tags));
}

void TenantEntities::note_boundary(const std::optional<base::Timestamp>& at) const {
  if (at && *at > now_) until_ = std::min(until_.value_or(*at), *at);
}

// An API key is a service user with a credential that has scopes of its own.
std::vector<std::string> TenantEntities::own_scopes(const domain::Principal& who) const {
  std::vector<std::string> scopes;
  if (who.kind != domain::PrincipalKind::kServiceUser) return scopes;
  const auto user = read(domain::get_service_user(txn_, tenant_, domain::ServiceUserId(who.id)));
  if (!user || !user->is_api_key) return scopes;
  succeeded(domain::each_credential_of(txn_, tenant_, who, nullptr, [&](domain::Credential&& credential) {
    if (!credential.valid_at(now_)) return true;
    scopes.insert(scopes.end(), credential.scopes.begin(), credential.scopes.end());
    note_boundary(credential.expires_at);
    return true;
  }));
  return scopes;
}

void TenantEntities::count(const Authority& held) const {
  steps_.take(kStepsOfAncestor * (held.groups.size() + held.roles.size()));
  if (held.until.ms != std::numeric_limits<std::int64_t>::max()) note_boundary(held.until);
}

const Authority* TenantEntities::authority(const domain::Principal& who) const {
  const auto known = authorities_.find(who);
  if (known != authorities_.end()) return known->second.get();
  const bool is_supposed = supposed_ && supposed_->principal == who;
  if (who.kind == domain::PrincipalKind::kUser && !is_supposed)
    if (auto person = known_person(domain::UserId(who.id))) {
      const Authority* const held = &person->held;
      count(*held);
      return authorities_.emplace(who, std::shared_ptr<const Authority>(std::move(person), held))
          .first->second.get();
    }
  auto held = authority_of(txn_, catalogue_, Subject{who, tenant_, own_scopes(who)}, tenant_, now_);
  if (!held.ok()) {
    failure_ = plain(held.error());
    return nullptr;
  }
  if (is_supposed) add_supposed(*held);
  count(*held);
  return authorities_.emplace(who, std::make_shared<const Authority>(std::move(held).value()))
      .first->second.get();
}

const std::vector<EntityName>& TenantEntities::above(const EntityName& name) const {
  for (const auto& [entity, names] : above_)
    if (entity == name) return names;
  constexpr std::size_t kKept = 4;
  if (above_.size() >= kKept) above_.pop_back();
  auto& kept = above_.emplace_front(name, std::vector<EntityName>()).second;
  if (!domain::is_valid(name)) return kept;
  auto found = domain::ancestors_of(txn_, tenant_, name);
  if (found.ok())
    kept = std::move(found).value();
  else
    failure_ = plain(found.error());
  return kept;
}

// What the groups give that somebody is only supposed to be in.
void TenantEntities::add_supposed(Authority& held) const {
  domain::PermissionSet given;
  for (const std::string& scope : held.scopes) catalogue_.add_effective(given, scope);
  for (const domain::RoleId& id : roles_of_groups(supposed_->groups)) {
    const auto role = read(domain::find_role_in_force(txn_, tenant_, id));
    if (!role) continue;
    for (const std::string& scope : role->scopes) catalogue_.add_effective(given, scope);
    held.roles.push_back(id);
  }
  held.scopes = catalogue_.scopes_of(given);
  held.groups.insert(held.groups.end(), supposed_->groups.begin(), supposed_->groups.end());
  const auto sort_unique = [](auto& ids) {
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  };
  sort_unique(held.roles);
  sort_unique(held.groups);
  held.has_roles_on_things = true;  // perhaps
}

void TenantEntities::add_groups(const std::vector<domain::GroupId>& groups, const std::string& but,
                                std::vector<cedar::EntityUid>& found) const {
  for (const domain::GroupId& group : groups)
    if (std::string id = group.to_string(); id != but)
      found.push_back(uid_of({std::string(domain::kGroupType), std::move(id)}));
}

void TenantEntities::add_roles(const std::vector<domain::RoleId>& roles,
                               std::vector<cedar::EntityUid>& found) const {
  for (const domain::RoleId& id : roles)
    if (auto role = read(domain::find_role_by_id(txn_, tenant_, id)))
      found.push_back(uid_of({std::string(domain::kRoleType), std::move(role->slug)}));
}

// Roles that are mapped to any of the groups for the whole tenant, are in force and enabled.
std::vector<domain::RoleId> TenantEntities::roles_of_groups(
    const std::vector<domain::GroupId>& groups) const {
  std::vector<domain::RoleId> roles;
  for (const domain::GroupId& group : groups)
    succeeded(domain::each_held_role(txn_, tenant_, group, [&](const domain::Holding& holding) {
      if (!holding.resource.empty()) return true;
      note_boundary(holding.valid_from);
      note_boundary(holding.expires_at);
      if (holding.in_force(now_)) roles.push_back(holding.role);
      return true;
    }));
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  std::erase_if(roles, [&](const domain::RoleId& id) {
    const auto role = read(domain::find_role_in_force(txn_, tenant_, id));
    return !role || role->state != domain::State::kEnabled;
  });
  return roles;
}

std::vector<cedar::EntityUid> TenantEntities::find_ancestors(const EntityName& name) const {
  std::vector<cedar::EntityUid> found;
  const auto add_tenant = [&] {
    found.push_back(uid_of({std::string(domain::kTenantType), tenant_.to_string()}));
  };
  if (name.type == domain::kGroupType) {
    const auto id = id_of<domain::GroupId>(name);
    if (!id || !read(domain::get_group(txn_, tenant_, *id))) return found;
    auto groups = domain::with_groups_above(txn_, tenant_, {*id});
    if (!groups.ok()) {
      failure_ = plain(groups.error());
      return found;
    }
    add_groups(*groups, name.id, found);
    add_roles(roles_of_groups(*groups), found);
    add_tenant();
    return found;
  }
  if (name.type == domain::kRoleType) {
    if (read(domain::find_role(txn_, tenant_, name.id))) add_tenant();
    return found;
  }
  if (name.type == domain::kTenantType) return found;
  if (const auto who = principal_of(name)) {
    const Authority* const held = is_stored(*who) ? authority(*who) : nullptr;
    if (held) {
      add_groups(held->groups, "", found);
      add_roles(held->roles, found);
      add_tenant();
    }
  }
  if (name.type == domain::kServiceUserType) return found;
  for (const EntityName& one : above(name)) found.push_back(uid_of(one));
  return found;
}

const std::vector<cedar::EntityUid>& TenantEntities::ancestors(const cedar::EntityUid& uid) const {
  const auto known = ancestors_.find(uid);
  if (known != ancestors_.end()) return known->second;
  static const std::vector<cedar::EntityUid> kUnknown;
  if (!steps_.take(kStepsOfThing)) return kUnknown;
  std::vector<cedar::EntityUid> found;
  if (uid.is_action()) {
    const cedar::SchemaAction* const action = schema() ? schema()->find_action(uid) : nullptr;
    if (action)
      for (const cedar::SchemaAction* group : cedar::ancestors_of(*action, *schema()))
        found.push_back(group->uid);
  } else if (const auto name = name_of(uid)) {
    found = find_ancestors(*name);
    if (supposed_ && supposed_->member == *name) {
      add_groups(supposed_->groups, name->type == domain::kGroupType ? name->id : "", found);
      add_roles(roles_of_groups(supposed_->groups), found);
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  steps_.take(kStepsOfAncestor * found.size());
  return ancestors_.emplace(uid, std::move(found)).first->second;
}

bool TenantEntities::has_ancestor(const cedar::EntityUid& descendant,
                                  const cedar::EntityUid& ancestor) const {
  if (descendant == ancestor) return false;  // nothing is above itself
  const auto& all = ancestors(descendant);
  return std::binary_search(all.begin(), all.end(), ancestor);
}

bool TenantEntities::list_ancestors(const cedar::EntityUid& of,
                                    std::vector<const cedar::EntityUid*>& found) const {
  for (const cedar::EntityUid& uid : ancestors(of)) found.push_back(&uid);
  return true;
}

void QuestionEntities::lay_over(const NamedEntity& named, std::vector<cedar::Record::Field> values) {
  if (values.empty()) return;
  cedar::Entity entity{named.uid, {}, {}, {}};
  std::vector<cedar::Record::Field> fields;
  if (const cedar::Entity* const stored = find(named.uid)) {
    entity = *stored;
    const auto known = stored->attrs.fields();
    fields.assign(known.begin(), known.end());
    if (named.in_directory) {
      const bool is_user = named.name.type == domain::kUserType;
      std::erase_if(values, [&](const cedar::Record::Field& value) {
        return domain::is_directory_attribute(value.first) || (!is_user && stored->attrs.find(value.first));
      });
    }
  }
  fields.insert(fields.end(), std::make_move_iterator(values.begin()), std::make_move_iterator(values.end()));
  entity.attrs = cedar::Record(std::move(fields));
  for (cedar::Entity& other : laid_over_)
    if (other.uid == entity.uid) {
      other = std::move(entity);
      return;
    }
  laid_over_.push_back(std::move(entity));
}

const cedar::Entity* QuestionEntities::find(const cedar::EntityUid& uid) const {
  for (const cedar::Entity& entity : laid_over_)
    if (entity.uid == uid) return &entity;
  return entities_.find(uid);
}

bool QuestionEntities::has_ancestor(const cedar::EntityUid& descendant,
                                    const cedar::EntityUid& ancestor) const {
  return entities_.has_ancestor(descendant, ancestor);
}

bool QuestionEntities::list_ancestors(const cedar::EntityUid& of,
                                      std::vector<const cedar::EntityUid*>& found) const {
  return entities_.list_ancestors(of, found);
}

}  // namespace authz
