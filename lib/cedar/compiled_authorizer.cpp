#include <algorithm>

#include "cedar/authorizer.h"
#include "cedar/compiled/machine.h"
#include "cedar/compiled/stores.h"

namespace cedar {

namespace {

using Numbers = std::vector<std::uint32_t>;

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

SymbolId type_of(const EntityUid& uid, ScopePart part, const CompiledPolicies& policies) {
  return policies.index().wants_type(part) ? policies.symbols()->types.find(uid.type().text()) : kNoSymbol;
}

// Which of an entity's ancestors scopes say `in` of; sorted.
std::span<const SymbolId> wanted_ancestors(const EntityUid& uid, ScopePart part,
                                           const CompiledPolicies& policies, const EntitySource& source,
                                           AuthorizerRoom& room) {
  const auto groups = policies.index().groups(part);
  Numbers& found = room.ancestors[static_cast<std::size_t>(part)];
  found.clear();
  if (groups.empty()) return found;
  const UidTable& uids = policies.symbols()->uids;
  room.listed.clear();
  if (groups.size() < kManyGroups || !source.list_ancestors(uid, room.listed)) {
    for (const SymbolId group : groups)
      if (source.has_ancestor(uid, uids.at(group))) found.push_back(group);
    return found;
  }
  for (const EntityUid* ancestor : room.listed)
    if (const SymbolId symbol = uids.find(*ancestor); symbol != kNoSymbol) found.push_back(symbol);
  sort_unique(found);
  return found;
}

ScopeSubject subject_of(const Cell& cell, ScopePart part, const CompiledPolicies& policies,
                        const EntitySource& source, AuthorizerRoom& room) {
  return {cell.entity, type_of(*cell.uid, part, policies),
          wanted_ancestors(*cell.uid, part, policies, source, room)};
}

ScopeSubject subject_of(const Cell& cell, ScopePart part, const CompiledPolicies& policies,
                        const CompiledEntities& entities, AuthorizerRoom& room) {
  if (cell.entity == kNoSymbol) return {kNoSymbol, type_of(*cell.uid, part, policies), {}};
  const auto named = entities.named_ancestors(cell.entity);
  return {cell.entity, entities.type(cell.entity),
          named ? *named : wanted_ancestors(*cell.uid, part, policies, entities, room)};
}

// Of a policy without code, by the plain evaluator.
Outcome evaluate_tree(const Policy& policy, const Request& request, const EntitySource& source) {
  const auto satisfied = is_satisfied(policy, request, source);
  if (!satisfied.ok()) return Outcome::kFailed;
  return *satisfied ? Outcome::kSatisfied : Outcome::kNotSatisfied;
}

template <typename Store, typename Source>
Verdict decide_in(const Request& request, const CompiledPolicies& policies, const Store& store,
                  const Source& source, AuthorizerRoom& room) {
  Machine<Store> machine(policies.code(), *policies.symbols(), store, request, room.machine);
  ScopeSubjects subjects;
  for (std::size_t part = 0; part < kScopeParts; ++part)
    subjects[part] = subject_of(machine.variable(kVariables[part]), kParts[part], policies, source, room);
  room.candidates.clear();
  policies.index().find(subjects, room.candidates);
  sort_unique(room.candidates);

  room.permits.clear();
  room.forbids.clear();
  room.errors.clear();
  for (const std::uint32_t policy : room.candidates) {
    const std::uint32_t code = policies.code_of(policy);
    switch (code != CompiledPolicies::kNoCode
                ? machine.run(code)
                : evaluate_tree(policies.heads().policies()[policy], request, source)) {
      case Outcome::kNotSatisfied:
        break;
      case Outcome::kFailed:
        room.errors.push_back(policy);
        break;
      case Outcome::kSatisfied:
        (policies.effect_of(policy) == Effect::kPermit ? room.permits : room.forbids).push_back(policy);
        break;
    }
  }
  const bool is_allowed = room.forbids.empty() && !room.permits.empty();
  return {is_allowed ? Decision::kAllow : Decision::kDeny, is_allowed ? room.permits : room.forbids,
          room.errors};
}

Response with_texts(const Verdict& verdict, const Request& request, const CompiledPolicies& compiled,
                    const EntitySource& source) {
  const auto policies = compiled.heads().policies();
  Response response;
  response.decision = verdict.decision;
  response.diagnostics.reasons.reserve(verdict.reasons.size());
  for (const std::uint32_t policy : verdict.reasons)
    response.diagnostics.reasons.push_back(policies[policy].id);
  for (const std::uint32_t policy : verdict.errors) {
    const Policy whole = compiled.policy(policy);
    auto satisfied = is_satisfied(whole, request, source);
    // A source that breaks its contract may say otherwise the second time.
    EvaluationError error =
        satisfied.ok() ? EvaluationError{"entities changed while it was evaluated", {}} : satisfied.error();
    response.diagnostics.errors.push_back(error_of(whole, std::move(error)));
  }
  return response;
}

}  // namespace

Verdict Authorizer::decide(const Request& request, const CompiledPolicies& policies,
                           const EntitySource& source, AuthorizerRoom& room) const {
  return decide_in(request, policies, SourceStore(source, *policies.symbols()), source, room);
}

Verdict Authorizer::decide(const Request& request, const CompiledPolicies& policies,
                           const CompiledEntities& entities, AuthorizerRoom& room) const {
  if (!entities.is_made_for(policies))
    return decide(request, policies, static_cast<const EntitySource&>(entities), room);
  return decide_in(request, policies, CompiledStore(entities), entities, room);
}

Response Authorizer::is_authorized(const Request& request, const CompiledPolicies& policies,
                                   const EntitySource& source, AuthorizerRoom& room) const {
  return with_texts(decide(request, policies, source, room), request, policies, source);
}

Response Authorizer::is_authorized(const Request& request, const CompiledPolicies& policies,
                                   const CompiledEntities& entities, AuthorizerRoom& room) const {
  return with_texts(decide(request, policies, entities, room), request, policies, entities);
}

Response Authorizer::is_authorized(const Request& request, const CompiledPolicies& policies,
                                   const EntitySource& source) const {
  AuthorizerRoom room;
  return is_authorized(request, policies, source, room);
}

Response Authorizer::is_authorized(const Request& request, const CompiledPolicies& policies,
                                   const CompiledEntities& entities) const {
  AuthorizerRoom room;
  return is_authorized(request, policies, entities, room);
}

}  // namespace cedar
