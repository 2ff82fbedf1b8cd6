#include "cedar/syntax/token_stream.h"

#include "cedar/syntax/escapes.h"

namespace cedar {

Token TokenStream::take() {
  const Token taken = next_;
  end_ = taken.at.end;
  next_ = lexer_.next();
  return taken;
}

bool TokenStream::accept(TokenKind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

bool TokenStream::accept(Word word) {
  if (!at(word)) return false;
  take();
  return true;
}

bool TokenStream::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  take();
  return true;
}

bool TokenStream::expect(TokenKind kind, std::string_view what) {
  return accept(kind) || fail_expected(what);
}

bool TokenStream::fail(std::size_t offset, std::string message) {
  if (!error_) error_ = Failure{offset, std::move(message)};
  return false;
}

bool TokenStream::fail_expected(std::string_view what) {
  static constexpr std::size_t kShownBytes = 40;
  if (at(TokenKind::kInvalid)) return fail(begin(), lexer_.error());
  std::string message = "expected " + std::string(what) + ", found ";
  if (at(TokenKind::kEnd)) return fail(begin(), message + "the end of the text");
  const std::string_view found = text(next_);
  if (found.size() > kShownBytes)
    return fail(begin(), message + (at(TokenKind::kString) ? "a string" : "a long word"));
  return fail(begin(), message + "`" + std::string(found) + "`");
}

std::optional<std::string> TokenStream::string_value(const Token& token) {
  const std::string_view quoted = text(token);
  const std::string_view inside = quoted.substr(1, quoted.size() - 2);
  if (token.is_plain) return std::string(inside);
  auto value = unescape_string(inside);
  if (value.ok()) return std::move(value).value();
  fail(token.at.begin + 1 + value.error().offset, value.error().message);
  return std::nullopt;
}

}  // namespace cedar
