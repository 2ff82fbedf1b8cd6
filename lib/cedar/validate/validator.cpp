// Per policy: names that the schema does not have; whether the scope fits any action; the conditions' types
// in every environment that the scope admits; texts that deceive. Environments that differ only in what the
// conditions do not mention (say, the type of the resource) are checked once.
#include "cedar/validator.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "base/nearest.h"
#include "cedar/schema/messages.h"
#include "cedar/validate/environment.h"
#include "cedar/validate/findings.h"
#include "cedar/validate/levels.h"
#include "cedar/validate/names.h"
#include "cedar/validate/strings.h"
#include "cedar/validate/type_checker.h"

namespace cedar {

namespace {

// Which variables the conditions mention.
struct Mentions {
  bool principal = false;
  bool action = false;
  bool resource = false;
  bool context = false;
};

void find_mentions(const Expr& expr, Mentions& mentions) {
  if (const auto* variable = std::get_if<Variable>(&expr.node)) {
    switch (*variable) {
      case Variable::kPrincipal:
        mentions.principal = true;
        break;
      case Variable::kAction:
        mentions.action = true;
        break;
      case Variable::kResource:
        mentions.resource = true;
        break;
      case Variable::kContext:
        mentions.context = true;
        break;
    }
  }
  // What may be asked of an action that is written out depends on whether it is the environment's.
  if (const auto* literal = std::get_if<Literal>(&expr.node))
    if (const EntityUid* uid = literal->value.entity(); uid && uid->is_action()) mentions.action = true;
  for_each_child(expr, [&](ExprRef child) { find_mentions(*child, mentions); });
}

struct Candidate {
  const SchemaEntityType* type;
  Truth truth;  // of the scope's constraint
};

// How many actions the scope names, at least one: what it costs to look at it.
std::size_t actions_in(const Template& policy) {
  const auto* set = std::get_if<ActionInSet>(&policy.action);
  return set ? std::max<std::size_t>(set->actions.size(), 1) : 1;
}

// What is wrong with the type of the scope's set of actions; "" where nothing is.
std::string find_set_mistake(const ActionConstraint& constraint, const Schema& schema) {
  const auto* set = std::get_if<ActionInSet>(&constraint);
  if (!set) return {};
  if (set->actions.empty()) return "no action is in an empty set; name one, or leave `in []` out";
  for (const EntityUid& uid : set->actions)
    if (!schema.find_action(uid)) return {};  // told already, and then the set has no type
  const Name& first = set->actions.front().type();
  for (const EntityUid& uid : set->actions)
    if (uid.type() != first)
      return "`" + first.text() + "` and `" + uid.type().text() +
             "` stand in one set; all elements need one type";
  return {};
}

class PolicyValidator {
 public:
  PolicyValidator(const Schema& schema, const ValidatorOptions& options, const Template& policy,
                  Findings& findings)
      : schema_(schema),
        options_(options),
        policy_(policy),
        findings_(findings),
        checker_(schema, policy, findings, options.level.has_value()) {
    for (const Condition& condition : policy.conditions) find_mentions(*condition.body, mentions_);
  }

  // Checks the conditions wherever the scope fits. Whether it fits anywhere; that it does not is told.
  bool check_actions() {
    for (const SchemaAction& action : schema_.actions()) {
      if (!findings_.step(actions_in(policy_))) return true;
      if (action.applies_to) check_action(action);
      if (findings_.is_exhausted()) return true;
    }
    if (!has_applicable_action_) complain_of_scope();
    return has_applicable_action_;
  }

  // All there is to find. Whether the scope fits anywhere.
  bool run() {
    check_names(policy_, schema_, findings_);
    set_mistake_ = find_set_mistake(policy_.action, schema_);
    looks_at_scope_ = options_.level == 0U || !set_mistake_.empty();
    const bool fits = check_actions();
    if (findings_.is_exhausted()) return fits;
    if (is_impossible_)
      findings_.warning(policy_.at,
                        "can never apply: in every request that the schema allows its scope and conditions "
                        "are false together");
    check_strings(policy_, findings_);
    return fits;
  }

 private:
  // The scope as it is evaluated in the action's environments: from the left, until it is False. What is
  // reached needs a type, and at level 0 must not ask for anything.
  void check_scope(const SchemaAction& action) {
    const auto& [principals, resources] = *action.applies_to;
    if (principals.empty() || resources.empty() || !findings_.step(principals.size() + resources.size()))
      return;
    check_asking(asks(policy_.principal, principals), policy_.principal_at);
    if (candidates(policy_.principal, principals, false).empty()) return;
    if (!set_mistake_.empty()) findings_.error(policy_.action_at, set_mistake_);
    check_asking(asks(policy_.action), policy_.action_at);
    if (scope_truth(policy_.action, action, schema_) == Truth::kFalse) return;
    check_asking(asks(policy_.resource, resources), policy_.resource_at);
  }

  static bool asks(const ActionConstraint& constraint) {
    return std::holds_alternative<ActionIn>(constraint) || std::holds_alternative<ActionInSet>(constraint);
  }

  // Whether `in` is reached for some of these types.
  bool asks(const ScopeConstraint& constraint, const std::vector<std::uint32_t>& types) const {
    if (std::holds_alternative<ScopeIn>(constraint)) return true;
    const auto* is_in = std::get_if<ScopeIsIn>(&constraint);
    return is_in && std::any_of(types.begin(), types.end(), [&](std::uint32_t index) {
             return schema_.entity_types()[index].name == is_in->type;
           });
  }

  // Principal, action and resource have level 0.
  void check_asking(bool asks, SourceRange at) {
    if (asks && options_.level == 0U) refuse_level(at, 0, 0, findings_);
  }

  void check_action(const SchemaAction& action) {
    if (looks_at_scope_) check_scope(action);
    const Truth action_truth = scope_truth(policy_.action, action, schema_);
    if (action_truth == Truth::kFalse) return;
    const auto principals = candidates(policy_.principal, action.applies_to->principals, mentions_.principal);
    const auto resources = candidates(policy_.resource, action.applies_to->resources, mentions_.resource);
    fits_action_ = true;
    fits_principal_ = fits_principal_ || !principals.empty();
    fits_resource_ = fits_resource_ || !resources.empty();
    for (const Candidate& principal : principals) {
      for (const Candidate& resource : resources) {
        if (!findings_.step()) return;
        const Truth scope = conjunction(conjunction(principal.truth, action_truth), resource.truth);
        // An unknown name is told already; that nothing fits it needs no telling.
        has_applicable_action_ = true;
        const RequestEnvironment environment{principal.type, &action, resource.type};
        const Truth all = scope == Truth::kFalse ? scope : conjunction(scope, check_conditions(environment));
        if (all != Truth::kFalse) is_impossible_ = false;
      }
    }
  }

  // The types that the scope's constraint admits; where the conditions do not mention the variable one of
  // each truth stands for all.
  std::vector<Candidate> candidates(const ScopeConstraint& constraint,
                                    const std::vector<std::uint32_t>& types, bool is_mentioned) {
    std::vector<Candidate> found;
    if (!findings_.step(types.size())) return found;
    for (const std::uint32_t index : types) {
      const SchemaEntityType& type = schema_.entity_types()[index];
      const Truth truth = scope_truth(constraint, type, schema_);
      if (truth == Truth::kFalse) continue;
      const bool is_new =
          is_mentioned || std::none_of(found.begin(), found.end(),
                                       [&](const Candidate& candidate) { return candidate.truth == truth; });
      if (is_new) found.push_back({&type, truth});
    }
    return found;
  }

  Truth check_conditions(const RequestEnvironment& environment) {
    const Key key = {mentions_.principal ? environment.principal : nullptr,
                     mentions_.action ? environment.action : nullptr,
                     mentions_.resource ? environment.resource : nullptr,
                     mentions_.context ? environment.action->context : nullptr};
    const auto [known, is_new] = checked_.try_emplace(key, Truth::kUnknown);
    if (!is_new) return known->second;
    known->second = checker_.check(environment);
    if (options_.level) check_levels(policy_, checker_, *options_.level, findings_);
    return known->second;
  }

  void complain_of_scope() {
    SourceRange at = policy_.action_at;
    std::string message = "no action of this scope applies to such a principal and such a resource together";
    if (!fits_action_) {
      message = "no action of this scope applies to anything";
    } else if (!fits_principal_) {
      at = policy_.principal_at;
      message = "no action of this scope applies to such a principal";
    } else if (!fits_resource_) {
      at = policy_.resource_at;
      message = "no action of this scope applies to such a resource";
    }
    message += "; change the scope, or the action's appliesTo in the schema";
    if (options_.require_applicable_action)
      findings_.error(at, message);
    else
      findings_.warning(at, message);
  }

  using Key = std::tuple<const SchemaEntityType*, const SchemaAction*, const SchemaEntityType*, TypeRef>;

  const Schema& schema_;
  const ValidatorOptions& options_;
  const Template& policy_;
  Findings& findings_;
  TypeChecker checker_;
  std::string set_mistake_;      // of the scope's set of actions
  bool looks_at_scope_ = false;  // whether something but a name can be wrong in it
  Mentions mentions_;
  std::map<Key, Truth> checked_;
  bool has_applicable_action_ = false;
  bool fits_action_ =
      false;  // whether some action, principal type and resource type passed the scope, each by itself
  bool fits_principal_ = false;
  bool fits_resource_ = false;
  bool is_impossible_ = true;
};

// The constraint with the slot's value in its place.
ScopeConstraint filled(ScopeConstraint constraint, const std::optional<EntityUid>& value) {
  const auto fill = [&](EntityOrSlot& entity) {
    if (value && std::holds_alternative<Slot>(entity)) entity = *value;
  };
  if (auto* equal = std::get_if<ScopeEqual>(&constraint)) fill(equal->entity);
  if (auto* in = std::get_if<ScopeIn>(&constraint)) fill(in->entity);
  if (auto* is_in = std::get_if<ScopeIsIn>(&constraint)) fill(is_in->entity);
  return constraint;
}

// A link is its template with another scope. The template is checked by itself; of the link remains what its
// values are, and whether an action applies to them.
void validate_link(const Policy& link, bool does_template_fit, const Schema& schema,
                   const ValidatorOptions& options, Findings& findings) {
  const Template& body = *link.body;
  check_names(link.slots, body, schema, findings);
  check_strings(link.slots, body, findings);
  if (!does_template_fit || !findings.step(actions_in(body))) return;
  // The conditions and annotations, which can be long, stay where they are.
  Template scope;
  scope.effect = body.effect;
  scope.principal = filled(body.principal, link.slots.principal);
  scope.action = body.action;
  scope.resource = filled(body.resource, link.slots.resource);
  scope.at = body.at;
  scope.principal_at = body.principal_at;
  scope.action_at = body.action_at;
  scope.resource_at = body.resource_at;
  scope.source = body.source;
  PolicyValidator(schema, options, scope, findings).check_actions();
}

// An error for each policy and template, since nothing sound can be said of any.
void refuse_all(const PolicySet& policies, const std::string& incompleteness, Findings& findings) {
  const auto refuse = [&](const PolicyId& id, const Template& body) {
    findings.begin(id, body);
    findings.error(body.at,
                   "cannot be validated yet: " + incompleteness + "; link the schema with those that do");
    findings.end();
  };
  for (const PolicySet::NamedTemplate& item : policies.templates()) refuse(item.id, *item.body);
  for (const Policy& policy : policies.policies())
    if (!policy.is_link()) refuse(policy.id, *policy.body);
}

}  // namespace

ValidationResult Validator::validate(const PolicySet& policies, const ValidatorOptions& options) const {
  Findings findings(options.max_steps);
  if (const std::string missing = incompleteness(schema_); !missing.empty()) {
    refuse_all(policies, missing, findings);
    return findings.take();
  }
  std::unordered_set<const Template*> unfit;  // templates whose scope fits nothing, whatever the values
  const auto validate_body = [&](const PolicyId& id, const Template& body) {
    findings.begin(id, body);
    if (!PolicyValidator(schema_, options, body, findings).run()) unfit.insert(&body);
    findings.end();
  };
  for (const PolicySet::NamedTemplate& item : policies.templates()) {
    if (findings.is_exhausted()) break;
    validate_body(item.id, *item.body);
  }
  for (const Policy& policy : policies.policies()) {
    if (findings.is_exhausted()) break;
    if (!policy.is_link()) {
      validate_body(policy.id, *policy.body);
      continue;
    }
    findings.begin(policy.id, *policy.body);
    validate_link(policy, !unfit.contains(policy.body.get()), schema_, options, findings);
    findings.end();
  }
  return findings.take();
}

}  // namespace cedar
