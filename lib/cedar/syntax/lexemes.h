#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "cedar/syntax/lexer.h"

namespace cedar {

// A token or a comment of a text, for tools that keep what parsers pass over.
struct Lexeme {
  enum class Kind : std::uint8_t {
    kToken,
    kOwnLineComment,    // the first on its line
    kEndOfLineComment,  // behind a token
  };
  Kind kind = Kind::kToken;
  TokenKind token = TokenKind::kEnd;
  Word word = Word::kOther;
  bool is_after_blank_line = false;
  SourceRange at;  // of a comment: from `//`, without blanks at its end
};

// All tokens and comments of a text that the lexer accepts, in order, the end among them.
std::vector<Lexeme> lexemes_of(std::string_view text);

// Moves comments from before `,`, `&&` and `||` to behind them (those at the end of a line also from before
// `;`), so that the operator stays on its line: `a // why` and `&& b` become `a && // why` and `b`.
std::vector<Lexeme> with_comments_behind_operators(std::vector<Lexeme>);

}  // namespace cedar
