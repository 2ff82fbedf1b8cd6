// The dialect decides how strict this is: /v1/groups?nmae=x is a mistake with a guess in one and ignored in
// another. Every parameter is looked at before the handler goes on, so that one answer tells all that are
// wrong:
//
//   /v1/groups?nmae=x&limit=0     nmae is not a known parameter; did you mean `name`?
//                                 limit must be a number from 1 to 250
//
// The constructor compares names with the route's list; values are read when the handler asks for them, by
// name and type.
#include "dialects/query.h"

#include <charconv>
#include <vector>

#include "api/limits.h"
#include "base/nearest.h"
#include "dialects/moment.h"
#include "dialects/route.h"

namespace dialects {
namespace {

constexpr std::size_t kShownName = 64;  // bytes of an unknown parameter's name that the error repeats

}  // namespace

Query::Query(const Call& call) : call_(call) {
  if (call.request.query.empty() || call.route.dialect->ignores_unknown) return;
  std::vector<std::string> known(call.route.parameters.begin(), call.route.parameters.end());
  if (call.route.takes_dry_run) known.emplace_back("dry_run");
  if (call.route.takes_at != TakesAt::kNo) known.emplace_back("at");
  for (const http::NameValue& given : call.request.query) {
    const std::string_view name = given.name;
    std::size_t times = 0;
    for (const http::NameValue& other : call.request.query) times += other.name == name ? 1U : 0U;
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      errors_.add_unknown("", name.substr(0, kShownName), "is not a known parameter", known);
    } else if (times > 1 &&
               &given == &*std::find_if(call.request.query.begin(), call.request.query.end(),
                                        [name](const http::NameValue& p) { return p.name == name; })) {
      errors_.add(given.name, "is given " + std::to_string(times) + " times");
    }
  }
}

std::optional<std::string> Query::text(std::string_view name) {
  const std::string other = call_.route.dialect->takes_camel_case ? camel_case(name) : std::string(name);
  for (const http::NameValue& given : call_.request.query)
    if (given.name == name || given.name == other) return given.value;
  return std::nullopt;
}

std::optional<base::Uuid> Query::uuid(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto id = base::Uuid::parse(*value);
  if (!id) wrong(name, "must be a uuid, such as 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
  return id;
}

std::optional<base::Timestamp> Query::time(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  const auto time = base::parse_timestamp(*value);
  if (!time) wrong(name, "must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z");
  return time;
}

bool Query::flag(std::string_view name) {
  const auto value = text(name);
  if (value && *value != "true" && *value != "false") wrong(name, "must be true or false");
  return value == "true";
}

api::PageRequest Query::page(std::size_t otherwise) {
  api::PageRequest page;
  const auto limit = text("limit");
  const auto cursor = text("cursor");
  if (!limit && !cursor) page.limit = otherwise;
  if (limit) {
    const auto [end, failed] = std::from_chars(limit->data(), limit->data() + limit->size(), page.limit);
    if (failed != std::errc() || end != limit->data() + limit->size() || page.limit < 1 ||
        page.limit > api::kMaxPage)
      wrong("limit", "must be a number from 1 to " + std::to_string(api::kMaxPage));
  }
  if (cursor) {
    const auto after = place_in(call_, *cursor);
    if (!after) wrong("cursor", std::string(kNoCursor));
    page.after = after.value_or("");
  }
  return page;
}

// Handlers read the parameters of their route and find what is wrong with them; where a route has none,
// nobody else would look.
std::optional<api::Error> wrong_parameters(const Call& call) {
  if (!call.route.parameters.empty()) return std::nullopt;
  return Query(call).error();
}

}  // namespace dialects
