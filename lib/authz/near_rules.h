#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cedar/ast.h"
#include "cedar/explain.h"
#include "domain/entity_name.h"
#include "domain/ids.h"

// Which rules came close to deciding a question, and what kept them from it. Made on demand by
// Decider::near_rules(), for people.
namespace authz {

// What of the store whoever asks may see, by calls of its own.
struct Sight {
  bool directory = false;  // users, service users, groups, roles, the tenant
  bool entities = false;   // what is stored of the application's things

  // Attributes, tags and members of the context that are secret now, where the policies are those of another
  // time; what these say of it counts as well.
  std::vector<std::string> secret{};
};

// Why a rule said nothing. A template that nobody was granted lacks the grant, whatever else it asks.
enum class Lack : std::uint8_t {
  kNothing,    // it applied, or failed
  kGrant,      // no grant in force fills it for this subject and resource
  kRole,       // the subject is not in the role that its scope names
  kMember,     // nor in the group
  kScope,      // it is about other principals, actions or resources
  kCondition,  // a `when` is false, or an `unless` true
};
std::string_view name_of(Lack);  // "grant", "role", "membership", "scope", "condition"; "" of kNothing

// An attribute of the resource that a condition compares with one value, or takes for true or false, and what
// it would be where the rule is to say otherwise than it does.
struct Wish {
  std::string attribute;
  base::Json value;
};
inline constexpr std::size_t kMostWishes = 4;  // of one rule

struct NearRule {
  domain::PolicyId policy;
  domain::RuleId rule;
  std::int32_t priority = 0;
  cedar::Effect effect = cedar::Effect::kPermit;
  cedar::PolicyOutcome outcome = cedar::PolicyOutcome::kDoesNotApply;
  Lack lack = Lack::kNothing;
  std::optional<domain::GrantId> grant;         // that fills it
  std::optional<domain::EntityName> wanted_in;  // of kRole and kMember: what the subject would have to be in
  std::size_t part_count = 0, failed_count = 0;
  std::vector<cedar::PolicyPart> parts;  // as of cedar::PolicyExplanation
  std::vector<Wish> wishes;              // of one that lacks a condition, or forbids
};

struct NearRules {
  // Those that apply first, then those that failed, then the nearest: the fewest parts that don't hold.
  std::vector<NearRule> rules;
  std::size_t unlisted = 0;  // other rules

  // The permission that a role would have to give; nothing where there is none for this action and type, or
  // roles don't decide.
  std::optional<std::string> permission;
};

// Of more rules than this the scopes alone are looked at, and then those that came nearest by them.
inline constexpr std::size_t kMostJudged = 500;

}  // namespace authz
