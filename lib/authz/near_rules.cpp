// Ten thousand rules are more than can be taken apart for one answer, but their scopes stand ready in the
// compiled policies. So first the scopes are held against the question, then those that came nearest are read
// again from their texts and judged part by part (cedar/explain.h):
//
//   10,000 rules   by scope   ->   the 500 nearest   by parts   ->   the 10 that are told
//
// What a template asks beside its slots is judged whether or not a grant fills it; without one the grant is
// what it lacks first of all.
#include "authz/near_rules.h"

#include <algorithm>
#include <utility>

#include "authz/decision.h"
#include "cedar/cedar.h"
#include "domain/directory.h"

namespace authz {
namespace {

bool is_in(const cedar::EntityUid& one, const cedar::EntityUid& other, const cedar::EntitySource& entities) {
  return one == other || entities.has_ancestor(one, other);
}

// Whether the scope's constraint holds; that of a template has nothing in place of its slot.
struct Holds {
  const cedar::EntityUid& uid;
  const cedar::EntitySource& entities;

  bool is_in_place(const cedar::EntityOrSlot& entity) const {
    const auto* const named = std::get_if<cedar::EntityUid>(&entity);
    return !named || is_in(uid, *named, entities);
  }
  bool operator()(const cedar::ScopeAny&) const { return true; }
  bool operator()(const cedar::ScopeEqual& c) const {
    const auto* const named = std::get_if<cedar::EntityUid>(&c.entity);
    return !named || uid == *named;
  }
  bool operator()(const cedar::ScopeIn& c) const { return is_in_place(c.entity); }
  bool operator()(const cedar::ScopeIs& c) const { return uid.type() == c.type; }
  bool operator()(const cedar::ScopeIsIn& c) const { return uid.type() == c.type && is_in_place(c.entity); }
  bool operator()(const cedar::ActionEqual& c) const { return uid == c.action; }
  bool operator()(const cedar::ActionIn& c) const { return is_in(uid, c.action, entities); }
  bool operator()(const cedar::ActionInSet& c) const {
    return std::any_of(c.actions.begin(), c.actions.end(),
                       [&](const cedar::EntityUid& action) { return is_in(uid, action, entities); });
  }
};

// What a principal has to be in by a scope; null where it names nothing.
const cedar::EntityUid* wanted_of(const cedar::ScopeConstraint& scope) {
  if (const auto* in = std::get_if<cedar::ScopeIn>(&scope)) return std::get_if<cedar::EntityUid>(&in->entity);
  if (const auto* in = std::get_if<cedar::ScopeIsIn>(&scope))
    return std::get_if<cedar::EntityUid>(&in->entity);
  return nullptr;
}

// Gathers what a condition wishes of the resource's attributes to have the truth `wanted`.
class Wishes {
 public:
  void add(const cedar::Expr& expr, bool wanted) {
    if (found_.size() == kMostWishes) return;
    if (const auto* chain = std::get_if<cedar::Chain>(&expr.node)) {
      if (chain->op != cedar::ChainOp::kMultiply)
        for (const cedar::ExprRef operand : chain->operands) add(*operand, wanted);
    } else if (const auto* unary = std::get_if<cedar::Unary>(&expr.node)) {
      if (unary->op == cedar::UnaryOp::kNot) add(*unary->operand, !wanted);
    } else if (const auto* binary = std::get_if<cedar::Binary>(&expr.node)) {
      if (binary->op != (wanted ? cedar::BinaryOp::kEqual : cedar::BinaryOp::kNotEqual)) return;
      if (!add_pair(attribute_of(*binary->left), *binary->right))
        add_pair(attribute_of(*binary->right), *binary->left);
    } else if (const std::string* const name = attribute_of(expr)) {
      found_.push_back({*name, base::Json(wanted)});
    }
  }
  std::vector<Wish> take() { return std::move(found_); }

 private:
  static const std::string* attribute_of(const cedar::Expr& expr) {
    const auto* const get = std::get_if<cedar::GetAttribute>(&expr.node);
    const auto* const of = get ? std::get_if<cedar::Variable>(&get->object->node) : nullptr;
    return of && *of == cedar::Variable::kResource ? &get->name : nullptr;
  }
  bool add_pair(const std::string* name, const cedar::Expr& value) {
    const auto* const literal = std::get_if<cedar::Literal>(&value.node);
    if (!name || !literal) return false;
    if (const bool* truth = literal->value.boolean()) found_.push_back({*name, base::Json(*truth)});
    if (const auto* number = literal->value.integer()) found_.push_back({*name, base::Json(*number)});
    if (const std::string* text = literal->value.string()) found_.push_back({*name, base::Json(*text)});
    return true;
  }

  std::vector<Wish> found_;
};

// Of a rule's conditions, so that all of them hold, or not all.
std::vector<Wish> wishes_of(const cedar::Template& body, bool is_to_apply) {
  Wishes wishes;
  for (const cedar::Condition& condition : body.conditions)
    wishes.add(*condition.body, is_to_apply != condition.is_unless);
  return wishes.take();
}

struct Candidate {
  const Tier* tier;
  const cedar::CompiledPolicies* policies;
  std::uint32_t number;
  const TenantRule* rule;
  std::optional<domain::GrantId> grant;
  bool lacks_grant = false;
  std::size_t failed_in_scope = 0;
};

std::size_t failed_in(const cedar::PolicyScope& scope, const cedar::Request& request,
                      const cedar::EntitySource& entities) {
  std::size_t failed = 0;
  for (const bool holds : {std::visit(Holds{request.principal, entities}, scope.principal),
                           std::visit(Holds{request.action, entities}, scope.action),
                           std::visit(Holds{request.resource, entities}, scope.resource)})
    failed += holds ? 0U : 1U;
  return failed;
}

int rank_of(const NearRule& rule) {
  switch (rule.outcome) {
    case cedar::PolicyOutcome::kApplies:
      return 0;
    case cedar::PolicyOutcome::kFailed:
      return 1;
    case cedar::PolicyOutcome::kDoesNotApply:
      return 2;
  }
  return 2;
}

bool is_of_scope(const cedar::PolicyPart& part) {
  return part.kind != cedar::PartKind::kWhen && part.kind != cedar::PartKind::kUnless;
}

Lack lack_of(const cedar::PolicyExplanation& told) {
  if (told.outcome != cedar::PolicyOutcome::kDoesNotApply) return Lack::kNothing;
  const bool any_of_scope = std::any_of(told.parts.begin(), told.parts.end(), is_of_scope);
  return any_of_scope ? Lack::kScope : Lack::kCondition;
}

}  // namespace

std::string_view name_of(Lack lack) {
  switch (lack) {
    case Lack::kNothing:
      return "";
    case Lack::kGrant:
      return "grant";
    case Lack::kRole:
      return "role";
    case Lack::kMember:
      return "membership";
    case Lack::kScope:
      return "scope";
    case Lack::kCondition:
      return "condition";
  }
  return "";
}

bool Decider::may_see(const DecisionQuestion& q, const Sight& sight, const cedar::EntityField& field) const {
  const auto is_sent = [&](const std::optional<std::pair<domain::EntityName, NamedEntity>>& named,
                           const base::Json& properties) {
    return named && named->second.uid == field.entity && !field.is_tag && properties.object() &&
           properties.find(field.name);
  };
  const auto name = entities_.name_of(field.entity);
  if (!name) return true;  // an action, or nothing that is known: what isn't there tells nothing
  const bool is_user = name->type == domain::kUserType;
  const bool is_of_directory = is_user ? domain::is_directory_attribute(field.name) && !field.is_tag
                                       : domain::is_directory_type(name->type);
  if (is_of_directory && entities_.named(*name).in_directory) return sight.directory;
  if (is_sent(subject_, q.subject_properties) || is_sent(resource_, q.resource_properties)) return true;
  return is_of_directory ? sight.directory : sight.entities;
}

// What may be shown of a question. All must outlive it.
cedar::ExplainOptions Decider::shown_to(const DecisionQuestion& q, const Sight& sight,
                                        cedar::StepBudget& budget) const {
  cedar::ExplainOptions options;
  options.steps = &budget;
  options.may_see = [&](const cedar::EntityField& field) { return may_see(q, sight, field); };
  const std::vector<std::string>& secret = policies_->settings.secret;
  if (!secret.empty() || !sight.secret.empty())
    options.is_secret = [&](std::string_view name) {
      return std::find(secret.begin(), secret.end(), name) != secret.end() ||
             std::find(sight.secret.begin(), sight.secret.end(), name) != sight.secret.end();
    };
  return options;
}

// The question as the language has it.
base::Result<cedar::Request> Decider::pose(const DecisionQuestion& q, QuestionEntities& entities,
                                           std::vector<NotHeld>& notes) {
  const NamedEntity& subject = named(q.subject, subject_);
  const NamedEntity& resource = named(q.resource, resource_);
  if (entities_.failed()) return *entities_.failed();
  auto laid = lay_over(subject, q.subject_properties, "/subject/properties", entities, notes);
  if (laid.ok()) laid = lay_over(resource, q.resource_properties, "/resource/properties", entities, notes);
  if (!laid.ok()) return laid.error();
  const cedar::EntityUid& action = action_of(q.action);
  auto context = context_of(q, action, notes);
  if (!context.ok()) return context.error();
  return cedar::Request{subject.uid, action, resource.uid, std::move(context).value()};
}

// In a hurry it is heavy to look at less than all.
base::Result<void> Decider::withhold(const DecisionQuestion& q, const Sight& sight,
                                     std::vector<FailedRule>& failed) {
  constexpr const char* kWithheld = "can't be evaluated; the values that say why may not be shown";
  std::vector<NotHeld> notes;
  QuestionEntities entities(entities_);
  const auto request = pose(q, entities, notes);
  if (!request.ok()) return request.error();
  const cedar::StepBudget left = steps_;
  cedar::StepBudget budget(most_steps_);
  const cedar::ExplainOptions options = shown_to(q, sight, budget);
  for (FailedRule& one : failed) {
    bool is_told = false;
    for (const Tier& tier : policies_->tiers) {
      for (std::uint32_t i = 0; i < tier.policies.size(); ++i)
        if (&tier.rules[i] == one.rule)
          is_told = cedar::may_see_all(tier.policies.policy(i), *request, entities, options);
      for (const TenantTemplate& each : tier.templates)
        if (&each.rule == one.rule)
          is_told = cedar::may_see_all(each.body.policy(0), *request, entities, options);
    }
    if (!is_told || budget.is_used_up()) one.message = kWithheld;
  }
  steps_ = left;
  if (budget.is_used_up() && is_hurried()) is_heavy_ = true;
  if (entities_.failed()) return *entities_.failed();
  return {};
}

base::Result<NearRules> Decider::near_rules(const DecisionQuestion& q, const Sight& sight, std::size_t most) {
  entities_.forget();
  steps_ = cedar::StepBudget(kMostSteps);
  const NamedEntity& subject = named(q.subject, subject_);
  const NamedEntity& resource = named(q.resource, resource_);
  if (entities_.failed()) return *entities_.failed();
  NearRules near;
  const bool roles_alone = is_own(q);
  if (policies_->roles_decide || roles_alone)
    if (const auto permission = permission_of(q.resource.type, q.action))
      near.permission = catalogue_.all()[*permission].scope;
  if (roles_alone || !subject.active) return near;

  std::vector<NotHeld> notes;
  QuestionEntities entities(entities_);
  const auto posed = pose(q, entities, notes);
  if (!posed.ok()) return posed.error();
  const cedar::Request& request = *posed;
  const auto filled = grants_.find({subject, resource});
  if (!filled.ok()) return filled.error();

  std::vector<Candidate> candidates;
  for (const Tier& tier : policies_->tiers) {
    for (std::uint32_t i = 0; i < tier.policies.size(); ++i)
      candidates.push_back({&tier, &tier.policies, i, &tier.rules[i], {}});
    for (const TenantTemplate& each : tier.templates) {
      const auto by = std::find_if(filled->begin(), filled->end(),
                                   [&](const FilledTemplate& one) { return one.rule == &each; });
      candidates.push_back({&tier, &each.body, 0, &each.rule, {}, by == filled->end()});
      if (by != filled->end()) candidates.back().grant = by->grant;
    }
  }
  for (Candidate& one : candidates)
    one.failed_in_scope =
        failed_in(one.policies->heads()[one.number].scope, request, entities) + (one.lacks_grant ? 1U : 0U);
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return a.failed_in_scope < b.failed_in_scope;
  });
  const std::size_t all = candidates.size();
  if (candidates.size() > kMostJudged) candidates.resize(kMostJudged);

  cedar::StepBudget budget(kMostSteps);
  cedar::ExplainOptions options = shown_to(q, sight, budget);
  options.max_policies = most;
  cedar::PolicySet granted, lacking;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const cedar::Policy policy = candidates[i].policies->policy(candidates[i].number);
    auto added = (candidates[i].lacks_grant ? lacking : granted).add(std::to_string(i), policy.body);
    if (!added.ok()) return added.error();
  }
  for (const cedar::PolicySet* const set : {&granted, &lacking})
    for (cedar::PolicyExplanation& told : cedar::explain(request, *set, entities, options).policies) {
      const Candidate& one = candidates[std::stoul(told.policy)];
      NearRule rule{one.rule->policy,
                    one.rule->rule,
                    one.tier->priority,
                    told.effect,
                    told.outcome,
                    lack_of(told),
                    one.grant,
                    {},
                    told.part_count,
                    told.failed_count,
                    {},
                    {}};
      const bool forbids = rule.effect == cedar::Effect::kForbid;
      if (forbids ? rule.outcome != cedar::PolicyOutcome::kDoesNotApply : rule.lack == Lack::kCondition)
        rule.wishes = wishes_of(*one.policies->policy(one.number).body, !forbids);
      if (one.lacks_grant) {
        rule.outcome = cedar::PolicyOutcome::kDoesNotApply;
        rule.lack = Lack::kGrant;
        ++rule.part_count;
        ++rule.failed_count;
        if (told.outcome == cedar::PolicyOutcome::kApplies) told.parts.clear();
      } else if (!told.parts.empty() && told.parts.front().kind == cedar::PartKind::kPrincipal) {
        const cedar::EntityUid* const wanted = wanted_of(one.policies->heads()[one.number].scope.principal);
        const auto name = wanted ? entities_.name_of(*wanted) : std::nullopt;
        const bool is_alone = std::count_if(told.parts.begin(), told.parts.end(), is_of_scope) == 1;
        if (name && is_alone && rule.lack == Lack::kScope &&
            (name->type == domain::kRoleType || name->type == domain::kGroupType)) {
          rule.lack = name->type == domain::kRoleType ? Lack::kRole : Lack::kMember;
          rule.wanted_in = name;
        }
      }
      rule.parts = std::move(told.parts);
      near.rules.push_back(std::move(rule));
    }
  if (entities_.failed()) return *entities_.failed();
  std::stable_sort(near.rules.begin(), near.rules.end(), [](const NearRule& a, const NearRule& b) {
    return std::pair(rank_of(a), a.failed_count) < std::pair(rank_of(b), b.failed_count);
  });
  if (near.rules.size() > most) near.rules.resize(most);
  near.unlisted = all - near.rules.size();
  return near;
}

}  // namespace authz
