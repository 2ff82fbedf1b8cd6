// Cost follows the policies that match. Every policy stands in one list: under that of its constraints which
// the fewest policies share, `principal == User::"a"` rather than `action == Action::"view"`. A request looks
// at the lists of its principal, action and resource, of their ancestors and types, and at the policies
// without any constraint; of what stands there it checks the whole scope.
//
// Of ten thousand policies `principal == User::"…", action == Action::"view"`, each for another user, a
// request by one of them looks at one list of one policy. Of ten thousand that all say `action ==
// Action::"view"` and nothing else it looks at all, and each of them matches.
//
// The index knows nothing of conditions: what they need to be true, such as `resource.owner == principal`,
// finds no policy sooner.
#include "cedar/compiled/index.h"

#include <algorithm>

namespace cedar {

namespace {

using Kind = CompiledScope::Kind;

bool has(std::span<const SymbolId> sorted, SymbolId symbol) {
  return std::binary_search(sorted.begin(), sorted.end(), symbol);
}

bool share_any(std::span<const SymbolId> few, std::span<const SymbolId> many) {
  return std::any_of(few.begin(), few.end(), [&](SymbolId symbol) { return has(many, symbol); });
}

void sort_unique(std::vector<SymbolId>& symbols) {
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
}

// Turns constraints into symbols.
struct ToSymbols {
  Symbols& symbols;
  const Policy& policy;
  const EntityUid& (Policy::*entity_of)(const EntityOrSlot&) const;
  std::vector<std::vector<SymbolId>>& entity_sets;

  SymbolId entity(const EntityOrSlot& e) const { return symbols.uids.add((policy.*entity_of)(e)); }
  SymbolId type(const Name& name) const { return symbols.types.add(name.text()); }

  CompiledScope operator()(const ScopeAny&) const { return {}; }
  CompiledScope operator()(const ScopeEqual& c) const { return {Kind::kEqual, entity(c.entity), kNoSymbol}; }
  CompiledScope operator()(const ScopeIn& c) const { return {Kind::kIn, entity(c.entity), kNoSymbol}; }
  CompiledScope operator()(const ScopeIs& c) const { return {Kind::kIs, kNoSymbol, type(c.type)}; }
  CompiledScope operator()(const ScopeIsIn& c) const { return {Kind::kIsIn, entity(c.entity), type(c.type)}; }
  CompiledScope operator()(const ActionEqual& c) const {
    return {Kind::kEqual, symbols.uids.add(c.action), kNoSymbol};
  }
  CompiledScope operator()(const ActionIn& c) const {
    return {Kind::kIn, symbols.uids.add(c.action), kNoSymbol};
  }
  CompiledScope operator()(const ActionInSet& c) const {
    std::vector<SymbolId>& actions = entity_sets.emplace_back();
    for (const EntityUid& action : c.actions) actions.push_back(symbols.uids.add(action));
    sort_unique(actions);
    if (actions.size() != 1) return {Kind::kInSet, static_cast<SymbolId>(entity_sets.size() - 1), kNoSymbol};
    const SymbolId only = actions.front();
    entity_sets.pop_back();
    return {Kind::kIn, only, kNoSymbol};
  }
};

}  // namespace

ScopeIndex::Lists::Lists(std::size_t keys, const std::vector<Entry>& entries) {
  if (entries.empty()) return;
  first_.assign(keys + 1, 0);
  for (const Entry& entry : entries) ++first_[entry.key + 1];
  for (std::size_t key = 0; key < keys; ++key) first_[key + 1] += first_[key];
  policies_.resize(entries.size());
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  for (const Entry& entry : entries) policies_[next[entry.key]++] = entry.policy;
}

// Counts how many policies share each constraint, then puts each policy under its rarest.
class ScopeIndex::Builder {
 public:
  Builder(ScopeIndex& index, const Symbols& symbols) : index_(index), symbols_(symbols) {
    for (std::size_t part = 0; part < kScopeParts; ++part) {
      counts_[part].equal.assign(symbols.uids.size(), 0);
      counts_[part].in.assign(symbols.uids.size(), 0);
      counts_[part].is.assign(symbols.types.size(), 0);
    }
  }

  void build() {
    for (const Scopes& scopes : index_.scopes_)
      for (std::size_t part = 0; part < kScopeParts; ++part) count(part, scopes[part]);
    for (std::uint32_t policy = 0; policy < index_.scopes_.size(); ++policy) place(policy);
    for (std::size_t part = 0; part < kScopeParts; ++part) finish(part);
  }

 private:
  struct Counts {
    List equal, in, is;
  };
  struct Entries {
    std::vector<Lists::Entry> equal, in, is;
  };

  void count(std::size_t part, const CompiledScope& scope) {
    Counts& counts = counts_[part];
    switch (scope.kind) {
      case Kind::kAny:
        break;
      case Kind::kEqual:
        ++counts.equal[scope.entity];
        break;
      case Kind::kIn:
      case Kind::kIsIn:
        ++counts.in[scope.entity];
        break;
      case Kind::kIs:
        ++counts.is[scope.type];
        break;
      case Kind::kInSet:
        for (const SymbolId action : index_.in_set(scope)) ++counts.in[action];
        break;
    }
    if (scope.type != kNoSymbol) index_.wants_type_[part] = true;
    if (scope.kind == Kind::kIn || scope.kind == Kind::kIsIn) index_.groups_[part].push_back(scope.entity);
    if (scope.kind != Kind::kInSet) return;
    const auto actions = index_.in_set(scope);
    index_.groups_[part].insert(index_.groups_[part].end(), actions.begin(), actions.end());
  }

  // How many policies stand where this one would, at most.
  std::size_t shared(std::size_t part, const CompiledScope& scope) const {
    const Counts& counts = counts_[part];
    switch (scope.kind) {
      case Kind::kAny:
        return index_.scopes_.size() + 1;
      case Kind::kEqual:
        return counts.equal[scope.entity];
      case Kind::kIn:
      case Kind::kIsIn:
        return counts.in[scope.entity];
      case Kind::kIs:
        return counts.is[scope.type];
      case Kind::kInSet:
        break;
    }
    std::size_t sum = 0;
    for (const SymbolId action : index_.in_set(scope)) sum += counts.in[action];
    return sum;
  }

  void place(std::uint32_t policy) {
    const Scopes& scopes = index_.scopes_[policy];
    std::size_t best = 0;
    for (std::size_t part = 1; part < kScopeParts; ++part)
      if (shared(part, scopes[part]) < shared(best, scopes[best])) best = part;
    Entries& entries = entries_[best];
    const CompiledScope& scope = scopes[best];
    switch (scope.kind) {
      case Kind::kAny:
        index_.everywhere_.push_back(policy);
        break;
      case Kind::kEqual:
        entries.equal.push_back({scope.entity, policy});
        break;
      case Kind::kIn:
      case Kind::kIsIn:
        entries.in.push_back({scope.entity, policy});
        break;
      case Kind::kIs:
        entries.is.push_back({scope.type, policy});
        break;
      case Kind::kInSet:
        for (const SymbolId action : index_.in_set(scope)) entries.in.push_back({action, policy});
        break;
    }
  }

  void finish(std::size_t part) {
    const Entries& entries = entries_[part];
    index_.equal_[part] = Lists(symbols_.uids.size(), entries.equal);
    index_.in_[part] = Lists(symbols_.uids.size(), entries.in);
    index_.is_[part] = Lists(symbols_.types.size(), entries.is);
    for (const Lists::Entry& entry : entries.in) index_.keys_in_[part].push_back(entry.key);
    sort_unique(index_.keys_in_[part]);
    sort_unique(index_.groups_[part]);
  }

  ScopeIndex& index_;
  const Symbols& symbols_;
  std::array<Counts, kScopeParts> counts_;
  std::array<Entries, kScopeParts> entries_;
};

ScopeIndex::ScopeIndex(std::span<const Policy> policies, Symbols& symbols) {
  scopes_.reserve(policies.size());
  for (const Policy& policy : policies) {
    const Template& body = *policy.body;
    const ToSymbols principal{symbols, policy, &Policy::principal_entity, entity_sets_};
    const ToSymbols resource{symbols, policy, &Policy::resource_entity, entity_sets_};
    scopes_.push_back({std::visit(principal, body.principal), std::visit(principal, body.action),
                       std::visit(resource, body.resource)});
  }
  for (const auto& actions : entity_sets_) largest_set_ = std::max(largest_set_, actions.size());
  Builder(*this, symbols).build();
}

bool ScopeIndex::matches(const CompiledScope& scope, const ScopeSubject& subject) const {
  const auto in = [&](SymbolId group) { return group == subject.entity || has(subject.ancestors, group); };
  switch (scope.kind) {
    case Kind::kAny:
      return true;
    case Kind::kEqual:
      return scope.entity == subject.entity;
    case Kind::kIn:
      return in(scope.entity);
    case Kind::kIs:
      return scope.type == subject.type;
    case Kind::kIsIn:
      return scope.type == subject.type && in(scope.entity);
    case Kind::kInSet: {
      const auto groups = in_set(scope);
      if (has(groups, subject.entity)) return true;
      return groups.size() < subject.ancestors.size() ? share_any(groups, subject.ancestors)
                                                      : share_any(subject.ancestors, groups);
    }
  }
  return false;
}

void ScopeIndex::add_matching(std::span<const std::uint32_t> list, const ScopeSubjects& subjects,
                              List& found) const {
  for (const std::uint32_t policy : list) {
    const Scopes& scopes = scopes_[policy];
    if (matches(scopes[0], subjects[0]) && matches(scopes[1], subjects[1]) && matches(scopes[2], subjects[2]))
      found.push_back(policy);
  }
}

void ScopeIndex::find(const ScopeSubjects& subjects, List& found, StepBudget& budget) const {
  // Of `action in […]` the fewer of the two are looked for among the others.
  const auto action = static_cast<std::size_t>(ScopePart::kAction);
  const std::size_t each = 1 + std::min(largest_set_, subjects[action].ancestors.size());
  const auto add = [&](std::span<const std::uint32_t> list) {
    if (!list.empty() && budget.take(list.size() * each)) add_matching(list, subjects, found);
  };
  add(everywhere_);
  for (std::size_t part = 0; part < kScopeParts; ++part) {
    const ScopeSubject& subject = subjects[part];
    add(equal_[part].at(subject.entity));
    add(is_[part].at(subject.type));
    if (keys_in_[part].empty()) continue;
    add(in_[part].at(subject.entity));
    // Ancestors can be many more than the lists, and the other way round.
    const bool few_keys = keys_in_[part].size() < subject.ancestors.size();
    const std::span<const SymbolId> keys =
        few_keys ? std::span<const SymbolId>(keys_in_[part]) : subject.ancestors;
    for (const SymbolId key : keys)
      if (key != subject.entity && (!few_keys || has(subject.ancestors, key))) add(in_[part].at(key));
  }
}

}  // namespace cedar
