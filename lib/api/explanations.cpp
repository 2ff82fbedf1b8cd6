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
#include "api/parts/policy_questions.h"
#include "api/policies.h"
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

// A change that might turn the answer, and what it is told as.
struct Idea {
  TurningChange told;
  std::function<base::Result<void>(store::WriteTxn&)> apply;
};

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
                std::vector<std::string> scopes, std::function<base::Result<void>(store::WriteTxn&)> apply);
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
  std::vector<Idea> ideas_;
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
                         std::vector<std::string> scopes,
                         std::function<base::Result<void>(store::WriteTxn&)> apply) {
  const auto is_same = [&](const Idea& other) { return other.told.text == text; };
  if (std::any_of(ideas_.begin(), ideas_.end(), is_same)) return;
  TurningChange told{kind, std::move(text), people, std::move(scopes), {}};
  told.level = read_.catalogue->risk(told.scopes);
  ideas_.push_back({std::move(told), std::move(apply)});
}

Outcome<void> Explainer::think_of_role(const domain::Role& role, Place place) {
  if (!who_ || who_->kind == PrincipalKind::kGroup) return {};
  const bool needs_tenant = place == Place::kTenant;
  domain::Mapping mapping;
  mapping.tenant = tenant_;
  mapping.principal = *who_;
  mapping.role = role.id;
  if (!needs_tenant && !things_.empty()) mapping.resource = things_.front();
  mapping.created_at = read_.now;
  think_of("mapping",
           "Give " + subject_ + " role " + role.slug +
               (mapping.resource.empty() ? "" : " on " + names_.of(question_.resource)) + ".",
           1, read_.catalogue->effective(role.scopes), [mapping](store::WriteTxn& txn) {
             domain::Mapping made = mapping;
             return domain::put_mapping(txn, made);
           });
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
           [tenant = tenant_, group, user = domain::UserId(who_->id), now = read_.now](store::WriteTxn& txn) {
             return domain::put_membership(txn, {tenant, group, user, domain::Source::kLocal, now, 0});
           });
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
  domain::Mapping mapping = timed_->mapping;
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
  mapping.valid_from.reset();
  if (timed_->is_over) mapping.expires_at.reset();
  think_of("expiry", "Let " + whose + " have role " + timed_->role.slug + " " + when + ".", people,
           read_.catalogue->effective(timed_->role.scopes), [mapping](store::WriteTxn& txn) {
             domain::Mapping made = mapping;
             return domain::put_mapping(txn, made);
           });
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
             [tenant = tenant_, group](store::WriteTxn& txn) -> base::Result<void> {
               auto enabled = domain::get_group(txn, tenant, group);
               if (!enabled.ok() || !*enabled) return enabled.ok() ? base::Result<void>() : enabled.error();
               (*enabled)->state = domain::State::kEnabled;
               return domain::put_group(txn, **enabled);
             });
  }
  return {};
}

Outcome<void> Explainer::think_of_grant(const authz::NearRule& rule) {
  const auto& policies = decisions_.policies();
  const auto place = policies.templates.find(rule.rule);
  if (place == policies.templates.end() || !domain::is_valid(question_.subject)) return {};
  const authz::TenantTemplate& body = policies.tiers[place->second.tier].templates[place->second.number];
  domain::Grant grant;
  grant.tenant = tenant_;
  grant.policy = rule.policy;
  grant.rule = rule.rule;
  const bool names_principal = body.principal != authz::TemplateSlot::kNone;
  const bool names_resource = body.resource != authz::TemplateSlot::kNone && !things_.empty();
  if (names_principal)
    grant.principal =
        to_string(who_ && who_->kind == PrincipalKind::kUser ? domain::user_entity(domain::UserId(who_->id))
                                                             : question_.subject);
  if (names_resource) grant.resource = things_.front();
  grant.created_at = read_.now;
  think_of("grant",
           "Grant " + names_.of(rule.policy, rule.rule) + (names_principal ? " to " + subject_ : "") +
               (names_resource ? " on " + names_.of(question_.resource) : "") + ".",
           names_principal ? std::optional<std::uint64_t>(1) : std::nullopt,
           authz::scopes_permitted(*read_.catalogue, *body.body.policy(0).body),
           [grant](store::WriteTxn& txn) {
             domain::Grant made = grant;
             return domain::put_grant(txn, made);
           });
  return {};
}

// The resource's attribute as a condition asks for it, where that is stored and compared with one value.
Outcome<void> Explainer::think_of_attributes(const authz::NearRule& rule) {
  if (!sight_.entities || !domain::is_valid(question_.resource)) return {};
  if (domain::is_reeves_type(question_.resource.type)) return {};
  for (const authz::Wish& wish : rule.wishes) {
    const std::vector<std::string>& secret = decisions_.policies().settings.secret;
    if (std::find(secret.begin(), secret.end(), wish.attribute) != secret.end()) continue;
    if (std::find(sight_.secret.begin(), sight_.secret.end(), wish.attribute) != sight_.secret.end())
      continue;
    auto entity = stored(domain::get_entity(read_.txn, tenant_, question_.resource));
    if (!entity.ok()) return entity.error();
    domain::StoredEntity after;
    if (*entity)
      after = **entity;
    else
      after.name = question_.resource, after.tenant = tenant_;
    const auto attrs = base::parse_json(after.attrs);
    if (!attrs.ok() || !attrs->object()) continue;
    base::Json::Object members = *attrs->object();
    std::erase_if(members, [&](const auto& member) { return member.first == wish.attribute; });
    members.emplace_back(wish.attribute, wish.value);
    after.attrs = to_canonical_text(base::Json(std::move(members)));
    think_of(
        "attribute",
        "Set " + wish.attribute + " of " + names_.of(question_.resource) + " to " + to_text(wish.value) + ".",
        std::nullopt, {}, [after](store::WriteTxn& txn) {
          domain::StoredEntity made = after;
          return domain::put_entity(txn, made);
        });
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
                   read_.catalogue->effective((*role)->scopes),
                   [mapping](store::WriteTxn& txn) { return domain::delete_mapping(txn, mapping); });
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
  for (Idea& idea : ideas_) {
    if (told_.changes.size() == kMostTurningChanges || ++tries > kMostTries) break;
    bool turns = false;
    const auto try_it = [&](store::WriteTxn& txn) -> base::Result<void> {
      // What can't be written, such as by a limit, turns nothing.
      if (auto applied = idea.apply(txn); !applied.ok()) return applied;
      authz::Decider decider(txn, *read_.catalogue, *policies, tenant_, ids_, read_.now);
      const auto decided = decider.decide(question_);
      turns = decided.ok() && decided->allowed != told_.decided.allowed;
      return base::Error{base::ErrorCode::kConflict, "tried"};  // and undone
    };
    (void)over->attempt(try_it);
    // Where there was no room to undo it, what follows would be tried on it as well.
    if (!over->attempt([](store::WriteTxn&) { return base::Result<void>(); }).ok()) break;
    if (turns) told_.changes.push_back(std::move(idea.told));
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
  told_.sentence = subject_ + (decided.allowed ? " may " : " may not ") + question_.action + " " +
                   names_.of(question_.resource) + ": " + (decided.allowed ? why() : why_not());

  if (decided.used_up) return {};
  if (decided.suspended && who_ && who_->kind == PrincipalKind::kUser && sight_.directory) {
    think_of("activation", "Activate " + subject_ + ".", 1, {},
             [tenant = tenant_, id = domain::UserId(who_->id)](store::WriteTxn& txn) -> base::Result<void> {
               auto user = domain::get_user(txn, tenant, id);
               if (!user.ok() || !*user) return user.ok() ? base::Result<void>() : user.error();
               (*user)->active = true;
               return domain::put_user(txn, **user);
             });
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

}  // namespace

Outcome<DecisionQuestion> explained_question(const base::Json& body) {
  return read_question(body, "");
}

Outcome<Explanation> explain(const Read& read, const domain::TenantId& tenant, UserIds ids,
                             const DecisionQuestion& question) {
  const auto decisions = Decisions::begin(read, tenant, ids, Decisions::Haste::kNone);
  if (!decisions.ok()) return decisions.error();
  auto decided = (*decisions)->decide(question, true);
  if (!decided.ok()) return decided.error();
  Explanation told{std::move(decided).value(), {}, {}, {}};
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

}  // namespace api
