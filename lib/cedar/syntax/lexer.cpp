// Cuts a text into tokens, one at a time and with one look at each byte. A table gives the class of a byte;
// blanks and comments are skipped; an identifier is compared with the few words that begin with its first
// letter. A string ends at the first quote without a backslash, and what it means is read later
// (escapes.cpp), by who wants it.
//
//   permit(principal == User::"a");   permit  (  principal  ==  User  ::  "a"  )  ;
//
// What is no token is one all the same, kInvalid, with a sentence that says why: an open string, a character
// that looks like another (`“`), a control character. Whether tokens make sense together is the parsers'
// business.
#include "cedar/syntax/lexer.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/utf8.h"

namespace cedar {

namespace {

enum class CharClass : std::uint8_t { kOther, kBlank, kLetter, kDigit };

constexpr std::array<CharClass, 256> make_classes() {
  std::array<CharClass, 256> classes{};
  for (std::size_t c = 0; c < 256; ++c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') classes[c] = CharClass::kLetter;
    if (c >= '0' && c <= '9') classes[c] = CharClass::kDigit;
    if (c == ' ' || (c >= '\t' && c <= '\r')) classes[c] = CharClass::kBlank;
  }
  return classes;
}
constexpr std::array<CharClass, 256> kClasses = make_classes();

CharClass class_of(char c) {
  return kClasses[static_cast<unsigned char>(c)];
}
bool is_word(char c) {
  return class_of(c) >= CharClass::kLetter;
}

constexpr std::array<std::string_view, 18> kWords = {
    "true",    "false",     "if",     "then",     "else",    "in",     "is",     "like", "has",
    "__cedar", "principal", "action", "resource", "context", "permit", "forbid", "when", "unless",
};
static_assert(kWords.size() == static_cast<std::size_t>(Word::kOther));
static_assert(kWords[static_cast<std::size_t>(Word::kTrue)] == "true" &&
              kWords[static_cast<std::size_t>(Word::kHas)] == "has" &&
              kWords[static_cast<std::size_t>(Word::kContext)] == "context" &&
              kWords[static_cast<std::size_t>(Word::kUnless)] == "unless");

// For each character the words that begin with it, a bit each.
constexpr std::array<std::uint32_t, 256> make_beginnings() {
  std::array<std::uint32_t, 256> beginnings{};
  for (std::size_t i = 0; i < kWords.size(); ++i)
    beginnings[static_cast<unsigned char>(kWords[i].front())] |= std::uint32_t{1} << i;
  return beginnings;
}
constexpr std::array<std::uint32_t, 256> kBeginnings = make_beginnings();

Word word_of(std::string_view text) {
  for (std::uint32_t left = kBeginnings[static_cast<unsigned char>(text.front())]; left != 0;
       left &= left - 1) {
    const auto i = static_cast<std::size_t>(std::countr_zero(left));
    if (kWords[i] == text) return static_cast<Word>(i);
  }
  return Word::kOther;
}

// Unicode's White_Space beyond ASCII.
bool is_wide_blank(char32_t c) {
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// The code point at the front, or nothing where it is not UTF-8.
struct Wide {
  bool is_valid;
  char32_t code_point;
  std::size_t size;
};
Wide read_wide(std::string_view text) {
  const std::string_view front = text.substr(0, 4);
  for (std::size_t size = 2; size <= front.size(); ++size) {
    if (!base::utf8::is_valid(front.substr(0, size))) continue;
    std::size_t at = 0;
    return {true, base::utf8::next(front, at), at};
  }
  return {false, 0, 1};
}

}  // namespace

void Lexer::skip_blanks() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (class_of(c) == CharClass::kBlank) {
      ++at_;
    } else if (c == '/' && text_.substr(at_).starts_with("//")) {
      while (at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      const Wide wide = read_wide(text_.substr(at_));
      if (!wide.is_valid || !is_wide_blank(wide.code_point)) return;
      at_ += wide.size;
    } else {
      return;
    }
  }
}

Token Lexer::token(TokenKind kind, std::size_t end) {
  Token made;
  made.kind = kind;
  made.at = {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(end)};
  at_ = end;
  return made;
}

Token Lexer::invalid(std::size_t end, std::string why) {
  error_ = std::move(why);
  return token(TokenKind::kInvalid, end);
}

Token Lexer::next() {
  skip_blanks();
  if (at_ >= text_.size()) return token(TokenKind::kEnd, text_.size());
  std::size_t end = at_ + 1;
  switch (class_of(text_[at_])) {
    case CharClass::kLetter:
      while (end < text_.size() && is_word(text_[end])) ++end;
      return identifier(end);
    case CharClass::kDigit:
      while (end < text_.size() && class_of(text_[end]) == CharClass::kDigit) ++end;
      return token(TokenKind::kNumber, end);
    case CharClass::kBlank:
    case CharClass::kOther:
      break;
  }
  if (text_[at_] == '"') return string();
  return static_cast<unsigned char>(text_[at_]) >= 0x80 ? not_ascii() : symbol();
}

Token Lexer::identifier(std::size_t end) {
  const Word word = word_of(text_.substr(at_, end - at_));
  Token made = token(TokenKind::kIdentifier, end);
  made.word = word;
  return made;
}

Token Lexer::string() {
  bool is_plain = true;
  for (std::size_t end = at_ + 1; end < text_.size(); ++end) {
    const auto c = static_cast<unsigned char>(text_[end]);
    if (c == '"') {
      Token made = token(TokenKind::kString, end + 1);
      made.is_plain = is_plain;
      return made;
    }
    if (c == '\r') is_plain = false;
    if (c == '\\') {
      is_plain = false;
      if (++end < text_.size() && text_[end] == '\n') {
        at_ = end - 1;
        return invalid(
            end, "a backslash at the end of a line is no escape; strings may simply go on in the next line");
      }
    }
    // An escaped byte beyond ASCII is left for here, so that a broken sequence is found wherever it stands.
    if (end < text_.size() && static_cast<unsigned char>(text_[end]) >= 0x80) {
      const Wide wide = read_wide(text_.substr(end));
      if (!wide.is_valid) {
        at_ = end;
        return invalid(end + 1, "not valid UTF-8");
      }
      end += wide.size - 1;
    }
  }
  return invalid(text_.size(), "the string that begins here has no closing quote");
}

Token Lexer::not_ascii() {
  const Wide wide = read_wide(text_.substr(at_));
  if (!wide.is_valid) return invalid(at_ + 1, "not valid UTF-8");
  if (wide.code_point == 0xFEFF)
    return invalid(at_ + wide.size, "a byte order mark is not allowed; save the file without it");
  if (wide.code_point == 0x200B)
    return invalid(at_ + wide.size, "an invisible zero width space stands here; remove it");
  if (wide.code_point >= 0x2018 && wide.code_point <= 0x201F)
    return invalid(at_ + wide.size, "strings are written in straight double quotes, as \"text\"");
  const std::string shown(text_.substr(at_, wide.size));
  return invalid(at_ + wide.size,
                 "unexpected `" + shown + "`; names are made of ASCII letters, digits and `_`");
}

Token Lexer::symbol() {
  const char c = text_[at_];
  const char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  const auto one = [&](TokenKind kind) { return token(kind, at_ + 1); };
  const auto two = [&](TokenKind kind) { return token(kind, at_ + 2); };
  switch (c) {
    case '@':
      return one(TokenKind::kAt);
    case ',':
      return one(TokenKind::kComma);
    case ';':
      return one(TokenKind::kSemicolon);
    case ':':
      return after == ':' ? two(TokenKind::kDoubleColon) : one(TokenKind::kColon);
    case '.':
      return one(TokenKind::kDot);
    case '(':
      return one(TokenKind::kLeftParen);
    case ')':
      return one(TokenKind::kRightParen);
    case '{':
      return one(TokenKind::kLeftBrace);
    case '}':
      return one(TokenKind::kRightBrace);
    case '[':
      return one(TokenKind::kLeftBracket);
    case ']':
      return one(TokenKind::kRightBracket);
    case '=':
      return after == '=' ? two(TokenKind::kEqual) : one(TokenKind::kAssign);
    case '!':
      return after == '=' ? two(TokenKind::kNotEqual) : one(TokenKind::kNot);
    case '<':
      return after == '=' ? two(TokenKind::kLessOrEqual) : one(TokenKind::kLess);
    case '>':
      return after == '=' ? two(TokenKind::kGreaterOrEqual) : one(TokenKind::kGreater);
    case '+':
      return one(TokenKind::kPlus);
    case '-':
      return one(TokenKind::kMinus);
    case '*':
      return one(TokenKind::kStar);
    case '/':
      return one(TokenKind::kSlash);
    case '%':
      return one(TokenKind::kPercent);
    case '?': {
      std::size_t end = at_ + 1;
      while (end < text_.size() && is_word(text_[end])) ++end;
      const bool is_slot = end > at_ + 1 && class_of(after) == CharClass::kLetter;
      return is_slot ? token(TokenKind::kSlot, end) : one(TokenKind::kQuestion);
    }
    case '&':
      return after == '&' ? two(TokenKind::kAnd) : invalid(at_ + 1, "unexpected `&`; did you mean `&&`?");
    case '|':
      return after == '|' ? two(TokenKind::kOr) : invalid(at_ + 1, "unexpected `|`; did you mean `||`?");
    case '\'':
      return invalid(at_ + 1, "strings are written in double quotes, as \"text\"");
    case '#':
      return invalid(at_ + 1, "unexpected `#`; comments begin with `//`");
    default:
      break;
  }
  const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
  return invalid(at_ + 1, is_control ? "a control character stands here; remove it"
                                     : "unexpected `" + std::string(1, c) + "`");
}

}  // namespace cedar
