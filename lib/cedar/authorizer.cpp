// How a request is decided. The index gives the policies whose scope matches (index.cpp); the machine runs
// the code of each one's conditions and says satisfied, not satisfied or failed (machine.h); forbids that
// hold win over permits that do. So for
//
//   permit (principal in Group::"staff", action == Action::"view", resource);
//   forbid (principal, action, resource) when { resource.is_locked };
//
// and a request to view, the first is found under the action and the second everywhere; both are run. Of
// ancestors only those are asked for that some scope says `in` of, each once for all policies.
//
// All of it works with numbers: of symbols, and of policies in the set. Texts are made by describe(), and why
// a policy failed is found out there too, by evaluating it again from its tree; the machine keeps no places.
// Nothing is remembered from one request to the next but memory.
#include "cedar/authorizer.h"

#include <algorithm>
#include <array>

#include "cedar/compiled/entity_tables.h"
#include "cedar/compiled/machine.h"
#include "cedar/compiled/program.h"
#include "cedar/compiled/stores.h"
#include "cedar/evaluator.h"
#include "cedar/limits.h"
#include "cedar/values/membership.h"

namespace cedar {

struct AuthorizerScratch::Memory {
  MachineScratch machine;
  std::vector<std::uint32_t> candidates, permits, forbids, errors;
  std::array<std::vector<SymbolId>, kScopeParts> ancestors;
  std::vector<const EntityUid*> listed;
};

AuthorizerScratch::AuthorizerScratch() : memory_(std::make_unique<Memory>()) {}
AuthorizerScratch::AuthorizerScratch(AuthorizerScratch&&) noexcept = default;
AuthorizerScratch& AuthorizerScratch::operator=(AuthorizerScratch&&) noexcept = default;
AuthorizerScratch::~AuthorizerScratch() = default;

namespace {

using Memory = AuthorizerScratch::Memory;
using Numbers = std::vector<std::uint32_t>;
using Program = CompiledPolicies::Program;

constexpr std::array<ScopePart, kScopeParts> kParts = {ScopePart::kPrincipal, ScopePart::kAction,
                                                       ScopePart::kResource};
constexpr std::array<Variable, kScopeParts> kVariables = {Variable::kPrincipal, Variable::kAction,
                                                          Variable::kResource};

// An action of two of a policy's groups finds it twice.
void sort_unique(Numbers& numbers) {
  if (numbers.size() < 2) return;
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

SymbolId type_of(const EntityUid& uid, ScopePart part, const Program& program) {
  return program.index.wants_type(part) ? program.symbols->types.find(uid.type().text()) : kNoSymbol;
}

// Which of an entity's ancestors scopes say `in` of; sorted.
std::span<const SymbolId> wanted_ancestors(const EntityUid& uid, ScopePart part, const Program& program,
                                           const EntitySource& source, Memory& memory, StepBudget& budget) {
  const auto groups = program.index.groups(part);
  Numbers& found = memory.ancestors[static_cast<std::size_t>(part)];
  found.clear();
  if (groups.empty()) return found;
  const UidTable& uids = program.symbols->uids;
  memory.listed.clear();
  if (groups.size() < kManyGroups || !source.list_ancestors(uid, memory.listed)) {
    if (!budget.take(groups.size())) return found;
    for (const SymbolId group : groups)
      if (source.has_ancestor(uid, uids.at(group))) found.push_back(group);
    return found;
  }
  if (!budget.take(memory.listed.size())) return found;
  for (const EntityUid* ancestor : memory.listed)
    if (const SymbolId symbol = uids.find(*ancestor); symbol != kNoSymbol) found.push_back(symbol);
  sort_unique(found);
  return found;
}

ScopeSubject subject_of(const Cell& cell, ScopePart part, const Program& program, const EntitySource& source,
                        Memory& memory, StepBudget& budget) {
  return {cell.entity, type_of(*cell.uid, part, program),
          wanted_ancestors(*cell.uid, part, program, source, memory, budget)};
}

ScopeSubject subject_of(const Cell& cell, ScopePart part, const Program& program,
                        const CompiledEntities& source, Memory& memory, StepBudget& budget) {
  const CompiledEntities::Tables& entities = source.tables();
  if (cell.entity == kNoSymbol) return {kNoSymbol, type_of(*cell.uid, part, program), {}};
  const auto named = entities.named_ancestors(cell.entity);
  return {cell.entity, entities.type(cell.entity),
          named ? *named : wanted_ancestors(*cell.uid, part, program, source, memory, budget)};
}

// Of a policy without code, by the plain evaluator.
ConditionResult evaluate_tree(const Policy& policy, const Request& request, const EntitySource& source,
                              StepBudget& budget) {
  const auto satisfied = is_satisfied(policy, request, source, budget);
  if (!satisfied.ok()) return ConditionResult::kFailed;
  return *satisfied ? ConditionResult::kSatisfied : ConditionResult::kNotSatisfied;
}

template <typename Store, typename Source>
Verdict decide_in(const Request& request, const Program& program, const Store& store, const Source& source,
                  Memory& memory, StepBudget& budget) {
  Machine<Store> machine(program.code, *program.symbols, store, request, memory.machine, budget);
  ScopeSubjects subjects;
  for (std::size_t part = 0; part < kScopeParts; ++part)
    subjects[part] =
        subject_of(machine.variable(kVariables[part]), kParts[part], program, source, memory, budget);
  memory.candidates.clear();
  program.index.find(subjects, memory.candidates, budget);
  sort_unique(memory.candidates);

  std::uint64_t length = 0;
  for (const std::uint32_t policy : memory.candidates) length += program.lengths[policy];
  if (!budget.take(length)) return {Decision::kDeny, {}, {}, true};

  memory.permits.clear();
  memory.forbids.clear();
  memory.errors.clear();
  for (const std::uint32_t policy : memory.candidates) {
    const std::uint32_t code = program.begins[policy];
    switch (code != Program::kNoCode ? machine.run(code)
                                     : evaluate_tree(program.policy(policy), request, source, budget)) {
      case ConditionResult::kNotSatisfied:
        break;
      case ConditionResult::kFailed:
        // What failed for want of steps is followed by nothing.
        if (budget.is_used_up()) return {Decision::kDeny, {}, {}, true};
        memory.errors.push_back(policy);
        break;
      case ConditionResult::kSatisfied:
        (program.effects[policy] == Effect::kPermit ? memory.permits : memory.forbids).push_back(policy);
        break;
    }
  }
  if (budget.is_used_up()) return {Decision::kDeny, {}, {}, true};
  const bool is_allowed = memory.forbids.empty() && !memory.permits.empty();
  return {is_allowed ? Decision::kAllow : Decision::kDeny, is_allowed ? memory.permits : memory.forbids,
          memory.errors, false};
}

PolicyError error_of(const Policy& policy, EvaluationError error) {
  PolicyError out{policy.id, std::move(error.message), {}, {}};
  if (const SourcePtr& source = policy.body->source) {
    out.file = source->name();
    out.place = source->place(error.at.begin);
  }
  return out;
}

}  // namespace

std::string_view name_of(Decision decision) {
  return decision == Decision::kAllow ? "allow" : "deny";
}

std::string to_text(const PolicyError& error) {
  std::string out;
  if (!error.file.empty())
    out =
        error.file + ":" + std::to_string(error.place.line) + ":" + std::to_string(error.place.column) + ": ";
  return out + "policy `" + error.policy + "`: " + error.message;
}

Verdict Authorizer::decide(const Request& request, const CompiledPolicies& policies,
                           const EntitySource& source, AuthorizerScratch& scratch, StepBudget& budget) const {
  const Program& program = policies.program();
  return decide_in(request, program, SourceStore(source, *program.symbols, budget), source, scratch.memory(),
                   budget);
}

Verdict Authorizer::decide(const Request& request, const CompiledPolicies& policies,
                           const CompiledEntities& entities, AuthorizerScratch& scratch,
                           StepBudget& budget) const {
  const Program& program = policies.program();
  if (!entities.tables().is_made_for(*program.symbols))
    return decide(request, policies, static_cast<const EntitySource&>(entities), scratch, budget);
  return decide_in(request, program, CompiledStore(entities.tables(), budget), entities, scratch.memory(),
                   budget);
}

Verdict Authorizer::decide(const Request& request, const CompiledPolicies& policies,
                           const EntitySource& source, AuthorizerScratch& scratch) const {
  StepBudget endless;
  return decide(request, policies, source, scratch, endless);
}

Verdict Authorizer::decide(const Request& request, const CompiledPolicies& policies,
                           const CompiledEntities& entities, AuthorizerScratch& scratch) const {
  StepBudget endless;
  return decide(request, policies, entities, scratch, endless);
}

Response Authorizer::describe(const Verdict& verdict, const Request& request,
                              const CompiledPolicies& policies, const EntitySource& source) const {
  StepBudget endless;
  return describe(verdict, request, policies, source, endless);
}

Response Authorizer::describe(const Verdict& verdict, const Request& request,
                              const CompiledPolicies& policies, const EntitySource& source,
                              StepBudget& budget) const {
  const Program& program = policies.program();
  Response response;
  response.decision = verdict.decision;
  response.diagnostics.reasons.reserve(verdict.reasons.size());
  for (const std::uint32_t policy : verdict.reasons)
    response.diagnostics.reasons.push_back(program.heads[policy].id);
  for (const std::uint32_t policy : verdict.errors) {
    if (!budget.take(kStepsOfMessage)) {
      response.diagnostics.errors.push_back({program.heads[policy].id, std::string(kUsedUp), {}, {}});
      continue;
    }
    const Policy whole = program.policy(policy);
    auto satisfied = is_satisfied(whole, request, source, budget);
    // A source that breaks its contract may say otherwise the second time.
    EvaluationError error =
        satisfied.ok() ? EvaluationError{"entities changed while it was evaluated", {}} : satisfied.error();
    response.diagnostics.errors.push_back(error_of(whole, std::move(error)));
  }
  return response;
}

Response Authorizer::is_authorized(const Request& request, const CompiledPolicies& policies,
                                   const EntitySource& source) const {
  AuthorizerScratch scratch;
  return describe(decide(request, policies, source, scratch), request, policies, source);
}

Response Authorizer::is_authorized(const Request& request, const CompiledPolicies& policies,
                                   const CompiledEntities& entities) const {
  AuthorizerScratch scratch;
  return describe(decide(request, policies, entities, scratch), request, policies, entities);
}

Response Authorizer::is_authorized(const Request& request, const PolicySet& policies,
                                   const EntitySource& entities) const {
  Response response;
  std::vector<PolicyId> permits;
  std::vector<PolicyId> forbids;
  for (const Policy& policy : policies.policies()) {
    auto satisfied = is_satisfied(policy, request, entities);
    if (!satisfied.ok()) {
      response.diagnostics.errors.push_back(error_of(policy, satisfied.error()));
    } else if (satisfied.value()) {
      (policy.body->effect == Effect::kPermit ? permits : forbids).push_back(policy.id);
    }
  }
  const bool is_allowed = forbids.empty() && !permits.empty();
  response.decision = is_allowed ? Decision::kAllow : Decision::kDeny;
  response.diagnostics.reasons = std::move(is_allowed ? permits : forbids);
  return response;
}

}  // namespace cedar
