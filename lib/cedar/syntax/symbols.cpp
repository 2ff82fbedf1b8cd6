#include "cedar/symbols.h"

#include <map>
#include <utility>

#include "cedar/values/extension_functions.h"

namespace cedar {

std::string_view name_of(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::kEntityType:
      return "entity type";
    case SymbolKind::kEntity:
      return "entity";
    case SymbolKind::kAction:
      return "action";
    case SymbolKind::kAttribute:
      return "attribute";
    case SymbolKind::kTag:
      return "tag";
    case SymbolKind::kFunction:
      return "function";
  }
  return "";
}

namespace {

class Collector {
 public:
  void policy(const Template& policy) {
    source_ = policy.source;
    at_ = policy.principal_at;
    std::visit(*this, policy.principal);
    at_ = policy.action_at;
    std::visit(*this, policy.action);
    at_ = policy.resource_at;
    std::visit(*this, policy.resource);
    for (const Condition& condition : policy.conditions) expression(*condition.body);
  }
  void link(const Policy& link) {
    source_ = nullptr;
    if (link.slots.principal) entity(*link.slots.principal);
    if (link.slots.resource) entity(*link.slots.resource);
  }
  std::vector<Symbol> take() {
    std::vector<Symbol> out;
    for (auto& [key, symbol] : symbols_) out.push_back(std::move(symbol));
    return out;
  }

  void operator()(const ScopeAny&) {}
  void operator()(const ScopeEqual& c) { entity_or_slot(c.entity); }
  void operator()(const ScopeIn& c) { entity_or_slot(c.entity); }
  void operator()(const ScopeIs& c) { add(SymbolKind::kEntityType, c.type.text()); }
  void operator()(const ScopeIsIn& c) {
    add(SymbolKind::kEntityType, c.type.text());
    entity_or_slot(c.entity);
  }
  void operator()(const ActionEqual& c) { entity(c.action); }
  void operator()(const ActionIn& c) { entity(c.action); }
  void operator()(const ActionInSet& c) {
    for (const EntityUid& action : c.actions) entity(action);
  }

  void operator()(const Literal& n) {
    if (const EntityUid* uid = n.value.entity()) entity(*uid);
  }
  void operator()(const Variable&) {}
  void operator()(const Unary&) {}
  void operator()(const Binary& n) {
    const auto* key = std::get_if<Literal>(&n.right->node);
    const bool is_of_tags = n.op == BinaryOp::kGetTag || n.op == BinaryOp::kHasTag;
    if (is_of_tags && key && key->value.string()) add(SymbolKind::kTag, *key->value.string());
  }
  void operator()(const Chain&) {}
  void operator()(const Sum&) {}
  void operator()(const If&) {}
  void operator()(const GetAttribute& n) { add(SymbolKind::kAttribute, n.name); }
  void operator()(const Has& n) {
    for (const std::string& name : n.path) add(SymbolKind::kAttribute, name);
  }
  void operator()(const Like&) {}
  void operator()(const Is& n) { add(SymbolKind::kEntityType, n.type.text()); }
  void operator()(const SetExpr&) {}
  void operator()(const RecordExpr&) {}
  void operator()(const Call& n) { add(SymbolKind::kFunction, std::string(info(n.function).name)); }

 private:
  void expression(const Expr& expr) {
    at_ = expr.at;
    std::visit(*this, expr.node);
    for_each_child(expr, [this](ExprRef child) { expression(*child); });
  }
  void entity_or_slot(const EntityOrSlot& e) {
    if (const auto* uid = std::get_if<EntityUid>(&e)) entity(*uid);
  }
  void entity(const EntityUid& uid) {
    add(uid.is_action() ? SymbolKind::kAction : SymbolKind::kEntity, to_text(uid));
    if (!uid.is_action()) add(SymbolKind::kEntityType, uid.type().text());
  }
  void add(SymbolKind kind, const std::string& name) {
    Symbol& symbol = symbols_[{kind, name}];
    if (symbol.uses++ > 0) return;
    symbol.kind = kind;
    symbol.name = name;
    if (!source_) return;
    symbol.file = source_->name();
    symbol.place = source_->place(at_.begin);
  }

  std::map<std::pair<SymbolKind, std::string>, Symbol> symbols_;
  SourcePtr source_;
  SourceRange at_;
};

}  // namespace

std::vector<Symbol> symbols_of(const PolicySet& policies) {
  Collector collector;
  for (const Policy& policy : policies.policies()) {
    if (policy.is_link()) {
      collector.link(policy);
    } else {
      collector.policy(*policy.body);
    }
  }
  for (const PolicySet::NamedTemplate& t : policies.templates()) collector.policy(*t.body);
  return collector.take();
}

}  // namespace cedar
