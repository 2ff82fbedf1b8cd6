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
// That is parts/missed_role.h. Whatever might turn the answer (parts/turning_ideas.h) is tried, and only what
// turned it is told (parts/turning_trial.h).
#include "api/explanations.h"

#include <algorithm>
#include <utility>

#include "api/parts/authorize.h"
#include "api/parts/explained_case.h"
#include "api/parts/missed_role.h"
#include "api/parts/suppose.h"
#include "api/parts/turning_ideas.h"
#include "api/parts/turning_trial.h"
#include "domain/shadowed_role.h"

namespace api {
namespace {

class Explainer {
 public:
  Explainer(const ExplainedCase& about, Explanation& told) : case_(about), told_(told) {}

  Outcome<void> run();

 private:
  // Whether roles could have allowed what they didn't.
  bool lacks_role() const;
  void find_nearest();
  Outcome<void> look_for_missed_roles();
  std::string why_not() const;
  std::string why() const;
  std::string lack_of(const authz::NearRule&) const;
  Outcome<std::vector<TurningChange>> think() const;
  Outcome<void> think_of_rule(const authz::NearRule&, TurningIdeas&) const;

  const ExplainedCase& case_;
  Explanation& told_;
  const authz::NearRule* nearest_ = nullptr;  // that lacks something
  MissedRoles missed_;
};

bool Explainer::lacks_role() const {
  const Decided& decided = told_.decided;
  return !decided.allowed && decided.determining.empty() && !decided.suspended;
}

void Explainer::find_nearest() {
  for (const authz::NearRule& rule : told_.near->rules)
    if (!nearest_ && rule.effect == cedar::Effect::kPermit && rule.lack != authz::Lack::kNothing &&
        rule.lack != authz::Lack::kScope && rule.failed_count == 1)
      nearest_ = &rule;
}

// Of rules that lack nothing but a role, one whose role was missed says more than others.
Outcome<void> Explainer::look_for_missed_roles() {
  for (const authz::NearRule& rule : told_.near->rules) {
    if (rule.lack != authz::Lack::kRole || rule.failed_count != 1) continue;
    if (rule.effect != cedar::Effect::kPermit) continue;
    const std::string& slug = rule.wanted_in->id;
    auto found = find_missed_roles(
        case_, {.gives = [&](const domain::Role& role) { return role.slug == slug; }, .for_tenant = true});
    if (!found.ok()) return found.error();
    if (!found->any()) continue;
    missed_ = std::move(found).value();
    nearest_ = &rule;
    return {};
  }
  if (nearest_ || !told_.near->permission) return {};
  const auto place = case_.read.catalogue->place_of(*told_.near->permission);
  if (!place) return {};
  auto found = find_missed_roles(case_, {.gives = [&](const domain::Role& role) {
                                   return case_.read.catalogue->effective_set(role.scopes).has(*place);
                                 }});
  if (!found.ok()) return found.error();
  missed_ = std::move(found).value();
  return {};
}

// What the rule would need, as far as the values may be seen.
std::string Explainer::lack_of(const authz::NearRule& rule) const {
  const std::string which = case_.names.of(rule.policy, rule.rule);
  switch (rule.lack) {
    case authz::Lack::kRole:
      return which + " needs role " + rule.wanted_in->id + sentence_of(case_, missed_, true);
    case authz::Lack::kMember:
      return which + " needs membership of " + case_.names.of(*rule.wanted_in);
    case authz::Lack::kGrant:
      return which + " is a template, and no grant gives it to " + case_.subject + " on " +
             case_.names.of(case_.question.resource);
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
    return case_.subject +
           (case_.who && case_.who->kind == domain::PrincipalKind::kGroup ? " is disabled" : " is suspended");
  if (decided.used_up) return "deciding this takes more steps than a question may";
  if (!decided.determining.empty()) {
    const authz::TenantRule& rule = *decided.determining.front();
    const bool failed = std::any_of(decided.failed.begin(), decided.failed.end(),
                                    [&](const authz::FailedRule& one) { return one.rule == &rule; });
    return case_.names.of(rule.policy, rule.rule) +
           (failed ? " can't be evaluated, and so forbids it" : " forbids it");
  }
  if (nearest_) return lack_of(*nearest_);
  if (told_.near->permission)
    return "no role of " + case_.subject + " gives " + *told_.near->permission +
           sentence_of(case_, missed_, false);
  return "no rule and no role allows it";
}

std::string Explainer::why() const {
  const Decided& decided = told_.decided;
  if (!decided.determining.empty())
    return case_.names.of(decided.determining.front()->policy, decided.determining.front()->rule) +
           " permits it";
  return "a role gives " + told_.near->permission.value_or("it");
}

Outcome<void> Explainer::think_of_rule(const authz::NearRule& rule, TurningIdeas& ideas) const {
  const bool is_permit = rule.effect == cedar::Effect::kPermit;
  const bool determines = !is_permit && rule.outcome == cedar::PolicyOutcome::kApplies;
  if (is_permit ? rule.failed_count != 1 : !determines) return {};
  if (rule.lack == authz::Lack::kRole && case_.sight.directory) {
    const auto role = stored(domain::find_role(case_.read.txn, case_.tenant, rule.wanted_in->id));
    if (!role.ok()) return role.error();
    return *role ? ideas.add_role(**role, TurningIdeas::Place::kTenant) : Outcome<void>();
  }
  if (rule.lack == authz::Lack::kMember && case_.sight.directory) {
    const auto group = domain::GroupId::parse(rule.wanted_in->id);
    return group ? ideas.add_membership(*group) : Outcome<void>();
  }
  if (rule.lack == authz::Lack::kGrant && case_.sight.entities) return ideas.add_grant(rule);
  if (rule.lack == authz::Lack::kCondition || determines) return ideas.add_attributes(rule);
  return {};
}

// What is likelier is thought of first.
Outcome<std::vector<TurningChange>> Explainer::think() const {
  const Decided& decided = told_.decided;
  const auto& permission = told_.near->permission;
  const bool sees_directory = case_.sight.directory;
  TurningIdeas ideas(case_);
  if (decided.suspended && case_.who && case_.who->kind == domain::PrincipalKind::kUser && sees_directory) {
    ideas.add_activation(domain::UserId(case_.who->id));
    return ideas.take();
  }
  Outcome<void> done;
  if (sees_directory && !decided.allowed && !decided.suspended) done = ideas.add_enabled_groups(missed_.idle);
  if (done.ok() && sees_directory && !decided.allowed && missed_.timed)
    done = ideas.add_times(*missed_.timed);
  if (!decided.allowed)
    for (const authz::NearRule& rule : told_.near->rules)
      if (done.ok()) done = think_of_rule(rule, ideas);
  if (done.ok() && sees_directory && lacks_role() && permission) done = ideas.add_permission(*permission);
  if (done.ok() && sees_directory && decided.by_roles && permission) done = ideas.add_losses(*permission);
  if (!done.ok()) return done.error();
  return ideas.take();
}

Outcome<void> Explainer::run() {
  find_nearest();
  if (lacks_role())
    if (const auto done = look_for_missed_roles(); !done.ok()) return done;
  const Decided& decided = told_.decided;
  told_.tells_principal = case_.sight.directory;
  if (case_.sight.directory) told_.principal = case_.who;
  told_.sentence = case_.subject + (decided.allowed ? " may " : " may not ") + case_.question.action + " " +
                   case_.names.of(case_.question.resource) + ": " + (decided.allowed ? why() : why_not());
  if (decided.used_up) return {};
  auto ideas = think();
  if (!ideas.ok()) return ideas.error();
  return tell_what_turns(case_, std::move(ideas).value(), told_);
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
  const auto about = look_up_case(read, tenant, ids, question, **decisions);
  if (!about.ok()) return about.error();
  if (const auto done = Explainer(*about, told).run(); !done.ok()) return done.error();
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
