// A no is explained by what is missing nearest of all: a role that a rule names or that would give the
// permission, a group, a grant, a condition. What of it somebody had, or will have, stands in mappings that
// aren't in force, so that the sentence can say until when:
//
//   ann may not write invoice/42: rule 3 of policy invoices needs role accountant; ann had it through group
//   Finance until 2026-11-01
//
// or in a group that is disabled, and gives those who are in it nothing:
//
//   … needs role accountant; ann would have it through group Finance, which is disabled
//
// Whatever might turn the answer is tried: written over the snapshot, in memory (store/overlay.h), the
// question asked anew, and what was written undone. Only what turned it is told.
#include "api/explanations.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "api/entities.h"
#include "api/group_roles.h"
#include "api/parts/authorize.h"
#include "api/parts/explained_names.h"
#include "api/parts/suppose.h"
#include "api/parts/turning_trial.h"
#include "api/policies.h"
#include "api/resources.h"
#include "api/users.h"
#include "authz/access_paths.h"
#include "authz/authority.h"
#include "authz/grant_scopes.h"
#include "domain/counts.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/grant.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/shadowed_role.h"
#include "domain/subgroup.h"
#include "domain/user.h"

namespace api {
namespace {

using domain::EntityName;
using domain::PrincipalKind;

constexpr std::size_t kMostTries = 16;
constexpr std::size_t kMostLookedAt = 1'000;                          // mappings, roles or groups
constexpr std::size_t kMostTrialBytes = std::size_t{64} << 20U;       // of all that is tried
constexpr std::size_t kMostTrialBytesThen = std::size_t{128} << 20U;  // with what was changed since

// What somebody holds by a mapping that isn't in force.
struct Timed {
  domain::Mapping mapping;
  domain::Role role;
  bool is_over = false;  // else it begins later
};

// What somebody would hold by a mapping in force, to a group that they are in but for one that is disabled.
struct Idle {
  domain::GroupId group;
  domain::Role role;
};
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

class Explainer {
 public:
  Explainer(const Read& read, const domain::TenantId& tenant, UserIds ids, const DecisionQuestion& question,
            Decisions& decisions, const authz::Sight& sight, Explanation& told)
      : read_(read),
        tenant_(tenant),
        ids_(ids),
        question_(question),
        decisions_(decisions),
        sight_(sight),
        names_(read, tenant, sight),
        told_(told) {}

  Outcome<void> run();

 private:
  Outcome<void> look_up();
  Outcome<void> find_timed(const std::function<bool(const domain::Role&)>& gives, bool tenant_wide_alone);
  Outcome<void> find_idle(const std::function<bool(const domain::Role&)>& gives, bool tenant_wide_alone);
  Outcome<void> find_role_had();
  bool is_disabled_group(const domain::GroupId&) const;
  std::string had() const;
  std::string why_not() const;
  std::string why() const;
  std::string lack_of(const authz::NearRule&) const;

  void think_of(const char* kind, std::string text, std::optional<std::uint64_t> people,
                std::vector<std::string> scopes, TurningCall call);
  // Where a role is to be given: on the resource suffices where roles decide, and not for rules.
  enum class Place : std::uint8_t { kResource, kTenant };
  Outcome<void> think_of_role(const domain::Role&, Place);
  Outcome<void> think_of_permission(const std::string& scope);
  Outcome<void> think_of_timed();
  Outcome<void> think_of_enabling();
  Outcome<void> think_of_group(const domain::GroupId&);
  Outcome<void> think_of_grant(const authz::NearRule&);
  Outcome<void> think_of_attributes(const authz::NearRule&);
  Outcome<void> think_of_taking_away();
  Outcome<void> try_ideas();
  Outcome<std::string> name_of_role(const domain::Role&) const;
  Outcome<bool> takes_mappings() const;

  const Read& read_;
  const domain::TenantId tenant_;
  const UserIds ids_;
  const DecisionQuestion& question_;
  Decisions& decisions_;
  const authz::Sight sight_;
  const ExplainedNames names_;
  Explanation& told_;

  std::optional<domain::Principal> who_;
  std::vector<domain::Principal> holders_;    // who, and its groups, sorted
  std::vector<domain::ResourceText> things_;  // the resource and what it is in, as mappings name them
  std::string subject_;
  const authz::NearRule* nearest_ = nullptr;  // that lacks something
  std::vector<domain::GroupId> idle_groups_;  // that who would be in, were all groups enabled
  std::optional<Timed> timed_;
  std::optional<Idle> idle_;  // says more than timed_
  std::vector<TurningChange> ideas_;
};

Outcome<void> Explainer::look_up() {
  subject_ = names_.of(question_.subject);
  who_ = decisions_.decider().principal(question_.subject);
  if (who_) {
    if (who_->kind == PrincipalKind::kUser)
      subject_ = names_.of(domain::user_entity(domain::UserId(who_->id)));
    const auto groups = stored(domain::effective_groups(read_.txn, tenant_, *who_));
    if (!groups.ok()) return groups.error();
    const auto all = stored(domain::effective_groups(read_.txn, tenant_, *who_, domain::Disabled::kCounted));
    if (!all.ok()) return all.error();
    std::set_difference(all->begin(), all->end(), groups->begin(), groups->end(),
                        std::back_inserter(idle_groups_));
    holders_.assign(groups->begin(), groups->end());
    holders_.push_back(*who_);
    std::sort(holders_.begin(), holders_.end());
  }
  std::vector<EntityName> names{question_.resource};
  if (domain::is_valid(question_.resource) && !domain::is_reeves_type(question_.resource.type)) {
    auto above = stored(domain::ancestors_of(read_.txn, tenant_, question_.resource));
    if (!above.ok()) return above.error();
    names.insert(names.end(), above->begin(), above->end());
  }
  for (const EntityName& name : names)
    if (auto text = authz::resource_text(tenant_, name); text && !text->empty())
      things_.push_back(*std::move(text));
  for (const authz::NearRule& rule : told_.near->rules)
    if (!nearest_ && rule.effect == cedar::Effect::kPermit && rule.lack != authz::Lack::kNothing &&
        rule.lack != authz::Lack::kScope && rule.failed_count == 1)
      nearest_ = &rule;
  return {};
}

Outcome<void> Explainer::find_idle(const std::function<bool(const domain::Role&)>& gives,
                                   bool tenant_wide_alone) {
  std::size_t looked_at = 0;
  Outcome<void> outcome;
  const auto is_here = [&](std::string_view resource) {
    return resource.empty() ||
           (!tenant_wide_alone && std::find(things_.begin(), things_.end(), resource) != things_.end());
  };
  for (const domain::GroupId& group : idle_groups_) {
    if (!authorize(read_, on_group(op::list_mappings, tenant_, group)).ok()) continue;
    const auto done =
        stored(domain::each_held_role(read_.txn, tenant_, group, [&](const domain::Holding& holding) {
          if (++looked_at > kMostLookedAt || idle_) return false;
          if (!holding.in_force(read_.now) || !is_here(holding.resource)) return true;
          auto role = stored(domain::find_role_in_force(read_.txn, tenant_, holding.role));
          if (!role.ok()) outcome = role.error();
          if (role.ok() && *role && gives(**role)) idle_.emplace(Idle{group, **std::move(role)});
          return outcome.ok();
        }));
    if (!done.ok() || !outcome.ok()) return done.ok() ? outcome : done;
  }
  return {};
}

// The mapping that ended last of those that gave it, or else the one that begins first.
Outcome<void> Explainer::find_timed(const std::function<bool(const domain::Role&)>& gives,
                                    bool tenant_wide_alone) {
  if (!sight_.directory) return {};
  if (auto found = find_idle(gives, tenant_wide_alone); !found.ok()) return found;
  std::size_t looked_at = 0;
  Outcome<void> outcome;
  for (const domain::Principal& holder : holders_) {
    if (holder.kind == PrincipalKind::kGroup &&
        !authorize(read_, on_group(op::list_mappings, tenant_, domain::GroupId(holder.id))).ok())
      continue;
    const auto done =
        stored(domain::each_mapping_of(read_.txn, tenant_, holder, nullptr, [&](domain::Mapping&& mapping) {
          if (++looked_at > kMostLookedAt) return false;
          if (mapping.in_force(read_.now)) return true;
          if (!mapping.resource.empty() &&
              (tenant_wide_alone ||
               std::find(things_.begin(), things_.end(), mapping.resource) == things_.end()))
            return true;
          const bool is_over = mapping.expires_at && *mapping.expires_at <= read_.now;
          if (timed_ && timed_->is_over && (!is_over || *mapping.expires_at <= *timed_->mapping.expires_at))
            return true;
          if (timed_ && !timed_->is_over && !is_over && *mapping.valid_from >= *timed_->mapping.valid_from)
            return true;
          auto role = stored(domain::find_role_in_force(read_.txn, tenant_, mapping.role));
          if (!role.ok()) outcome = role.error();
          if (role.ok() && *role && gives(**role))
            timed_.emplace(Timed{std::move(mapping), **std::move(role), is_over});
          return outcome.ok();
        }));
    if (!done.ok() || !outcome.ok()) return done.ok() ? outcome : done;
  }
  return {};
}

// Of rules that lack nothing but a role, one whose role was held, or will be, says more than others.
Outcome<void> Explainer::find_role_had() {
  for (const authz::NearRule& rule : told_.near->rules) {
    if (rule.lack != authz::Lack::kRole || rule.failed_count != 1) continue;
    if (rule.effect != cedar::Effect::kPermit) continue;
    const std::string& slug = rule.wanted_in->id;
    const auto done = find_timed([&](const domain::Role& role) { return role.slug == slug; }, true);
    if (!done.ok()) return done;
    if (!timed_ && !idle_) continue;
    nearest_ = &rule;
    return {};
  }
  return {};
}

bool Explainer::is_disabled_group(const domain::GroupId& id) const {
  const auto group = domain::get_group(read_.txn, tenant_, id);
  return group.ok() && *group && (*group)->state == domain::State::kDisabled;
}

// "; ann had it through group Finance until 2026-11-01"
std::string Explainer::had() const {
  if (idle_) {
    const bool is_itself = is_disabled_group(idle_->group);
    return "; " + subject_ + " would have " + (nearest_ ? "it" : "role " + idle_->role.slug) + " through " +
           names_.of(idle_->group) +
           (is_itself ? ", which is disabled" : ", but for a group on the way that is disabled");
  }
  if (!timed_) return "";
  const domain::Mapping& mapping = timed_->mapping;
  std::string text = "; " + subject_ + (timed_->is_over ? " had " : " has ");
  text += nearest_ ? "it" : "role " + timed_->role.slug;
  if (mapping.principal.kind == PrincipalKind::kGroup)
    text += " through " + names_.of(domain::GroupId(mapping.principal.id));
  return text + (timed_->is_over ? " until " + day_of(*mapping.expires_at)
                                 : " from " + day_of(*mapping.valid_from) + " on");
}

// What the rule would need, as far as the values may be seen.
std::string Explainer::lack_of(const authz::NearRule& rule) const {
  const std::string which = names_.of(rule.policy, rule.rule);
  switch (rule.lack) {
    case authz::Lack::kRole:
      return which + " needs role " + rule.wanted_in->id + had();
    case authz::Lack::kMember:
      return which + " needs membership of " + names_.of(*rule.wanted_in);
    case authz::Lack::kGrant:
      return which + " is a template, and no grant gives it to " + subject_ + " on " +
             names_.of(question_.resource);
    case authz::Lack::kCondition: {
      const cedar::PolicyPart& part = rule.parts.front();
      const bool is_unless = part.kind == cedar::PartKind::kUnless;
      std::string text = which + (is_unless ? " says nothing where `" : " needs `") + part.text + "`";
      for (const cedar::SeenValue& seen : part.seen)
        text +=
            ", and " + seen.expression +
            (seen.value ? " is " + *seen.value : " is a " + std::string(seen.type) + " that you may not see");
      return text;
    }
    case authz::Lack::kNothing:
    case authz::Lack::kScope:
      break;
  }
  return which + " comes nearest";
}

std::string Explainer::why_not() const {
  const Decided& decided = told_.decided;
  if (decided.suspended)
    return subject_ + (who_ && who_->kind == PrincipalKind::kGroup ? " is disabled" : " is suspended");
  if (decided.used_up) return "deciding this takes more steps than a question may";
  if (!decided.determining.empty()) {
    const authz::TenantRule& rule = *decided.determining.front();
    const bool failed = std::any_of(decided.failed.begin(), decided.failed.end(),
                                    [&](const authz::FailedRule& one) { return one.rule == &rule; });
    return names_.of(rule.policy, rule.rule) +
           (failed ? " can't be evaluated, and so forbids it" : " forbids it");
  }
  if (nearest_) return lack_of(*nearest_);
  if (told_.near->permission) return "no role of " + subject_ + " gives " + *told_.near->permission + had();
  return "no rule and no role allows it";
}

std::string Explainer::why() const {
  const Decided& decided = told_.decided;
  if (!decided.determining.empty())
    return names_.of(decided.determining.front()->policy, decided.determining.front()->rule) + " permits it";
  return "a role gives " + told_.near->permission.value_or("it");
}

void Explainer::think_of(const char* kind, std::string text, std::optional<std::uint64_t> people,
                         std::vector<std::string> scopes, TurningCall call) {
  const auto is_same = [&](const TurningChange& other) { return other.text == text; };
  if (std::any_of(ideas_.begin(), ideas_.end(), is_same)) return;
  TurningChange told{kind, std::move(text), people, std::move(scopes), {}, std::move(call)};
  told.level = read_.catalogue->risk(told.scopes);
  told.is_of_now = read_.today == nullptr;
  ideas_.push_back(std::move(told));
}

// What a call names the role by.
Outcome<std::string> Explainer::name_of_role(const domain::Role& role) const {
  const auto named = stored(domain::find_role(read_.txn, tenant_, role.slug));
  if (!named.ok()) return named.error();
  return *named && (*named)->id == role.id ? role.slug : role.id.to_string();
}

// Whether a role can be given on what the question is about: something of the directory has to be there.
Outcome<bool> Explainer::takes_mappings() const {
  if (things_.empty() || question_.resource.type == domain::kRoleType) return false;
  if (!domain::is_reeves_type(question_.resource.type)) return true;
  return has_resource(read_, tenant_, things_.front());
}

Outcome<void> Explainer::think_of_role(const domain::Role& role, Place place) {
  if (!who_ || who_->kind == PrincipalKind::kGroup) return {};
  const bool needs_tenant = place == Place::kTenant;
  const auto on_resource = needs_tenant ? Outcome<bool>(false) : takes_mappings();
  if (!on_resource.ok()) return on_resource.error();
  auto named = name_of_role(role);
  if (!named.ok()) return named.error();
  const auto resource = *on_resource ? std::optional(question_.resource) : std::nullopt;
  think_of("mapping",
           "Give " + subject_ + " role " + role.slug +
               (resource ? " on " + names_.of(question_.resource) : "") + ".",
           1, read_.catalogue->effective(role.scopes),
           GivesRole{*who_, role.id, std::move(named).value(), resource});
  if (who_->kind != PrincipalKind::kUser) return {};
  // Groups that have it.
  std::vector<domain::GroupId> groups;
  const auto done = stored(domain::each_holder(
      read_.txn, tenant_, role.id, PrincipalKind::kGroup, [&](const domain::Holding& holding) {
        const bool counts =
            holding.resource.empty() ||
            (!needs_tenant && std::find(things_.begin(), things_.end(), holding.resource) != things_.end());
        if (counts && holding.in_force(read_.now)) groups.push_back(domain::GroupId(holding.principal.id));
        return groups.size() < 2;
      }));
  if (!done.ok()) return done;
  for (const domain::GroupId& group : groups)
    if (const auto thought = think_of_group(group); !thought.ok()) return thought;
  return {};
}

Outcome<void> Explainer::think_of_group(const domain::GroupId& group) {
  if (!who_ || who_->kind != PrincipalKind::kUser) return {};
  if (!authorize(read_, on_group(op::list_mappings, tenant_, group)).ok()) return {};
  auto scopes = stored(authz::scopes_conferred(read_.txn, *read_.catalogue, tenant_, group, read_.now));
  if (!scopes.ok()) return scopes.error();
  think_of("membership", "Add " + subject_ + " to " + names_.of(group) + ".", 1, std::move(scopes).value(),
           JoinsGroup{group, domain::UserId(who_->id)});
  return {};
}

// The role that gives the least beside the permission.
Outcome<void> Explainer::think_of_permission(const std::string& scope) {
  const auto place = read_.catalogue->place_of(scope);
  std::vector<std::pair<std::size_t, domain::Role>> giving;
  std::size_t looked_at = 0;
  for (const domain::Owner& owner : {domain::Owner(tenant_), domain::Owner(domain::Platform{})}) {
    const auto done = stored(domain::each_role(read_.txn, owner, "", [&](domain::Role&& role) {
      const domain::PermissionSet given = read_.catalogue->effective_set(role.scopes);
      if (place && given.has(*place) && role.state == domain::State::kEnabled)
        giving.emplace_back(given.size(), std::move(role));
      return ++looked_at < kMostLookedAt;
    }));
    if (!done.ok()) return done;
  }
  std::sort(giving.begin(), giving.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.slug) < std::tie(b.first, b.second.slug);
  });
  return giving.empty() ? Outcome<void>() : think_of_role(giving.front().second, Place::kResource);
}

Outcome<void> Explainer::think_of_timed() {
  if (!timed_) return {};
  const domain::Mapping& mapping = timed_->mapping;
  std::uint64_t people = 1;
  std::string whose = subject_;
  if (mapping.principal.kind == PrincipalKind::kGroup) {
    const domain::GroupId group(mapping.principal.id);
    whose = names_.of(group);
    const auto groups = stored(domain::with_groups_below(read_.txn, tenant_, {group}, kMostLookedAt));
    if (!groups.ok()) return groups.error();
    people = 0;
    for (const domain::GroupId& one : *groups) {
      const auto members = stored(domain::count_members(read_.txn, tenant_, one));
      if (!members.ok()) return members.error();
      people += *members;
    }
  }
  const std::string when = timed_->is_over ? "again: it ended " + day_of(*mapping.expires_at)
                                           : "now: it begins " + day_of(*mapping.valid_from);
  think_of("expiry", "Let " + whose + " have role " + timed_->role.slug + " " + when + ".", people,
           read_.catalogue->effective(timed_->role.scopes), MovesTimes{mapping.id, timed_->is_over});
  return {};
}

// Of the groups that are disabled, those that would give it; trying tells.
Outcome<void> Explainer::think_of_enabling() {
  std::size_t looked_at = 0;
  for (const domain::GroupId& group : idle_groups_) {
    if (ideas_.size() >= kMostTries || ++looked_at > kMostLookedAt) break;
    if (!is_disabled_group(group)) continue;
    if (!authorize(read_, on_group(op::list_mappings, tenant_, group)).ok()) continue;
    std::vector<domain::GroupId> below;
    const auto read =
        stored(domain::each_subgroup(read_.txn, tenant_, group, nullptr, [&](domain::Subgroup&& subgroup) {
          below.push_back(subgroup.member);
          return true;
        }));
    if (!read.ok()) return read;
    auto all = stored(domain::with_groups_below(read_.txn, tenant_, std::move(below), kMostLookedAt));
    if (!all.ok()) return all.error();
    all->push_back(group);
    std::uint64_t people = 0;
    for (const domain::GroupId& one : *all) {
      const auto members = stored(domain::count_members(read_.txn, tenant_, one));
      if (!members.ok()) return members.error();
      people += *members;
    }
    auto scopes = stored(authz::scopes_conferred(read_.txn, *read_.catalogue, tenant_, group, read_.now));
    if (!scopes.ok()) return scopes.error();
    think_of("activation", "Enable " + names_.of(group) + ".", people, std::move(scopes).value(),
             EnablesGroup{group});
  }
  return {};
}

Outcome<void> Explainer::think_of_grant(const authz::NearRule& rule) {
  const auto& policies = decisions_.policies();
  const auto place = policies.templates.find(rule.rule);
  if (place == policies.templates.end() || !domain::is_valid(question_.subject)) return {};
  const authz::TenantTemplate& body = policies.tiers[place->second.tier].templates[place->second.number];
  const bool names_principal = body.principal != authz::TemplateSlot::kNone;
  const bool names_resource = body.resource != authz::TemplateSlot::kNone && !things_.empty();
  GrantsTemplate call{rule.policy, rule.rule, {}, {}};
  if (names_principal)
    call.principal = who_ && who_->kind == PrincipalKind::kUser
                         ? domain::user_entity(domain::UserId(who_->id))
                         : question_.subject;
  if (names_resource) call.resource = question_.resource;
  think_of("grant",
           "Grant " + names_.of(rule.policy, rule.rule) + (names_principal ? " to " + subject_ : "") +
               (names_resource ? " on " + names_.of(question_.resource) : "") + ".",
           names_principal ? std::optional<std::uint64_t>(1) : std::nullopt,
           authz::scopes_permitted(*read_.catalogue, *body.body.policy(0).body), std::move(call));
  return {};
}

// The resource's attribute as a condition asks for it, where that is stored and compared with one value.
Outcome<void> Explainer::think_of_attributes(const authz::NearRule& rule) {
  if (!sight_.entities || !domain::is_valid(question_.resource)) return {};
  if (domain::is_reeves_type(question_.resource.type)) return {};
  std::vector<std::string> secret = decisions_.policies().settings.secret;
  secret.insert(secret.end(), sight_.secret.begin(), sight_.secret.end());
  for (const authz::Wish& wish : rule.wishes) {
    if (std::find(secret.begin(), secret.end(), wish.attribute) != secret.end()) continue;
    auto entity = stored(domain::get_entity(read_.txn, tenant_, question_.resource));
    if (!entity.ok()) return entity.error();
    domain::StoredEntity after;
    if (*entity)
      after = **entity;
    else
      after.name = question_.resource, after.tenant = tenant_;
    const auto attrs = base::parse_json(after.attrs);
    const auto tags = base::parse_json(after.tags);
    if (!attrs.ok() || !attrs->object() || !tags.ok()) continue;
    base::Json::Object members = *attrs->object();
    std::erase_if(members, [&](const auto& member) { return member.first == wish.attribute; });
    members.emplace_back(wish.attribute, wish.value);
    after.attrs = to_canonical_text(base::Json(std::move(members)));
    think_of(
        "attribute",
        "Set " + wish.attribute + " of " + names_.of(question_.resource) + " to " + to_text(wish.value) + ".",
        std::nullopt, {}, SetsAttribute{after, !has_member(*attrs, secret) && !has_member(*tags, secret)});
  }
  return {};
}

// Mappings that give what a role allowed; each alone, so that what is held twice turns nothing.
Outcome<void> Explainer::think_of_taking_away() {
  const auto place = read_.catalogue->place_of(*told_.near->permission);
  std::size_t looked_at = 0;
  for (const domain::Principal& holder : holders_) {
    const bool is_group = holder.kind == PrincipalKind::kGroup;
    if (is_group && !authorize(read_, on_group(op::list_mappings, tenant_, domain::GroupId(holder.id))).ok())
      continue;
    const auto done =
        stored(domain::each_mapping_of(read_.txn, tenant_, holder, nullptr, [&](domain::Mapping&& mapping) {
          if (++looked_at > kMostLookedAt || ideas_.size() >= kMostTries) return false;
          if (!mapping.in_force(read_.now)) return true;
          const auto role = domain::find_role_in_force(read_.txn, tenant_, mapping.role);
          if (!role.ok() || !*role || !place || !read_.catalogue->effective_set((*role)->scopes).has(*place))
            return true;
          think_of("mapping",
                   "Take role " + (*role)->slug + " from " +
                       (is_group ? names_.of(domain::GroupId(holder.id)) : subject_) + ".",
                   is_group ? std::nullopt : std::optional<std::uint64_t>(1),
                   read_.catalogue->effective((*role)->scopes), TakesMapping{mapping.id});
          return true;
        }));
    if (!done.ok()) return done;
  }
  return {};
}

Outcome<void> Explainer::try_ideas() {
  if (ideas_.empty()) return {};
  const auto policies = stored(read_.policies->get(read_.txn, tenant_));
  if (!policies.ok()) return policies.error();
  auto over =
      store::WriteTxn::over(read_.txn, read_.now, read_.today ? kMostTrialBytesThen : kMostTrialBytes);
  if (!over.ok() && over.error().code == base::ErrorCode::kFull) {
    told_.tried = false;
    return {};
  }
  if (!over.ok()) return from_store(over.error());
  std::size_t tries = 0;
  for (TurningChange& idea : ideas_) {
    if (told_.changes.size() == kMostTurningChanges || ++tries > kMostTries) break;
    bool turns = false;
    const auto try_it = [&](store::WriteTxn& txn) -> base::Result<void> {
      // What can't be written, such as by a limit, turns nothing.
      if (auto applied = try_call(txn, tenant_, idea.call); !applied.ok()) return applied;
      authz::Decider decider(txn, *read_.catalogue, *policies, tenant_, ids_, read_.now);
      const auto decided = decider.decide(question_);
      turns = decided.ok() && decided->allowed != told_.decided.allowed;
      return base::Error{base::ErrorCode::kConflict, "tried"};  // and undone
    };
    (void)over->attempt(try_it);
    // Where there was no room to undo it, what follows would be tried on it as well.
    if (!over->attempt([](store::WriteTxn&) { return base::Result<void>(); }).ok()) break;
    if (turns) told_.changes.push_back(std::move(idea));
  }
  return {};
}

Outcome<void> Explainer::run() {
  if (const auto looked = look_up(); !looked.ok()) return looked;
  const Decided& decided = told_.decided;
  const auto& permission = told_.near->permission;
  const bool lacks_role = !decided.allowed && decided.determining.empty() && !decided.suspended;
  Outcome<void> done;
  if (lacks_role) done = find_role_had();
  if (!done.ok()) return done;
  if (lacks_role && !nearest_ && permission) {
    const auto place = read_.catalogue->place_of(*permission);
    done = find_timed(
        [&](const domain::Role& role) {
          return place && read_.catalogue->effective_set(role.scopes).has(*place);
        },
        false);
  }
  if (!done.ok()) return done;
  told_.tells_principal = sight_.directory;
  if (sight_.directory) told_.principal = who_;
  told_.sentence = subject_ + (decided.allowed ? " may " : " may not ") + question_.action + " " +
                   names_.of(question_.resource) + ": " + (decided.allowed ? why() : why_not());

  if (decided.used_up) return {};
  if (decided.suspended && who_ && who_->kind == PrincipalKind::kUser && sight_.directory) {
    think_of("activation", "Activate " + subject_ + ".", 1, {}, ActivatesUser{domain::UserId(who_->id)});
    return try_ideas();
  }
  if (sight_.directory && !decided.allowed && !decided.suspended) done = think_of_enabling();
  if (done.ok() && sight_.directory && !decided.allowed) done = think_of_timed();
  for (const authz::NearRule& rule : told_.near->rules) {
    if (!done.ok()) return done;
    const bool is_permit = rule.effect == cedar::Effect::kPermit;
    const bool determines = !is_permit && rule.outcome == cedar::PolicyOutcome::kApplies;
    if (decided.allowed || (is_permit ? rule.failed_count != 1 : !determines)) continue;
    if (rule.lack == authz::Lack::kRole && sight_.directory) {
      const auto role = stored(domain::find_role(read_.txn, tenant_, rule.wanted_in->id));
      if (!role.ok()) return role.error();
      if (*role) done = think_of_role(**role, Place::kTenant);
    } else if (rule.lack == authz::Lack::kMember && sight_.directory) {
      if (const auto group = domain::GroupId::parse(rule.wanted_in->id)) done = think_of_group(*group);
    } else if (rule.lack == authz::Lack::kGrant && sight_.entities) {
      done = think_of_grant(rule);
    } else if (rule.lack == authz::Lack::kCondition || determines) {
      done = think_of_attributes(rule);
    }
  }
  if (done.ok() && sight_.directory && lacks_role && permission) done = think_of_permission(*permission);
  if (done.ok() && sight_.directory && decided.by_roles && permission) done = think_of_taking_away();
  return done.ok() ? try_ideas() : done;
}

Outcome<Explanation> explain_stored(const Read& read, const domain::TenantId& tenant, UserIds ids,
                                    const DecisionQuestion& question) {
  const auto decisions = Decisions::begin(read, tenant, ids, Decisions::Haste::kNone);
  if (!decisions.ok()) return decisions.error();
  auto decided = (*decisions)->decide(question, true);
  if (!decided.ok()) return decided.error();
  Explanation told{std::move(decided).value(), {}};
  const auto may_decide = (*decisions)->may_decide();
  if (!may_decide.ok()) return may_decide.error();
  if (!*may_decide) {
    for (const auto* rule : told.decided.determining)
      if (!rule->notice.empty()) told.sentence.append(told.sentence.empty() ? "" : " ").append(rule->notice);
    if (told.sentence.empty())
      told.sentence = told.decided.allowed ? "This is allowed." : "This is not allowed.";
    return told;
  }
  auto near = (*decisions)->near_rules(question);
  if (!near.ok()) return near.error();
  told.near = std::move(near).value();
  Explainer explainer(read, tenant, ids, question, **decisions, (*decisions)->sight(), told);
  if (const auto done = explainer.run(); !done.ok()) return done.error();
  return told;
}

}  // namespace

Outcome<Explanation> explain(const Read& read, const domain::TenantId& tenant, UserIds ids,
                             const ExplainedQuestion& asked) {
  if (asked.with.is_empty()) return explain_stored(read, tenant, ids, asked.question);
  const auto authorized = authorize(read, on_tenant(op::decide, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto decisions = Decisions::begin(read, tenant, ids, Decisions::Haste::kNone);
  if (!decisions.ok()) return decisions.error();
  const auto who = (*decisions)->decider().principal(asked.question.subject);
  if (!who) return invalid("/with", "must be absent: the subject is nobody whom the directory knows");
  Outcome<Explanation> told = error(Code::kInternal, "not asked");
  const auto done = suppose(read, tenant, *who, asked.with, [&](const Read& supposed) {
    told = explain_stored(supposed, tenant, ids, asked.question);
  });
  if (!done.ok()) return done.error();
  if (told.ok()) told->sentence = "With that, " + told->sentence;
  return told;
}

}  // namespace api
