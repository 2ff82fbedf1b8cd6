#include "api/name_search.h"

#include "dialects/query.h"
#include "dialects/v1/calls.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

Answer search_names(const Call& call, const api::Read& read) {
  Query query(call);
  const auto typed = query.text("q");
  if (!typed) query.wrong("q", "is required");
  if (const auto bad = query.error()) return *bad;
  const auto found = api::search_names(read, call.tenant(), *typed);
  if (!found.ok()) return found.error();
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const api::NameHit& hit : found->hits) {
    w.begin_object().member("resource_type", api::name_of(hit.kind)).member("id", hit.id);
    if (!hit.name.empty()) w.member("name", hit.name);
    if (!hit.email.empty()) w.member("email", hit.email);
    w.end_object();
  }
  w.end_array().member("has_more", found->has_more).name("withheld").begin_array();
  for (const api::HitKind kind : found->withheld) w.string(api::name_of(kind));
  return ok(w.end_array().end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/search",
     .id = "search_names",
     .operation = op::search_names,
     .parameters = {"q"},
     .place = Place::kPool,
     .handle = search_names},
};

}  // namespace

std::span<const Route> search_calls() {
  return kCalls;
}

}  // namespace dialects::v1
