#include "api/decision_log.h"

#include <string>
#include <utility>

#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/explanation_json.h"
#include "dialects/v1/list.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

Answer list_decisions(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(api::PageRequest().limit);
  api::DecisionFilter filter;
  filter.subject = query.text("subject");
  filter.action = query.text("action");
  filter.resource = query.text("resource");
  if (const auto decision = query.text("decision")) {
    if (*decision == "true" || *decision == "false")
      filter.decision = *decision == "true";
    else
      query.wrong("decision", "must be true or false");
  }
  filter.from = query.time("from");
  filter.to = query.time("to");
  if (page.limit == 0) query.wrong("limit", "must be given: a decision log doesn't come whole");
  if (const auto bad = query.error()) return *bad;
  const auto found = api::list_decisions(read, call.tenant(), filter, page);
  if (!found.ok()) return found.error();
  return ok(list_body(
      call.route.id, found.value(), page.limit,
      [](base::JsonWriter& w, const api::LoggedDecision& logged) { w.value(logged.entry); },
      [&](base::JsonWriter& w) {
        w.member("lost", found->lost).member("evicted", found->evicted).member("streamed", found->streamed);
      }));
}

Answer get_decision(const Call& call, const api::Read& read) {
  const auto found = api::get_decision(read, call.tenant(), call.path_id<base::Uuid>("id"));
  if (!found.ok()) return found.error();
  return ok(base::to_text(found->entry));
}

Answer explain_decision(const Call& call, const api::Read& read, const ServerState& state) {
  const auto found =
      api::explain_decision(read, call.tenant(), call.path_id<base::Uuid>("id"), state.user_ids);
  if (!found.ok()) return found.error();
  base::JsonWriter w;
  w.begin_object().member("sentence", found->sentence).name("rules").begin_array();
  for (const api::ExplainedRule& rule : found->rules) {
    w.begin_object().member("rule_id", rule.rule).member("policy_id", rule.policy);
    w.member("policy_text", rule.text);
    w.member("unknown", rule.unknown.empty() ? std::optional<std::string>() : rule.unknown).end_object();
  }
  w.end_array().name("then");
  if (found->then)
    write_explanation(w, *found->then);
  else
    w.null();
  w.member("unknown", found->unknown).member("decision", found->decision.entry);
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/decisions",
     .id = "list_decisions",
     .operation = op::list_decisions,
     .parameters = {"subject", "action", "resource", "decision", "from", "to", "limit", "cursor"},
     .place = Place::kPool,
     .handle = list_decisions},
    {.method = kGet,
     .path = "/v1/decisions/{id}",
     .id = "get_decision",
     .operation = op::get_decision,
     .place = Place::kPool,
     .handle = get_decision},
    {.method = kGet,
     .path = "/v1/decisions/{id}/explain",
     .id = "explain_decision",
     .operation = op::explain_decision,
     .place = Place::kPast,
     .handle = explain_decision},
};

}  // namespace

std::span<const Route> decision_log_calls() {
  return kCalls;
}

}  // namespace dialects::v1
