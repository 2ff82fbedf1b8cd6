#include "cedar/ast.h"

#include <algorithm>

#include "cedar/limits.h"

namespace cedar {

std::string_view name_of(Variable variable) {
  switch (variable) {
    case Variable::kPrincipal:
      return "principal";
    case Variable::kAction:
      return "action";
    case Variable::kResource:
      return "resource";
    case Variable::kContext:
      return "context";
  }
  return "";
}

namespace {

// Calls `visit` with each child of a node.
template <typename Visit>
struct Children {
  Visit visit;
  void operator()(const Literal&) const {}
  void operator()(const Variable&) const {}
  void operator()(const Unary& n) const { visit(n.operand); }
  void operator()(const Binary& n) const {
    visit(n.left);
    visit(n.right);
  }
  void operator()(const Chain& n) const { std::for_each(n.operands.begin(), n.operands.end(), visit); }
  void operator()(const Sum& n) const {
    for (const Sum::Term& term : n.terms) visit(term.operand);
  }
  void operator()(const If& n) const {
    visit(n.condition);
    visit(n.then);
    visit(n.otherwise);
  }
  void operator()(const GetAttribute& n) const { visit(n.object); }
  void operator()(const Has& n) const { visit(n.object); }
  void operator()(const Like& n) const { visit(n.object); }
  void operator()(const Is& n) const {
    visit(n.object);
    if (n.in) visit(n.in);
  }
  void operator()(const SetExpr& n) const { std::for_each(n.elements.begin(), n.elements.end(), visit); }
  void operator()(const RecordExpr& n) const {
    for (const auto& field : n.fields) visit(field.second);
  }
  void operator()(const Call& n) const { std::for_each(n.arguments.begin(), n.arguments.end(), visit); }
};
template <typename Visit>
Children(Visit) -> Children<Visit>;

// What the first operand's own operands are, where it is the same kind of chain and so can be merged.
void merge_first(ExprNode& node) {
  if (auto* chain = std::get_if<Chain>(&node)) {
    const auto* first = std::get_if<Chain>(&chain->operands.front()->node);
    if (!first || first->op != chain->op) return;
    std::vector<ExprRef> operands = first->operands;
    operands.insert(operands.end(), chain->operands.begin() + 1, chain->operands.end());
    chain->operands = std::move(operands);
  } else if (auto* sum = std::get_if<Sum>(&node)) {
    const auto* first = std::get_if<Sum>(&sum->terms.front().operand->node);
    if (!first) return;
    std::vector<Sum::Term> terms = first->terms;
    terms.insert(terms.end(), sum->terms.begin() + 1, sum->terms.end());
    sum->terms = std::move(terms);
  }
}

bool all_equal(const std::vector<ExprRef>& left, const std::vector<ExprRef>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](ExprRef l, ExprRef r) { return equal(*l, *r); });
}

struct SameNode {
  const ExprNode& other;

  template <typename Node>
  const Node& same() const {
    return *std::get_if<Node>(&other);
  }

  bool operator()(const Literal& n) const { return n.value == same<Literal>().value; }
  bool operator()(const Variable& n) const { return n == same<Variable>(); }
  bool operator()(const Unary& n) const {
    return n.op == same<Unary>().op && equal(*n.operand, *same<Unary>().operand);
  }
  bool operator()(const Binary& n) const {
    const Binary& o = same<Binary>();
    return n.op == o.op && equal(*n.left, *o.left) && equal(*n.right, *o.right);
  }
  bool operator()(const Chain& n) const {
    return n.op == same<Chain>().op && all_equal(n.operands, same<Chain>().operands);
  }
  bool operator()(const Sum& n) const {
    const auto& o = same<Sum>().terms;
    return std::equal(n.terms.begin(), n.terms.end(), o.begin(), o.end(), [](const auto& l, const auto& r) {
      return l.subtracted == r.subtracted && equal(*l.operand, *r.operand);
    });
  }
  bool operator()(const If& n) const {
    const If& o = same<If>();
    return equal(*n.condition, *o.condition) && equal(*n.then, *o.then) && equal(*n.otherwise, *o.otherwise);
  }
  bool operator()(const GetAttribute& n) const {
    return n.name == same<GetAttribute>().name && equal(*n.object, *same<GetAttribute>().object);
  }
  bool operator()(const Has& n) const {
    return n.path == same<Has>().path && equal(*n.object, *same<Has>().object);
  }
  bool operator()(const Like& n) const {
    return n.pattern == same<Like>().pattern && equal(*n.object, *same<Like>().object);
  }
  bool operator()(const Is& n) const {
    const Is& o = same<Is>();
    if (n.type != o.type || !equal(*n.object, *o.object) || !n.in != !o.in) return false;
    return !n.in || equal(*n.in, *o.in);
  }
  bool operator()(const SetExpr& n) const { return all_equal(n.elements, same<SetExpr>().elements); }
  bool operator()(const RecordExpr& n) const {
    const auto& o = same<RecordExpr>().fields;
    return std::equal(n.fields.begin(), n.fields.end(), o.begin(), o.end(), [](const auto& l, const auto& r) {
      return l.first == r.first && equal(*l.second, *r.second);
    });
  }
  bool operator()(const Call& n) const {
    return n.function == same<Call>().function && all_equal(n.arguments, same<Call>().arguments);
  }
};

}  // namespace

ExprRef ExprPool::add(ExprNode&& node, SourceRange at) {
  merge_first(node);
  std::uint32_t depth = 0;
  std::visit(Children{[&](ExprRef child) { depth = std::max(depth, child->depth + 1); }}, node);
  if (depth > kMaxNesting) return nullptr;
  if (blocks_.empty() || blocks_.back().size() == blocks_.back().capacity()) {
    static constexpr std::size_t kLeast = 8;
    static constexpr std::size_t kMost = 512;
    const std::size_t next = blocks_.empty() ? kLeast : std::min(2 * blocks_.back().capacity(), kMost);
    blocks_.emplace_back().reserve(next);
  }
  ++size_;
  return &blocks_.back().emplace_back(Expr{std::move(node), depth, at});
}

void for_each_child(const Expr& expr, base::FunctionRef<void(ExprRef)> visit) {
  std::visit(Children{[&](ExprRef child) { visit(child); }}, expr.node);
}

bool equal(const Expr& left, const Expr& right) {
  return left.node.index() == right.node.index() && std::visit(SameNode{right.node}, left.node);
}

namespace {

bool has_slot(const ScopeConstraint& constraint) {
  struct Visit {
    static bool is_slot(const EntityOrSlot& e) { return std::holds_alternative<Slot>(e); }
    bool operator()(const ScopeAny&) const { return false; }
    bool operator()(const ScopeEqual& c) const { return is_slot(c.entity); }
    bool operator()(const ScopeIn& c) const { return is_slot(c.entity); }
    bool operator()(const ScopeIs&) const { return false; }
    bool operator()(const ScopeIsIn& c) const { return is_slot(c.entity); }
  };
  return std::visit(Visit{}, constraint);
}

}  // namespace

bool Template::has_principal_slot() const {
  return has_slot(principal);
}
bool Template::has_resource_slot() const {
  return has_slot(resource);
}

const std::string* Template::annotation(std::string_view key) const {
  static const std::string kNone;
  for (const Annotation& a : annotations)
    if (a.key == key) return a.value ? &*a.value : &kNone;
  return nullptr;
}

bool equal(const Template& left, const Template& right) {
  return left.annotations == right.annotations && left.effect == right.effect &&
         left.principal == right.principal && left.action == right.action &&
         left.resource == right.resource &&
         std::equal(left.conditions.begin(), left.conditions.end(), right.conditions.begin(),
                    right.conditions.end(), [](const Condition& l, const Condition& r) {
                      return l.is_unless == r.is_unless && equal(*l.body, *r.body);
                    });
}

}  // namespace cedar
