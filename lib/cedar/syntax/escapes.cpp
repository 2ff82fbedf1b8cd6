// What stands between the quotes of a string, and what it means. Text is copied in runs up to the next
// backslash, star or carriage return; only there is anything decided.
//
//   "tab\\t \\u{e9} \\x41"      a tab, é, A
//   like "a\\**"               the star itself, then a wildcard
//
// In a pattern `*` is a wildcard also when an escape made it, as in the official implementation. A mistake is
// an offset and a sentence; where that is in the text the caller knows.
#include "cedar/syntax/escapes.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "base/utf8.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

// Reads one escape; `at` is just behind the backslash and moves behind the escape. Nothing if it is wrong.
std::optional<char32_t> read_escape(std::string_view text, std::size_t& at) {
  if (at >= text.size()) return std::nullopt;
  switch (text[at++]) {
    case 'n':
      return U'\n';
    case 'r':
      return U'\r';
    case 't':
      return U'\t';
    case '\\':
      return U'\\';
    case '0':
      return U'\0';
    case '\'':
      return U'\'';
    case '"':
      return U'"';
    case 'x': {
      if (text.size() - at < 2) return std::nullopt;
      const int high = base::hex_digit(text[at]);
      const int low = base::hex_digit(text[at + 1]);
      if (high < 0 || high > 7 || low < 0) return std::nullopt;
      at += 2;
      return static_cast<char32_t>(high * 16 + low);
    }
    case 'u': {
      if (at >= text.size() || text[at++] != '{') return std::nullopt;
      char32_t code_point = 0;
      for (int digits = 0; at < text.size(); ++at) {
        if (text[at] == '}' && digits > 0) {
          ++at;
          const bool is_scalar = code_point <= 0x10FFFF && (code_point < 0xD800 || code_point > 0xDFFF);
          return is_scalar ? std::optional(code_point) : std::nullopt;
        }
        if (text[at] == '_' && digits > 0) continue;
        const int digit = base::hex_digit(text[at]);
        if (digit < 0 || ++digits > 6) return std::nullopt;
        code_point = code_point * 16 + static_cast<char32_t>(digit);
      }
      return std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

// Reads text piece by piece: `literal` gets runs and characters, `star` is told of every `*` but `\*`.
template <typename Literal, typename Star>
std::optional<EscapeError> unescape(std::string_view text, bool is_pattern, Literal literal, Star star) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t run = std::min(text.find_first_of("\\\r*", at), text.size());
    literal(text.substr(at, run - at));
    if (run == text.size()) return std::nullopt;
    at = run + 1;
    if (text[run] == '\r')
      return EscapeError{
          run, "a string cannot hold a raw carriage return; write `\\r`, or end lines with a line feed"};
    if (text[run] == '*') {
      star();
      continue;
    }
    if (is_pattern && at < text.size() && text[at] == '*') {
      literal("*");
      ++at;
      continue;
    }
    const auto code_point = read_escape(text, at);
    if (!code_point) {
      const bool is_star = at == run + 2 && text[run + 1] == '*';
      return EscapeError{run,
                         is_star ? "`\\*` is an escape only in the pattern of `like`"
                                 : "not an escape; there are \\n \\r \\t \\\\ \\0 \\' \\\" \\x41 \\u{1F600}"};
    }
    if (*code_point == U'*') {
      star();
      continue;
    }
    std::string bytes;
    base::utf8::append(bytes, *code_point);
    literal(bytes);
  }
  return std::nullopt;
}

}  // namespace

base::Result<std::string, EscapeError> unescape_string(std::string_view inside) {
  std::string out;
  const auto error = unescape(
      inside, false, [&](std::string_view piece) { out.append(piece); }, [&] { out.push_back('*'); });
  if (error) return *error;
  return out;
}

base::Result<Pattern, EscapeError> unescape_pattern(std::string_view inside) {
  Pattern out;
  out.pieces.emplace_back();
  const auto error = unescape(
      inside, true, [&](std::string_view piece) { out.pieces.back().append(piece); },
      [&] { out.pieces.emplace_back(); });
  if (error) return *error;
  return out;
}

std::string quote(const Pattern& pattern) {
  std::string out = "\"";
  for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
    if (i > 0) out.push_back('*');
    append_escaped(out, pattern.pieces[i], true);
  }
  return out + "\"";
}

}  // namespace cedar
