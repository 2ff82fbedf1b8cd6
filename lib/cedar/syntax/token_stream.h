#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cedar/syntax/lexer.h"

namespace cedar {

// One token of lookahead over a text, and the first mistake found in it. What parsers share.
class TokenStream {
 public:
  // From a byte that begins a token or is between two. The source must outlive the stream.
  explicit TokenStream(const Source& source, std::size_t begin = 0)
      : source_(source), lexer_(source.text(), begin) {
    next_ = lexer_.next();
  }

  const Token& peek() const { return next_; }
  bool at(TokenKind kind) const { return next_.kind == kind; }
  bool at_word(std::string_view word) const { return at(TokenKind::kIdentifier) && text(next_) == word; }
  bool at(Word word) const { return next_.word == word; }
  std::string_view text(const Token& token) const { return lexer_.text(token); }

  std::uint32_t begin() const { return next_.at.begin; }  // of the next token
  std::uint32_t end() const { return end_; }              // of the last one taken

  Token take();
  bool accept(TokenKind kind);
  bool accept(Word word);
  bool accept_word(std::string_view word);

  // Takes the token, or fails: "expected `)`, found `;`". `what` is the expected thing, in words or quoted.
  bool expect(TokenKind kind, std::string_view what);

  // Keeps the first mistake only. Always false, so that callers may return it.
  bool fail(std::size_t offset, std::string message);
  bool fail_expected(std::string_view what);  // at the next token

  bool failed() const { return error_.has_value(); }

  // REQUIRES: failed(). With file, place, line and caret.
  std::string message() const { return source_.message(error_->offset, error_->message); }

  // The meaning of a string token. Nothing, and a failure, where an escape is wrong.
  std::optional<std::string> string_value(const Token& token);

 private:
  struct Failure {
    std::size_t offset;
    std::string message;
  };

  const Source& source_;
  Lexer lexer_;
  Token next_;
  std::uint32_t end_ = 0;
  std::optional<Failure> error_;
};

}  // namespace cedar
