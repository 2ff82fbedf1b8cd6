#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/explanations.h"
#include "api/operation.h"
#include "base/json.h"
#include "base/time.h"
#include "base/uuid.h"

// What was decided in a tenant, as its decision log has it (docs/decision-log.md).
namespace api {

namespace op {
inline constexpr Operation list_decisions = {
    .action = "decision_log:list", .kind = kRead, .scope = "organization:auditview", .resource = "decision"};
inline constexpr Operation get_decision = {
    .action = "decision_log:get", .kind = kRead, .scope = "organization:auditview", .resource = "decision"};
inline constexpr Operation explain_decision = {.action = "decision_log:explain",
                                               .kind = kRead,
                                               .scope = "organization:auditview",
                                               .resource = "decision"};

inline constexpr Operation kDecisionLog[] = {list_decisions, get_decision, explain_decision};
}  // namespace op

struct DecisionFilter {
  std::optional<std::string> subject, resource;  // "user:ann", or an id of any type
  std::optional<std::string> action;
  std::optional<bool> decision;
  std::optional<base::Timestamp> from, to;  // to: before this
};

// An entry's members. What was sent beside names, and which rules decided, is there only for those who may
// ask about others (organization:decide).
struct LoggedDecision {
  base::Uuid id;
  base::Json entry;
};

struct DecisionPage : Page<LoggedDecision> {
  std::uint64_t lost = 0;     // decisions of the tenant that found no room
  std::uint64_t evicted = 0;  // entries that it would keep, and that made room for newer ones
  bool streamed = false;      // entries go elsewhere now
};

// Newest first, to within the time that a batch takes. What the server has answered before this was asked is
// in it, or lost. For the pool. kOverloaded where the log takes too long.
Outcome<DecisionPage> list_decisions(const Read&, const domain::TenantId& tenant, const DecisionFilter&,
                                     const PageRequest&);

// How many entries are kept of the tenant; nothing where there is nothing to read from. What waits to be
// written is waited for, two seconds at most, and else left out. For the pool. REQUIRES: the caller may list
// them
Outcome<std::optional<std::uint64_t>> kept_decisions(const Read&, const domain::TenantId& tenant);

// All there is of these, the newest first, without what is secret by now, until fn says no. It may show what
// the caller may not see. REQUIRES: kept_decisions() has answered
Outcome<void> each_decision(const Read&, const domain::TenantId& tenant,
                            base::FunctionRef<bool(const base::Uuid& id, const base::Json& entry)> fn);

// kNotFound: there is no such entry, or none any more.
Outcome<LoggedDecision> get_decision(const Read&, const domain::TenantId& tenant, const base::Uuid& id);

// A rule that decided, as it was then; or that its text is no longer known.
struct ExplainedRule {
  domain::RuleId rule;
  std::optional<domain::PolicyId> policy;
  std::optional<std::string> text;  // for those who may read policies (organization:policymanage)
  std::string unknown;              // why there is no text; "": there is
};

struct DecisionExplanation {
  LoggedDecision decision;
  std::string sentence;
  std::vector<ExplainedRule> rules;
  std::optional<Explanation> then;   // what asking again of the revision tells; nothing: see `unknown`
  std::vector<std::string> unknown;  // what can't be told any more, and why
};

// As it was then: by what the entry kept, and by what was at its revision (history.h, and as long as that
// says), where the whole question was kept and what was there then still gives the answer. Needs
// organization:decide as well.
Outcome<DecisionExplanation> explain_decision(const Read&, const domain::TenantId& tenant,
                                              const base::Uuid& id, UserIds ids = UserIds::kUuid);

}  // namespace api
