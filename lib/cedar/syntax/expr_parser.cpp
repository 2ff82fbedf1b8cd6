// Operators, from the weakest to the strongest, a function each; operands are in expr_operands.cpp.
//
//   if … then … else   ||   &&   == != < <= > >= in has like is   + -   *   ! -   .name ["name"] .method()
//
// Each function reads what is stronger, then as many of its own operators as follow: `a || b && c` is read by
// disjunction(), whose operands conjunction() reads. Relations do not chain, `a < b < c` is a mistake that is
// told. What nests (brackets, `if`, `!`) is counted; flat chains are loops and one node, however long.
//
// The tree keeps what was written: no folding, no rewriting, and the place of each node.
#include "cedar/syntax/expr_parser.h"

#include <algorithm>
#include <charconv>

#include "cedar/limits.h"
#include "cedar/syntax/escapes.h"

namespace cedar {

namespace {

constexpr std::size_t kMaxUnaryOperators = 4;

std::optional<BinaryOp> relational_operator(const Token& token) {
  if (token.word == Word::kIn) return BinaryOp::kIn;
  switch (token.kind) {
    case TokenKind::kEqual:
      return BinaryOp::kEqual;
    case TokenKind::kNotEqual:
      return BinaryOp::kNotEqual;
    case TokenKind::kLess:
      return BinaryOp::kLess;
    case TokenKind::kLessOrEqual:
      return BinaryOp::kLessOrEqual;
    case TokenKind::kGreater:
      return BinaryOp::kGreater;
    case TokenKind::kGreaterOrEqual:
      return BinaryOp::kGreaterOrEqual;
    default:
      return std::nullopt;
  }
}

// Two operands, with no room for more, are what a chain mostly has.
std::vector<ExprRef> chain_of(ExprRef first) {
  std::vector<ExprRef> operands;
  operands.reserve(2);
  operands.push_back(first);
  return operands;
}

}  // namespace

ExprRef ExprParser::fail(std::size_t offset, std::string message) {
  tokens_.fail(offset, std::move(message));
  return nullptr;
}

ExprRef ExprParser::make(ExprNode&& node, std::uint32_t begin) {
  if (!count(1, begin)) return nullptr;
  const ExprRef made = pool_.add(std::move(node), {begin, tokens_.end()});
  return made ? made : fail(begin, "nested more deeply than " + std::to_string(kMaxNesting) + " levels");
}

bool ExprParser::count(std::size_t parts, std::uint32_t begin) {
  parts_ += parts;
  return parts_ <= kMaxParts ||
         tokens_.fail(begin, "the text has more than " + std::to_string(kMaxParts) + " parts; divide it");
}

ExprRef ExprParser::expression() {
  // The outermost expression is level 0.
  if (nesting_ > kMaxNesting)
    return fail(tokens_.begin(), "nested more deeply than " + std::to_string(kMaxNesting) + " levels");
  ++nesting_;
  const ExprRef parsed = tokens_.at(Word::kIf) ? if_then_else() : disjunction();
  --nesting_;
  return parsed;
}

ExprRef ExprParser::if_then_else() {
  const std::uint32_t begin = tokens_.begin();
  tokens_.take();
  if (tokens_.at(TokenKind::kDoubleColon))
    return fail(begin, "`if` is a reserved word and names no entity type");
  const ExprRef condition = expression();
  if (!condition) return nullptr;
  if (!tokens_.accept(Word::kThen)) return tokens_.fail_expected("`then`"), nullptr;
  const ExprRef then = expression();
  if (!then) return nullptr;
  if (!tokens_.accept(Word::kElse)) return tokens_.fail_expected("`else`"), nullptr;
  const ExprRef otherwise = expression();
  return otherwise ? make(If{condition, then, otherwise}, begin) : nullptr;
}

ExprRef ExprParser::disjunction() {
  const std::uint32_t begin = tokens_.begin();
  const ExprRef first = conjunction();
  if (!first || !tokens_.at(TokenKind::kOr)) return first;
  Chain chain{ChainOp::kOr, chain_of(first)};
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
  Chain chain{ChainOp::kAnd, chain_of(first)};
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
  if (tokens_.at(TokenKind::kAssign))
    return fail(tokens_.begin(), "`=` is not an operator; did you mean `==`?");
  if (tokens_.at(Word::kHas)) return has(left, begin);
  if (tokens_.at(Word::kLike)) return like(left, begin);
  if (tokens_.at(Word::kIs)) return is(left, begin);
  const std::optional<BinaryOp> op = relational_operator(tokens_.peek());
  if (!op) return left;
  tokens_.take();
  const ExprRef right = sum();
  return right ? make(Binary{*op, left, right}, begin) : nullptr;
}

bool ExprParser::check_no_operator_after_relation() {
  const bool is_symbol = relational_operator(tokens_.peek()).has_value();
  if (!is_symbol && !tokens_.at(Word::kHas) && !tokens_.at(Word::kLike) && !tokens_.at(Word::kIs))
    return true;
  return tokens_.fail(tokens_.begin(),
                      "comparisons do not chain; put brackets around the one that comes first");
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
    if (!count(1, begin)) return nullptr;
  } while (tokens_.accept(TokenKind::kDot));
  return make(std::move(has), begin);
}

ExprRef ExprParser::like(ExprRef left, std::uint32_t begin) {
  tokens_.take();
  if (!tokens_.at(TokenKind::kString))
    return tokens_.fail_expected("a pattern in quotes after `like`"), nullptr;
  const Token token = tokens_.take();
  const std::string_view literal = tokens_.text(token);
  if (!count(static_cast<std::size_t>(std::count(literal.begin(), literal.end(), '*')), begin))
    return nullptr;
  auto pattern = unescape_pattern(literal.substr(1, literal.size() - 2));
  if (!pattern.ok()) return fail(token.at.begin + 1 + pattern.error().offset, pattern.error().message);
  return make(Like{left, std::move(pattern).value()}, begin);
}

ExprRef ExprParser::is(ExprRef left, std::uint32_t begin) {
  tokens_.take();
  auto type = name("an entity type after `is`");
  if (!type) return nullptr;
  Is node{left, std::move(*type), nullptr};
  if (tokens_.accept(Word::kIn)) {
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
  Chain chain{ChainOp::kMultiply, chain_of(first)};
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
      return fail(begins.back(),
                  std::string("more than four ") + (op == TokenKind::kNot ? "`!`" : "`-`") + " in a row");
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

}  // namespace cedar
