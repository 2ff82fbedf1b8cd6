// One pass, without recursion. Members and elements that aren't in an array or object yet lie on two stacks,
// and where one ends those that are its own are moved into it, of which the number is known by then:
//
//   {"a": [1, 2], "b": 3}     members: a    elements: 1 2     at `]`: a [1, 2]     at `}`: all of it
//
// It takes no decision of its own about what JSON is: what isn't plainly right it leaves to parse_json(),
// which says what is wrong with it.
#include "base/plain_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include "base/utf8.h"

namespace base {
namespace {

constexpr std::size_t kFewMembers = 16;  // which are compared each with each
constexpr std::ptrdiff_t kDigits = 18;   // of an integer that fits 64 bits, whatever they are

// Which bytes end a run of a string's text.
constexpr std::array<bool, 256> kEndsRun = [] {
  std::array<bool, 256> ends{};
  for (std::size_t c = 0; c < 0x20; ++c) ends[c] = true;
  for (const char c : {'"', '\\'}) ends[static_cast<unsigned char>(c)] = true;
  return ends;
}();

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_twice(std::vector<Json::Member>::const_iterator begin,
               std::vector<Json::Member>::const_iterator end) {
  if (static_cast<std::size_t>(end - begin) <= kFewMembers) {
    for (auto one = begin; one != end; ++one)
      for (auto other = begin; other != one; ++other)
        if (one->first == other->first) return true;
    return false;
  }
  std::vector<std::string_view> names;
  for (auto one = begin; one != end; ++one) names.emplace_back(one->first);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

class PlainReader {
 public:
  PlainReader(std::string_view text, const JsonLimits& limits)
      : at_(text.data()), end_(text.data() + text.size()), limits_(limits) {}

  std::optional<Json> read() {
    for (;;) {
      const auto begun = begin_value();
      if (begun == Begun::kNot) return std::nullopt;
      if (begun == Begun::kOpen) continue;
      const auto ended = end_values();
      if (ended == Ended::kNot) return std::nullopt;
      if (ended == Ended::kAll) return std::move(value_);
    }
  }

 private:
  enum class Begun { kNot, kOpen, kWhole };  // open: what is in it comes next
  enum class Ended { kNot, kMore, kAll };    // more: another value comes next

  // An array or object that is open: where its own begin on their stack.
  struct Frame {
    bool is_object;
    std::size_t first;
  };

  bool blanks() {  // false at the end
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
    return at_ != end_;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (!std::string_view(at_, static_cast<std::size_t>(end_ - at_)).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  Begun begin_value() {
    if (!blanks()) return Begun::kNot;
    switch (*at_) {
      case '{':
      case '[':
        return open();
      case '"': {
        std::string text;
        if (!string(text)) return Begun::kNot;
        return whole(Json(std::move(text)));
      }
      case 't':
        return take("true") ? whole(Json(true)) : Begun::kNot;
      case 'f':
        return take("false") ? whole(Json(false)) : Begun::kNot;
      case 'n':
        return take("null") ? whole(Json()) : Begun::kNot;
      default:
        return number();
    }
  }

  Begun whole(Json value) {
    value_ = std::move(value);
    return Begun::kWhole;
  }

  Begun open() {
    const bool is_object = *at_++ == '{';
    if (frames_.size() >= limits_.depth || !blanks()) return Begun::kNot;
    frames_.push_back({is_object, is_object ? members_.size() : elements_.size()});
    if (*at_ == (is_object ? '}' : ']')) {
      ++at_;
      return close() ? Begun::kWhole : Begun::kNot;
    }
    return !is_object || name() ? Begun::kOpen : Begun::kNot;
  }

  // Puts the value where it belongs, and what that completes likewise.
  Ended end_values() {
    for (;;) {
      if (++values_ > limits_.nodes) return Ended::kNot;
      if (frames_.empty()) return blanks() ? Ended::kNot : Ended::kAll;
      const bool is_object = frames_.back().is_object;
      if (is_object)
        members_.back().second = std::move(value_);
      else
        elements_.push_back(std::move(value_));
      if (!blanks()) return Ended::kNot;
      if (take(',')) return !is_object || (blanks() && name()) ? Ended::kMore : Ended::kNot;
      if (!take(is_object ? '}' : ']') || !close()) return Ended::kNot;
    }
  }

  // Moves what is its own from the stack into the array or object that ends here.
  bool close() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    const auto first = static_cast<std::ptrdiff_t>(frame.first);
    if (frame.is_object) {
      const auto begin = members_.begin() + first;
      if (has_twice(begin, members_.end())) return false;
      value_ = Json(Json::Object(std::make_move_iterator(begin), std::make_move_iterator(members_.end())));
      members_.erase(begin, members_.end());
    } else {
      const auto begin = elements_.begin() + first;
      value_ = Json(Json::Array(std::make_move_iterator(begin), std::make_move_iterator(elements_.end())));
      elements_.erase(begin, elements_.end());
    }
    return true;
  }

  bool name() {
    Json::Member& member = members_.emplace_back();
    return string(member.first) && blanks() && take(':');
  }

  bool string(std::string& out) {
    if (!take('"')) return false;
    for (;;) {
      const char* const run = at_;
      while (at_ != end_ && !kEndsRun[static_cast<unsigned char>(*at_)]) ++at_;
      out.append(run, static_cast<std::size_t>(at_ - run));
      if (take('"')) return true;
      if (!take('\\') || !escape(out)) return false;
    }
  }

  bool escape(std::string& out) {
    if (at_ == end_) return false;
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    const char c = *at_++;
    if (c == 'u') return escaped_unit(out);
    const std::size_t which = kLetters.find(c);
    if (which == kLetters.npos) return false;
    out.push_back(kMeant[which]);
    return true;
  }

  bool escaped_unit(std::string& out) {
    constexpr std::ptrdiff_t kHexDigits = 4;
    unsigned unit = 0;
    if (end_ - at_ < kHexDigits) return false;
    const auto read = std::from_chars(at_, at_ + kHexDigits, unit, 16);
    if (read.ec != std::errc() || read.ptr != at_ + kHexDigits || (unit >= 0xD800 && unit < 0xE000))
      return false;
    at_ = read.ptr;
    utf8::append(out, static_cast<char32_t>(unit));
    return true;
  }

  bool digits() {
    const char* const first = at_;
    while (at_ != end_ && is_digit(*at_)) ++at_;
    return at_ != first;
  }

  Begun number() {
    const char* const begin = at_;
    take('-');
    const char* const first = at_;
    if (!digits() || (*first == '0' && at_ - first > 1)) return Begun::kNot;
    if (at_ == end_ || (*at_ != '.' && *at_ != 'e' && *at_ != 'E')) {
      std::int64_t integer = 0;
      if (at_ - first > kDigits) return Begun::kNot;
      std::from_chars(begin, at_, integer);
      return whole(Json(integer));
    }
    if (take('.') && !digits()) return Begun::kNot;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return Begun::kNot;
    }
    double fraction = 0;
    if (std::from_chars(begin, at_, fraction).ec != std::errc()) return Begun::kNot;
    return whole(Json(fraction));
  }

  const char* at_;
  const char* const end_;
  const JsonLimits& limits_;
  std::vector<Frame> frames_;
  std::vector<Json::Member> members_;
  std::vector<Json> elements_;
  Json value_;  // the one that is complete
  std::size_t values_ = 0;
};

}  // namespace

std::optional<Json> read_plain_json(std::string_view text, const JsonLimits& limits) {
  return PlainReader(text, limits).read();
}

}  // namespace base
