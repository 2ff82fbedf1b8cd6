#include "api/decisions.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <variant>

#include "api/entities.h"
#include "api/parts/authorize.h"
#include "api/policies.h"
#include "api/users.h"
#include "authz/plan.h"

namespace api {
namespace {

// What the decider answers: a mistake of the question's is told at its place.
template <typename T>
Outcome<T> told(base::Result<T> decided) {
  if (decided.ok()) return std::move(decided).value();
  if (decided.error().code != base::ErrorCode::kInvalid) return from_store(decided.error());
  const std::string& why = decided.error().message;
  const std::size_t end = std::min(why.find(": "), why.size());
  return invalid("/" + why.substr(0, end), why.substr(std::min(end + 2, why.size())));
}

// Names of actions, each once.
class ActionNames {
 public:
  void add(const cedar::EntityUid& action) {
    if (action.type().text() == "Action") add(action.id());
  }
  void add(const std::string& name) {
    if (known_.insert(name).second) names_.push_back(name);
  }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  std::vector<std::string> names_;
  std::unordered_set<std::string> known_;
};

void add_actions(const cedar::ActionConstraint& constraint, ActionNames& names) {
  if (const auto* equal = std::get_if<cedar::ActionEqual>(&constraint)) names.add(equal->action);
  if (const auto* in = std::get_if<cedar::ActionIn>(&constraint)) names.add(in->action);
  if (const auto* set = std::get_if<cedar::ActionInSet>(&constraint))
    for (const cedar::EntityUid& action : set->actions) names.add(action);
}

}  // namespace

std::string reason_of(const Decided& decided) {
  if (decided.suspended) return "The subject is suspended.";
  if (decided.used_up) return "Deciding this takes more steps than a question may.";
  if (decided.tier)
    return (decided.determining.size() == 1 ? "A rule" : "Rules") + std::string(" of priority ") +
           std::to_string(*decided.tier) + " decided this.";
  if (decided.by_roles) return "A role of the subject allows this.";
  return "No rule and no role allows this.";
}

std::vector<domain::PolicyId> deciding_policies(const Decided& decided,
                                                const authz::TenantPolicies& policies) {
  std::vector<domain::PolicyId> ids;
  for (const auto* rule : decided.determining)
    if (std::find(ids.begin(), ids.end(), rule->policy) == ids.end()) ids.push_back(rule->policy);
  if (decided.by_roles) ids.push_back(policies.roles_policy);
  return ids;
}

Decisions::Decisions(const Read& read, const domain::TenantId& tenant, UserIds user_ids,
                     std::shared_ptr<const authz::TenantPolicies> policies)
    : read_(read),
      tenant_(tenant),
      decider_(read.txn, *read.catalogue, std::move(policies), tenant, user_ids, read.now, read.people) {}

Outcome<std::unique_ptr<Decisions>> Decisions::begin(const Read& read, const domain::TenantId& tenant,
                                                     UserIds user_ids, Haste haste) {
  auto policies = stored(haste == Haste::kNoCompiling ? read.policies->find(read.txn, tenant)
                                                      : read.policies->get(read.txn, tenant));
  if (!policies.ok()) return policies.error();
  if (!*policies) return std::unique_ptr<Decisions>();
  std::unique_ptr<Decisions> decisions(new Decisions(read, tenant, user_ids, std::move(policies).value()));
  if (read.today) {
    auto settings = stored(domain::get_decisions(read.today->txn, tenant));
    if (!settings.ok()) return settings.error();
    decisions->secret_now_ = std::move(settings->settings.secret);
  }
  if (haste == Haste::kNoCompiling) decisions->decider_.hurry();
  return decisions;
}

const Outcome<void>& Decisions::may(const Operation& operation, std::optional<Outcome<void>>& known) {
  if (known) return *known;
  const auto authorized = authorize(read_, on_tenant(operation, tenant_));
  known = authorized.ok() ? Outcome<void>() : Outcome<void>(authorized.error());
  return *known;
}

Outcome<bool> Decisions::may_decide() {
  const Outcome<void>& may_ask = may(op::decide, decide_);
  if (may_ask.ok()) return true;
  if (may_ask.error().code == Code::kForbidden) return false;
  return may_ask.error();
}

std::vector<std::string> Decisions::action_names() const {
  ActionNames names;
  if (policies().schema) {
    for (const cedar::SchemaAction& action : policies().schema->actions())
      if (action.applies_to) names.add(action.uid);
    return names.take();
  }
  for (const authz::Tier& tier : policies().tiers) {
    for (const cedar::PolicyHead& rule : tier.policies.heads()) add_actions(rule.scope.action, names);
    for (const authz::TenantTemplate& rule : tier.templates)
      add_actions(rule.body.heads().front().scope.action, names);
  }
  if (policies().roles_decide)
    for (const domain::Permission& permission : read_.catalogue->all()) names.add(permission.scope);
  return names.take();
}

Outcome<authz::Reach::Ids> Decisions::within_reach(const DecisionQuestion& question, bool of_subjects) {
  return stored(decider_.within_reach(question, of_subjects));
}

Outcome<authz::Plan> Decisions::plan(const DecisionQuestion& question) {
  return told(decider_.plan(question));
}

Outcome<bool> Decisions::try_candidate(const DecisionQuestion& question) {
  const auto decided = told(decider_.decide(question));
  if (!decided.ok()) return decided.error();
  return decided->allowed;
}

const authz::Sight& Decisions::sight() {
  if (!sight_) {
    const auto may_call = [&](const Operation& operation) {
      return authorize(read_, on_tenant(operation, tenant_)).ok();
    };
    // The directory is read by whoever lists users; what an application stored by whoever manages policies.
    sight_ = authz::Sight{may_call(op::list_users),
                          may_call(op::list_entities) && may_call(op::list_policies), secret_now_};
  }
  return *sight_;
}

Outcome<authz::NearRules> Decisions::near_rules(const DecisionQuestion& question) {
  return told(decider_.near_rules(question, sight(), kMostNearRules));
}

Outcome<Decided> Decisions::decide(const DecisionQuestion& question, bool explains) {
  const auto subject = decider_.principal(question.subject);
  const bool is_own = subject && *subject == read_.caller.principal && read_.caller.tenant == tenant_;
  const bool may_ask = (is_own && may(op::check, check_).ok()) || may(op::decide, decide_).ok();
  if (!may_ask) return is_own ? check_->error() : decide_->error();
  auto decided = decider_.decide(question, explains);
  if (decided.ok() && explains && !decided->failed.empty() && !decider_.is_heavy())
    if (const auto done = decider_.withhold(question, sight(), decided->failed); !done.ok())
      return from_store(done.error());
  if (decider_.is_heavy())
    return error(Code::kOverloaded, "the question takes too long to be decided in haste");
  return told(std::move(decided));
}

}  // namespace api
