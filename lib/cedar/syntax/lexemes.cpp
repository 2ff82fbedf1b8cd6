#include "cedar/syntax/lexemes.h"

#include <algorithm>

namespace cedar {

namespace {

bool is_line_end(char c) {
  return c == '\n' || c == '\r';
}

// Adds the comments that lie between two tokens, and says whether a blank line is before the second.
class Gap {
 public:
  Gap(std::string_view text, std::uint32_t begin, std::uint32_t end) : text_(text), at_(begin), end_(end) {}

  // Answers whether a blank line stands before what follows the gap.
  bool read(std::vector<Lexeme>& out) {
    std::size_t lines = at_ == 0 ? 1 : 0;  // ends of lines since the last token or comment
    while (at_ < end_) {
      if (is_line_end(text_[at_])) {
        at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
        ++lines;
      } else if (text_.substr(at_).starts_with("//")) {
        out.push_back(comment(lines));
        lines = 0;
      } else {
        ++at_;
      }
    }
    return lines > 1;
  }

 private:
  Lexeme comment(std::size_t lines) {
    Lexeme lexeme;
    lexeme.kind = lines > 0 ? Lexeme::Kind::kOwnLineComment : Lexeme::Kind::kEndOfLineComment;
    lexeme.is_after_blank_line = lines > 1;
    lexeme.at.begin = at_;
    while (at_ < end_ && !is_line_end(text_[at_])) ++at_;
    lexeme.at.end = at_;
    while (std::string_view(" \t\v\f").find(text_[lexeme.at.end - 1]) != std::string_view::npos)
      --lexeme.at.end;
    return lexeme;
  }

  std::string_view text_;
  std::uint32_t at_;
  std::uint32_t end_;
};

bool is_comment(const Lexeme& lexeme) {
  return lexeme.kind != Lexeme::Kind::kToken;
}

bool is_token(const Lexeme& lexeme, TokenKind kind) {
  return !is_comment(lexeme) && lexeme.token == kind;
}

}  // namespace

std::vector<Lexeme> lexemes_of(std::string_view text) {
  std::vector<Lexeme> out;
  Lexer lexer(text);
  std::uint32_t end = 0;
  for (;;) {
    const Token token = lexer.next();
    Lexeme lexeme;
    lexeme.is_after_blank_line = Gap(text, end, token.at.begin).read(out);
    lexeme.token = token.kind;
    lexeme.word = token.word;
    lexeme.at = token.at;
    out.push_back(lexeme);
    if (token.kind == TokenKind::kEnd || token.kind == TokenKind::kInvalid) return out;
    end = token.at.end;
  }
}

std::vector<Lexeme> with_comments_behind_operators(std::vector<Lexeme> in) {
  std::vector<Lexeme> out;
  out.reserve(in.size());
  for (std::size_t i = 0; i < in.size(); ++i) {
    const bool is_semicolon = is_token(in[i], TokenKind::kSemicolon);
    const bool is_operator = is_semicolon || is_token(in[i], TokenKind::kComma) ||
                             is_token(in[i], TokenKind::kAnd) || is_token(in[i], TokenKind::kOr);
    const bool is_followed = i + 1 < in.size() && in[i + 1].kind == Lexeme::Kind::kEndOfLineComment;
    auto comments = out.end();
    if (is_operator && !is_followed)
      while (comments != out.begin() && is_comment(*(comments - 1))) --comments;
    const bool has_one = out.end() - comments == 1 && comments->kind == Lexeme::Kind::kEndOfLineComment;
    out.insert(is_semicolon && !has_one ? out.end() : comments, in[i]);
  }
  return out;
}

}  // namespace cedar
