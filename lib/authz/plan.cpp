// The stair of decision.cpp, asked for all resources of a type at once:
//
//   tier 100     forbid unless resource.open                  remains as it is
//   tier 0       permit when principal.level > 3              true, and so nothing below is asked any more
//   a template   granted on Folder:1 and Folder:2             resource in [Folder::"1", Folder::"2"] && …
//   roles        held on Folder:7 alone                       resource in [Folder::"7"]
//
// Scopes are looked at first, from the compiled policies, and only rules that can apply are read. A template
// is one rule, whatever number of grants fill it, as it is for a decision.
#include "authz/plan.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "authz/secret_names.h"
#include "cedar/cedar.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/role.h"
#include "domain/shadowed_role.h"

namespace authz {

using cedar::ExprRef;
using domain::EntityName;
using Kind = cedar::Residual::Kind;

namespace {

constexpr std::uint64_t kStepsOfChild = 50;  // about as much as reading it

// What is true, what isn't, and what depends on the resource.
enum class Known : std::uint8_t { kNo, kYes, kOpen };

Known any(const std::vector<PlannedRule>& rules, cedar::Effect effect) {
  Known known = Known::kNo;
  for (const PlannedRule& rule : rules) {
    if (rule.effect != effect) continue;
    if (rule.residual.kind == Kind::kTrue) return Known::kYes;
    known = Known::kOpen;
  }
  return known;
}

Plan::Kind kind_of(const std::vector<PlannedTier>& tiers) {
  Known allowed = Known::kNo;
  for (auto tier = tiers.rbegin(); tier != tiers.rend(); ++tier) {
    const Known permits = any(tier->rules, cedar::Effect::kPermit),
                forbids = any(tier->rules, cedar::Effect::kForbid);
    if (permits == Known::kYes || allowed == Known::kYes)
      allowed = Known::kYes;
    else if (permits == Known::kOpen)
      allowed = Known::kOpen;
    if (forbids == Known::kYes) allowed = Known::kNo;
    if (forbids == Known::kOpen && allowed == Known::kYes) allowed = Known::kOpen;
  }
  if (allowed == Known::kOpen) return Plan::Kind::kConditional;
  return allowed == Known::kYes ? Plan::Kind::kAlways : Plan::Kind::kNever;
}

bool always_decides(const PlannedTier& tier) {
  return std::any_of(tier.rules.begin(), tier.rules.end(),
                     [](const PlannedRule& rule) { return rule.residual.kind == Kind::kTrue; });
}

}  // namespace

// One plan in the making.
class Decider::Planning {
 public:
  Planning(Decider& decider, const NamedEntity& subject, const cedar::EntitySource& entities, Plan& plan)
      : of_(decider),
        subject_(subject),
        plan_(plan),
        evaluator_(plan.request, entities, decider.policies_->schema.get(), decider.steps_) {}

  base::Result<void> add_tiers();
  base::Result<void> add_roles(std::size_t permission);
  std::shared_ptr<const cedar::ExprPool> pool() const { return evaluator_.pool(); }
  bool is_decided() const { return !plan_.tiers.empty() && always_decides(plan_.tiers.back()); }

 private:
  base::Result<void> add_rule(PlannedRule, const cedar::Template&, PlannedTier&);
  base::Result<void> add_template(const TenantTemplate&, const std::vector<const domain::Grant*>&,
                                  PlannedTier&);
  base::Result<std::vector<cedar::Value>> things_with(const Authority&, const domain::Principal& who,
                                                      std::size_t permission);
  ExprRef make(cedar::ExprNode node) { return scratch_.add(std::move(node), {}); }
  ExprRef one_of(const std::vector<cedar::Value>&);
  // Nothing of what has a name that only policies use: it is nobody's in questions, and so nothing is held on
  // it, though its entity is called as another's.
  std::optional<cedar::EntityUid> uid_of(const domain::ResourceText& resource) const {
    const EntityName name = resource_name(of_.tenant_, resource);
    cedar::EntityUid uid{of_.entities_.name_in_policies(name.type), name.id};
    if (of_.entities_.name_of(uid) != name) return std::nullopt;
    return uid;
  }
  void note_end(const std::optional<base::Timestamp>& at) { of_.entities_.note_boundary(at); }

  Decider& of_;
  const NamedEntity& subject_;
  Plan& plan_;
  cedar::PartialEvaluator evaluator_;
  cedar::ExprPool scratch_;
};

base::Result<void> Decider::Planning::add_rule(PlannedRule rule, const cedar::Template& body,
                                               PlannedTier& tier) {
  auto residual =
      evaluator_.evaluate(cedar::Policy{rule.id, std::make_shared<const cedar::Template>(body), {}, {}});
  if (!residual.ok()) return residual.error();
  rule.effect = body.effect;
  const std::vector<std::string>& secret = of_.policies_->settings.secret;
  rule.may_show_secrets =
      (residual->open && may_show(*residual->open, secret)) ||
      std::any_of(body.conditions.begin(), body.conditions.end(),
                  [&](const cedar::Condition& condition) { return may_show(*condition.body, secret); });
  rule.residual = std::move(residual).value();
  const bool counts = plan_.failing_forbids && rule.effect == cedar::Effect::kForbid;
  if (rule.residual.kind == Kind::kFails && counts) rule.residual = {Kind::kTrue, nullptr, {}};
  if (rule.residual.kind == Kind::kTrue || rule.residual.kind == Kind::kOpen)
    tier.rules.push_back(std::move(rule));
  return {};
}

ExprRef Decider::Planning::one_of(const std::vector<cedar::Value>& uids) {
  cedar::SetExpr set;
  for (const cedar::Value& uid : uids) set.elements.push_back(make(cedar::Literal{uid}));
  return make(std::move(set));
}

base::Result<void> Decider::Planning::add_template(const TenantTemplate& rule,
                                                   const std::vector<const domain::Grant*>& grants,
                                                   PlannedTier& tier) {
  bool is_everywhere = false;
  std::vector<cedar::Value> on;
  for (const domain::Grant* grant : grants) {
    if (rule.resource == TemplateSlot::kNone || grant->resource.empty()) {
      is_everywhere = is_everywhere || (grant->resource.empty() && rule.resource != TemplateSlot::kEqual);
      continue;
    }
    if (auto uid = uid_of(grant->resource)) on.emplace_back(*std::move(uid));
  }
  if (!is_everywhere && on.empty()) return {};
  const cedar::Policy written = rule.body.policy(0);
  cedar::Template body = *written.body;
  if (!is_everywhere) {
    const ExprRef resource = make(cedar::Variable::kResource), things = one_of(on);
    const bool is_equal = rule.resource == TemplateSlot::kEqual;
    const ExprRef scope = make(is_equal ? cedar::Binary{cedar::BinaryOp::kContains, things, resource}
                                        : cedar::Binary{cedar::BinaryOp::kIn, resource, things});
    body.conditions.insert(body.conditions.begin(), cedar::Condition{false, scope, {}});
  }
  return add_rule({rule.rule.rule.to_string(), rule.rule.policy, written.body}, body, tier);
}

base::Result<void> Decider::Planning::add_tiers() {
  auto granted = of_.grants_.of_subject(subject_);
  if (!granted.ok()) return granted.error();
  for (const GrantsHeld::Filling& each : *granted)
    note_end(each.grant.valid_from), note_end(each.grant.expires_at);
  for (std::size_t t = 0; t < of_.policies_->tiers.size(); ++t) {
    const Tier& tier = of_.policies_->tiers[t];
    PlannedTier planned{tier.priority, {}};
    const auto heads = tier.policies.heads();
    for (std::uint32_t i = 0; i < heads.size(); ++i) {
      const cedar::PolicyScope& scope = heads[i].scope;
      if (!evaluator_.can_match(scope.principal, scope.action, scope.resource)) continue;
      const cedar::Policy policy = tier.policies.policy(i);
      if (auto added = add_rule({policy.id, tier.rules[i].policy, policy.body}, *policy.body, planned);
          !added.ok())
        return added;
    }
    for (std::size_t i = 0; i < tier.templates.size(); ++i) {
      std::vector<const domain::Grant*> grants;
      for (const GrantsHeld::Filling& each : *granted)
        if (each.at == TemplatePlace{t, i} && each.grant.in_force(of_.now_)) grants.push_back(&each.grant);
      if (grants.empty()) continue;
      if (auto added = add_template(tier.templates[i], grants, planned); !added.ok()) return added;
    }
    if (!planned.rules.empty()) plan_.tiers.push_back(std::move(planned));
    if (is_decided()) return {};
  }
  return {};
}

// Things on which the subject, or a group of it, has a role with the permission.
base::Result<std::vector<cedar::Value>> Decider::Planning::things_with(const Authority& held,
                                                                       const domain::Principal& who,
                                                                       std::size_t permission) {
  std::vector<domain::Principal> holders(held.groups.begin(), held.groups.end());
  holders.push_back(who);
  std::vector<std::pair<domain::RoleId, std::string>> on;
  for (const domain::Principal& holder : holders) {
    const auto read =
        domain::each_held_role(of_.txn_, of_.tenant_, holder, [&](const domain::Holding& holding) {
          if (holding.resource.empty()) return true;
          note_end(holding.valid_from), note_end(holding.expires_at);
          if (holding.in_force(of_.now_)) on.emplace_back(holding.role, holding.resource);
          return of_.steps_.take(50);  // about as much as reading it
        });
    if (!read.ok()) return read.error();
  }
  std::map<domain::RoleId, bool> gives;
  std::vector<cedar::Value> things;
  for (const auto& [role_id, resource] : on) {
    const auto known = gives.find(role_id);
    bool has_it = known != gives.end() && known->second;
    if (known == gives.end()) {
      const auto role = domain::find_role_in_force(of_.txn_, of_.tenant_, role_id);
      if (!role.ok()) return role.error();
      domain::PermissionSet given;
      if (*role && (*role)->state == domain::State::kEnabled)
        for (const std::string& scope : (*role)->scopes) of_.catalogue_.add_effective(given, scope);
      has_it = gives[role_id] = given.has(permission);
    }
    if (!has_it) continue;
    if (auto uid = uid_of(domain::ResourceText(resource))) things.emplace_back(*std::move(uid));
  }
  return things;
}

base::Result<void> Decider::Planning::add_roles(std::size_t permission) {
  const auto who = of_.entities_.holder(subject_);
  if (!who || who->kind == domain::PrincipalKind::kGroup) return {};
  const Authority* const held = of_.entities_.authority(*who);
  if (!held) return *of_.entities_.failed();
  const std::string& scope = of_.catalogue_.all()[permission].scope;
  cedar::Template body;
  if (!std::binary_search(held->scopes.begin(), held->scopes.end(), scope)) {
    if (!held->has_roles_on_things) return {};
    const auto things = things_with(*held, *who, permission);
    if (!things.ok()) return things.error();
    if (things->empty()) return {};
    const ExprRef resource = make(cedar::Variable::kResource);
    body.conditions.push_back(
        {false, make(cedar::Binary{cedar::BinaryOp::kIn, resource, one_of(*things)}), {}});
  }
  PlannedTier roles;
  if (auto added = add_rule({"roles", std::nullopt, nullptr}, body, roles); !added.ok()) return added;
  if (!roles.rules.empty()) plan_.tiers.push_back(std::move(roles));
  return {};
}

base::Result<Plan> Decider::plan(const DecisionQuestion& q) {
  entities_.forget();
  steps_ = cedar::StepBudget(most_steps_);
  const NamedEntity& subject = named(q.subject, subject_);
  if (entities_.failed()) return *entities_.failed();
  std::vector<NotHeld> notes;
  QuestionEntities entities(entities_);
  const cedar::EntityUid action = action_of(q.action);
  if (auto laid = lay_over(subject, q.subject_properties, "/subject/properties", entities, notes); !laid.ok())
    return laid.error();
  auto context = context_of(q, action, notes);
  if (!context.ok()) return context.error();
  const cedar::EntityUid some = entities_.named({q.resource.type, "-"}).uid;
  Plan plan{Plan::Kind::kNever,
            {},
            policies_->settings.on_error == domain::OnError::kDeny,
            {subject.uid, action, some.type(), std::move(context).value()},
            nullptr,
            false};
  if (!subject.active) return plan;

  Planning planning(*this, subject, entities, plan);
  auto done = planning.add_tiers();
  const auto permission = policies_->roles_decide ? permission_of(q.resource.type, q.action) : std::nullopt;
  if (done.ok() && permission && !planning.is_decided()) done = planning.add_roles(*permission);
  if (entities_.failed()) return *entities_.failed();
  plan.used_up = steps_.is_used_up() || (!done.ok() && done.error().code == base::ErrorCode::kFull);
  if (plan.used_up) return plan;
  if (!done.ok()) return done.error();
  plan.pool = planning.pool();
  plan.kind = kind_of(plan.tiers);
  return plan;
}

StoredHierarchy::Ids StoredHierarchy::below(const cedar::EntityUid& top, const cedar::Name& type,
                                            std::size_t most) const {
  const auto name = entities_.name_of(top);
  std::vector<std::string> ids;
  if (!name) return ids;
  // Who is in a group, a role or the tenant is no entity of the application.
  if (domain::is_reeves_type(name->type) && name->type != domain::kUserType) return std::nullopt;
  std::set<EntityName> seen{*name};
  std::vector<EntityName> waiting{*name};
  while (!waiting.empty()) {
    const EntityName one = std::move(waiting.back());
    waiting.pop_back();
    if (entities_.name_in_policies(one.type) == type) ids.push_back(one.id);
    if (ids.size() > most || seen.size() > kMostLookedAt) return std::nullopt;
    if (!domain::is_valid(one)) continue;
    const auto read = domain::each_child(txn_, tenant_, one, nullptr, [&](EntityName&& child) {
      if (seen.insert(child).second) waiting.push_back(std::move(child));
      return seen.size() <= kMostLookedAt && steps_.take(kStepsOfChild);
    });
    if (!read.ok() || !steps_.take(kStepsOfChild)) return std::nullopt;
  }
  return ids;
}

StoredHierarchy::Ids StoredHierarchy::above(const cedar::EntityUid& of, const cedar::Name& type,
                                            std::size_t most) const {
  std::vector<std::string> ids;
  if (of.type() == type) ids.push_back(of.id());
  std::vector<const cedar::EntityUid*> found;
  entities_.list_ancestors(of, found);
  for (const cedar::EntityUid* uid : found)
    if (uid->type() == type) ids.push_back(uid->id());
  if (ids.size() > most || entities_.failed() || steps_.is_used_up()) return std::nullopt;
  return ids;
}

StoredHierarchy Decider::hierarchy() {
  steps_ = cedar::StepBudget(most_steps_);
  return {txn_, entities_, tenant_, steps_};
}

}  // namespace authz
