// The canonical layout:
//
//   @id("view")
//   permit (
//     principal in Group::"staff",
//     action in [Action::"view", Action::"list"],
//     resource
//   )
//   when { context.mfa }
//   unless
//   {
//     resource.is_private &&
//     resource.owner != principal
//   };
//
// The text has been parsed, so the grammar is followed here without looking for mistakes, and nesting is
// bounded. Every function lays out one thing of the grammar, from tokens and not from the tree, so that
// brackets, quotes and numbers stay as they were written.
#include "cedar/formatter.h"

#include <optional>

#include "cedar/parser.h"
#include "cedar/syntax/layout.h"
#include "cedar/syntax/lexemes.h"

namespace cedar {

namespace {

using Indent = Layout::Indent;

std::vector<std::uint32_t> closing_brackets(const std::vector<Lexeme>& lexemes) {
  std::vector<std::uint32_t> closing(lexemes.size());
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < lexemes.size(); ++i) {
    switch (lexemes[i].token) {
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBrace:
      case TokenKind::kLeftBracket:
        open.push_back(i);
        break;
      case TokenKind::kRightParen:
      case TokenKind::kRightBrace:
      case TokenKind::kRightBracket:
        if (open.empty()) break;
        closing[open.back()] = static_cast<std::uint32_t>(i);
        open.pop_back();
        break;
      default:
        break;
    }
  }
  return closing;
}

class PolicyFormatter {
 public:
  PolicyFormatter(std::string_view text, const FormatOptions& options)
      : lexemes_(with_comments_behind_operators(lexemes_of(text))),
        closing_(closing_brackets(lexemes_)),
        layout_(text, options.line_width, options.indent_width) {}

  std::string run() {
    while (!is_at(TokenKind::kEnd)) {
      comments_before_policy();
      policy();
      layout_.render(out_);
    }
    comments_before_policy();
    layout_.render(out_);
    return std::move(out_);
  }

 private:
  // --- tokens

  bool is_comment(std::size_t at) const { return lexemes_[at].kind != Lexeme::Kind::kToken; }

  // The position of the next token, or of the one after it.
  std::size_t position() const { return after_comments(at_); }
  std::size_t after_comments(std::size_t at) const {
    while (is_comment(at)) ++at;
    return at;
  }
  bool is_at(TokenKind kind) const { return lexemes_[position()].token == kind; }
  bool is_at(Word word) const { return is_at(TokenKind::kIdentifier) && lexemes_[position()].word == word; }
  TokenKind second() const { return lexemes_[after_comments(position() + 1)].token; }

  // Lays out the next token and the comments around it.
  void token() {
    for (; is_comment(at_); ++at_) layout_.own_line_comment(lexemes_[at_].at);
    layout_.piece(lexemes_[at_++].at);
    for (; lexemes_[at_].kind == Lexeme::Kind::kEndOfLineComment; ++at_)
      layout_.end_of_line_comment(lexemes_[at_].at);
  }
  bool accept(TokenKind kind) {
    const bool is_next = is_at(kind);
    if (is_next) token();
    return is_next;
  }

  // --- policies

  // Blank lines between comments stay, one for several; before a policy there is one.
  void comments_before_policy() {
    const bool has_comments = is_comment(at_);
    const bool has_policy = !is_at(TokenKind::kEnd);
    if (!out_.empty() && (has_policy || (has_comments && lexemes_[at_].is_after_blank_line)))
      layout_.blank_line();
    for (bool is_first = true; is_comment(at_); ++at_, is_first = false) {
      if (!is_first && lexemes_[at_].is_after_blank_line) layout_.blank_line();
      layout_.own_line_comment(lexemes_[at_].at);
    }
    if (has_comments && has_policy && lexemes_[at_].is_after_blank_line) layout_.blank_line();
  }

  void policy() {
    while (is_at(TokenKind::kAt)) annotation();
    token();  // the effect
    layout_.space();
    scope();
    while (!is_at(TokenKind::kSemicolon)) condition();
    token();
  }

  void annotation() {
    token();
    token();
    if (accept(TokenKind::kLeftParen)) {
      token();
      token();
    }
    layout_.hard_line();
  }

  // On one line only where nothing is constrained.
  void scope() {
    const bool is_short = is_scope_unconstrained();
    layout_.begin(Indent::kYes);
    token();
    while (!is_at(TokenKind::kRightParen)) {
      if (!is_short) layout_.hard_line();
      constraint();
      if (accept(TokenKind::kComma) && is_short && !is_at(TokenKind::kRightParen)) layout_.space();
    }
    if (!is_short) layout_.outer_hard_line();
    token();
    layout_.end();
  }

  bool is_scope_unconstrained() const {
    for (std::size_t at = position() + 1; lexemes_[at].token != TokenKind::kRightParen; ++at) {
      const Lexeme& l = lexemes_[at];
      const bool is_variable =
          l.token == TokenKind::kIdentifier && l.word != Word::kIs && l.word != Word::kIn;
      if (is_comment(at) || (!is_variable && l.token != TokenKind::kComma)) return false;
    }
    return true;
  }

  // `principal`, `action in […]`, `resource is T in e`
  void constraint() {
    token();
    if (is_at(TokenKind::kEqual) || is_at(Word::kIn)) {
      operand_behind();
    } else if (is_at(Word::kIs)) {
      is_type();
    }
  }

  void condition() {
    layout_.hard_line();
    layout_.begin(Indent::kYes);
    token();
    layout_.outer_line();
    token();
    layout_.line();
    expression(Indent::kNo);
    layout_.outer_line();
    token();
    layout_.end();
  }

  // --- expressions; `indent` says whether lines after the first are indented

  void expression(Indent indent) {
    if (is_at(Word::kIf)) return if_then_else();
    chain(TokenKind::kOr, indent);
  }

  void if_then_else() {
    layout_.begin(Indent::kNo);
    token();
    layout_.space();
    expression(Indent::kYes);
    layout_.line();
    token();
    layout_.space();
    expression(Indent::kYes);
    layout_.line();
    token();
    layout_.space();
    expression(Indent::kYes);
    layout_.end();
  }

  // Operators end their lines. Answers where the group begins, if there is one.
  std::optional<std::size_t> chain(TokenKind op, Indent indent) {
    const std::size_t group = layout_.reserve();
    const auto first = operand_of(op, indent);
    if (!is_at(op)) return first;
    layout_.begin_at(group, indent);
    if (first) layout_.begin_at(*first, Indent::kYes);
    while (is_at(op)) {
      operator_and_line();
      operand_of(op, Indent::kYes);
    }
    layout_.end();
    return group;
  }
  std::optional<std::size_t> operand_of(TokenKind op, Indent indent) {
    if (op == TokenKind::kOr) return chain(TokenKind::kAnd, indent);
    relation();
    return std::nullopt;
  }

  void operator_and_line() {
    layout_.space();
    token();
    layout_.line();
  }

  void relation() {
    sum();
    if (is_at(Word::kIs)) {
      is_type();
    } else if (is_relation()) {
      operand_behind();
    }
  }

  bool is_relation() const {
    switch (lexemes_[position()].token) {
      case TokenKind::kEqual:
      case TokenKind::kNotEqual:
      case TokenKind::kLess:
      case TokenKind::kLessOrEqual:
      case TokenKind::kGreater:
      case TokenKind::kGreaterOrEqual:
        return true;
      default:
        return is_at(Word::kIn) || is_at(Word::kHas) || is_at(Word::kLike);
    }
  }

  // An operator and what is right of it. What has brackets of its own is broken inside of them.
  void operand_behind() {
    layout_.space();
    const bool has_brackets = second() == TokenKind::kLeftBracket || second() == TokenKind::kLeftBrace;
    layout_.begin(has_brackets ? Indent::kNo : Indent::kYes);
    token();
    if (has_brackets) {
      layout_.space();
    } else {
      layout_.line();
    }
    sum();
    layout_.end();
  }

  void is_type() {
    layout_.space();
    layout_.begin(Indent::kYes);
    token();
    layout_.space();
    path();
    if (is_at(Word::kIn)) {
      layout_.line();
      token();
      layout_.space();
      sum();
    }
    layout_.end();
  }

  void sum() {
    product();
    if (!is_at(TokenKind::kPlus) && !is_at(TokenKind::kMinus)) return;
    layout_.begin(Indent::kYes);
    while (is_at(TokenKind::kPlus) || is_at(TokenKind::kMinus)) {
      operator_and_line();
      product();
    }
    layout_.end();
  }

  void product() {
    unary();
    if (!is_at(TokenKind::kStar)) return;
    layout_.begin(Indent::kYes);
    while (is_at(TokenKind::kStar)) {
      operator_and_line();
      unary();
    }
    layout_.end();
  }

  void unary() {
    while (is_at(TokenKind::kNot) || is_at(TokenKind::kMinus)) token();
    member();
  }

  // Accesses between two calls are broken together: `.a`, `.b`, `.c(`.
  void member() {
    primary();
    for (;;) {
      if (is_at(TokenKind::kDot)) {
        layout_.begin(Indent::kYes);
        while (is_at(TokenKind::kDot) || is_at(TokenKind::kLeftBracket)) access();
        layout_.end();
      } else if (is_at(TokenKind::kLeftBracket)) {
        access();
      } else if (is_at(TokenKind::kLeftParen)) {
        list();
      } else {
        return;
      }
    }
  }

  // `.name` or `["name"]`
  void access() {
    if (is_at(TokenKind::kDot)) {
      layout_.soft_line();
      token();
    } else {
      token();
      token();
    }
    token();
  }

  void primary() {
    switch (lexemes_[position()].token) {
      case TokenKind::kLeftParen:
      case TokenKind::kLeftBracket:
      case TokenKind::kLeftBrace:
        return list();
      case TokenKind::kIdentifier:
        return path();
      default:
        return token();
    }
  }

  // `A::B`, `A::"id"`, and single words
  void path() {
    token();
    while (accept(TokenKind::kDoubleColon)) token();
  }

  // Brackets of any kind, and the expressions between them. One list or record alone in round brackets is
  // broken inside of its own.
  void list() {
    const bool is_hugging = is_list_alone();
    layout_.begin(is_hugging ? Indent::kNo : Indent::kYes);
    const Indent inner = is_at(TokenKind::kLeftParen) ? Indent::kNo : Indent::kYes;
    token();
    for (bool is_first = true; !is_closing(lexemes_[position()].token); is_first = false) {
      if (is_first && !is_hugging) layout_.soft_line();
      if (!is_first) layout_.line();
      if (second() == TokenKind::kColon) key();
      expression(inner);
      accept(TokenKind::kComma);
    }
    if (!is_hugging) layout_.outer_soft_line();
    token();
    layout_.end();
  }

  void key() {
    token();
    token();
    layout_.space();
  }

  static bool is_closing(TokenKind kind) {
    return kind == TokenKind::kRightParen || kind == TokenKind::kRightBrace ||
           kind == TokenKind::kRightBracket;
  }

  bool is_list_alone() const {
    if (!is_at(TokenKind::kLeftParen)) return false;
    const std::size_t inside = after_comments(position() + 1);
    const std::size_t closing = closing_[inside];
    return closing != 0 && lexemes_[inside].token != TokenKind::kLeftParen &&
           lexemes_[after_comments(closing + 1)].token == TokenKind::kRightParen;
  }

  std::vector<Lexeme> lexemes_;
  std::vector<std::uint32_t> closing_;  // of an opening bracket the position of the closing one; else 0
  std::size_t at_ = 0;
  Layout layout_;
  std::string out_;
};

}  // namespace

base::Result<std::string> format_policies(std::string_view text, std::string_view file_name,
                                          const FormatOptions& options) {
  const auto parsed =
      parse_policies(std::make_shared<const Source>(std::string(file_name), std::string(text)));
  if (!parsed.ok()) return parsed.error();
  return PolicyFormatter(text, options).run();
}

}  // namespace cedar
