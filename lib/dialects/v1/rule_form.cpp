#include "dialects/v1/rule_form.h"

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "dialects/query.h"

namespace dialects::v1 {
namespace {

void write_scope(base::JsonWriter& w, const std::string& variable, const authz::ScopeParts& scope) {
  w.member(variable + "_scope_type", scope.scope_type);
  w.member(variable + "_entity_type", scope.entity_type).member(variable + "_entity_id", scope.entity_id);
}

authz::ScopeParts read_scope(Fields& fields, const std::string& variable) {
  authz::ScopeParts scope;
  scope.scope_type = fields.optional_text(variable + "_scope_type").value_or(scope.scope_type);
  scope.entity_type = fields.optional_text(variable + "_entity_type");
  scope.entity_id = fields.optional_text(variable + "_entity_id");
  return scope;
}

api::RulePatch::Scope read_scope_patch(Fields& fields, const std::string& variable) {
  api::RulePatch::Scope scope;
  scope.scope_type = fields.patched_text(variable + "_scope_type");
  scope.entity_type = fields.nullable_text(variable + "_entity_type");
  scope.entity_id = fields.nullable_text(variable + "_entity_id");
  return scope;
}

std::optional<std::vector<std::pair<std::string, std::string>>> read_annotations(Fields& fields,
                                                                                 FieldErrors& errors) {
  const auto given = fields.optional_object("annotations");
  if (!given) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> annotations;
  for (const auto& [key, value] : *given->object()) {
    if (const std::string* text = value.string())
      annotations.emplace_back(key, *text);
    else
      errors.add(fields.pointer("annotations") + "/" + base::pointer_token(key),
                 "must be a string, not " + base::with_article(name_of(value.kind())));
  }
  return annotations;
}

}  // namespace

void write_rule_text(base::JsonWriter& w, const std::string& text, const authz::RuleParts& parts) {
  w.member("effect", parts.effect).member("policy_text", text);
  write_scope(w, "principal", parts.principal);
  w.member("action_scope_type", parts.action.scope_type).member("action_ids", parts.action.ids);
  write_scope(w, "resource", parts.resource);
  w.member("conditions", parts.conditions).member("notice", parts.notice);
  w.name("annotations").begin_object();
  for (const auto& [key, value] : parts.annotations) w.member(key, value);
  w.end_object();
}

void write_rule(base::JsonWriter& w, const api::RuleView& view) {
  const domain::Rule& rule = view.rule;
  w.begin_object().member("id", rule.id).member("ordinal", rule.ordinal);
  write_rule_text(w, rule.text, view.parts);
  w.member("created_at", rule.created_at).member("updated_at", rule.updated_at);
  w.member("warnings", view.warnings).end_object();
}

api::Outcome<api::Trial> read_trial(const Call& call, const ServerState& state) {
  Query query(call);
  const bool insists = query.flag("force");
  if (const auto bad = query.error()) return *bad;
  return api::Trial{insists, state.user_ids};
}

api::GivenRule read_rule(Fields& fields, FieldErrors& errors) {
  api::GivenRule rule;
  rule.policy_text = fields.optional_text("policy_text");
  const auto effect = fields.optional_text("effect");
  if (effect && effect->empty()) errors.add(fields.pointer("effect"), "must be permit or forbid");
  rule.parts.effect = effect.value_or("");
  rule.parts.principal = read_scope(fields, "principal");
  rule.parts.action.scope_type = fields.optional_text("action_scope_type").value_or("any");
  rule.parts.action.ids = fields.optional_texts("action_ids").value_or(std::vector<std::string>());
  rule.parts.resource = read_scope(fields, "resource");
  rule.parts.conditions = fields.optional_text("conditions");
  rule.parts.notice = fields.optional_text("notice");
  rule.parts.annotations = read_annotations(fields, errors).value_or(decltype(rule.parts.annotations)());
  return rule;
}

api::RulePatch read_rule_patch(Fields& fields, FieldErrors& errors) {
  api::RulePatch patch;
  patch.policy_text = fields.patched_text("policy_text");
  patch.effect = fields.patched_text("effect");
  patch.principal = read_scope_patch(fields, "principal");
  patch.action_scope_type = fields.patched_text("action_scope_type");
  patch.action_ids = fields.patched_texts("action_ids");
  patch.resource = read_scope_patch(fields, "resource");
  patch.conditions = fields.nullable_text("conditions");
  patch.notice = fields.nullable_text("notice");
  patch.annotations = read_annotations(fields, errors);
  return patch;
}

}  // namespace dialects::v1
