#include "api/rules.h"

#include "dialects/body.h"
#include "dialects/content.h"
#include "dialects/query.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/id_order.h"
#include "dialects/v1/list.h"
#include "dialects/v1/rule_form.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

std::string body_of(const api::RuleView& view) {
  base::JsonWriter w;
  write_rule(w, view);
  return w.take();
}

api::RulePlace place_of(const Call& call) {
  return {call.path_id<domain::PolicyId>("id"), call.path_id<domain::RuleId>("rule_id")};
}

Answer list_rules(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant(), policy = call.path_id<domain::PolicyId>("id")](const api::Read& now,
                                                                              const api::PageRequest& part) {
        return api::list_rules(now, tenant, policy, part);
      },
      write_rule);
}

Answer get_rule(const Call& call, const api::Read& read) {
  const auto view = api::get_rule(read, call.tenant(), place_of(call));
  if (!view.ok()) return view.error();
  return ok(body_of(view.value()), view->rule.revision);
}

api::Outcome<LongWork> create_rule(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const api::GivenRule rule = read_rule(fields, errors);
  if (const auto bad = fields.finish([&] { return api::check(rule); })) return *bad;
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), policy = call.path_id<domain::PolicyId>("id"), rule](const api::Read& read,
                                                                                    const api::Trial& how) {
        return api::draft_new_rule(read, tenant, policy, rule, how);
      },
      [tenant = call.tenant(), policy = call.path_id<domain::PolicyId>("id"), rule](
          api::Change& change, const api::RuleDrafts& drafts) -> Answer {
        const auto view = api::create_rule(change, tenant, policy, rule, drafts);
        if (!view.ok()) return view.error();
        return created(body_of(view.value()),
                       "/v1/policies/" + policy.to_string() + "/rules/" + view->rule.id.to_string(),
                       view->rule.revision);
      });
}

api::Outcome<LongWork> update_rule(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const api::RulePatch patch = read_rule_patch(fields, errors);
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), place = place_of(call), patch](const api::Read& read, const api::Trial& how) {
        return api::draft_rule(read, tenant, place, patch, how);
      },
      [tenant = call.tenant(), place = place_of(call), patch, if_match = call.if_match](
          api::Change& change, const api::RuleDrafts& drafts) -> Answer {
        const auto view = api::update_rule(change, tenant, place, patch, if_match, drafts);
        if (!view.ok()) return view.error();
        return ok(body_of(view.value()), view->rule.revision);
      });
}

api::Outcome<LongWork> delete_rule(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), place = place_of(call)](const api::Read& read, const api::Trial& how) {
        return api::draft_rule_deletion(read, tenant, place, how);
      },
      [tenant = call.tenant(), place = place_of(call), if_match = call.if_match](
          api::Change& change, const api::RuleDrafts& drafts) -> Answer {
        const auto done = api::delete_rule(change, tenant, place, if_match, drafts);
        if (!done.ok()) return done.error();
        return no_content();
      });
}

api::Outcome<Work> reorder_rules(const Call& call) {
  auto ids = read_order<domain::RuleId>(call, domain::kMaxRulesOfPolicy, "rules");
  if (!ids.ok()) return ids.error();
  return Work([tenant = call.tenant(), policy = call.path_id<domain::PolicyId>("id"),
               ids = std::move(ids).value()](api::Change& change) -> Answer {
    const auto rules = api::reorder_rules(change, tenant, policy, ids);
    if (!rules.ok()) return rules.error();
    base::JsonWriter w;
    w.begin_object().name("data").begin_array();
    for (const domain::Rule& rule : *rules)
      w.begin_object().member("id", rule.id).member("ordinal", rule.ordinal).end_object();
    return ok(w.end_array().end_object().take());
  });
}

void write_findings(base::JsonWriter& w, const char* name, const std::vector<api::RuleFinding>& findings) {
  w.name(name).begin_array();
  for (const api::RuleFinding& finding : findings)
    w.begin_object()
        .member("line", finding.place.line)
        .member("column", finding.place.column)
        .member("message", finding.message)
        .end_object();
  w.end_array();
}

Answer validate_rules(const Call& call, const api::Read& read) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  const api::GivenRule rule = read_rule(fields, errors);
  if (const auto bad = fields.finish([&] { return api::check_for_validation(rule); })) return *bad;
  const auto checked = api::validate_rules(read, call.tenant(), rule);
  if (!checked.ok()) return checked.error();
  base::JsonWriter w;
  w.begin_object().member("valid", checked->errors.empty());
  write_findings(w, "errors", checked->errors);
  write_findings(w, "warnings", checked->warnings);
  if (checked->rule) {
    w.name("rule").begin_object();
    write_rule_text(w, checked->rule->text, checked->rule->parts);
    w.end_object();
  }
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/policies/{id}/rules",
     .id = "list_rules",
     .operation = op::list_rules,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_rules},
    {.method = kPost,
     .path = "/v1/policies/{id}/rules",
     .id = "create_rule",
     .operation = op::create_rule,
     .success = 201,
     .parameters = {"force"},
     .takes_dry_run = true,
     .body = "NewRule",
     .place = Place::kPool,
     .handle = create_rule},
    {.method = kPatch,
     .path = "/v1/policies/{id}/rules/reorder",
     .id = "reorder_rules",
     .operation = op::reorder_rules,
     .takes_dry_run = true,
     .body = "RuleIds",
     .handle = reorder_rules},
    {.method = kPost,
     .path = "/v1/policies/{id}/rules/reorder",
     .id = "reorder_rules_by_post",
     .operation = op::reorder_rules,
     .takes_dry_run = true,
     .body = "RuleIds",
     .handle = reorder_rules},
    {.method = kGet,
     .path = "/v1/policies/{id}/rules/{rule_id}",
     .id = "get_rule",
     .operation = op::get_rule,
     .place = Place::kPool,
     .handle = get_rule},
    {.method = kPatch,
     .path = "/v1/policies/{id}/rules/{rule_id}",
     .id = "update_rule",
     .operation = op::update_rule,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "RulePatch",
     .place = Place::kPool,
     .handle = update_rule},
    {.method = kDelete,
     .path = "/v1/policies/{id}/rules/{rule_id}",
     .id = "delete_rule",
     .operation = op::delete_rule,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .place = Place::kPool,
     .handle = delete_rule},
    {.method = kPost,
     .path = "/v1/policies/validate",
     .id = "validate_rules",
     .operation = op::validate_rules,
     .body = "RulesToValidate",
     .place = Place::kPool,
     .handle = validate_rules},
};

}  // namespace

std::span<const Route> rule_calls() {
  return kCalls;
}

}  // namespace dialects::v1
