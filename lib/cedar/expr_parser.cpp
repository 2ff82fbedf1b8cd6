#include "cedar/expr_parser.h"

#include <array>
#include <charconv>
#include <unordered_set>

#include "base/nearest.h"
#include "cedar/escapes.h"
#include "cedar/extension_functions.h"
#include "cedar/limits.h"
#include "cedar/printer.h"

namespace cedar {

namespace {

constexpr std::size_t kMaxUnaryOperators = 4;

// The methods of sets and entities; those of extension types are in their own table.
struct Method {
  std::string_view name;
  std::optional<BinaryOp> op;  // nothing for isEmpty, which takes no argument
};
constexpr std::array<Method, 6> kMethods = {{
    {"contains", BinaryOp::kContains},
    {"containsAll", BinaryOp::kContainsAll},
    {"containsAny", BinaryOp::kContainsAny},
    {"getTag", BinaryOp::kGetTag},
    {"hasTag", BinaryOp::kHasTag},
    {"isEmpty", std::nullopt},
}};

const Method* find_method(std::string_view name) {
  for (const Method& method : kMethods)
    if (method.name == name) return &method;
  return nullptr;
}

std::optional<Variable> find_variable(std::string_view name) {
  for (const Variable v : {Variable::kPrincipal, Variable::kAction, Variable::kResource, Variable::kContext})
    if (name_of(v) == name) return v;
  return std::nullopt;
}

std::string quoted(std::string_view word) { return "`" + std::string(word) + "`"; }

std::vector<std::string> method_names() {
  std::vector<std::string> names;
  for (const Method& method : kMethods) names.emplace_back(method.name);
  for (const ExtFunctionInfo& f : extension_functions())
    if (f.is_method) names.emplace_back(f.name);
  return names;
}

const std::vector<std::string>& function_names() {
  static const std::vector<std::string> kNames = {"ip", "decimal", "datetime", "duration"};
  return kNames;
}

std::optional<BinaryOp> relational_operator(TokenKind kind) {
  switch (kind) {
    case TokenKind::kEqual: return BinaryOp::kEqual;
    case TokenKind::kNotEqual: return BinaryOp::kNotEqual;
    case TokenKind::kLess: return BinaryOp::kLess;
    case TokenKind::kLessOrEqual: return BinaryOp::kLessOrEqual;
    case TokenKind::kGreater: return BinaryOp::kGreater;
    case TokenKind::kGreaterOrEqual: return BinaryOp::kGreaterOrEqual;
    default: return std::nullopt;
  }
}

}  // namespace

ExprRef ExprParser::fail(std::size_t offset, std::string message) {
  tokens_.fail(offset, std::move(message));
  return nullptr;
}

ExprRef ExprParser::make(ExprNode node, std::uint32_t begin) {
  const ExprRef made = pool_.add(std::move(node), {begin, tokens_.end()});
  return made ? made : fail(begin, "nested more deeply than " + std::to_string(kMaxNesting) + " levels");
}

ExprRef ExprParser::expression() {
  // The outermost expression is level 0.
  if (nesting_ > kMaxNesting)
    return fail(tokens_.begin(), "nested more deeply than " + std::to_string(kMaxNesting) + " levels");
  ++nesting_;
  const ExprRef parsed = tokens_.at_word("if") ? if_then_else() : disjunction();
  --nesting_;
  return parsed;
}

ExprRef ExprParser::if_then_else() {
  const std::uint32_t begin = tokens_.begin();
  tokens_.take();
  if (tokens_.at(TokenKind::kDoubleColon)) return fail(begin, "`if` is a reserved word and names no entity type");
  const ExprRef condition = expression();
  if (!condition) return nullptr;
  if (!tokens_.accept_word("then")) return tokens_.fail_expected("`then`"), nullptr;
  const ExprRef then = expression();
  if (!then) return nullptr;
  if (!tokens_.accept_word("else")) return tokens_.fail_expected("`else`"), nullptr;
  const ExprRef otherwise = expression();
  return otherwise ? make(If{condition, then, otherwise}, begin) : nullptr;
}

ExprRef ExprParser::disjunction() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef first = conjunction();
  if (!first || !tokens_.at(TokenKind::kOr)) return first;
  Chain chain{ChainOp::kOr, {first}};
  while (tokens_.accept(TokenKind::kOr)) {
    const ExprRef next = conjunction();
    if (!next) return nullptr;
    chain.operands.push_back(next);
  }
  return make(std::move(chain), begin);
}

ExprRef ExprParser::conjunction() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef first = relation();
  if (!first || !tokens_.at(TokenKind::kAnd)) return first;
  Chain chain{ChainOp::kAnd, {first}};
  while (tokens_.accept(TokenKind::kAnd)) {
    const ExprRef next = relation();
    if (!next) return nullptr;
    chain.operands.push_back(next);
  }
  return make(std::move(chain), begin);
}

ExprRef ExprParser::relation() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef left = sum();
  if (!left) return nullptr;
  const ExprRef whole = relation_with(left, begin);
  if (!whole || whole == left || check_no_operator_after_relation()) return whole;
  return nullptr;
}

ExprRef ExprParser::relation_with(ExprRef left, std::uint32_t begin) {
  std::optional<BinaryOp> op = relational_operator(tokens_.peek().kind);
  if (tokens_.at(TokenKind::kAssign)) return fail(tokens_.begin(), "`=` is not an operator; did you mean `==`?");
  if (tokens_.at(TokenKind::kIdentifier)) {
    const std::string_view word = tokens_.text(tokens_.peek());
    if (word == "has") return has(left, begin);
    if (word == "like") return like(left, begin);
    if (word == "is") return is(left, begin);
    if (word == "in") op = BinaryOp::kIn;
  }
  if (!op) return left;
  tokens_.take();
  const ExprRef right = sum();
  return right ? make(Binary{*op, left, right}, begin) : nullptr;
}

bool ExprParser::check_no_operator_after_relation() {
  const bool is_symbol = relational_operator(tokens_.peek().kind).has_value();
  const bool is_word =
      tokens_.at_word("in") || tokens_.at_word("has") || tokens_.at_word("like") || tokens_.at_word("is");
  if (!is_symbol && !is_word) return true;
  return tokens_.fail(tokens_.begin(), "comparisons do not chain; put brackets around the one that comes first");
}

ExprRef ExprParser::has(ExprRef left, std::uint32_t begin) {
  tokens_.take();
  Has has{left, {}};
  if (tokens_.at(TokenKind::kString)) {
    auto attribute = tokens_.string_value(tokens_.take());
    if (!attribute) return nullptr;
    has.path.push_back(std::move(*attribute));
    if (tokens_.at(TokenKind::kDot))
      return fail(tokens_.begin(), "a path after `has` is made of names without quotes, as `x has a.b`");
    return make(std::move(has), begin);
  }
  do {
    auto attribute = attribute_name("an attribute's name after `has`");
    if (!attribute) return nullptr;
    has.path.push_back(std::move(*attribute));
  } while (tokens_.accept(TokenKind::kDot));
  return make(std::move(has), begin);
}

ExprRef ExprParser::like(ExprRef left, std::uint32_t begin) {
  tokens_.take();
  if (!tokens_.at(TokenKind::kString)) return tokens_.fail_expected("a pattern in quotes after `like`"), nullptr;
  const Token token = tokens_.take();
  const std::string_view literal = tokens_.text(token);
  auto pattern = unescape_pattern(literal.substr(1, literal.size() - 2));
  if (!pattern.ok()) return fail(token.at.begin + 1 + pattern.error().offset, pattern.error().message);
  return make(Like{left, std::move(pattern).value()}, begin);
}

ExprRef ExprParser::is(ExprRef left, std::uint32_t begin) {
  tokens_.take();
  auto type = name("an entity type after `is`");
  if (!type) return nullptr;
  Is node{left, std::move(*type), nullptr};
  if (tokens_.accept_word("in")) {
    node.in = sum();
    if (!node.in) return nullptr;
  }
  return make(std::move(node), begin);
}

ExprRef ExprParser::sum() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef first = product();
  if (!first || (!tokens_.at(TokenKind::kPlus) && !tokens_.at(TokenKind::kMinus))) return first;
  Sum sum{{{false, first}}};
  while (tokens_.at(TokenKind::kPlus) || tokens_.at(TokenKind::kMinus)) {
    const bool is_subtracted = tokens_.take().kind == TokenKind::kMinus;
    const ExprRef next = product();
    if (!next) return nullptr;
    sum.terms.push_back({is_subtracted, next});
  }
  return make(std::move(sum), begin);
}

ExprRef ExprParser::product() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef first = unary();
  if (!first) return nullptr;
  if (tokens_.at(TokenKind::kSlash) || tokens_.at(TokenKind::kPercent))
    return fail(tokens_.begin(), "there is no division and no remainder");
  if (!tokens_.at(TokenKind::kStar)) return first;
  Chain chain{ChainOp::kMultiply, {first}};
  while (tokens_.accept(TokenKind::kStar)) {
    const ExprRef next = unary();
    if (!next) return nullptr;
    chain.operands.push_back(next);
  }
  return make(std::move(chain), begin);
}

// `-` just before a number that nothing is read from belongs to the number, so that the least one can be
// written.
ExprRef ExprParser::unary() {
  const TokenKind op = tokens_.peek().kind;
  if (op != TokenKind::kNot && op != TokenKind::kMinus) return member();
  std::vector<std::uint32_t> begins;
  while (tokens_.at(op)) {
    begins.push_back(tokens_.take().at.begin);
    if (begins.size() > kMaxUnaryOperators)
      return fail(begins.back(), "more than four " + quoted(op == TokenKind::kNot ? "!" : "-") + " in a row");
  }
  if (tokens_.at(TokenKind::kNot) || tokens_.at(TokenKind::kMinus))
    return fail(tokens_.begin(), "`!` and `-` cannot follow each other; put brackets between them");

  ExprRef operand = nullptr;
  if (op == TokenKind::kMinus && tokens_.at(TokenKind::kNumber)) {
    const std::uint32_t begin = tokens_.begin();
    const Token digits = tokens_.take();
    if (tokens_.at(TokenKind::kDot) || tokens_.at(TokenKind::kLeftBracket)) {
      operand = number(digits, false, begin);
      if (operand) operand = accesses(operand, begin);
    } else {
      operand = number(digits, true, begins.back());
      begins.pop_back();
    }
  } else {
    operand = member();
  }
  while (operand && !begins.empty()) {
    operand = make(Unary{op == TokenKind::kNot ? UnaryOp::kNot : UnaryOp::kNegate, operand}, begins.back());
    begins.pop_back();
  }
  return operand;
}

ExprRef ExprParser::number(const Token& token, bool is_negative, std::uint32_t begin) {
  static constexpr std::uint64_t kLeast = std::uint64_t{1} << 63U;
  const std::string_view digits = tokens_.text(token);
  std::uint64_t magnitude = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude);
  if (read.ec != std::errc() || magnitude > (is_negative ? kLeast : kLeast - 1))
    return fail(token.at.begin, "this number is too large; the largest is 9223372036854775807");
  return make(Literal{Value(static_cast<std::int64_t>(is_negative ? 0 - magnitude : magnitude))}, begin);
}

ExprRef ExprParser::member() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef object = primary();
  return object ? accesses(object, begin) : nullptr;
}

ExprRef ExprParser::accesses(ExprRef object, std::uint32_t begin) {
  while (object) {
    if (tokens_.accept(TokenKind::kDot)) {
      object = attribute_or_method(object, begin);
    } else if (tokens_.accept(TokenKind::kLeftBracket)) {
      if (!tokens_.at(TokenKind::kString)) return tokens_.fail_expected("an attribute's name in quotes"), nullptr;
      auto attribute = tokens_.string_value(tokens_.take());
      if (!attribute || !tokens_.expect(TokenKind::kRightBracket, "`]`")) return nullptr;
      object = make(GetAttribute{object, std::move(*attribute)}, begin);
    } else if (tokens_.at(TokenKind::kLeftParen)) {
      return fail(tokens_.begin(), "only functions and methods can be called, as `f(x)` and `x.f(y)`");
    } else {
      break;
    }
  }
  return object;
}

ExprRef ExprParser::attribute_or_method(ExprRef object, std::uint32_t begin) {
  if (!tokens_.at(TokenKind::kIdentifier)) return tokens_.fail_expected("a name after `.`"), nullptr;
  const Token token = tokens_.take();
  if (!check_not_reserved(token)) return nullptr;
  if (tokens_.at(TokenKind::kLeftParen)) return method(object, token, begin);
  return make(GetAttribute{object, std::string(tokens_.text(token))}, begin);
}

ExprRef ExprParser::method(ExprRef object, const Token& token, std::uint32_t begin) {
  const std::string_view name = tokens_.text(token);
  const Method* core = find_method(name);
  const auto extension = find_extension_function(name);
  if (!core && !extension)
    return fail(token.at.begin, quoted(name) + " is not a method" + did_you_mean(name, method_names()));
  if (extension && !info(*extension).is_method)
    return fail(token.at.begin, quoted(name) + " is a function, not a method; write `" + std::string(name) + "(…)`");

  tokens_.take();
  std::vector<ExprRef> operands = {object};
  if (!arguments(operands, TokenKind::kRightParen, "`,` or `)`")) return nullptr;
  if (extension) return make(Call{*extension, std::move(operands)}, begin);
  const std::size_t wanted = core->op ? 1 : 0;
  if (operands.size() - 1 != wanted)
    return fail(token.at.begin, quoted(name) + " takes " + (core->op ? "one argument" : "no arguments") + ", not " +
                                    std::to_string(operands.size() - 1));
  if (core->op) return make(Binary{*core->op, object, operands[1]}, begin);
  return make(Unary{UnaryOp::kIsEmpty, object}, begin);
}

// Reads expressions up to the closing token, which is taken; a comma may stand behind the last.
bool ExprParser::arguments(std::vector<ExprRef>& out, TokenKind closing, std::string_view what) {
  while (!tokens_.accept(closing)) {
    const ExprRef next = expression();
    if (!next) return false;
    out.push_back(next);
    if (tokens_.accept(closing)) return true;
    if (!tokens_.expect(TokenKind::kComma, what)) return false;
  }
  return true;
}

ExprRef ExprParser::primary() {
  const std::uint32_t begin = tokens_.begin();
  switch (tokens_.peek().kind) {
    case TokenKind::kIdentifier: return name_like();
    case TokenKind::kNumber: return number(tokens_.take(), false, begin);
    case TokenKind::kString: {
      auto value = tokens_.string_value(tokens_.take());
      return value ? make(Literal{Value(std::move(*value))}, begin) : nullptr;
    }
    case TokenKind::kLeftParen: {
      tokens_.take();
      const ExprRef inside = expression();
      return inside && tokens_.expect(TokenKind::kRightParen, "`)`") ? inside : nullptr;
    }
    case TokenKind::kLeftBracket: return set();
    case TokenKind::kLeftBrace: return record();
    case TokenKind::kSlot:
      return fail(begin, "slots stand only in the scope, not in conditions");
    default: return tokens_.fail_expected("an expression"), nullptr;
  }
}

ExprRef ExprParser::set() {
  const std::uint32_t begin = tokens_.take().at.begin;
  SetExpr set;
  if (!arguments(set.elements, TokenKind::kRightBracket, "`,` or `]`")) return nullptr;
  return make(std::move(set), begin);
}

ExprRef ExprParser::record() {
  const std::uint32_t begin = tokens_.take().at.begin;
  RecordExpr record;
  std::unordered_set<std::string> names;
  while (!tokens_.accept(TokenKind::kRightBrace)) {
    const std::uint32_t key_begin = tokens_.begin();
    auto key = record_key();
    if (!key || !tokens_.expect(TokenKind::kColon, "`:`")) return nullptr;
    if (!names.insert(*key).second) return fail(key_begin, "the record has " + quote(*key) + " already");
    const ExprRef value = expression();
    if (!value) return nullptr;
    record.fields.emplace_back(std::move(*key), value);
    if (tokens_.accept(TokenKind::kRightBrace)) break;
    if (!tokens_.expect(TokenKind::kComma, "`,` or `}`")) return nullptr;
  }
  return make(std::move(record), begin);
}

std::optional<std::string> ExprParser::record_key() {
  if (tokens_.at(TokenKind::kString)) return tokens_.string_value(tokens_.take());
  return attribute_name("a name or a string");
}

std::optional<std::string> ExprParser::attribute_name(std::string_view what) {
  if (!tokens_.at(TokenKind::kIdentifier)) {
    tokens_.fail_expected(what);
    return std::nullopt;
  }
  const Token token = tokens_.take();
  if (!check_not_reserved(token)) return std::nullopt;
  return std::string(tokens_.text(token));
}

bool ExprParser::check_not_reserved(const Token& token) {
  const std::string_view word = tokens_.text(token);
  return !is_reserved(word) ||
         tokens_.fail(token.at.begin, quoted(word) + " is a reserved word; as an attribute it is written in quotes");
}

// What begins with a name: a literal, a variable, an entity, a call.
ExprRef ExprParser::name_like() {
  const std::uint32_t begin = tokens_.begin();
  const std::string_view word = tokens_.text(tokens_.peek());
  if (word == "if") return fail(begin, "`if` as an operand needs brackets around it");
  if (word == "true" || word == "false") {
    tokens_.take();
    if (tokens_.at(TokenKind::kDoubleColon)) return fail(begin, quoted(word) + " is a reserved word and names no type");
    return make(Literal{Value(word == "true")}, begin);
  }
  const auto read = path(true);
  if (!read) return nullptr;
  if (read->id) {
    auto id = tokens_.string_value(*read->id);
    return id ? make(Literal{Value(EntityUid(Name::unchecked(read->text), std::move(*id)))}, begin) : nullptr;
  }
  if (tokens_.at(TokenKind::kLeftParen)) return function(*read);
  if (read->parts == 1) {
    if (const auto variable = find_variable(read->text)) return make(*variable, begin);
    static const std::vector<std::string> kVariables = {"principal", "action", "resource", "context", "true", "false"};
    return fail(begin, "unknown variable " + quoted(read->text) + did_you_mean(read->text, kVariables));
  }
  return fail(begin, quoted(read->text) + " is a type, not a value; an entity is `" + read->text + "::\"id\"`");
}

ExprRef ExprParser::function(const Path& path) {
  const std::uint32_t begin = path.first.at.begin;
  const auto extension = find_extension_function(path.text);
  if (find_method(path.text) || (extension && info(*extension).is_method))
    return fail(begin, quoted(path.text) + " is a method, not a function; write `x." + path.text + "(…)`");
  if (!extension)
    return fail(begin, quoted(path.text) + " is not a function" + did_you_mean(path.text, function_names()));
  tokens_.take();
  Call call{*extension, {}};
  if (!arguments(call.arguments, TokenKind::kRightParen, "`,` or `)`")) return nullptr;
  return make(std::move(call), begin);
}

std::optional<ExprParser::Path> ExprParser::path(bool may_have_id) {
  Path path;
  path.first = tokens_.peek();
  for (;;) {
    const bool is_id = may_have_id && path.parts > 0 && tokens_.at(TokenKind::kString);
    if (is_id) {
      path.id = tokens_.take();
      return path;
    }
    if (!tokens_.at(TokenKind::kIdentifier)) {
      tokens_.fail_expected(may_have_id ? "a name or an id in quotes after `::`" : "a name after `::`");
      return std::nullopt;
    }
    const Token part = tokens_.take();
    const std::string_view word = tokens_.text(part);
    if (is_reserved(word)) {
      tokens_.fail(part.at.begin, quoted(word) + " is a reserved word and names nothing");
      return std::nullopt;
    }
    if (path.parts++ > 0) path.text.append("::");
    path.text.append(word);
    if (!tokens_.accept(TokenKind::kDoubleColon)) return path;
  }
}

std::optional<EntityUid> ExprParser::entity() {
  if (!tokens_.at(TokenKind::kIdentifier)) {
    tokens_.fail_expected("an entity like `User::\"alice\"`");
    return std::nullopt;
  }
  auto read = path(true);
  if (!read) return std::nullopt;
  if (!read->id) {
    tokens_.fail(read->first.at.begin, "expected an entity like `User::\"alice\"`, found " + quoted(read->text));
    return std::nullopt;
  }
  auto id = tokens_.string_value(*read->id);
  if (!id) return std::nullopt;
  return EntityUid(Name::unchecked(std::move(read->text)), std::move(*id));
}

std::optional<Name> ExprParser::name(std::string_view what) {
  if (!tokens_.at(TokenKind::kIdentifier)) {
    tokens_.fail_expected(what);
    return std::nullopt;
  }
  auto read = path(false);
  if (!read) return std::nullopt;
  return Name::unchecked(std::move(read->text));
}

}  // namespace cedar
