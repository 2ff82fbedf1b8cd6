#include "api/policies.h"

#include "api/policy_evaluation.h"
#include "dialects/body.h"
#include "dialects/query.h"
#include "dialects/server_state.h"
#include "dialects/v1/calls.h"
#include "dialects/v1/dialect.h"
#include "dialects/v1/entity_json.h"
#include "dialects/v1/id_order.h"
#include "dialects/v1/json.h"
#include "dialects/v1/list.h"
#include "dialects/v1/rule_form.h"

namespace dialects::v1 {
namespace {

using enum http::Method;

constexpr std::size_t kMaxOrdered = 10'000;  // policies that one call may name

void write_policy(base::JsonWriter& w, const api::PolicyView& view) {
  const domain::TenantPolicy& policy = view.policy;
  w.begin_object().member("id", policy.id).member("name", policy.name);
  w.member("description", policy.description).member("enabled", policy.enabled);
  w.member("priority", view.is_built_in ? std::nullopt : std::optional(policy.priority));
  w.member("built_in", view.is_built_in).name("rules").begin_array();
  for (const api::RuleView& rule : view.rules) write_rule(w, rule);
  w.end_array();
  w.member("created_by", id_of(policy.created_by)).member("updated_by", id_of(policy.updated_by));
  w.member("created_at", policy.created_at).member("updated_at", policy.updated_at).end_object();
}

std::string body_of(const api::PolicyView& view) {
  base::JsonWriter w;
  write_policy(w, view);
  return w.take();
}

Answer list_policies(const Call& call, const api::Read& read) {
  Query query(call);
  const api::PageRequest page = query.page(0);
  if (const auto bad = query.error()) return *bad;
  return answer_list(
      call, read, page,
      [tenant = call.tenant()](const api::Read& now, const api::PageRequest& part) {
        return api::list_policies(now, tenant, part);
      },
      write_policy);
}

Answer get_policy(const Call& call, const api::Read& read) {
  const auto view = api::get_policy(read, call.tenant(), call.path_id<domain::PolicyId>("id"));
  if (!view.ok()) return view.error();
  return ok(body_of(view.value()), view->policy.revision);
}

api::Outcome<LongWork> create_policy(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::NewPolicy policy;
  policy.name = fields.text("name");
  policy.description = fields.optional_text("description");
  policy.enabled = fields.patched_boolean("enabled").value_or(true);
  policy.priority = fields.patched_integer("priority").value_or(0);
  if (fields.has("rules")) {
    const auto rules = fields.objects("rules", domain::kMaxRulesOfPolicy, "rules");
    for (std::size_t i = 0; i < rules.size(); ++i) {
      Fields members(*rules[i], kDialect, errors, "/rules/" + std::to_string(i));
      policy.rules.push_back(read_rule(members, errors));
      (void)members.finish();  // what it finds is told with the rest
    }
  }
  if (const auto bad = fields.finish([&] { return api::check(policy); })) return *bad;
  auto draft = [tenant = call.tenant(), policy](const api::Read& read, const api::Trial& how) {
    return api::draft_policy(read, tenant, policy, how);
  };
  auto apply = [tenant = call.tenant(), policy = std::move(policy)](api::Change& change,
                                                                    const api::RuleDrafts& drafts) -> Answer {
    const auto view = api::create_policy(change, tenant, policy, drafts);
    if (!view.ok()) return view.error();
    return created(body_of(view.value()), "/v1/policies/" + view->policy.id.to_string(),
                   view->policy.revision);
  };
  return with_drafts(state, *trial, std::move(draft), std::move(apply));
}

api::Outcome<LongWork> update_policy(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::PolicyPatch patch;
  patch.name = fields.patched_text("name");
  patch.description = fields.nullable_text("description");
  patch.enabled = fields.patched_boolean("enabled");
  patch.priority = fields.patched_integer("priority");
  if (const auto bad = fields.finish([&] { return api::check(patch); })) return *bad;
  const auto id = call.path_id<domain::PolicyId>("id");
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), id, patch](const api::Read& read, const api::Trial& how) {
        return api::draft_policy_patch(read, tenant, id, patch, how);
      },
      [tenant = call.tenant(), id, patch, if_match = call.if_match](api::Change& change,
                                                                    const api::RuleDrafts& drafts) -> Answer {
        const auto view = api::update_policy(change, tenant, id, patch, if_match, drafts);
        if (!view.ok()) return view.error();
        return ok(body_of(view.value()), view->policy.revision);
      });
}

api::Outcome<LongWork> delete_policy(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  const auto id = call.path_id<domain::PolicyId>("id");
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), id](const api::Read& read, const api::Trial& how) {
        return api::draft_policy_deletion(read, tenant, id, how);
      },
      [tenant = call.tenant(), id, if_match = call.if_match](api::Change& change,
                                                             const api::RuleDrafts& drafts) -> Answer {
        const auto done = api::delete_policy(change, tenant, id, if_match, drafts);
        if (!done.ok()) return done.error();
        return no_content();
      });
}

Answer reordered(const std::vector<domain::TenantPolicy>& policies) {
  base::JsonWriter w;
  w.begin_object().name("data").begin_array();
  for (const domain::TenantPolicy& policy : policies)
    w.begin_object().member("id", policy.id).member("priority", policy.priority).end_object();
  return ok(w.end_array().end_object().take());
}

api::Outcome<LongWork> reorder_policies(const Call& call, const ServerState& state) {
  const auto trial = read_trial(call, state);
  if (!trial.ok()) return trial.error();
  const auto ids = read_order<domain::PolicyId>(call, kMaxOrdered, "policies");
  if (!ids.ok()) return ids.error();
  return with_drafts(
      state, *trial,
      [tenant = call.tenant(), ids = *ids](const api::Read& read, const api::Trial& how) {
        return api::draft_policy_order(read, tenant, ids, how);
      },
      [tenant = call.tenant(), ids = *ids](api::Change& change, const api::RuleDrafts& drafts) -> Answer {
        const auto policies = api::reorder_policies(change, tenant, ids, drafts);
        if (!policies.ok()) return policies.error();
        return reordered(*policies);
      });
}

domain::EntityName required_name(Fields& fields, FieldErrors& errors, const base::Json& body,
                                 std::string_view member) {
  if (!fields.has(member)) {
    errors.add(fields.pointer(member), "is required");
    return {};
  }
  return read_name(*body.find(member), errors, fields.pointer(member)).value_or(domain::EntityName{});
}

std::vector<domain::GroupId> supposed_groups(Fields& fields, FieldErrors& errors) {
  std::vector<domain::GroupId> groups;
  const auto texts = fields.optional_texts("groups").value_or(std::vector<std::string>());
  if (texts.size() > api::kMaxSupposedGroups) {
    errors.add(fields.pointer("groups"),
               "must be at most " + std::to_string(api::kMaxSupposedGroups) + " groups");
    return groups;
  }
  for (std::size_t i = 0; i < texts.size(); ++i)
    if (const auto id = domain::GroupId::parse(texts[i]))
      groups.push_back(*id);
    else if (!texts[i].empty() || errors.empty())  // else it was no text, which was told
      errors.add(fields.pointer("groups") + "/" + std::to_string(i), "must be a uuid");
  return groups;
}

Answer evaluate_policies(const Call& call, const api::Read& read, const ServerState& state) {
  FieldErrors errors;
  Fields fields(call.body, kDialect, errors);
  api::PolicyQuestion question;
  question.principal = required_name(fields, errors, call.body, "principal");
  question.action = fields.text("action");
  question.resource = required_name(fields, errors, call.body, "resource");
  question.groups = supposed_groups(fields, errors);
  if (const auto bad = fields.finish()) return *bad;
  const auto answer = api::evaluate_policies(read, call.tenant(), state.user_ids, question);
  if (!answer.ok()) return answer.error();
  base::JsonWriter w;
  w.begin_object().member("permitted", answer->permitted).name("matching_policy_ids").begin_array();
  for (const domain::PolicyId& id : answer->policies) w.value(id);
  w.end_array().member("reason", answer->reason).member("notices", answer->notices);
  return ok(w.end_object().take());
}

constexpr Route kCalls[] = {
    {.method = kGet,
     .path = "/v1/policies",
     .id = "list_policies",
     .operation = op::list_policies,
     .parameters = {"limit", "cursor"},
     .place = Place::kPool,
     .handle = list_policies},
    {.method = kPost,
     .path = "/v1/policies",
     .id = "create_policy",
     .operation = op::create_policy,
     .success = 201,
     .parameters = {"force"},
     .takes_dry_run = true,
     .body = "NewPolicy",
     .place = Place::kPool,
     .handle = create_policy},
    {.method = kPatch,
     .path = "/v1/policies/reorder",
     .id = "reorder_policies",
     .operation = op::reorder_policies,
     .parameters = {"force"},
     .takes_dry_run = true,
     .body = "PolicyIds",
     .place = Place::kPool,
     .handle = reorder_policies},
    {.method = kPost,
     .path = "/v1/policies/reorder",
     .id = "reorder_policies_by_post",
     .operation = op::reorder_policies,
     .parameters = {"force"},
     .takes_dry_run = true,
     .body = "PolicyIds",
     .place = Place::kPool,
     .handle = reorder_policies},
    {.method = kPost,
     .path = "/v1/policies/evaluate",
     .id = "evaluate_policies",
     .operation = op::decide,
     .body = "PolicyQuestion",
     .place = Place::kPool,
     .handle = evaluate_policies},
    {.method = kGet,
     .path = "/v1/policies/{id}",
     .id = "get_policy",
     .operation = op::get_policy,
     .place = Place::kPool,
     .handle = get_policy},
    {.method = kPatch,
     .path = "/v1/policies/{id}",
     .id = "update_policy",
     .operation = op::update_policy,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .body = "PolicyPatch",
     .place = Place::kPool,
     .handle = update_policy},
    {.method = kDelete,
     .path = "/v1/policies/{id}",
     .id = "delete_policy",
     .operation = op::delete_policy,
     .success = 204,
     .parameters = {"force"},
     .takes_if_match = true,
     .takes_dry_run = true,
     .place = Place::kPool,
     .handle = delete_policy},
};

}  // namespace

std::span<const Route> policy_calls() {
  return kCalls;
}

}  // namespace dialects::v1
