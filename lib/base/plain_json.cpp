// simdjson reads the text, and what it found becomes values. It says of a wrong text hardly more than that it
// is wrong, and takes a member twice, so whatever isn't plainly right is left to parse_json(), which says
// what is wrong and where. So the two never answer differently, and tests hold the one against the other.
#include "base/plain_json.h"

#include <simdjson.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace base {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// A parser takes some 14 bytes for each of a text and keeps them for the next. So each thread keeps one that
// has read small texts only, and what is larger than a request usually is isn't read by one.
constexpr std::size_t kKept = std::size_t{16} << 10U;
constexpr std::size_t kMost = std::size_t{1} << 20U;

constexpr std::size_t kFewMembers = 16;  // which are compared each with each

bool has_twice(const Json::Object& members) {
  if (members.size() <= kFewMembers) {
    for (auto one = members.begin(); one != members.end(); ++one)
      for (auto other = members.begin(); other != one; ++other)
        if (one->first == other->first) return true;
    return false;
  }
  std::vector<std::string_view> names;
  names.reserve(members.size());
  for (const Json::Member& member : members) names.emplace_back(member.first);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

// Nothing of it throws: what an element is, is known before it is read.
class PlainReader {
 public:
  explicit PlainReader(const JsonLimits& limits) : limits_(limits) {}

  std::optional<Json> read(const element& from) {
    if (++nodes_ > limits_.nodes) return std::nullopt;
    switch (from.type()) {
      case element_type::NULL_VALUE:
        return Json();
      case element_type::BOOL:
        return Json(from.get_bool().value_unsafe());
      case element_type::INT64:
        return Json(std::int64_t{from.get_int64().value_unsafe()});
      case element_type::DOUBLE:
        return Json(from.get_double().value_unsafe());
      case element_type::STRING:
        return Json(from.get_string().value_unsafe());
      case element_type::ARRAY:
        return read_array(from);
      case element_type::OBJECT:
        return read_object(from);
      case element_type::UINT64:  // beyond what an integer may be
        break;
    }
    return std::nullopt;
  }

 private:
  std::optional<Json> read_array(const element& from) {
    if (++depth_ > limits_.depth) return std::nullopt;
    const simdjson::dom::array elements = from.get_array().value_unsafe();
    Json::Array values;
    values.reserve(elements.size());
    for (const element& each : elements) {
      auto value = read(each);
      if (!value) return std::nullopt;
      values.push_back(*std::move(value));
    }
    --depth_;
    return Json(std::move(values));
  }

  std::optional<Json> read_object(const element& from) {
    if (++depth_ > limits_.depth) return std::nullopt;
    const simdjson::dom::object members = from.get_object().value_unsafe();
    Json::Object values;
    values.reserve(members.size());
    for (const auto& [name, each] : members) {
      auto value = read(each);
      if (!value) return std::nullopt;
      values.emplace_back(name, *std::move(value));
    }
    --depth_;
    if (has_twice(values)) return std::nullopt;
    return Json(std::move(values));
  }

  const JsonLimits& limits_;
  std::size_t depth_ = 0, nodes_ = 0;
};

std::optional<Json> read_by(simdjson::dom::parser& parser, std::string_view text, const JsonLimits& limits) {
  element root;
  if (parser.parse(text.data(), text.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  return PlainReader(limits).read(root);
}

}  // namespace

std::optional<Json> read_plain_json(std::string_view text, const JsonLimits& limits) {
  if (limits.rounds_integers || text.size() > kMost) return std::nullopt;
  if (text.size() <= kKept) {
    static thread_local simdjson::dom::parser kept;
    return read_by(kept, text, limits);
  }
  simdjson::dom::parser large;
  return read_by(large, text, limits);
}

}  // namespace base
