#include "dialects/near_rule_json.h"

namespace dialects {
namespace {

void write_part(base::JsonWriter& w, const cedar::PolicyPart& part) {
  w.begin_object().member("kind", name_of(part.kind)).member("outcome", name_of(part.outcome));
  w.member("text", part.text);
  if (part.place) w.member("line", part.place->line).member("column", part.place->column);
  w.name("seen").begin_array();
  for (const cedar::SeenValue& seen : part.seen) {
    w.begin_object().member("expression", seen.expression).member("type", seen.type);
    if (seen.value)
      w.member("value", *seen.value);
    else
      w.member("hidden", true);
    w.end_object();
  }
  w.end_array();
  if (!part.error.empty()) w.member("error", part.error);
  w.end_object();
}

}  // namespace

void write_near_rule(base::JsonWriter& w, const authz::NearRule& rule) {
  w.begin_object().member("policy", rule.policy).member("rule", rule.rule).member("priority", rule.priority);
  w.member("effect", rule.effect == cedar::Effect::kPermit ? "permit" : "forbid");
  w.member("outcome", name_of(rule.outcome));
  if (rule.lack != authz::Lack::kNothing) w.member("missing", name_of(rule.lack));
  if (rule.grant) w.member("grant", *rule.grant);
  w.member("part_count", rule.part_count).member("failed_count", rule.failed_count);
  w.name("parts").begin_array();
  for (const cedar::PolicyPart& part : rule.parts) write_part(w, part);
  w.end_array().end_object();
}

}  // namespace dialects
