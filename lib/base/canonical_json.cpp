// The text is copied value by value. Each object's members are noted as they come, with where their copies
// begin and end, and put in order once the object ends, if they aren't:
//
//   {"b":1,"a":{"d":2,"c":3}}     the inner one ends  "c":3,"d":2     the outer one  "a":{"c":3,"d":2},"b":1
//
// Only what is its own canonical form is copied: blanks, numbers but integers of up to 18 digits, escapes
// that JsonWriter doesn't write, escapes in names (which are sorted by what they mean) and members that stand
// twice end it, as does a text with as many values or as deep as parse_json() may refuse.
#include "base/canonical_json.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/utf8.h"

namespace base {
namespace {

constexpr std::size_t kMaxDigits = 18;

class Copy {
 public:
  explicit Copy(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  std::optional<std::string> whole() {
    if (!value(0) || at_ != text_.size()) return std::nullopt;
    return std::move(out_);
  }

 private:
  struct Member {
    std::string_view name;   // as it stands in the text
    std::size_t begin, end;  // of its name and value in out_
  };

  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool copy(char expected) {
    if (next() != expected) return false;
    out_.push_back(expected);
    ++at_;
    return true;
  }

  bool copy(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    out_.append(word);
    at_ += word.size();
    return true;
  }

  bool value(std::size_t depth) {
    switch (next()) {
      case '{':
        return depth < JsonLimits().depth && object(depth);
      case '[':
        return depth < JsonLimits().depth && array(depth);
      case '"':
        return string().has_value();
      case 't':
        return copy("true");
      case 'f':
        return copy("false");
      case 'n':
        return copy("null");
      default:
        return integer();
    }
  }

  // What makes another number of it would be neither a comma nor a bracket, and so ends it all.
  bool integer() {
    const std::size_t begin = at_;
    const bool negative = next() == '-';
    if (negative) ++at_;
    const std::size_t first = at_;
    while (is_digit(next())) ++at_;
    const std::size_t digits = at_ - first;
    if (digits == 0 || digits > kMaxDigits) return false;
    if (text_[first] == '0' && (digits > 1 || negative)) return false;
    out_.append(text_.substr(begin, at_ - begin));
    return true;
  }

  // What stands between the quotes. REQUIRES: next() is the first of them
  std::optional<std::string_view> string() {
    const std::size_t begin = at_++;
    for (char c = next(); c != '"'; ++at_, c = next()) {
      if (static_cast<unsigned char>(c) < 0x20 || c == '\x7f') return std::nullopt;  // the text's end, too
      if (c == '\\' && !escape()) return std::nullopt;
    }
    ++at_;
    out_.append(text_.substr(begin, at_ - begin));
    return text_.substr(begin + 1, at_ - begin - 2);
  }

  // Goes to the escape's last character.
  bool escape() {
    ++at_;
    const char c = next();
    if (c == '"' || c == '\\' || c == 'n' || c == 'r' || c == 't') return true;
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    if (c != 'u' || digits.size() < 4 || !digits.starts_with("00")) return false;
    const char high = digits[2], low = digits[3];
    const bool has_name = high == '0' && (low == '9' || low == 'a' || low == 'd');  // \t, \n, \r
    const bool is_low = is_digit(low) || (low >= 'a' && low <= 'f');
    const bool is_control = high == '0' || high == '1' || (high == '7' && low == 'f');
    if (has_name || !is_low || !is_control) return false;
    at_ += 4;
    return true;
  }

  bool array(std::size_t depth) {
    copy('[');
    if (next() != ']') do
        if (!value(depth + 1)) return false;
      while (copy(','));
    return copy(']');
  }

  bool object(std::size_t depth) {
    copy('{');
    const std::size_t first = members_.size();
    if (next() != '}') do {
        const std::size_t begin = out_.size();
        const auto name = next() == '"' ? string() : std::nullopt;
        if (!name || name->find('\\') != name->npos || !copy(':') || !value(depth + 1)) return false;
        members_.push_back({*name, begin, out_.size()});
      } while (copy(','));
    const bool ordered = put_in_order(first);
    members_.resize(first);
    return ordered && copy('}');
  }

  // The object's members are those from `first` on. False where one stands twice.
  bool put_in_order(std::size_t first) {
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(first), end = members_.end();
    const auto misplaced = [](const Member& a, const Member& b) { return a.name >= b.name; };
    if (std::adjacent_find(begin, end, misplaced) == end) return true;
    const std::size_t from = begin->begin;
    std::sort(begin, end, [](const Member& a, const Member& b) { return a.name < b.name; });
    if (std::adjacent_find(begin, end, misplaced) != end) return false;
    std::string sorted;
    sorted.reserve(out_.size() - from);
    for (auto member = begin; member != end; ++member) {
      if (member != begin) sorted.push_back(',');
      sorted.append(out_, member->begin, member->end - member->begin);
    }
    out_.replace(from, out_.npos, sorted);
    return true;
  }

  const std::string_view text_;
  std::size_t at_ = 0;
  std::string out_;
  std::vector<Member> members_;  // of the objects that are open
};

}  // namespace

std::optional<std::string> canonical_json(std::string_view json) {
  if (json.size() > JsonLimits().nodes || utf8::valid_prefix(json) != json.size()) return std::nullopt;
  return Copy(json).whole();
}

}  // namespace base
