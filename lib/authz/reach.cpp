// A permit allows only what its scope matches. So for "what may Ann view?" and the rules
//
//   permit (principal == user::"ann", action, resource in folder::"7");          folder:7 and what is in it
//   permit (principal in group::"red", action == Action::"view", resource == doc::"1");   doc:1, if Ann is
//   red permit (principal, action == Action::"edit", resource);                      nothing: another action
//
// a role of Ann's on folder:8, and templates of which grants to her or her groups say on what, no documents
// have to be tried but those. Of what is in something children are looked for, from the top down; of a group
// its members, and those of the groups in it. Where a scope names nothing, as `resource is doc` does, or
// somebody holds a role for the whole tenant, anything can be allowed, and all has to be tried; so it is
// where this would find thousands, which trying all takes no longer than.
//
// The functions that add something give false where all has to be tried.
#include "authz/reach.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/role.h"
#include "domain/subgroup.h"

namespace authz {

using domain::EntityName;

Reach::Reach(const store::ReadTxn& txn, const domain::Catalogue& catalogue, const TenantPolicies& policies,
             const domain::TenantId& tenant, const TenantEntities& entities, GrantsHeld& grants,
             base::Timestamp now)
    : txn_(txn),
      catalogue_(catalogue),
      policies_(policies),
      tenant_(tenant),
      entities_(entities),
      grants_(grants),
      now_(now) {}

base::Result<Reach::Ids> Reach::resources(const NamedEntity& subject, const cedar::EntityUid& action,
                                          const std::string& type, std::optional<std::size_t> permission) {
  if (domain::is_reeves_type(type)) return Ids();
  const bool is_known = add_scopes(Part::kResource, type, {action, subject.uid}) && add_granted(subject) &&
                        (!permission || add_held(subject, *permission));
  return answer(is_known, type);
}

base::Result<Reach::Ids> Reach::users(const cedar::EntityUid& action, const NamedEntity& resource,
                                      std::optional<std::size_t> permission) {
  const std::string type(domain::kUserType);
  const bool is_known = add_scopes(Part::kPrincipal, type, {action, resource.uid}) &&
                        add_grantees(resource) && (!permission || add_holders(resource, *permission));
  return answer(is_known, type);
}

base::Result<Reach::Ids> Reach::answer(bool is_known, const std::string& type) const {
  if (failure_) return *failure_;
  if (entities_.failed()) return *entities_.failed();
  return is_known ? ids_of(type) : Ids();
}

Reach::Ids Reach::ids_of(const std::string& type) const {
  std::vector<std::string> ids;
  for (const EntityName& name : found_)
    if (name.type == type) ids.push_back(name.id);
  return ids;
}

bool Reach::read(const base::Result<void>& result) {
  if (!result.ok() && !failure_) failure_ = result.error();
  return result.ok();
}

bool Reach::matches(const cedar::ActionConstraint& scope, const cedar::EntityUid& action) const {
  const auto is_in = [&](const cedar::EntityUid& group) {
    return action == group || entities_.has_ancestor(action, group);
  };
  if (const auto* equal = std::get_if<cedar::ActionEqual>(&scope)) return action == equal->action;
  if (const auto* in = std::get_if<cedar::ActionIn>(&scope)) return is_in(in->action);
  if (const auto* set = std::get_if<cedar::ActionInSet>(&scope))
    return std::any_of(set->actions.begin(), set->actions.end(), is_in);
  return true;
}

// What is a slot matches anything.
bool Reach::matches(const cedar::ScopeConstraint& scope, const cedar::EntityUid& uid) const {
  const auto is = [&](const cedar::EntityOrSlot& entity) {
    const auto* const named = std::get_if<cedar::EntityUid>(&entity);
    return !named || uid == *named;
  };
  const auto is_in = [&](const cedar::EntityOrSlot& entity) {
    return is(entity) || entities_.has_ancestor(uid, std::get<cedar::EntityUid>(entity));
  };
  if (const auto* equal = std::get_if<cedar::ScopeEqual>(&scope)) return is(equal->entity);
  if (const auto* in = std::get_if<cedar::ScopeIn>(&scope)) return is_in(in->entity);
  if (const auto* type = std::get_if<cedar::ScopeIs>(&scope)) return uid.type() == type->type;
  if (const auto* type = std::get_if<cedar::ScopeIsIn>(&scope))
    return uid.type() == type->type && is_in(type->entity);
  return true;
}

// Those that permits for the action name, whose scope matches what isn't searched for; and notes the
// templates of which grants name them.
bool Reach::add_scopes(Part wanted, const std::string& type, const Asked& asked) {
  const bool is_principal = wanted == Part::kPrincipal;
  const auto is_asked = [&](const cedar::PolicyHead& rule) {
    return rule.effect == cedar::Effect::kPermit && matches(rule.scope.action, asked.action) &&
           matches(is_principal ? rule.scope.resource : rule.scope.principal, asked.of);
  };
  const auto add_all = [&](const cedar::CompiledPolicies& policies) {
    return std::all_of(policies.heads().begin(), policies.heads().end(), [&](const cedar::PolicyHead& rule) {
      return !is_asked(rule) || add_scope(is_principal ? rule.scope.principal : rule.scope.resource, type);
    });
  };
  for (std::size_t t = 0; t < policies_.tiers.size(); ++t) {
    const Tier& tier = policies_.tiers[t];
    if (!add_all(tier.policies)) return false;
    for (std::size_t i = 0; i < tier.templates.size(); ++i) {
      const TenantTemplate& each = tier.templates[i];
      if ((is_principal ? each.principal : each.resource) == TemplateSlot::kNone) {
        if (!add_all(each.body)) return false;
      } else if (std::any_of(each.body.heads().begin(), each.body.heads().end(), is_asked)) {
        granted_.insert({t, i});
      }
    }
  }
  return true;
}

bool Reach::add_scope(const cedar::ScopeConstraint& scope, const std::string& type) {
  const auto is_wanted = [&](const cedar::Name& name) { return name == entities_.name_in_policies(type); };
  const auto add_entity = [&](const cedar::EntityOrSlot& entity, bool with_what_is_in_it) {
    const auto* const uid = std::get_if<cedar::EntityUid>(&entity);
    if (!uid) return false;
    const auto name = entities_.name_of(*uid);
    return !name || add_named(*name, with_what_is_in_it);  // else nothing is known by that name
  };
  if (const auto* equal = std::get_if<cedar::ScopeEqual>(&scope)) return add_entity(equal->entity, false);
  if (const auto* in = std::get_if<cedar::ScopeIn>(&scope)) return add_entity(in->entity, true);
  if (const auto* is = std::get_if<cedar::ScopeIs>(&scope)) return !is_wanted(is->type);
  if (const auto* is_in = std::get_if<cedar::ScopeIsIn>(&scope))
    return !is_wanted(is_in->type) || add_entity(is_in->entity, true);
  return false;
}

bool Reach::add_named(const EntityName& name, bool with_what_is_in_it) {
  if (!with_what_is_in_it) return add(name);
  // Who holds a role, and who is in the tenant, may be anybody.
  if (name.type == domain::kRoleType || name.type == domain::kTenantType) return false;
  if (name.type == domain::kGroupType) {
    const auto group = domain::GroupId::parse(name.id);
    return !group || add_members(*group);
  }
  return add_below(name);
}

// What grants to the subject, or to what it is in, fill templates with.
bool Reach::add_granted(const NamedEntity& subject) {
  if (granted_.empty()) return true;
  const auto fillings = grants_.of_subject(subject, kMostLookedFor);
  if (!fillings.ok()) return fillings.error().code != base::ErrorCode::kFull && read(fillings.error());
  for (const GrantsHeld::Filling& each : *fillings) {
    if (!granted_.contains(each.at) || !each.grant.in_force(now_)) continue;
    const bool is_in = policies_.tiers[each.at.tier].templates[each.at.number].resource == TemplateSlot::kIn;
    // On the whole tenant: everything is in it, and nothing of the application is it.
    if (each.grant.resource.empty() && is_in) return false;
    const EntityName name = resource_name(tenant_, domain::ResourceText(each.grant.resource));
    if (!(is_in ? add_below(name) : add(name))) return false;
  }
  return true;
}

// To whom grants on the resource, or on what it is in, give templates.
bool Reach::add_grantees(const NamedEntity& resource) {
  if (granted_.empty()) return true;
  const auto fillings = grants_.on_resource(resource, kMostLookedFor);
  if (!fillings.ok()) return fillings.error().code != base::ErrorCode::kFull && read(fillings.error());
  for (const GrantsHeld::Filling& each : *fillings) {
    if (!granted_.contains(each.at) || !each.grant.in_force(now_)) continue;
    const bool is_in = policies_.tiers[each.at.tier].templates[each.at.number].principal == TemplateSlot::kIn;
    const auto name = domain::parse_entity_name(each.grant.principal);
    if (name && !add_named(*name, is_in)) return false;
  }
  return true;
}

// What the subject or a group of it has a role on, whatever the role.
bool Reach::add_held(const NamedEntity& subject, std::size_t permission) {
  const auto who = entities_.holder(subject);
  if (!who || who->kind == domain::PrincipalKind::kGroup) return true;
  const Authority* const held = entities_.authority(*who);
  if (!held) return false;
  const std::string& scope = catalogue_.all()[permission].scope;
  if (std::binary_search(held->scopes.begin(), held->scopes.end(), scope)) return false;
  if (!held->has_roles_on_things) return true;
  bool is_known = true;
  const auto add_on = [&](const domain::Holding& holding) {
    if (!holding.resource.empty() && holding.in_force(now_))
      is_known = add_below(resource_name(tenant_, domain::ResourceText(holding.resource)));
    return is_known && ++looked_for_ <= kMostLookedFor;
  };
  std::vector<domain::Principal> holders(held->groups.begin(), held->groups.end());
  holders.push_back(*who);
  for (const domain::Principal& holder : holders)
    if (!read(domain::each_held_role(txn_, tenant_, holder, add_on)) || !is_known) return false;
  return looked_for_ <= kMostLookedFor;
}

// Who has a role on the resource, on what it is in, or a role with the permission for the whole tenant.
bool Reach::add_holders(const NamedEntity& resource, std::size_t permission) {
  std::vector<EntityName> things = entities_.above(resource.name);
  things.push_back(resource.name);
  bool is_known = true;
  const auto add_holder = [&](const domain::Holding& holding) {
    return is_known = ++looked_for_ <= kMostLookedFor && add_principal(holding.principal);
  };
  for (const EntityName& thing : things) {
    const auto text = resource_text(tenant_, thing);
    if (!text || text->empty()) continue;
    if (!read(domain::each_holder_on(txn_, tenant_, *text, add_holder)) || !is_known) return false;
  }
  return add_holders_of_roles(roles_with(permission));
}

bool Reach::add_holders_of_roles(const std::vector<domain::RoleId>& roles) {
  bool is_known = looked_for_ <= kMostLookedFor;
  for (const domain::RoleId& role : roles) {
    if (!is_known) return false;
    const auto read_all = domain::each_holder(txn_, tenant_, role, [&](const domain::Holding& holding) {
      is_known = ++looked_for_ <= kMostLookedFor &&
                 (!holding.resource.empty() || !holding.in_force(now_) || add_principal(holding.principal));
      return is_known;
    });
    if (!read(read_all)) return false;
  }
  return is_known;
}

std::vector<domain::RoleId> Reach::roles_with(std::size_t permission) {
  std::vector<domain::RoleId> roles;
  for (const domain::Owner& owner : {domain::Owner(tenant_), domain::Owner(domain::Platform{})})
    read(domain::each_role(txn_, owner, "", [&](domain::Role&& role) {
      domain::PermissionSet given;
      for (const std::string& scope : role.scopes) catalogue_.add_effective(given, scope);
      if (given.has(permission)) roles.push_back(role.id);
      return ++looked_for_ <= kMostLookedFor;
    }));
  return roles;
}

bool Reach::add_principal(const domain::Principal& who) {
  if (who.kind == domain::PrincipalKind::kGroup) return add_members(domain::GroupId(who.id));
  if (who.kind != domain::PrincipalKind::kUser) return true;
  return add(domain::user_entity(domain::UserId(who.id)));
}

bool Reach::add_members(const domain::GroupId& group) {
  const auto groups = domain::with_groups_below(txn_, tenant_, {group}, kMostLookedFor);
  if (!groups.ok()) return read(groups.error());
  looked_for_ += groups->size();
  bool is_known = looked_for_ <= kMostLookedFor;
  for (const domain::GroupId& one : *groups) {
    if (!is_known) return false;
    const auto members = domain::each_user_in(txn_, tenant_, one, [&](const domain::UserId& user) {
      return is_known = add(domain::user_entity(user));
    });
    if (!read(members)) return false;
  }
  return is_known;
}

// The thing, and what is in it.
bool Reach::add_below(EntityName top) {
  std::vector<EntityName> waiting;
  const auto open = [&](EntityName&& name) {
    if (!add(name)) return false;
    if (opened_.insert(name).second) waiting.push_back(std::move(name));
    return true;
  };
  if (!open(std::move(top))) return false;
  while (!waiting.empty()) {
    const EntityName name = std::move(waiting.back());
    waiting.pop_back();
    if (!domain::is_valid(name)) continue;
    bool is_known = true;
    const auto children = domain::each_child(
        txn_, tenant_, name, nullptr, [&](EntityName&& child) { return is_known = open(std::move(child)); });
    if (!read(children) || !is_known) return false;
  }
  return true;
}

bool Reach::add(const EntityName& name) {
  found_.insert(name);
  return ++looked_for_ <= kMostLookedFor;
}

}  // namespace authz
