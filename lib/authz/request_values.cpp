// A double is no decimal fraction: what was sent as 0.00005 is a little more than that. People and their
// programs mean what is written, so a number is taken as its shortest text, which is what was sent for up to
// 15 digits, and its digits are rounded:
//
//   0.00005  5e-05    digits 5, point before the 5th place    0.0000 (half to even)
//   12.34567 1.234567e+01                                     12.3457
#include "authz/request_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

#include "base/text.h"
#include "cedar/value_json.h"

namespace authz {
namespace {

constexpr int kDigits = 4;  // of a decimal behind its point
constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr std::uint64_t kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

// The digits of a number's shortest text, without the point, and the power of ten of the last of them.
struct Digits {
  std::string digits;
  int exponent = 0;
};

Digits digits_of(double positive) {
  std::array<char, 40> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), positive, std::chars_format::scientific);
  const std::string_view all(text.data(), static_cast<std::size_t>(end.ptr - text.data()));
  const std::size_t e = all.find('e');
  Digits found;
  for (const char c : all.substr(0, e))
    if (base::is_digit(c)) found.digits.push_back(c);
  const bool is_negative = all[e + 1] == '-';
  int exponent = 0;
  for (const char c : all.substr(e + 2)) exponent = exponent * 10 + (c - '0');
  found.exponent = (is_negative ? -exponent : exponent) - static_cast<int>(found.digits.size()) + 1;
  return found;
}

std::optional<std::uint64_t> append_digit(std::uint64_t number, unsigned digit) {
  if (number > (kMost + 1 - digit) / 10) return std::nullopt;
  return number * 10 + digit;
}

bool is_escape(const base::Json& json) {
  const base::Json::Object& members = *json.object();
  return members.size() == 1 && (members.front().first == "__entity" || members.front().first == "__extn");
}

}  // namespace

std::optional<cedar::Decimal> nearest_decimal(double number) {
  const auto [digits, exponent] = digits_of(std::fabs(number));
  std::uint64_t units = 0;
  const int kept = static_cast<int>(digits.size()) + exponent + kDigits;  // digits down to the fourth place
  for (int i = 0; i < kept; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto more = append_digit(units, at < digits.size() ? static_cast<unsigned>(digits[at] - '0') : 0);
    if (!more) return std::nullopt;
    units = *more;
  }
  if (kept >= 0 && static_cast<std::size_t>(kept) < digits.size()) {
    const auto rest = std::string_view(digits).substr(static_cast<std::size_t>(kept));
    const bool is_half = rest.front() == '5' && rest.find_first_not_of('0', 1) == std::string_view::npos;
    if (is_half ? units % 2 == 1 : rest.front() >= '5') ++units;
  }
  const bool is_negative = std::signbit(number);
  if (units > kMost + (is_negative ? 1 : 0)) return std::nullopt;
  return cedar::Decimal{is_negative ? static_cast<std::int64_t>(0 - units)
                                    : static_cast<std::int64_t>(units)};
}

std::optional<cedar::Value> RequestValues::not_held(const std::string& pointer, std::string why) const {
  notes_.push_back({pointer, std::move(why)});
  return std::nullopt;
}

std::optional<cedar::Value> RequestValues::number(double number, const std::string& pointer,
                                                  cedar::TypeRef type) const {
  const bool wants_decimal = type && cedar::is_decimal_type(type);
  const bool is_integral = std::trunc(number) == number && number >= -kTwoTo63 && number < kTwoTo63;
  if (is_integral && !wants_decimal) return cedar::Value(static_cast<std::int64_t>(number));
  if (const auto decimal = nearest_decimal(number)) return cedar::Value(*decimal);
  return not_held(pointer, "is a number beyond those that policies can hold");
}

std::optional<cedar::Value> RequestValues::record(const base::Json& json, const std::string& pointer,
                                                  cedar::TypeRef type) const {
  std::vector<cedar::Record::Field> fields;
  fields.reserve(json.object()->size());
  const bool is_declared = type && cedar::is_record_type(type);
  for (const auto& [name, member] : *json.object()) {
    const cedar::TypeRef of_member = is_declared ? cedar::member_type(type, name) : nullptr;
    if (is_declared && !of_member && !keeps_undeclared_) continue;
    if (auto made = value(member, pointer + "/" + base::pointer_token(name), of_member))
      fields.emplace_back(name, *std::move(made));
  }
  return cedar::Value(cedar::Record(std::move(fields)));
}

std::optional<cedar::Value> RequestValues::value(const base::Json& json, const std::string& pointer,
                                                 cedar::TypeRef type) const {
  switch (json.kind()) {
    case base::Json::Kind::kNull:
      return std::nullopt;
    case base::Json::Kind::kBool:
      return cedar::Value(*json.boolean());
    case base::Json::Kind::kInteger:
      if (type && cedar::is_decimal_type(type))
        return number(static_cast<double>(*json.integer()), pointer, type);
      return cedar::Value(*json.integer());
    case base::Json::Kind::kNumber:
      return number(*json.number(), pointer, type);
    case base::Json::Kind::kString:
      if (type)
        if (auto made = cedar::value_from_text(type, *json.string())) return made;
      return cedar::Value(*json.string());
    case base::Json::Kind::kArray: {
      std::vector<cedar::Value> elements;
      elements.reserve(json.array()->size());
      const cedar::TypeRef of_element = type ? cedar::element_type(type) : nullptr;
      for (std::size_t i = 0; i < json.array()->size(); ++i)
        if (auto made = value((*json.array())[i], pointer + "/" + std::to_string(i), of_element))
          elements.push_back(*std::move(made));
      return cedar::Value(cedar::Set(std::move(elements)));
    }
    case base::Json::Kind::kObject:
      break;
  }
  const bool wants_entity = type && cedar::is_entity_type(type);
  if (wants_entity && json.find_string("type") && json.find_string("id")) {
    auto uid = cedar::uid_from_json(json);
    if (!uid.ok()) return not_held(pointer, uid.error().message);
    return cedar::Value(std::move(uid).value());
  }
  if (!is_escape(json)) return record(json, pointer, type);
  auto escaped = cedar::value_from_json(json);
  if (!escaped.ok()) return not_held(pointer, escaped.error().message);
  return std::move(escaped).value();
}

base::Result<std::vector<cedar::Record::Field>> RequestValues::members(const base::Json& object,
                                                                       std::string_view pointer,
                                                                       cedar::TypeRef type) const {
  std::vector<cedar::Record::Field> fields;
  for (const auto& [name, member] : *object.object()) {
    const cedar::TypeRef declared = type ? cedar::member_type(type, name) : nullptr;
    if (type && !declared) continue;
    const std::string place = std::string(pointer) + "/" + base::pointer_token(name);
    auto made = value(member, place, declared);
    if (!made) continue;
    if (declared)
      if (const auto mistake = cedar::mistake_in(*made, declared, *schema_))
        return base::Error{base::ErrorCode::kInvalid, place.substr(1) + ": " + *mistake};
    fields.emplace_back(name, *std::move(made));
  }
  return fields;
}

std::vector<cedar::Record::Field> RequestValues::tags(const base::Json& object, cedar::TypeRef type) const {
  std::vector<cedar::Record::Field> fields;
  for (const auto& [name, member] : *object.object())
    if (auto made = value(member, "/" + base::pointer_token(name), type))
      fields.emplace_back(name, *std::move(made));
  return fields;
}

}  // namespace authz
