#include "tests/support/cedar_expr_generator.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/membership.h"

#include <algorithm>

namespace cedar_generator {

namespace {

using cedar_forms::Form;
using cedar_forms::Node;
using cedar_forms::Place;
using cedar_forms::Variety;

Kind kind_of(cedar::ValueKind kind) {
  switch (kind) {
    case cedar::ValueKind::kBool:
      return Kind::kBool;
    case cedar::ValueKind::kLong:
      return Kind::kLong;
    case cedar::ValueKind::kString:
      return Kind::kString;
    case cedar::ValueKind::kEntity:
      return Kind::kEntity;
    case cedar::ValueKind::kSet:
      return Kind::kLongs;
    case cedar::ValueKind::kRecord:
      return Kind::kRecord;
    case cedar::ValueKind::kDecimal:
      return Kind::kDecimal;
    case cedar::ValueKind::kIpAddr:
      return Kind::kIp;
    case cedar::ValueKind::kDatetime:
      return Kind::kDatetime;
    case cedar::ValueKind::kDuration:
      return Kind::kDuration;
  }
  return Kind::kBool;
}

bool can_be_constant(Node node) {
  static constexpr Node kNever[] = {Node::kIn,        Node::kGetTag, Node::kHasTag,
                                    Node::kAttribute, Node::kHas,    Node::kIsIn};
  return std::find(std::begin(kNever), std::end(kNever), node) == std::end(kNever);
}

std::vector<Node> nodes_giving(Kind kind) {
  std::vector<Node> nodes = {Node::kIf, Node::kAttribute, Node::kGetTag};
  if (kind == Kind::kBool) {
    nodes.insert(nodes.end(), {Node::kNot, Node::kIsEmpty, Node::kAnd, Node::kOr, Node::kHas, Node::kLike,
                               Node::kIs, Node::kIsIn, Node::kHasTag});
    for (auto n = Node::kEqual; n <= Node::kContainsAny; n = static_cast<Node>(static_cast<int>(n) + 1))
      nodes.push_back(n);
  }
  if (kind == Kind::kLong) nodes.insert(nodes.end(), {Node::kNegate, Node::kMultiply, Node::kSum});
  if (kind == Kind::kLongs || kind == Kind::kEntities) nodes.push_back(Node::kSet);
  if (kind == Kind::kRecord) nodes.push_back(Node::kRecord);
  for (const auto& function : cedar::extension_functions())
    if (kind_of(function.result) == kind) nodes.push_back(cedar_forms::call_of(function.function));
  return nodes;
}

}  // namespace

const char* type_of_uid(Choices& choices) {
  return choices.one_in(2) ? kTypes[choices.pick(2)] : choices.choose(kTypes);
}
const char* id_of_uid(Choices& choices) {
  return choices.one_in(2) ? kIds[choices.pick(2)] : choices.choose(kIds);
}

Kind ExprGenerator::ordered_kind(Kind wish) {
  static constexpr Kind kOrdered[] = {Kind::kLong, Kind::kDatetime, Kind::kDuration};
  const bool is_ordered = std::find(std::begin(kOrdered), std::end(kOrdered), wish) != std::end(kOrdered);
  return is_ordered ? wish : choices_.choose(kOrdered);
}

ExprGenerator::Node ExprGenerator::node_giving(Kind kind) {
  static const std::vector<std::vector<Node>> kNodes = [] {
    std::vector<std::vector<Node>> all;
    for (std::size_t k = 0; k < kKinds; ++k) all.push_back(nodes_giving(static_cast<Kind>(k)));
    return all;
  }();
  const auto& nodes = kNodes[static_cast<std::size_t>(kind)];
  return nodes[choices_.pick(nodes.size())];
}

Kind ExprGenerator::kind_given(Node node, Kind wish) {
  switch (node) {
    case Node::kIf:
    case Node::kAttribute:
    case Node::kGetTag:
      return wish;
    case Node::kLong:
    case Node::kNegate:
    case Node::kMultiply:
    case Node::kSum:
      return Kind::kLong;
    case Node::kString:
      return Kind::kString;
    case Node::kEntity:
    case Node::kPrincipal:
    case Node::kAction:
    case Node::kResource:
      return Kind::kEntity;
    case Node::kContext:
    case Node::kRecord:
      return Kind::kRecord;
    case Node::kSet:
      return wish == Kind::kEntities || wish == Kind::kLongs ? wish : set_kind();
    default:
      return node >= Node::kCall ? kind_of(cedar_forms::function_of(node).result) : Kind::kBool;
  }
}

std::string ExprGenerator::expr(Kind kind, int depth, Leaves leaves) {
  if (choices_.one_in(48)) kind = any_kind();
  const Node node = depth <= 0 || choices_.one_in(5) ? Node::kTrue : node_giving(kind);
  if (node == Node::kTrue || (leaves == Leaves::kConstant && !can_be_constant(node))) {
    const bool is_constant = leaves == Leaves::kConstant || (leaves == Leaves::kAny && choices_.one_in(3));
    return is_constant ? constant(kind) : varying(kind);
  }
  Parts parts{node, kind, operand_kinds(node, kind, any_kind(), leaves == Leaves::kVarying ? 1 : 0), {}};
  fill(parts, depth - 1, leaves);
  return print(parts);
}

std::vector<Kind> ExprGenerator::operand_kinds(Node node, Kind kind, Kind wish, std::size_t at_least) {
  switch (node) {
    case Node::kNot:
      return {Kind::kBool};
    case Node::kNegate:
      return {Kind::kLong};
    case Node::kIsEmpty:
      return {set_kind()};
    case Node::kEqual:
    case Node::kNotEqual:
      return {wish, wish};
    case Node::kLess:
    case Node::kLessOrEqual:
    case Node::kGreater:
    case Node::kGreaterOrEqual:
      return std::vector<Kind>(2, ordered_kind(wish));
    case Node::kIn:
    case Node::kIsIn:
      return {Kind::kEntity, wish == Kind::kEntity || choices_.one_in(4) ? Kind::kEntity : Kind::kEntities};
    case Node::kContains:
      return wish == Kind::kEntities || choices_.one_in(2) ? std::vector{Kind::kEntities, Kind::kEntity}
                                                           : std::vector{Kind::kLongs, Kind::kLong};
    case Node::kContainsAll:
    case Node::kContainsAny:
      return std::vector<Kind>(2, wish == Kind::kEntities || wish == Kind::kLongs ? wish : set_kind());
    case Node::kGetTag:
    case Node::kHasTag:
      return {Kind::kEntity, Kind::kString};
    case Node::kAnd:
    case Node::kOr:
      return std::vector<Kind>(std::max(at_least, 2 + choices_.pick(3)), Kind::kBool);
    case Node::kMultiply:
    case Node::kSum:
      return std::vector<Kind>(std::max(at_least, 2 + choices_.pick(3)), Kind::kLong);
    case Node::kIf:
      return {Kind::kBool, kind, kind};
    case Node::kAttribute:
    case Node::kHas:
      return {wish == Kind::kRecord || choices_.one_in(3) ? Kind::kRecord : Kind::kEntity};
    case Node::kLike:
      return {Kind::kString};
    case Node::kIs:
      return {Kind::kEntity};
    case Node::kSet: {
      // Now and then more than evaluation asks for one by one.
      const std::size_t count = choices_.one_in(16) ? cedar::kManyGroups + 1 : choices_.pick(4);
      return std::vector<Kind>(std::max(at_least, count),
                               kind == Kind::kEntities ? Kind::kEntity : Kind::kLong);
    }
    case Node::kRecord: {
      std::vector<Kind> kinds;
      for (std::size_t left = std::max(at_least, choices_.pick(5)); left > 0; --left)
        kinds.push_back(static_cast<Kind>((static_cast<std::size_t>(wish) + kinds.size()) % kKinds));
      return kinds;
    }
    case Node::kCall:
    default:
      return call_kinds(node, wish, at_least);
  }
}

// Mostly as many as the function has parameters.
std::vector<Kind> ExprGenerator::call_kinds(Node node, Kind wish, std::size_t at_least) {
  const cedar::ExtFunctionInfo& function = cedar_forms::function_of(node);
  std::vector<Kind> kinds = {kind_of(function.first)};
  if (function.parameters > 1) kinds.push_back(kind_of(function.second));
  if (choices_.one_in(64)) kinds.push_back(wish);
  while (kinds.size() < at_least) kinds.push_back(wish);
  const bool can_lack = kinds.size() > std::max<std::size_t>(at_least, function.is_method ? 1 : 0);
  if (can_lack && choices_.one_in(64)) kinds.pop_back();
  return kinds;
}

// Makes the operands that are not there yet.
void ExprGenerator::fill(Parts& parts, int depth, Leaves leaves) {
  const std::size_t count = parts.kinds.size();
  parts.texts.resize(count);
  const std::size_t varying = leaves == Leaves::kVarying && count > 0 ? choices_.pick(count) : kNoOperand;
  for (std::size_t i = 0; i < count; ++i)
    if (parts.texts[i].empty())
      parts.texts[i] = operand(parts, i, depth,
                               leaves != Leaves::kVarying ? leaves
                               : i == varying             ? Leaves::kVarying
                                                          : Leaves::kAny);
}

std::string ExprGenerator::operand(const Parts& parts, std::size_t i, int depth, Leaves leaves) {
  if (parts.node == Node::kContains && i == 1 && leaves != Leaves::kVarying && choices_.one_in(4))
    return element();
  const bool is_key = i == 1 && (parts.node == Node::kGetTag || parts.node == Node::kHasTag);
  const bool is_text = i == 0 && parts.node >= Node::kCall && !cedar_forms::function_of(parts.node).is_method;
  if ((!is_key && !is_text) || choices_.one_in(8)) return expr(parts.kinds[i], depth, leaves);
  // Any other text would rarely do.
  const auto apt = [&] { return is_key ? key(parts.kind) : text_of(parts.kind); };
  if (leaves != Leaves::kVarying) return apt();
  std::string text = "(if " + varying(Kind::kBool);
  text += " then " + apt();
  return text + " else " + apt() + ")";
}

std::string ExprGenerator::with(const Form& form, const Place& place) {
  Kind wish = kind_given(form.node, any_kind());
  if (place.node == Node::kWhen || place.node == Node::kUnless) return of_form(form, Kind::kBool);
  Node node = place.node;
  if (node == Node::kCall) node = node_called(place.operand, wish);
  const Kind kind = kind_given(node, wish);
  std::size_t at = place.operand;
  std::size_t at_least = at + 1;
  if (node == Node::kAnd || node == Node::kOr || node == Node::kMultiply || node == Node::kSum) at_least = 3;
  Parts parts{node, kind, operand_kinds(node, kind, wish, at_least), {}};
  const std::size_t count = parts.kinds.size();
  parts.texts.resize(count);
  if (node == Node::kSet || node == Node::kRecord) at = choices_.pick(count);
  if (node == Node::kSum && at > 0) {
    (at == cedar_forms::kAdded ? parts.added : parts.subtracted) = 1 + choices_.pick(count - 1);
    at = std::min(parts.added, parts.subtracted);
  } else if (at_least == 3 && place.operand == cedar_forms::kLast) {
    at = count - 1;
  }
  parts.texts[at] = of_form(form, parts.kinds[at]);
  let_reach(parts, at);
  // What stands before should rather have a value than be interesting.
  const std::size_t most = at > 0 && at_least == 3 ? 1 : 2;
  fill(parts, static_cast<int>(choices_.pick(most + 1)), Leaves::kAny);
  return as_test(print(parts), kind);
}

// A function with such an argument, of the wanted kind if there is one; else any with one too many.
ExprGenerator::Node ExprGenerator::node_called(std::size_t argument, Kind wish) {
  std::vector<Node> all;
  std::vector<Node> apt;
  for (const auto& function : cedar::extension_functions()) {
    if (argument < 2 && argument >= function.parameters) continue;
    all.push_back(cedar_forms::call_of(function.function));
    if (kind_of(argument == 0 ? function.first : function.second) == wish) apt.push_back(all.back());
  }
  const auto& nodes = apt.empty() || choices_.one_in(8) ? all : apt;
  return nodes[choices_.pick(nodes.size())];
}

// Makes operands that decide whether the one at the place is evaluated, so that it mostly is.
void ExprGenerator::let_reach(Parts& parts, std::size_t at) {
  if (choices_.one_in(16)) return;
  const auto likely = [&](bool value) {
    const std::string object = choices_.one_in(2) ? "(resource" : "(context";
    const std::string has = object + " has " + choices_.choose(kAttributes) + ")";
    return value ? has : "(!" + has + ")";
  };
  if (parts.node == Node::kAnd || parts.node == Node::kOr)
    for (std::size_t i = 0; i < at; ++i) parts.texts[i] = likely(parts.node == Node::kAnd);
  if (parts.node == Node::kIf && at > 0) parts.texts[0] = likely(at == 1);
  if (parts.node == Node::kIsIn && at == 1) parts.texts[0] = uid();
}

std::string ExprGenerator::of_form(const Form& form, Kind wish) {
  if (form.variety == Variety::kFailing) return failing_constant();
  if (form.node <= Node::kContext) return of_leaf(form.node);
  Kind kind = kind_given(form.node, wish);
  // A constant set of another form than that of entities.
  if (form.node == Node::kSet && form.variety == Variety::kConstant) kind = Kind::kLongs;
  Parts parts{form.node, kind, {}, {}};
  const Leaves leaves = form.variety == Variety::kConstant ? Leaves::kConstant : Leaves::kVarying;
  switch (form.variety) {
    case Variety::kEmpty:
      return "[]";
    case Variety::kConstantThen:
    case Variety::kConstantElse:
    case Variety::kConstantBranches:
      parts.texts = {
          varying(Kind::kBool),
          expr(kind, 1, form.variety == Variety::kConstantElse ? Leaves::kVarying : Leaves::kConstant),
          expr(kind, 1, form.variety == Variety::kConstantThen ? Leaves::kVarying : Leaves::kConstant)};
      break;
    case Variety::kOfVariable:
      parts.texts = {variable()};
      break;
    case Variety::kOfEntities:
      return entities_constant(1);
    default:
      break;
  }
  if (form.node == Node::kHas) {
    const std::string object = "(" + expr(Kind::kEntity, 1) + " has ";
    return object + (form.variety == Variety::kPath ? path(2) : choices_.choose(kAttributes)) + ")";
  }
  parts.kinds = operand_kinds(form.node, kind, any_kind(), 1);
  fill(parts, 1, leaves);
  return print(parts);
}

// Something that is true for some values and false for others.
std::string ExprGenerator::as_test(const std::string& text, Kind kind) {
  if (kind == Kind::kBool) {
    switch (choices_.pick(8)) {
      case 0:
        return "(!" + text + ")";
      case 1:
        return "(" + text + " && " + expr(Kind::kBool, 1) + ")";
      case 2:
        return "(" + expr(Kind::kBool, 1) + " || " + text + ")";
      default:
        return text;
    }
  }
  if (kind == Kind::kLong && choices_.one_in(3)) return "(" + text + " < " + expr(kind, 1) + ")";
  if (kind == Kind::kEntity && choices_.one_in(3))
    return "(" + text + " in " + expr(Kind::kEntities, 1) + ")";
  if (kind == Kind::kEntities && choices_.one_in(2))
    return "(" + varying(Kind::kEntity) + " in " + text + ")";
  if (kind == Kind::kLongs && choices_.one_in(2)) return text + ".contains(" + expr(Kind::kLong, 1) + ")";
  return "(" + text + " == " + expr(kind, 1) + ")";
}

}  // namespace cedar_generator
