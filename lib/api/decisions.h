#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "authz/decision.h"

namespace api {

namespace op {
inline constexpr Operation check = {
    .action = "decision:check", .kind = kRead, .scope = "organization:check", .resource = "decision"};
inline constexpr Operation decide = {
    .action = "decision:decide", .kind = kRead, .scope = "organization:decide", .resource = "decision"};
inline constexpr Operation search = {
    .action = "decision:search", .kind = kRead, .scope = "organization:decide", .resource = "decision"};

inline constexpr Operation kDecisions[] = {check, decide, search};
}  // namespace op

using authz::Decided;
using authz::DecisionQuestion;
using authz::Obligation;
using authz::UserIds;

inline constexpr std::size_t kMostNearRules = 10;  // that one answer tells
using domain::EntityName;
using domain::parse_reasons;
using domain::Reasons;

// Why the answer is what it is, in a sentence, and the policies that determined it, each once; the built-in
// one where roles did.
std::string reason_of(const Decided&);
std::vector<domain::PolicyId> deciding_policies(const Decided&, const authz::TenantPolicies&);

// Answers a caller's questions about one tenant's things, one after another, on the snapshot of its request.
//
// Who asks about itself needs organization:check, who asks about others organization:decide; the guard is
// asked once for each, however many questions there are. For one thread; lives no longer than the Read.
class Decisions {
 public:
  // How long deciding may take. In haste, nothing is compiled, and a question that takes more than about a
  // millisecond isn't answered.
  enum class Haste { kNone, kNoCompiling };

  // Null where policies would have to be compiled first, and there is no time for that.
  static Outcome<std::unique_ptr<Decisions>> begin(const Read&, const domain::TenantId&, UserIds, Haste);

  // kForbidden where the caller may not ask that; kInvalidInput where something in the question is of another
  // type than the tenant's schema declares. `explains`: rules that failed come with a message.
  Outcome<Decided> decide(const DecisionQuestion&, bool explains = false);

  // Whether a question could not be decided in haste: its error means nothing, and is to be asked again
  // without.
  bool is_heavy() const { return decider_.is_heavy(); }

  // Which rules came close, shown as far as the caller may read what they saw by calls of its own.
  // REQUIRES: decide() has answered this question
  Outcome<authz::NearRules> near_rules(const DecisionQuestion&);

  // What the caller may read by calls of its own; the guard is asked once.
  const authz::Sight& sight();

  // What a search has to try, by its ids; nothing: all that there are (authz/reach.h). REQUIRES: as of
  // try_candidate()
  Outcome<authz::Reach::Ids> within_reach(const DecisionQuestion&, bool of_subjects);

  // The answer for one candidate of a search, which the caller may make.
  Outcome<bool> try_candidate(const DecisionQuestion&);

  // What the answer depends on for all resources of a type (authz/plan.h). REQUIRES: as of try_candidate()
  Outcome<authz::Plan> plan(const DecisionQuestion&);

  // The actions that there are, in the order in which a search answers them.
  std::vector<std::string> action_names() const;

  // Whether the caller may ask about others: then it may be told which rules decide, too.
  Outcome<bool> may_decide();

  // What an answer says of itself where the question doesn't say how much.
  Reasons reasons() const { return decider_.policies().settings.reasons; }

  const authz::TenantPolicies& policies() const { return decider_.policies(); }
  std::shared_ptr<const authz::TenantPolicies> shared_policies() const { return decider_.shared_policies(); }
  authz::Decider& decider() { return decider_; }

 private:
  Decisions(const Read&, const domain::TenantId&, UserIds, std::shared_ptr<const authz::TenantPolicies>);

  const Outcome<void>& may(const Operation&, std::optional<Outcome<void>>& known);

  const Read& read_;
  const domain::TenantId tenant_;
  authz::Decider decider_;
  std::optional<Outcome<void>> check_, decide_;  // what the guard said, once it was asked
  std::vector<std::string> secret_now_;          // where the snapshot shows another time
  std::optional<authz::Sight> sight_;
};

}  // namespace api
