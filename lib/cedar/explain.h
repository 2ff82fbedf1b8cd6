#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/source_text.h"
#include "cedar/authorizer.h"
#include "cedar/entities.h"
#include "cedar/policy_set.h"
#include "cedar/request.h"
#include "cedar/step_budget.h"

// Why a decision is what it is, for people: which policies applied, and what kept the others from applying.
// Made on demand by judging every policy anew, part by part, so it costs a few times what the decision does;
// decisions themselves do none of it.
namespace cedar {

// A policy is a chain of parts that must all hold: what its scope asks of principal, action and resource, and
// the operands of `&&` in a `when`, of `||` in an `unless`.
enum class PartKind : std::uint8_t { kPrincipal, kAction, kResource, kWhen, kUnless };
std::string_view name_of(PartKind);  // "principal", "action", "resource", "when", "unless"

enum class PartOutcome : std::uint8_t {
  kHolds,
  kFails,    // a `when` that is false, an `unless` that is true
  kUnknown,  // could not be evaluated; often since a part before it, as `x has a`, does not hold
};
std::string_view name_of(PartOutcome);  // "holds", "fails", "unknown"

// The value that a variable, an attribute or a tag had when the part was judged.
struct SeenValue {
  std::string expression;            // `resource.owner`
  std::optional<std::string> value;  // as policies write it; nothing where the asker may not see it
  std::string_view type;             // "string": what kind of value it is, also where that isn't shown
};

struct PolicyPart {
  PartKind kind = PartKind::kPrincipal;
  PartOutcome outcome = PartOutcome::kHolds;
  std::string text;                  // canonical, of a link with the entity in place of the slot
  std::optional<base::Place> place;  // in the policy's file; nothing where it was not made from text
  std::vector<SeenValue> seen;  // in the order of evaluation, at most kMaxSeenValues, each expression once
  std::string error;            // of kUnknown: what went wrong, unless it may tell what the asker may not see
};

enum class PolicyOutcome : std::uint8_t {
  kApplies,
  kDoesNotApply,
  kFailed,  // took no part, since it could not be evaluated
};
std::string_view name_of(PolicyOutcome);  // "applies", "does not apply", "failed"

struct PolicyExplanation {
  PolicyId policy;
  PolicyId template_id;  // of a link; "" for a static policy
  Effect effect = Effect::kPermit;
  PolicyOutcome outcome = PolicyOutcome::kDoesNotApply;
  std::string file;  // "" where the policy was not made from text
  std::optional<base::Place> place;
  std::size_t part_count = 0;  // of the whole policy, parts that every request passes not counted
  std::size_t failed_count = 0;
  // Of a policy that applies all parts, else those that do not hold, in the order of evaluation: the first is
  // what decided. At most kMaxExplainedParts.
  std::vector<PolicyPart> parts;
};

struct Explanation {
  Decision decision = Decision::kDeny;
  std::size_t determining = 0;  // policies that made it so: forbids of a deny, permits of an allow
  // Those that apply first, forbids before permits; then those that failed; then the permits and then the
  // forbids that do not apply, in each case the nearest first: the fewest parts that do not hold.
  std::vector<PolicyExplanation> policies;
  std::size_t unlisted = 0;  // policies beyond ExplainOptions::max_policies
};

// An attribute or a tag of an entity. Valid for the call it is passed to.
struct EntityField {
  const EntityUid& entity;
  std::string_view name;
  bool is_tag = false;
};

struct ExplainOptions {
  // Whether the asker may see the value of a field; empty: of every one. A value that was reached through a
  // field they may not see is not shown either. The context, and whether a part holds, are always told.
  std::function<bool(const EntityField&)> may_see;

  // Whether what is called so is shown to nobody, in the context, in records and in entities; empty: nothing
  // is.
  std::function<bool(std::string_view name)> is_secret;

  std::size_t max_policies = 20;

  // What it may take; null: as much as it does. Once that is used up nothing more is evaluated, and a part
  // that wasn't is kUnknown. Must outlive the call.
  StepBudget* steps = nullptr;
};

// Bounds on one explanation, whatever the policies and the data: texts of expressions, values, errors and ids
// are cut to kMaxExplainedText bytes, and the cut is shown as `…`.
constexpr std::size_t kMaxExplainedParts = 16;  // per policy
constexpr std::size_t kMaxSeenValues = 8;       // per part
constexpr std::size_t kMaxExplainedText = 160;

// Never fails. The decision is that of Authorizer::is_authorized.
Explanation explain(const Request&, const PolicySet&, const EntitySource&, const ExplainOptions& = {});

// Whether the asker may see all that the policy looks at: a message of why it can't be evaluated, which may
// quote values, tells them nothing else then.
bool may_see_all(const Policy&, const Request&, const EntitySource&, const ExplainOptions&);

// For people, several lines, without a newline at the end:
//
//   deny: no policy applies
//
//   permit `owners` at photos.cedar:3:1 does not apply: 1 of 2 parts does not hold
//     photos.cedar:4:8: when `resource.owner == principal` is false
//       resource.owner is User::"bob"
//       principal is User::"alice"
std::string to_text(const Explanation&);

// The same as an object with the members' names of the structs above.
base::Json to_json(const Explanation&);

}  // namespace cedar
