#include "tests/support/cedar_forms.h"

#include <algorithm>

namespace cedar_forms {

namespace {

// Of each node its name, the names of its operands, and what varieties there are beside the varying one.
struct Row {
  const char* name;
  std::vector<const char*> operands;
  std::vector<Variety> varieties;
};

const std::vector<Row>& rows() {
  using V = Variety;
  static const std::vector<V> kBoth = {V::kVarying, V::kConstant};
  static const std::vector<V> kOnlyVarying = {V::kVarying};
  static const std::vector<V> kOnlyConstant = {V::kConstant};
  static const std::vector<const char*> kOne = {"operand"};
  static const std::vector<const char*> kTwo = {"left", "right"};
  static const std::vector<const char*> kChain = {"first", "middle", "last"};
  static const std::vector<Row> kRows = {
      {"true", {}, kOnlyConstant},
      {"false", {}, kOnlyConstant},
      {"long", {}, kOnlyConstant},
      {"string", {}, kOnlyConstant},
      {"entity", {}, kOnlyConstant},
      {"principal", {}, kOnlyVarying},
      {"action", {}, kOnlyVarying},
      {"resource", {}, kOnlyVarying},
      {"context", {}, kOnlyVarying},
      {"!", kOne, kBoth},
      {"negation", kOne, kBoth},
      {"isEmpty", kOne, kBoth},
      {"==", kTwo, kBoth},
      {"!=", kTwo, kBoth},
      {"<", kTwo, kBoth},
      {"<=", kTwo, kBoth},
      {">", kTwo, kBoth},
      {">=", kTwo, kBoth},
      {"in", kTwo, kOnlyVarying},
      {"contains", kTwo, kBoth},
      {"containsAll", kTwo, kBoth},
      {"containsAny", kTwo, kBoth},
      {"getTag", kTwo, kOnlyVarying},
      {"hasTag", kTwo, kOnlyVarying},
      {"&&", kChain, kBoth},
      {"||", kChain, kBoth},
      {"*", kChain, kBoth},
      {"sum", {"first", "added", "subtracted"}, kBoth},
      {"if",
       {"condition", "then", "else"},
       {V::kVarying, V::kConstant, V::kConstantThen, V::kConstantElse, V::kConstantBranches}},
      {"attribute", {"object"}, {V::kVarying, V::kOfVariable}},
      {"has", {"object"}, {V::kVarying, V::kPath}},
      {"like", {"object"}, kBoth},
      {"is", {"object"}, kBoth},
      {"is in", {"object", "group"}, kOnlyVarying},
      {"set", {"element"}, {V::kVarying, V::kConstant, V::kEmpty, V::kOfEntities}},
      {"record", {"field"}, kBoth},
      {"when", {"body"}, {}},
      {"unless", {"body"}, {}},
      {"call", {"first argument", "second argument", "third argument"}, kBoth},
  };
  return kRows;
}

const Row& row_of(Node node) {
  return rows()[std::min<std::size_t>(static_cast<std::size_t>(node), rows().size() - 1)];
}

Node after(Node first, std::size_t distance) {
  return static_cast<Node>(static_cast<std::size_t>(first) + distance);
}

struct NodeOf {
  Node operator()(const cedar::Literal& n) const {
    if (const bool* b = n.value.boolean()) return *b ? Node::kTrue : Node::kFalse;
    if (n.value.integer()) return Node::kLong;
    return n.value.string() ? Node::kString : Node::kEntity;
  }
  Node operator()(cedar::Variable n) const { return after(Node::kPrincipal, static_cast<std::size_t>(n)); }
  Node operator()(const cedar::Unary& n) const { return after(Node::kNot, static_cast<std::size_t>(n.op)); }
  Node operator()(const cedar::Binary& n) const {
    return after(Node::kEqual, static_cast<std::size_t>(n.op));
  }
  Node operator()(const cedar::Chain& n) const { return after(Node::kAnd, static_cast<std::size_t>(n.op)); }
  Node operator()(const cedar::Sum&) const { return Node::kSum; }
  Node operator()(const cedar::If&) const { return Node::kIf; }
  Node operator()(const cedar::GetAttribute&) const { return Node::kAttribute; }
  Node operator()(const cedar::Has&) const { return Node::kHas; }
  Node operator()(const cedar::Like&) const { return Node::kLike; }
  Node operator()(const cedar::Is& n) const { return n.in ? Node::kIsIn : Node::kIs; }
  Node operator()(const cedar::SetExpr&) const { return Node::kSet; }
  Node operator()(const cedar::RecordExpr&) const { return Node::kRecord; }
  Node operator()(const cedar::Call& n) const { return call_of(n.function); }
};

bool is_constant(const cedar::Expr& expr) {
  const auto& varieties = row_of(node_of(expr)).varieties;
  bool is = std::count(varieties.begin(), varieties.end(), Variety::kConstant) > 0;
  cedar::for_each_child(expr, [&](cedar::ExprRef child) { is = is && is_constant(*child); });
  return is;
}

bool has_value(const cedar::Expr& constant) {
  static const cedar::EntityUid nobody(cedar::Name::unchecked("Nobody"), "");
  static const cedar::Request request{nobody, nobody, nobody, {}};
  return cedar::evaluate(constant, request, cedar::Entities()).ok();
}

Variety variety_of_constant(const cedar::Expr& expr) {
  const auto* set = std::get_if<cedar::SetExpr>(&expr.node);
  if (!set) return Variety::kConstant;
  if (set->elements.empty()) return Variety::kEmpty;
  const auto is_entity = [](cedar::ExprRef e) { return node_of(*e) == Node::kEntity; };
  return std::all_of(set->elements.begin(), set->elements.end(), is_entity) ? Variety::kOfEntities
                                                                            : Variety::kConstant;
}

Variety variety_of_varying(const cedar::Expr& expr) {
  if (const auto* branches = std::get_if<cedar::If>(&expr.node)) {
    const bool then = is_constant(*branches->then);
    const bool otherwise = is_constant(*branches->otherwise);
    if (then) return otherwise ? Variety::kConstantBranches : Variety::kConstantThen;
    return otherwise ? Variety::kConstantElse : Variety::kVarying;
  }
  if (const auto* attribute = std::get_if<cedar::GetAttribute>(&expr.node))
    return std::holds_alternative<cedar::Variable>(attribute->object->node) ? Variety::kOfVariable
                                                                            : Variety::kVarying;
  if (const auto* has = std::get_if<cedar::Has>(&expr.node))
    return has->path.size() > 1 ? Variety::kPath : Variety::kVarying;
  return Variety::kVarying;
}

std::vector<Form> all_forms() {
  std::vector<Form> all = {{Node::kTrue, Variety::kFailing}};
  for (std::size_t i = 0; i < static_cast<std::size_t>(Node::kCall) + cedar::extension_functions().size();
       ++i) {
    const Node node = static_cast<Node>(i);
    for (const Variety variety : row_of(node).varieties) all.push_back({node, variety});
  }
  return all;
}

std::vector<Place> all_places() {
  std::vector<Place> all;
  for (std::size_t node = 0; node < rows().size(); ++node)
    for (std::size_t i = 0; i < rows()[node].operands.size(); ++i)
      all.push_back({static_cast<Node>(node), static_cast<std::uint8_t>(i)});
  return all;
}

}  // namespace

Node node_of(const cedar::Expr& expr) {
  return std::visit(NodeOf{}, expr.node);
}

Node call_of(cedar::ExtFunction function) {
  return after(Node::kCall, static_cast<std::size_t>(function));
}

const cedar::ExtFunctionInfo& function_of(Node call) {
  return cedar::extension_functions()[static_cast<std::size_t>(call) - static_cast<std::size_t>(Node::kCall)];
}

std::string_view name_of(Node node) {
  if (node < Node::kCall) return row_of(node).name;
  return function_of(node).name;
}

const std::vector<Form>& forms() {
  static const std::vector<Form> all = all_forms();
  return all;
}

const std::vector<Place>& places() {
  static const std::vector<Place> all = all_places();
  return all;
}

std::string name_of(const Form& form) {
  static constexpr const char* kBefore[] = {"", "constant ", "", "", "", "", "", "", "empty ", "constant "};
  static constexpr const char* kAfter[] = {"",
                                           "",
                                           "",
                                           " with a constant then",
                                           " with a constant else",
                                           " with constant branches",
                                           " of a variable",
                                           " with a path",
                                           "",
                                           " of entities"};
  if (form.variety == Variety::kFailing) return "constant that fails";
  const auto i = static_cast<std::size_t>(form.variety);
  const bool is_literal = form.node <= Node::kEntity;
  return (is_literal ? "" : kBefore[i]) + std::string(name_of(form.node)) + kAfter[i];
}

std::string name_of(const Place& place) {
  const Row& row = row_of(place.node);
  return std::string(row.name) + ": " + row.operands[place.operand];
}

bool can_stand(const Form& form, const Place& place) {
  const bool is_merged = form.node >= Node::kAnd && form.node <= Node::kSum && place.operand == kFirst;
  return !is_merged || form.node != place.node || form.variety == Variety::kFailing;
}

Form form_of(const cedar::Expr& expr) {
  const Node node = node_of(expr);
  if (node <= Node::kEntity) return {node, Variety::kConstant};
  if (!is_constant(expr)) return {node, variety_of_varying(expr)};
  if (!has_value(expr)) return {Node::kTrue, Variety::kFailing};
  return {node, variety_of_constant(expr)};
}

Place place_of(const cedar::Expr& parent, std::size_t child) {
  const Node node = node_of(parent);
  std::size_t operand = child;
  if (const auto* chain = std::get_if<cedar::Chain>(&parent.node)) {
    const bool is_last = child + 1 == chain->operands.size();
    operand = child == 0 ? kFirst : is_last ? kLast : kMiddle;
  } else if (const auto* sum = std::get_if<cedar::Sum>(&parent.node)) {
    operand = child == 0 ? kFirst : sum->terms[child].subtracted ? kSubtracted : kAdded;
  } else if (node == Node::kSet || node == Node::kRecord) {
    operand = 0;
  } else if (node >= Node::kCall) {
    return {Node::kCall, static_cast<std::uint8_t>(std::min<std::size_t>(child, 2))};
  }
  return {node, static_cast<std::uint8_t>(operand)};
}

}  // namespace cedar_forms
