// A list as of another time is one list over all its pages: a cursor has the revision that the first page was
// of before the place, and is read under a name that has the moment in it,
//
//   list_role_holders@2026-11-01T00:00:00.000Z   "640:user:0197…"
//
// so that it is of no use with another moment, or with none.
#include "dialects/moment.h"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <utility>

#include "base/json.h"
#include "dialects/cursor.h"
#include "dialects/query.h"

namespace dialects {
namespace {

constexpr std::string_view kAt = "at";

// "640:user:0197…"
std::optional<std::pair<store::Revision, std::string>> parse_place(const std::string& text) {
  store::Revision revision = 0;
  const char* const end = text.data() + text.size();
  const auto [colon, failed] = std::from_chars(text.data(), end, revision);
  if (failed != std::errc() || colon == end || *colon != ':') return std::nullopt;
  return std::pair(revision, std::string(colon + 1, end));
}

std::optional<std::pair<store::Revision, std::string>> read_place(const Call& call, std::string_view cursor) {
  const auto text = read_cursor(list_name(call), cursor);
  return text ? parse_place(*text) : std::nullopt;
}

api::Outcome<std::optional<base::Timestamp>> time_in_body(Call& call) {
  using Found = std::optional<base::Timestamp>;
  base::Json::Object* const object = call.body.object();
  if (!object || call.route.takes_at != TakesAt::kInQueryOrBody) return Found();
  const auto is_at = [](const base::Json::Member& member) { return member.first == kAt; };
  const auto found = std::find_if(object->begin(), object->end(), is_at);
  if (found == object->end()) return Found();
  const base::Json value = std::move(found->second);
  object->erase(found);
  if (value.is_null()) return Found();
  const auto time = value.string() ? base::parse_timestamp(*value.string()) : std::nullopt;
  if (!time) return api::invalid("/at", "must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z");
  return Found(*time);
}

}  // namespace

bool names_moment(const http::Request& request, const Route& route) {
  const auto is_at = [](const http::NameValue& parameter) { return parameter.name == kAt; };
  return route.takes_at != TakesAt::kNo && std::any_of(request.query.begin(), request.query.end(), is_at);
}

api::Outcome<void> read_moment(Call& call) {
  if (call.route.takes_at == TakesAt::kNo) return {};
  const auto in_body = time_in_body(call);
  if (!in_body.ok()) return in_body.error();
  std::optional<base::Timestamp> time = *in_body;
  if (names_moment(call.request, call.route)) {
    Query query(call);
    if (time) query.wrong(kAt, "is in the body as well; give one of them");
    time = query.time(kAt);
    if (const auto bad = query.error()) return *bad;
  }
  if (!time) return {};
  call.at = api::Moment{*time};
  for (const http::NameValue& given : call.request.query)
    if (given.name == "cursor")
      if (const auto place = read_place(call, given.value)) call.at->revision = place->first;
  return {};
}

Answer answer_at(const Call& call, const api::Read& read, const domain::TenantId& tenant,
                 base::FunctionRef<Answer(const api::Read& then)> fn) {
  if (!call.at) return fn(read);
  Answer answer = api::error(api::Code::kInternal, "not asked");
  const auto done = api::read_at(read, tenant, *call.at, [&](const api::Read& then) {
    answer = fn(then);
    if (!answer.ok()) return;
    std::string& body = answer->body;
    assert(body.size() > 2 && body.ends_with('}'));
    body.pop_back();
    base::JsonWriter w;
    w.begin_object().member("time", then.now).member("revision", then.txn.revision());
    w.name("of_now").begin_array().value("catalogue").value("guard").end_array();
    body.append(",\"as_of\":").append(w.end_object().take()).push_back('}');
  });
  if (!done.ok()) return done.error();
  return answer;
}

std::string list_name(const Call& call) {
  std::string name(call.route.id);
  if (call.at) name.append("@").append(to_string(call.at->time));
  return name;
}

void mark_place(const Call& call, const api::Read& then, std::string& next) {
  if (call.at && !next.empty()) next = std::to_string(then.txn.revision()) + ":" + next;
}

std::optional<std::string> place_in(const Call& call, std::string_view cursor) {
  if (!call.at) return read_cursor(call.route.id, cursor);
  auto place = read_place(call, cursor);
  if (!place) return std::nullopt;
  return std::move(place->second);
}

}  // namespace dialects
