#include "api/explanations.h"

#include <string>
#include <utility>

#include "dialects/near_rule_json.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

void write_change(base::JsonWriter& w, const api::TurningChange& change) {
  w.begin_object().member("kind", change.kind).member("text", change.text);
  w.name("blast_radius").begin_object().member("level", name_of(change.level));
  w.member("people", change.people).member("scopes", change.scopes).end_object().end_object();
}

Answer explain(const Call& call, const api::Read& read, const ServerState& state) {
  const auto question = api::explained_question(call.body);
  if (!question.ok()) return question.error();
  const auto told = api::explain(read, call.tenant(), state.user_ids, *question);
  if (!told.ok()) return told.error();
  base::JsonWriter w;
  w.begin_object().member("decision", told->decided.allowed).member("sentence", told->sentence);
  if (told->near) {
    w.name("rules").begin_array();
    for (const authz::NearRule& rule : told->near->rules) write_near_rule(w, rule);
    w.end_array().member("not_listed", told->near->unlisted).member("permission", told->near->permission);
    w.name("changes").begin_array();
    for (const api::TurningChange& change : told->changes) write_change(w, change);
    w.end_array();
  }
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kPost,
     .path = "/v1/explain",
     .id = "explain",
     .operation = op::decide,
     .body = "ExplainedQuestion",
     .place = Place::kPool,
     .handle = explain},
};

}  // namespace

std::span<const Route> explanation_calls() {
  return kCalls;
}

}  // namespace dialects::v1
