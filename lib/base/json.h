#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace base {

// A JSON value (RFC 8259) as it was sent: integers are exact, members keep their order.
//
// It exists beside nlohmann::json, which parses for it what simdjson leaves (plain_json.h), for three
// reasons: duplicate members, depth and inexact integers are refused; reading a wrong type is a null pointer
// and not an exception; and nlohmann's header, 1.8 s to compile, stays in one file.
class Json {
 public:
  enum class Kind { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };
  using Array = std::vector<Json>;
  using Member = std::pair<std::string, Json>;
  using Object = std::vector<Member>;

  Json() = default;
  explicit Json(bool b) : v_(b) {}
  explicit Json(std::int64_t n) : v_(n) {}
  explicit Json(double n) : v_(n) {}
  explicit Json(std::string s) : v_(std::move(s)) {}
  explicit Json(std::string_view s) : v_(std::string(s)) {}
  explicit Json(const char* s) : v_(std::string(s)) {}
  explicit Json(Array a) : v_(std::move(a)) {}
  explicit Json(Object o) : v_(std::move(o)) {}
  // Out of line, since the compiler takes long over a variant that holds itself, in every file that includes
  // this.
  Json(const Json&);
  Json(Json&&) noexcept;
  Json& operator=(const Json&);
  Json& operator=(Json&&) noexcept;
  ~Json();

  Kind kind() const { return static_cast<Kind>(v_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }

  // The value if it is of that type, else null. An integer is no number here.
  const bool* boolean() const { return std::get_if<bool>(&v_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&v_); }
  const double* number() const { return std::get_if<double>(&v_); }
  const std::string* string() const { return std::get_if<std::string>(&v_); }
  const Array* array() const { return std::get_if<Array>(&v_); }
  const Object* object() const { return std::get_if<Object>(&v_); }
  Array* array() { return std::get_if<Array>(&v_); }
  Object* object() { return std::get_if<Object>(&v_); }

  // The member of an object; null where there is none, or where this is no object.
  const Json* find(std::string_view name) const;

  // The text of a member; null where there is none, or it is none.
  const std::string* find_string(std::string_view name) const;

  // Equality of values; the order of members does not count.
  bool operator==(const Json& other) const;

 private:
  friend class JsonBuilder;
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> v_;
};

// "null", "boolean", "integer", "number", "string", "array", "object", for messages.
std::string_view name_of(Json::Kind);

struct JsonLimits {
  std::size_t depth = 64;         // of nested arrays and objects
  std::size_t nodes = 1'000'000;  // values in all
  // An integer that does not fit 64 bits becomes the nearest double instead of a refusal: for texts that were
  // stored when it was so.
  bool rounds_integers = false;
};

// Parses a whole text. Refuses what RFC 8259 refuses, and also: invalid UTF-8, a byte order mark, lone
// surrogates, a member twice in one object, integers that do not fit 64 bits, more depth or values than the
// limits. The message begins with "line L, column C: " and never quotes the text.
Result<Json> parse_json(std::string_view text, const JsonLimits& = {});

// Compact text. Strings that are not UTF-8 have U+FFFD in place of what is wrong.
std::string to_text(const Json&);

// The same with members sorted by name bytewise, so that equal values give equal texts: what hashes cover.
std::string to_canonical_text(const Json&);

// The same text with a line per member and element, indented by two blanks; without a line end.
// REQUIRES: json is the compact text of one value
std::string indented_json(std::string_view json);

// Writes JSON text piece by piece into a string, and puts the commas and quotes. The caller opens and closes
// in pairs and gives a name before each value in an object:
//
//   JsonWriter w;
//   w.begin_object().member("role", "user").member("expires_at", std::optional<Timestamp>());
//   w.name("tags").begin_array().value(1).end_array().end_object();
//
// value() and member() take whatever has one form in JSON: texts, booleans and numbers; what has a to_string,
// such as a uuid or a time, as that text; a Json; nothing, an optional without a value, as null; and several
// of these, as an array.
class JsonWriter {
 public:
  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }
  JsonWriter& name(std::string_view);
  JsonWriter& string(std::string_view);
  JsonWriter& integer(std::int64_t);
  JsonWriter& number(double);
  JsonWriter& boolean(bool);
  JsonWriter& null();
  JsonWriter& value(const Json&);
  template <typename T>
  JsonWriter& value(const T&);
  JsonWriter& raw(std::string_view json);  // REQUIRES: json is one JSON value's text

  template <typename T>
  JsonWriter& member(std::string_view name, const T& value) {
    return this->name(name).value(value);
  }

  const std::string& text() const { return out_; }
  std::string take() { return std::move(out_); }
  void reserve(std::size_t bytes) { out_.reserve(bytes); }

 private:
  JsonWriter& open(char c);
  JsonWriter& close(char c);
  void comma();

  std::string out_;
  bool need_comma_ = false;
};

template <typename T>
JsonWriter& JsonWriter::value(const T& value) {
  static_assert(!std::is_same_v<T, char> && !std::is_same_v<T, std::nullptr_t>);
  if constexpr (std::is_same_v<T, bool>) {
    return boolean(value);
  } else if constexpr (std::is_integral_v<T>) {
    return integer(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_floating_point_v<T>) {
    return number(value);
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return string(value);
  } else if constexpr (std::is_same_v<T, std::nullopt_t>) {
    return null();
  } else if constexpr (requires { value.to_string(); }) {
    return string(value.to_string());
  } else if constexpr (requires { to_string(value); }) {
    return string(to_string(value));
  } else if constexpr (requires { value.has_value(); }) {
    return value.has_value() ? this->value(*value) : null();
  } else {
    begin_array();
    for (const auto& element : value) this->value(element);
    return end_array();
  }
}

}  // namespace base
