// How generated expressions are written: leaves, and nodes whose operands are there. All but leaves stand in
// brackets, which a tree does not have.
#include "cedar/values/membership.h"
#include "tests/support/cedar_expr_generator.h"

namespace cedar_generator {

namespace {

using cedar_forms::Node;

constexpr const char* kLongs[] = {"0", "1", "2", "1", "2", "(-1)", "64", "0"};
constexpr const char* kExtremes[] = {"9223372036854775807", "(-9223372036854775808)"};
constexpr const char* kPatterns[] = {"*", "a*", "*b", "a\\*b", "", "*a*b*", "ab", "a**b"};
constexpr const char* kDecimals[] = {"0.0", "1.0", "2.00", "-1.0"};
constexpr const char* kIps[] = {"10.0.0.1", "10.0.0.0/8", "::1", "ff00::/8"};
constexpr const char* kDatetimes[] = {"1970-01-01", "1970-01-01T00:00:00.001Z", "1970-01-01T00:00:00.002Z",
                                      "2024-01-02"};
constexpr const char* kDurations[] = {"0ms", "1ms", "2ms", "1h"};
// Elements of sets that are not of one kind.
constexpr const char* kMixed[] = {"{}", "[]", "{n: 1}", "[1]", "[1, 2]", "ip(\"::1\")", "\"a\"", "1", "true"};
constexpr const char* kFailing[] = {"(1 + true)",       "decimal(\"x\")",  "(9223372036854775807 + 1)",
                                    "duration(\"a\")",  "ip(\"::1\", 1)",  "(![])",
                                    "(true && \"a\")",  "(false || 1)",    "(if 1 then true else true)",
                                    "[decimal(\"x\")]", "{n: (-(\"a\"))}", "(\"a\" < \"b\")",
                                    "(1 like \"a\")",   "(1 is User)",     "decimal()"};

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

const char* infix_of(Node node) {
  switch (node) {
    case Node::kEqual:
    case Node::kNotEqual:
    case Node::kLess:
    case Node::kLessOrEqual:
    case Node::kGreater:
    case Node::kGreaterOrEqual:
    case Node::kIn:
    case Node::kAnd:
    case Node::kOr:
    case Node::kMultiply:
      return name_of(node).data();
    default:
      return nullptr;
  }
}

}  // namespace

std::string ExprGenerator::uid() {
  const std::string type = type_of_uid(choices_);
  return type + "::" + quoted(id_of_uid(choices_));
}
std::string ExprGenerator::action() {
  return "Action::" + quoted(choices_.choose(kActions));
}
std::string ExprGenerator::key(Kind kind) {
  return quoted(choices_.one_in(4) ? choices_.choose(kAttributes)
                                   : kAttributes[static_cast<std::size_t>(kind)]);
}
std::string ExprGenerator::variable() {
  static constexpr const char* kVariables[] = {"principal", "resource", "context", "action"};
  return choices_.choose(kVariables);
}

std::string ExprGenerator::text_of(Kind kind) {
  switch (kind) {
    case Kind::kDecimal:
      return quoted(choices_.choose(kDecimals));
    case Kind::kIp:
      return quoted(choices_.choose(kIps));
    case Kind::kDatetime:
      return quoted(choices_.choose(kDatetimes));
    case Kind::kDuration:
      return quoted(choices_.choose(kDurations));
    default:
      return quoted(choices_.choose(kTexts));
  }
}

std::string ExprGenerator::constant(Kind kind) {
  switch (kind) {
    case Kind::kBool:
      return choices_.one_in(2) ? "true" : "false";
    case Kind::kLong:
      return choices_.one_in(24) ? choices_.choose(kExtremes) : choices_.choose(kLongs);
    case Kind::kString:
      return text_of(kind);
    case Kind::kEntity:
      return choices_.one_in(5) ? action() : uid();
    case Kind::kLongs: {
      std::string text = "[";
      const bool is_mixed = choices_.one_in(6);
      for (std::size_t left = choices_.pick(4); left > 0; --left)
        text += (is_mixed ? choices_.choose(kMixed) : constant(Kind::kLong)) + ", ";
      return text + "]";
    }
    case Kind::kEntities:
      return entities_constant(0);
    case Kind::kRecord:
      return record_constant();
    case Kind::kDecimal:
      return "decimal(" + text_of(kind) + ")";
    case Kind::kIp:
      return "ip(" + text_of(kind) + ")";
    case Kind::kDatetime:
      return "datetime(" + text_of(kind) + ")";
    case Kind::kDuration:
      return "duration(" + text_of(kind) + ")";
  }
  return "true";
}

std::string ExprGenerator::entities_constant(std::size_t at_least) {
  std::size_t left = choices_.one_in(8) ? cedar::kManyGroups + 1 : choices_.pick(4);
  std::string text = "[";
  for (left = std::max(left, at_least); left > 0; --left) text += constant(Kind::kEntity) + ", ";
  return text + "]";
}

// Mostly one that has every attribute.
std::string ExprGenerator::record_constant() {
  if (choices_.one_in(8)) return "{}";
  std::string text = "{";
  for (std::size_t i = 0; i < kKinds; ++i) {
    const Kind kind = static_cast<Kind>(i);
    if (kind != Kind::kRecord) text += std::string(kAttributes[i]) + ": " + constant(kind) + ", ";
  }
  return text + "}";
}

std::string ExprGenerator::element() {
  return choices_.choose(kMixed);
}

std::string ExprGenerator::failing_constant() {
  return choices_.choose(kFailing);
}

std::string ExprGenerator::varying(Kind kind) {
  static constexpr const char* kSubjects[] = {"principal", "resource", "action"};
  if (kind == Kind::kEntity && choices_.one_in(2)) return choices_.choose(kSubjects);
  if (kind == Kind::kRecord && choices_.one_in(2)) return "context";
  const std::string name = kAttributes[static_cast<std::size_t>(kind)];
  switch (choices_.pick(8)) {
    case 0:
      return uid() + "." + name;
    case 1:
      return "context.r." + name;
    case 2:
      return "principal." + name;
    case 3:
      return "principal.e." + name;
    case 4:
      return "resource." + name;
    default:
      return "context." + name;
  }
}

std::string ExprGenerator::of_leaf(Node node) {
  switch (node) {
    case Node::kTrue:
    case Node::kFalse:
    case Node::kPrincipal:
    case Node::kAction:
    case Node::kResource:
    case Node::kContext:
      return std::string(name_of(node));
    case Node::kLong:
      return constant(Kind::kLong);
    case Node::kString:
      return constant(Kind::kString);
    default:
      return constant(Kind::kEntity);
  }
}

// Mostly the type of what is a literal.
std::string ExprGenerator::type_said_of(const std::string& entity) {
  const std::size_t end = entity.find("::\"");
  const bool is_literal = entity.back() == '"' && end != std::string::npos;
  return is_literal && !choices_.one_in(4) ? entity.substr(0, end) : type_of_uid(choices_);
}

// Without dots mostly a name that is there.
std::string ExprGenerator::path(std::size_t at_least) {
  static constexpr const char* kObjects[] = {"e", "r"};
  std::string text;
  for (std::size_t left = std::max(at_least, choices_.pick(4)); left > 1; --left)
    text += choices_.choose(kObjects) + std::string(".");
  return text + choices_.choose(kAttributes);
}

std::string ExprGenerator::print(const Parts& parts) {
  const auto& texts = parts.texts;
  if (infix_of(parts.node)) return print_list(parts);
  switch (parts.node) {
    case Node::kNot:
      return "(!" + texts[0] + ")";
    case Node::kNegate:
      return "(-(" + texts[0] + "))";
    case Node::kIsEmpty:
      return texts[0] + ".isEmpty()";
    case Node::kContains:
    case Node::kContainsAll:
    case Node::kContainsAny:
    case Node::kGetTag:
    case Node::kHasTag:
      return texts[0] + "." + std::string(name_of(parts.node)) + "(" + texts[1] + ")";
    case Node::kSum:
      return print_sum(parts);
    case Node::kIf:
      return "(if " + texts[0] + " then " + texts[1] + " else " + texts[2] + ")";
    case Node::kAttribute: {
      const std::string name = kAttributes[static_cast<std::size_t>(parts.kind)];
      return texts[0] + (choices_.one_in(8) ? "[\"" + name + "\"]" : "." + name);
    }
    case Node::kHas:
      return "(" + texts[0] + " has " + path(1) + ")";
    case Node::kLike:
      return "(" + texts[0] + " like " + quoted(choices_.choose(kPatterns)) + ")";
    case Node::kIs:
      return "(" + texts[0] + " is " + type_of_uid(choices_) + ")";
    case Node::kIsIn:
      return "(" + texts[0] + " is " + type_said_of(texts[0]) + " in " + texts[1] + ")";
    case Node::kSet:
    case Node::kRecord:
      return print_list(parts);
    default:
      return print_call(parts);
  }
}

std::string ExprGenerator::print_list(const Parts& parts) {
  const bool is_record = parts.node == Node::kRecord;
  const bool is_set = parts.node == Node::kSet;
  const char* infix = infix_of(parts.node);
  std::string text = is_set ? "[" : is_record ? "{" : "(";
  for (std::size_t i = 0; i < parts.texts.size(); ++i) {
    if (i > 0) text += infix ? " " + std::string(infix) + " " : ", ";
    if (is_record) text += std::string(kAttributes[static_cast<std::size_t>(parts.kinds[i])]) + ": ";
    text += parts.texts[i];
  }
  return text + (is_set ? "]" : is_record ? "}" : ")");
}

std::string ExprGenerator::print_sum(const Parts& parts) {
  std::string text = "(" + parts.texts[0];
  for (std::size_t i = 1; i < parts.texts.size(); ++i) {
    const bool is_subtracted = i == parts.subtracted || (i != parts.added && choices_.one_in(2));
    text += (is_subtracted ? " - " : " + ") + parts.texts[i];
  }
  return text + ")";
}

std::string ExprGenerator::print_call(const Parts& parts) {
  const cedar::ExtFunctionInfo& function = cedar_forms::function_of(parts.node);
  std::string text = function.is_method ? parts.texts[0] + "." : "";
  text += std::string(function.name) + "(";
  for (std::size_t i = function.is_method ? 1 : 0; i < parts.texts.size(); ++i) text += parts.texts[i] + ", ";
  return text + ")";
}

}  // namespace cedar_generator
