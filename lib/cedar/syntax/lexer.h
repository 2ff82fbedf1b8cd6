#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cedar/source.h"

namespace cedar {

enum class TokenKind : std::uint8_t {
  kEnd,
  kInvalid,     // no token: Lexer::error() says why
  kIdentifier,  // reserved words too
  kNumber,
  kString,
  kSlot,  // `?name`
  kAt,
  kComma,
  kSemicolon,
  kColon,
  kDoubleColon,
  kDot,
  kLeftParen,
  kRightParen,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kAnd,
  kOr,
  kNot,
  kPlus,
  kMinus,
  kStar,
  kAssign,  // `=`, `/`, `%` and `?` are in no grammar; they are tokens for the messages' sake
  kSlash,
  kPercent,
  kQuestion,
};

// The identifiers that mean something in policies; the first ten are reserved.
enum class Word : std::uint8_t {
  kTrue,
  kFalse,
  kIf,
  kThen,
  kElse,
  kIn,
  kIs,
  kLike,
  kHas,
  kCedar,  // `__cedar`
  kPrincipal,
  kAction,
  kResource,
  kContext,
  kPermit,
  kForbid,
  kWhen,
  kUnless,
  kOther,
};
inline bool is_reserved(Word word) {
  return word <= Word::kCedar;
}

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Word word = Word::kOther;  // of an identifier
  bool is_plain = true;      // of a string: neither escapes nor carriage returns inside
  SourceRange at;
};

// Cuts policy and schema text into tokens: UTF-8, Unicode white space, `//` comments to the end of the line
// (a line feed or a carriage return). The text must outlive the lexer. Linear in the text.
class Lexer {
 public:
  // Begins at a byte that begins a token or is between two. REQUIRES: text.size() fits 32 bits
  explicit Lexer(std::string_view text, std::size_t begin = 0) : text_(text), at_(begin) {}

  Token next();

  std::string_view text(Token token) const {
    return text_.substr(token.at.begin, token.at.end - token.at.begin);
  }

  // Why the last token was invalid; its place is the token's.
  const std::string& error() const { return error_; }

 private:
  void skip_blanks();
  Token token(TokenKind kind, std::size_t end);
  Token invalid(std::size_t end, std::string why);
  Token identifier(std::size_t end);
  Token symbol();
  Token string();
  Token not_ascii();

  std::string_view text_;
  std::size_t at_;
  std::string error_;
};

}  // namespace cedar
