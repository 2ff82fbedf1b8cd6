// Reading: nearly all texts are plain, and read by plain_json.cpp. What that leaves is for nlohmann, whose
// parser calls JsonBuilder for each value as it meets it (SAX), and the builder makes our tree with a stack
// of the arrays and objects that are open. So a member given twice, too much depth and too many values are
// refused as they come, before a tree of them exists; no recursion depends on the text.
//
//   {"a": [1, {"a": 2}]}    start_object, key a, start_array, 1, start_object, key a, 2, end, end, end
//
// A mistake needs a place. For what nlohmann refuses it says the position itself; for what we refuse, the
// iterator that feeds it has counted the bytes. Invalid UTF-8 is found beforehand, and so has its exact place
// too.
//
// Writing: JsonWriter appends to one string, and remembers nothing but whether a comma is due. It doesn't
// check that what was opened is closed. Doubles are the shortest text that reads back as the same number.
#include "base/json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/json_file.h"
#include "base/plain_json.h"
#include "base/plain_text.h"
#include "base/source_text.h"
#include "base/utf8.h"

namespace base {

std::string_view name_of(Json::Kind kind) {
  switch (kind) {
    case Json::Kind::kNull:
      return "null";
    case Json::Kind::kBool:
      return "boolean";
    case Json::Kind::kInteger:
      return "integer";
    case Json::Kind::kNumber:
      return "number";
    case Json::Kind::kString:
      return "string";
    case Json::Kind::kArray:
      return "array";
    case Json::Kind::kObject:
      return "object";
  }
  return "";
}

Json::Json(const Json&) = default;
Json::Json(Json&&) noexcept = default;
Json& Json::operator=(const Json&) = default;
Json& Json::operator=(Json&&) noexcept = default;
Json::~Json() = default;

const Json* Json::find(std::string_view name) const {
  const Object* members = object();
  if (!members) return nullptr;
  for (const Member& m : *members)
    if (m.first == name) return &m.second;
  return nullptr;
}

const std::string* Json::find_string(std::string_view name) const {
  const Json* member = find(name);
  return member ? member->string() : nullptr;
}

bool Json::operator==(const Json& other) const {
  const Object* mine = object();
  const Object* theirs = other.object();
  if (!mine || !theirs) return v_ == other.v_;
  if (mine->size() != theirs->size()) return false;
  std::map<std::string_view, const Json*> named;
  for (const Member& m : *theirs) named.emplace(m.first, &m.second);
  return std::all_of(mine->begin(), mine->end(), [&](const Member& m) {
    const auto found = named.find(m.first);
    return found != named.end() && m.second == *found->second;
  });
}

// Receives nlohmann's parse events and builds the tree, or stops at the first thing we refuse.
class JsonBuilder {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  explicit JsonBuilder(const JsonLimits& limits) : limits_(limits) {}

  bool null() { return add(Json()); }
  bool boolean(bool b) { return add(Json(b)); }
  bool number_integer(number_integer_t n) { return add(Json(std::int64_t{n})); }
  bool number_unsigned(number_unsigned_t n) {
    if (n <= static_cast<number_unsigned_t>(INT64_MAX)) return add(Json(static_cast<std::int64_t>(n)));
    return add_rounded(static_cast<double>(n));
  }
  bool number_float(number_float_t n, const string_t& text) {
    // An integer of more than 64 bits comes here too, already rounded.
    return text.find_first_of(".eE") == text.npos ? add_rounded(n) : add(Json(n));
  }
  bool string(string_t& s) { return add(Json(std::move(s))); }
  bool binary(binary_t&) { return false; }
  bool start_object(std::size_t) { return begin(Json(Json::Object())); }
  bool end_object() { return end(); }
  bool start_array(std::size_t) { return begin(Json(Json::Array())); }
  bool end_array() { return end(); }
  bool key(string_t& name) {
    if (!frames_.back().names.insert(name).second) return refuse("an object has a member twice");
    frames_.back().name = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) {
    position_ = position;
    refusal_ = "not valid JSON";
    return false;
  }

  const std::string& refusal() const { return refusal_; }
  std::size_t position() const { return position_; }
  bool refused_integer() const { return refused_integer_; }  // then the reader has gone to its end
  Json take() { return std::move(root_); }

 private:
  struct Frame {
    Json value;
    std::string name;
    std::set<std::string, std::less<>> names;
  };

  bool refuse(std::string why) {
    refusal_ = std::move(why);
    return false;
  }

  bool add_rounded(double integer) {
    if (limits_.rounds_integers) return add(Json(integer));
    refused_integer_ = true;
    return refuse("an integer that does not fit 64 bits");
  }

  bool add(Json value) {
    if (++nodes_ > limits_.nodes) return refuse("more than " + std::to_string(limits_.nodes) + " values");
    if (frames_.empty()) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = frames_.back();
    if (auto* items = frame.value.array()) {
      items->push_back(std::move(value));
    } else if (auto* members = frame.value.object()) {
      members->emplace_back(std::move(frame.name), std::move(value));
    }
    return true;
  }

  bool begin(Json value) {
    if (frames_.size() >= limits_.depth) return refuse("nested more deeply than allowed");
    frames_.push_back({std::move(value), {}, {}});
    return true;
  }

  bool end() {
    Json done = std::move(frames_.back().value);
    frames_.pop_back();
    return add(std::move(done));
  }

  const JsonLimits limits_;
  std::vector<Frame> frames_;
  Json root_;
  std::size_t nodes_ = 0;
  std::size_t position_ = 0;
  bool refused_integer_ = false;
  std::string refusal_;
};

namespace {

// Feeds bytes to nlohmann and counts them, so that a refusal of ours has a place too.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& o) const { return at_ == o.at_; }
  bool operator!=(const CountingIterator& o) const { return at_ != o.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

// Which bytes do not stand for themselves in a string.
constexpr std::array<bool, 256> kEscaped = [] {
  std::array<bool, 256> escaped{};
  for (std::size_t c = 0; c < 0x20; ++c) escaped[c] = true;
  for (const char c : {'"', '\\', '\x7f'}) escaped[static_cast<unsigned char>(c)] = true;
  return escaped;
}();

void append_quoted(std::string& out, std::string_view s) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out.push_back('"');
  std::size_t done = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto c = static_cast<unsigned char>(s[i]);
    if (!kEscaped[c]) continue;
    out.append(s.substr(done, i - done));
    done = i + 1;
    switch (c) {
      case '"':
        out.append("\\\"");
        break;
      case '\\':
        out.append("\\\\");
        break;
      case '\n':
        out.append("\\n");
        break;
      case '\r':
        out.append("\\r");
        break;
      case '\t':
        out.append("\\t");
        break;
      default:
        out.append("\\u00");
        out.push_back(kDigits[c >> 4U]);
        out.push_back(kDigits[c & 0x0FU]);
    }
  }
  out.append(s.substr(done)).push_back('"');
}

void write(JsonWriter& w, const Json& value, bool sorted) {
  if (const auto* b = value.boolean()) {
    w.boolean(*b);
  } else if (const auto* i = value.integer()) {
    w.integer(*i);
  } else if (const auto* n = value.number()) {
    w.number(*n);
  } else if (const auto* s = value.string()) {
    w.string(*s);
  } else if (const auto* a = value.array()) {
    w.begin_array();
    for (const Json& item : *a) write(w, item, sorted);
    w.end_array();
  } else if (const auto* o = value.object()) {
    std::vector<const Json::Member*> members;
    members.reserve(o->size());
    for (const Json::Member& m : *o) members.push_back(&m);
    if (sorted)
      std::sort(members.begin(), members.end(),
                [](const auto* left, const auto* right) { return left->first < right->first; });
    w.begin_object();
    for (const Json::Member* m : members) {
      w.name(m->first);
      write(w, m->second, sorted);
    }
    w.end_object();
  } else {
    w.null();
  }
}

// `mistake` makes the error of an offset and what is wrong there.
template <typename Mistake>
Result<Json> parse(std::string_view text, const JsonLimits& limits, Mistake mistake) {
  if (const std::size_t bad = utf8::valid_prefix(text); bad != text.size())
    return mistake(bad, "not valid UTF-8");
  if (auto plain = read_plain_json(text, limits)) return *std::move(plain);
  // nlohmann takes one for the end of the text, and what follows would not be looked at.
  if (const std::size_t nul = text.find('\0'); nul != text.npos)
    return mistake(nul, "a NUL byte is not JSON");
  if (text.starts_with("\xEF\xBB\xBF")) return mistake(0, "a byte order mark is not JSON");
  JsonBuilder builder(limits);
  std::size_t count = 0;
  try {
    const CountingIterator begin(text.data(), &count);
    const CountingIterator end(text.data() + text.size(), &count);
    if (nlohmann::json::sax_parse(begin, end, &builder)) return builder.take();
  } catch (const std::exception&) {
    return mistake(count, "not valid JSON");
  }
  const std::size_t read = builder.position() > 0 ? builder.position() : count;
  std::size_t at = read > 0 ? read - 1 : 0;
  if (builder.refused_integer())
    at = text.find_last_not_of("-0123456789", text.find_last_of("0123456789", at)) + 1;
  return mistake(at, builder.refusal());
}

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  return parse(text, limits, [&](std::size_t offset, std::string_view what) {
    const Place place = place_of(text, offset);
    return Error{ErrorCode::kInvalid, "line " + std::to_string(place.line) + ", column " +
                                          std::to_string(place.column) + ": " + std::string(what)};
  });
}

Result<Json> parse_json_file(std::string_view text, std::string_view file_name, const JsonLimits& limits) {
  return parse(text, limits, [&](std::size_t offset, std::string_view what) {
    return Error{ErrorCode::kInvalid, message_at(file_name, text, place_of(text, offset), what)};
  });
}

std::string to_text(const Json& value) {
  JsonWriter w;
  write(w, value, false);
  return w.take();
}

std::string to_canonical_text(const Json& value) {
  JsonWriter w;
  write(w, value, true);
  return w.take();
}

std::string indented_json(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool is_inside_string = false;
  const auto new_line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    const bool is_closing = !is_inside_string && (c == '}' || c == ']');
    const bool is_opening = !is_inside_string && (c == '{' || c == '[');
    if (is_closing) {
      --depth;
      if (json[i - 1] != '{' && json[i - 1] != '[') new_line();
    }
    out.push_back(c);
    if (is_inside_string && c == '\\') {
      out.push_back(json[++i]);
    } else if (c == '"') {
      is_inside_string = !is_inside_string;
    } else if (is_opening) {
      ++depth;
      if (json[i + 1] != '}' && json[i + 1] != ']') new_line();
    } else if (!is_inside_string && c == ',') {
      new_line();
    } else if (!is_inside_string && c == ':') {
      out.push_back(' ');
    }
  }
  return out;
}

void JsonWriter::comma() {
  if (need_comma_) out_.push_back(',');
  need_comma_ = true;
}

JsonWriter& JsonWriter::open(char c) {
  constexpr std::size_t kUsual = 512;  // bytes of an answer; saves six steps of growing to it
  if (out_.empty()) out_.reserve(kUsual);
  comma();
  out_.push_back(c);
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char c) {
  out_.push_back(c);
  need_comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::name(std::string_view s) {
  string(s);
  out_.push_back(':');
  need_comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::string(std::string_view s) {
  comma();
  if (is_plain(s, {' ', '"', '\\'})) {  // as nearly all are
    out_.append(1, '"').append(s).append(1, '"');
  } else if (utf8::is_valid(s)) {
    append_quoted(out_, s);
  } else {
    append_quoted(out_, utf8::replace_invalid(s));
  }
  return *this;
}

JsonWriter& JsonWriter::integer(std::int64_t n) {
  comma();
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, n);
  out_.append(digits, end.ptr);
  return *this;
}

JsonWriter& JsonWriter::number(double n) {
  comma();
  if (!std::isfinite(n)) {
    out_.append("null");
    return *this;
  }
  // RFC 8785 section 3.2.2.3: of the two zeros one is written, since "-0" would be read as an integer.
  if (n == 0) n = 0;
  char digits[40];
  // Beyond 2^63 the shortest text may be one of digits alone, which would be read as an integer.
  const bool is_large = std::abs(n) >= 0x1p63;
  const auto end = is_large ? std::to_chars(digits, digits + sizeof digits, n, std::chars_format::scientific)
                            : std::to_chars(digits, digits + sizeof digits, n);
  out_.append(digits, end.ptr);
  return *this;
}

JsonWriter& JsonWriter::boolean(bool b) {
  comma();
  out_.append(b ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::null() {
  comma();
  out_.append("null");
  return *this;
}

JsonWriter& JsonWriter::value(const Json& v) {
  write(*this, v, false);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  comma();
  out_.append(json);
  return *this;
}

}  // namespace base
