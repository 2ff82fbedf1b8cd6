#include "api/parts/turning_ideas.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "api/parts/group_reach.h"
#include "api/resources.h"
#include "authz/grant_scopes.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/holder_ids.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"

namespace api {
namespace {

// Groups, so that other ideas are tried as well.
constexpr std::size_t kMostEnabled = 4;
constexpr std::size_t kMostJoined = 2;  // for one role

// Whether something in it has one of the names.
bool has_member(const base::Json& json, const std::vector<std::string>& names) {
  if (const auto* array = json.array())
    return std::any_of(array->begin(), array->end(),
                       [&](const base::Json& element) { return has_member(element, names); });
  const auto* object = json.object();
  return object && std::any_of(object->begin(), object->end(), [&](const base::Json::Member& member) {
           return std::find(names.begin(), names.end(), member.first) != names.end() ||
                  has_member(member.second, names);
         });
}

// What a call names the role by.
Outcome<std::string> name_of_role(const ExplainedCase& of, const domain::Role& role) {
  const auto named = stored(domain::find_role(of.read.txn, of.tenant, role.slug));
  if (!named.ok()) return named.error();
  return *named && (*named)->id == role.id ? role.slug : role.id.to_string();
}

}  // namespace

void TurningIdeas::add(const char* kind, std::string text, std::optional<std::uint64_t> people,
                       std::vector<std::string> scopes, TurningCall call) {
  const auto is_same = [&](const TurningChange& other) { return other.text == text; };
  if (std::any_of(ideas_.begin(), ideas_.end(), is_same)) return;
  TurningChange told{kind, std::move(text), people, std::move(scopes), {}, std::move(call)};
  told.level = case_.read.catalogue->risk(told.scopes);
  told.is_of_now = case_.read.today == nullptr;
  ideas_.push_back(std::move(told));
}

void TurningIdeas::add_activation(const domain::UserId& user) {
  add("activation", "Activate " + case_.subject + ".", 1, {}, ActivatesUser{user});
}

Outcome<void> TurningIdeas::add_times(const TimedRole& missed) {
  const domain::Mapping& mapping = missed.mapping;
  std::optional<std::uint64_t> people = 1;
  std::string whose = case_.subject;
  if (mapping.principal.kind == domain::PrincipalKind::kGroup) {
    const domain::GroupId group(mapping.principal.id);
    whose = case_.names.of(group);
    const auto in_it = people_in(case_, group);
    if (!in_it.ok()) return in_it.error();
    people = *in_it;
  }
  const std::string when = missed.is_over ? "again: it ended " + day_of(*mapping.expires_at)
                                          : "now: it begins " + day_of(*mapping.valid_from);
  add("expiry", "Let " + whose + " have role " + missed.role.slug + " " + when + ".", people,
      case_.read.catalogue->effective(missed.role.scopes), MovesTimes{mapping.id, missed.is_over});
  return {};
}

// Of the groups that are disabled, those that would give it; trying tells.
Outcome<void> TurningIdeas::add_enabled_groups(const std::optional<IdleRole>& wanted) {
  std::size_t looked_at = 0, added = 0;
  for (const domain::GroupId& group : case_.idle_groups) {
    if (added == kMostEnabled || ++looked_at > kMostLookedAt) break;
    if (!case_.is_disabled(group) || !case_.may_list_roles_of(group)) continue;
    if (wanted && wanted->group != group) {
      const auto above =
          stored(domain::effective_groups(case_.read.txn, case_.tenant, group, domain::Disabled::kCounted));
      if (!above.ok()) return above.error();
      if (!std::binary_search(above->begin(), above->end(), wanted->group)) continue;
    }
    const auto people = people_in(case_, group);
    if (!people.ok()) return people.error();
    auto scopes = scopes_by(case_, group);
    if (!scopes.ok()) return scopes.error();
    ++added;
    add("activation", "Enable " + case_.names.of(group) + ".", *people, std::move(scopes).value(),
        EnablesGroup{group});
  }
  return {};
}

// Whether a role can be given on what the question is about: something of the directory has to be there.
Outcome<bool> TurningIdeas::takes_mappings() const {
  if (case_.things.empty() || case_.question.resource.type == domain::kRoleType) return false;
  if (!domain::is_reeves_type(case_.question.resource.type)) return true;
  return has_resource(case_.read, case_.tenant, case_.things.front());
}

// Some of them. A group that has the role on a million other things costs as much as one that has it once.
Outcome<std::vector<domain::GroupId>> TurningIdeas::groups_that_have(const domain::Role& role,
                                                                     Place place) const {
  std::vector<domain::ResourceText> on{""};
  if (place == Place::kResource) on.insert(on.end(), case_.things.begin(), case_.things.end());
  std::vector<domain::GroupId> groups;
  std::size_t looked_at = 0;
  Outcome<void> outcome;
  const auto has_it = [&](const domain::GroupId& group) {
    for (const domain::ResourceText& resource : on) {
      if (++looked_at > kMostLookedAt) return false;
      const auto mapping =
          stored(domain::get_mapping(case_.read.txn, case_.tenant, {group, role.id, resource}));
      if (!mapping.ok()) outcome = mapping.error();
      if (!outcome.ok()) return false;
      if (*mapping && (*mapping)->in_force(case_.read.now)) return true;
    }
    return false;
  };
  const auto done = stored(domain::each_holder_id(
      case_.read.txn, case_.tenant, role.id, {domain::PrincipalKind::kGroup}, [&](const base::Uuid& id) {
        const domain::GroupId group(id);
        if (has_it(group)) groups.push_back(group);
        return outcome.ok() && groups.size() < kMostJoined && looked_at < kMostLookedAt;
      }));
  if (!done.ok() || !outcome.ok()) return done.ok() ? outcome.error() : done.error();
  return groups;
}

Outcome<void> TurningIdeas::add_role(const domain::Role& role, Place place) {
  if (!case_.who || case_.who->kind == domain::PrincipalKind::kGroup) return {};
  const bool needs_tenant = place == Place::kTenant;
  const auto on_resource = needs_tenant ? Outcome<bool>(false) : takes_mappings();
  if (!on_resource.ok()) return on_resource.error();
  auto named = name_of_role(case_, role);
  if (!named.ok()) return named.error();
  const auto resource = *on_resource ? std::optional(case_.question.resource) : std::nullopt;
  add("mapping",
      "Give " + case_.subject + " role " + role.slug +
          (resource ? " on " + case_.names.of(case_.question.resource) : "") + ".",
      1, case_.read.catalogue->effective(role.scopes),
      GivesRole{*case_.who, role.id, std::move(named).value(), resource});
  if (case_.who->kind != domain::PrincipalKind::kUser) return {};
  const auto groups = groups_that_have(role, place);
  if (!groups.ok()) return groups.error();
  for (const domain::GroupId& group : *groups)
    if (const auto thought = add_membership(group); !thought.ok()) return thought;
  return {};
}

// The role that gives the least beside the permission.
Outcome<void> TurningIdeas::add_permission(const std::string& scope) {
  const auto place = case_.read.catalogue->place_of(scope);
  std::vector<std::pair<std::size_t, domain::Role>> giving;
  for (const domain::Owner& owner : {domain::Owner(case_.tenant), domain::Owner(domain::Platform{})}) {
    std::size_t looked_at = 0;
    const auto done = stored(domain::each_role(case_.read.txn, owner, "", [&](domain::Role&& role) {
      const domain::PermissionSet given = case_.read.catalogue->effective_set(role.scopes);
      if (place && given.has(*place) && role.state == domain::State::kEnabled)
        giving.emplace_back(given.size(), std::move(role));
      return ++looked_at < kMostLookedAt;
    }));
    if (!done.ok()) return done;
  }
  std::sort(giving.begin(), giving.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.slug) < std::tie(b.first, b.second.slug);
  });
  return giving.empty() ? Outcome<void>() : add_role(giving.front().second, Place::kResource);
}

Outcome<void> TurningIdeas::add_membership(const domain::GroupId& group) {
  if (!case_.who || case_.who->kind != domain::PrincipalKind::kUser) return {};
  if (!case_.may_list_roles_of(group)) return {};
  auto scopes = scopes_by(case_, group);
  if (!scopes.ok()) return scopes.error();
  add("membership", "Add " + case_.subject + " to " + case_.names.of(group) + ".", 1,
      std::move(scopes).value(), JoinsGroup{group, domain::UserId(case_.who->id)});
  return {};
}

Outcome<void> TurningIdeas::add_grant(const authz::NearRule& rule) {
  const auto& policies = case_.decisions.policies();
  const auto place = policies.templates.find(rule.rule);
  if (place == policies.templates.end() || !domain::is_valid(case_.question.subject)) return {};
  const authz::TenantTemplate& body = policies.tiers[place->second.tier].templates[place->second.number];
  const bool names_principal = body.principal != authz::TemplateSlot::kNone;
  const bool names_resource = body.resource != authz::TemplateSlot::kNone && !case_.things.empty();
  GrantsTemplate call{rule.policy, rule.rule, {}, {}};
  if (names_principal)
    call.principal = case_.who && case_.who->kind == domain::PrincipalKind::kUser
                         ? domain::user_entity(domain::UserId(case_.who->id))
                         : case_.question.subject;
  if (names_resource) call.resource = case_.question.resource;
  add("grant",
      "Grant " + case_.names.of(rule.policy, rule.rule) + (names_principal ? " to " + case_.subject : "") +
          (names_resource ? " on " + case_.names.of(case_.question.resource) : "") + ".",
      names_principal ? std::optional<std::uint64_t>(1) : std::nullopt,
      authz::scopes_permitted(*case_.read.catalogue, *body.body.policy(0).body), std::move(call));
  return {};
}

// The resource's attribute as a condition asks for it, where that is stored and compared with one value.
Outcome<void> TurningIdeas::add_attributes(const authz::NearRule& rule) {
  if (!case_.sight.entities || !domain::is_valid(case_.question.resource)) return {};
  if (domain::is_reeves_type(case_.question.resource.type)) return {};
  std::vector<std::string> secret = case_.decisions.policies().settings.secret;
  secret.insert(secret.end(), case_.sight.secret.begin(), case_.sight.secret.end());
  for (const authz::Wish& wish : rule.wishes) {
    if (std::find(secret.begin(), secret.end(), wish.attribute) != secret.end()) continue;
    auto entity = stored(domain::get_entity(case_.read.txn, case_.tenant, case_.question.resource));
    if (!entity.ok()) return entity.error();
    domain::StoredEntity after;
    if (*entity)
      after = **entity;
    else
      after.name = case_.question.resource, after.tenant = case_.tenant;
    const auto attrs = base::parse_json(after.attrs);
    const auto tags = base::parse_json(after.tags);
    if (!attrs.ok() || !attrs->object() || !tags.ok()) continue;
    base::Json::Object members = *attrs->object();
    std::erase_if(members, [&](const auto& member) { return member.first == wish.attribute; });
    members.emplace_back(wish.attribute, wish.value);
    after.attrs = to_canonical_text(base::Json(std::move(members)));
    add("attribute",
        "Set " + wish.attribute + " of " + case_.names.of(case_.question.resource) + " to " +
            to_text(wish.value) + ".",
        std::nullopt, {}, SetsAttribute{after, !has_member(*attrs, secret) && !has_member(*tags, secret)});
  }
  return {};
}

// Mappings that give what a role allowed; each alone, so that what is held twice turns nothing.
Outcome<void> TurningIdeas::add_losses(const std::string& scope) {
  const auto place = case_.read.catalogue->place_of(scope);
  std::size_t holders = 0, looked_at = 0;
  for (const domain::Principal& holder : case_.holders) {
    if (++holders > kMostLookedAt || looked_at > kMostLookedAt || ideas_.size() >= kMostIdeas) break;
    const bool is_group = holder.kind == domain::PrincipalKind::kGroup;
    if (is_group && !case_.may_list_roles_of(domain::GroupId(holder.id))) continue;
    const auto done = stored(domain::each_mapping_of(
        case_.read.txn, case_.tenant, holder, nullptr, [&](domain::Mapping&& mapping) {
          if (++looked_at > kMostLookedAt || ideas_.size() >= kMostIdeas) return false;
          if (!mapping.in_force(case_.read.now)) return true;
          const auto role = domain::find_role_in_force(case_.read.txn, case_.tenant, mapping.role);
          if (!role.ok() || !*role || !place ||
              !case_.read.catalogue->effective_set((*role)->scopes).has(*place))
            return true;
          add("mapping",
              "Take role " + (*role)->slug + " from " +
                  (is_group ? case_.names.of(domain::GroupId(holder.id)) : case_.subject) + ".",
              is_group ? std::nullopt : std::optional<std::uint64_t>(1),
              case_.read.catalogue->effective((*role)->scopes), TakesMapping{mapping.id});
          return true;
        }));
    if (!done.ok()) return done;
  }
  return {};
}

std::vector<TurningChange> TurningIdeas::take() {
  if (ideas_.size() > kMostIdeas) ideas_.erase(ideas_.begin() + kMostIdeas, ideas_.end());
  return std::move(ideas_);
}

}  // namespace api
