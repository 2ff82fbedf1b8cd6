// An answer says why under the status that a request would get by it, as AuthZEN's examples do:
//
//   {"decision": false, "context": {
//      "reason_user":  {"403": "Only on weekdays."},
//      "reason_admin": {"403": "A rule of priority 10 decided this.", "policies": ["0197…"], "errors": []}}}
#include "dialects/access/answer.h"

#include <algorithm>
#include <vector>

#include "dialects/access/dialect.h"
#include "dialects/near_rule_json.h"

namespace dialects::access {
namespace {

using Writer = base::JsonWriter;

std::string_view status_text(const api::Decided& decided) {
  return decided.allowed ? "200" : "403";
}

std::string reason_for_user(const api::Decided& decided) {
  std::string text;
  for (const auto* rule : decided.determining)
    if (!rule->notice.empty()) text.append(text.empty() ? "" : " ").append(rule->notice);
  if (!text.empty()) return text;
  return decided.allowed ? "This is allowed." : "This is not allowed.";
}

void write_policies(Writer& w, const api::Decided& decided, const api::Decisions& decisions) {
  w.name("policies").begin_array();
  for (const auto& id : api::deciding_policies(decided, decisions.policies())) w.value(id);
  w.end_array();
}

// What roles would have to give, where they were asked.
void write_near(Writer& w, const api::Decided& decided, const authz::NearRules& near) {
  w.name("near").begin_array();
  for (const authz::NearRule& rule : near.rules) write_near_rule(w, rule);
  w.end_array().member("not_listed", near.unlisted);
  if (decided.tier || decided.suspended) return;
  w.name("role").begin_object().member("permission", near.permission);
  w.member("missing", near.permission && !decided.by_roles).end_object();
}

void write_admin(Writer& w, const api::Decided& decided, const authz::NearRules* near, bool traces,
                 const api::Decisions& decisions) {
  w.name("reason_admin").begin_object().member(status_text(decided), api::reason_of(decided));
  write_policies(w, decided, decisions);
  w.name("errors").begin_array();
  for (const auto& failed : decided.failed)
    w.begin_object()
        .member("policy", failed.rule->policy)
        .member("rule", failed.rule->rule)
        .member("message", failed.message)
        .end_object();
  w.end_array();
  if (!decided.not_held.empty()) {
    w.name("not_held").begin_array();
    for (const auto& value : decided.not_held)
      w.begin_object().member("pointer", value.pointer).member("message", value.why).end_object();
    w.end_array();
  }
  if (traces) {
    w.name("rules").begin_array();
    for (const auto* rule : decided.determining) w.value(rule->rule);
    w.end_array();
    w.member("priority", decided.tier);
    if (!decided.grants.empty()) w.member("grants", decided.grants);
    if (near) write_near(w, decided, *near);
  }
  w.end_object();
}

void write_error_member(Writer& w, api::Code code, const std::string& message) {
  w.name("error").begin_object();
  w.member("status", kDialect.status_of(code)).member("message", message);
  w.end_object();
}

bool has_obligations(const api::Decided& decided) {
  return std::any_of(decided.determining.begin(), decided.determining.end(),
                     [](const auto* rule) { return !rule->obligations.empty(); });
}

void write_obligations(Writer& w, const api::Decided& decided) {
  w.name("obligations").begin_array();
  for (const auto* rule : decided.determining)
    for (const api::Obligation& obligation : rule->obligations)
      w.begin_object()
          .member("id", obligation.id)
          .member("type", obligation.type)
          .member("properties", obligation.properties)
          .end_object();
  w.end_array();
}

}  // namespace

void write_answer(Writer& w, const api::Decided& decided, api::Reasons reasons,
                  const api::Decisions& decisions, const authz::NearRules* near,
                  const std::optional<base::Uuid>& evaluation) {
  w.begin_object().member("decision", decided.allowed);
  const bool obliges = has_obligations(decided);
  if (reasons != api::Reasons::kNone || obliges || decided.used_up) {
    w.name("context").begin_object();
    if (decided.used_up) write_error_member(w, api::Code::kOverloaded, api::reason_of(decided));
    if (reasons != api::Reasons::kNone)
      w.name("reason_user")
          .begin_object()
          .member(status_text(decided), reason_for_user(decided))
          .end_object();
    if (reasons == api::Reasons::kAdmin || reasons == api::Reasons::kTrace)
      write_admin(w, decided, near, reasons == api::Reasons::kTrace, decisions);
    if (obliges) write_obligations(w, decided);
    if (evaluation && reasons != api::Reasons::kNone) w.member("evaluation_id", *evaluation);
    w.end_object();
  }
  w.end_object();
}

void write_error(Writer& w, const api::Error& error) {
  w.begin_object().member("decision", false).name("context").begin_object();
  write_error_member(w, error.code, error.message);
  w.end_object().end_object();
}

}  // namespace dialects::access
