#include "api/schemas.h"

#include <algorithm>
#include <utility>

#include "api/entity_changes.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/propose.h"
#include "api/parts/schema_fit.h"
#include "api/parts/test_runs.h"
#include "authz/tenant_schema.h"
#include "cedar/schema.h"
#include "domain/counts.h"
#include "domain/decision_settings.h"

namespace api {
namespace {

constexpr std::string_view kText = "schema";  // what messages call it
constexpr std::uint64_t kFewEntities = 200;   // that the writer may look at by itself

Error no_schema() {
  return error(Code::kNotFound, "schema: the tenant has none");
}

// A control character may take six bytes in a record, and such texts would outgrow it.
bool is_refused(char c) {
  return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
}

Outcome<authz::SchemaPtr> read_schema(const std::string& text) {
  if (std::any_of(text.begin(), text.end(), is_refused))
    return invalid("/schema", "must not have control characters other than tabs and line ends");
  auto schema = authz::parse_tenant_schema(text, kText);
  if (!schema.ok()) return invalid("/schema", schema.error().message);
  return std::move(schema).value();
}

auto setting(authz::SchemaPtr schema) {
  return [schema = std::move(schema)](authz::PolicyTexts& all) { all.schema = schema; };
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

Error doesnt_fit(const Misfits& misfits) {
  std::string what = counted(misfits.rule_count, "rule", "rules") + " and " +
                     counted(misfits.entity_count, "entity", "entities") +
                     " that are stored would not be right by it";
  if (!misfits.rules.empty())
    what += ", such as rule " + misfits.rules.front().rule.to_string();
  else if (!misfits.entities.empty())
    what += ", such as entity " + to_string(misfits.entities.front().name);
  if (!misfits.is_all)
    what += std::string(misfits.any() ? "; and " : "") + "looking at all that is stored takes too long";
  Error failure = error(Code::kInUse, "schema: " + what + "; with force=true it is taken all the same");
  failure.details = to_details(misfits);
  return failure;
}

Outcome<bool> is_current(const Change& change, const domain::TenantId& tenant, const SchemaDraft& draft) {
  const auto decisions = stored(domain::get_decisions(change.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  return draft.made && decisions->policies_revision == draft.policies_revision &&
         change.entity_changes->of(tenant) <= draft.begun_at;
}

// What doesn't fit, as the draft says, or, where something was written since, as a look here finds.
Outcome<Misfits> misfits_of(const Change& change, const domain::TenantId& tenant,
                            const authz::SchemaPtr& schema, const SchemaDraft& draft) {
  const auto current = is_current(change, tenant, draft);
  if (!current.ok()) return current.error();
  if (*current) return draft.misfits;
  const auto little = has_little(change, tenant);
  if (!little.ok()) return little.error();
  const auto entities = stored(domain::get_count(change.txn, tenant, domain::Counted::kEntities));
  if (!entities.ok()) return entities.error();
  if (!*little || *entities > kFewEntities) return changed_meanwhile();
  const auto here = [&](base::FunctionRef<void(const Read&)> fn) -> Outcome<void> {
    fn(change);
    return {};
  };
  auto fit = find_misfits(here, tenant, *schema);
  if (!fit.ok()) return fit.error();
  return std::move(fit->misfits);
}

AccessRequest setting_schema(const domain::TenantId& tenant, const GivenSchema& given, const Trial& trial) {
  auto request = on_tenant(op::set_schema, tenant);
  request.proposed = Proposal()
                         .number("bytes", static_cast<std::int64_t>(given.text.size()))
                         .flag("force", trial.insists)
                         .flag("dry_run", given.dry_run)
                         .take();
  return request;
}

Outcome<void> check_match(const IfMatch& match, const std::optional<domain::TenantSchema>& before) {
  if (before) return check_match(match, before->revision);
  if (match.given) return error(Code::kPreconditionFailed, "If-Match: there is no schema");
  return {};
}

}  // namespace

std::vector<std::pair<std::string, std::string>> to_details(const Misfits& misfits) {
  base::JsonWriter rules, entities;
  rules.begin_object().member("count", misfits.rule_count).name("data").begin_array();
  for (const Misfits::Rule& rule : misfits.rules)
    rules.begin_object()
        .member("policy_id", rule.policy)
        .member("rule_id", rule.rule)
        .member("message", rule.message)
        .end_object();
  entities.begin_object().member("count", misfits.entity_count).name("data").begin_array();
  for (const Misfits::Entity& entity : misfits.entities)
    entities.begin_object()
        .member("type", entity.name.type)
        .member("id", entity.name.id)
        .member("pointer", "/" + entity.pointer)
        .member("message", entity.message)
        .end_object();
  return {{"rules", rules.end_array().end_object().take()},
          {"entities", entities.end_array().end_object().take()}};
}

Outcome<SchemaView> get_schema(const Read& read, const domain::TenantId& tenant) {
  const auto authorized = authorize(read, on_tenant(op::get_schema, tenant));
  if (!authorized.ok()) return authorized.error();
  auto schema = stored(domain::get_schema(read.txn, tenant));
  if (!schema.ok()) return schema.error();
  if (!*schema) return no_schema();
  auto json = stored(cedar::schema_text_to_json((*schema)->text, kText));
  if (!json.ok()) return json.error();
  return SchemaView{**std::move(schema), std::move(json).value()};
}

std::optional<Error> check(const GivenSchema& given) {
  Checks checks;
  if (given.text.size() > authz::kMaxTenantSchema)
    checks.add("/schema", "must be at most " + std::to_string(authz::kMaxTenantSchema) + " bytes");
  return checks.error();
}

Outcome<std::string> schema_text_of(const base::Json& json) {
  auto text = cedar::schema_json_to_text(base::to_text(json), kText);
  if (!text.ok()) return invalid("/schema", text.error().message);
  return std::move(text).value();
}

Outcome<SchemaDraft> draft_schema(OnSnapshot on_snapshot, const domain::TenantId& tenant,
                                  const GivenSchema& given, const Trial& trial) {
  auto schema = read_schema(given.text);
  if (!schema.ok()) return schema.error();
  SchemaDraft draft{.trial = trial, .made = true, .schema = std::move(schema).value()};
  if (trial.insists && !given.dry_run) return draft;
  auto fit = find_misfits(on_snapshot, tenant, *draft.schema);
  if (!fit.ok()) return fit.error();
  draft.misfits = std::move(fit->misfits);
  draft.begun_at = fit->begun_at;
  draft.policies_revision = fit->policies_revision;
  Trial asking = trial;
  asking.insists = false;
  Outcome<Tried> tried = Tried();
  const auto read = on_snapshot(
      [&](const Read& snapshot) { tried = try_edit(snapshot, tenant, asking, setting(draft.schema)); });
  if (!read.ok()) return read.error();
  if (tried.ok())
    draft.tried = *tried;
  else if (given.dry_run && tried.error().code == Code::kTestsFailed)
    draft.failed = tried.error();
  else
    return tried.error();
  return draft;
}

Outcome<RuleDrafts> draft_schema_deletion(const Read& read, const domain::TenantId& tenant,
                                          const Trial& trial) {
  RuleDrafts drafts{.trial = trial};
  auto tried = try_edit(read, tenant, trial, setting(nullptr));
  if (!tried.ok()) return tried.error();
  drafts.tried = *tried;
  return drafts;
}

Outcome<SchemaSet> set_schema(Change& change, const domain::TenantId& tenant, const GivenSchema& given,
                              const IfMatch& match, const SchemaDraft& draft) {
  if (const auto bad = check(given)) return *bad;

  auto request = setting_schema(tenant, given, draft.trial);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = stored(domain::get_schema(change.txn, tenant));
  if (!before.ok()) return before.error();
  if (const auto matches = check_match(match, *before); !matches.ok()) return matches.error();
  const bool reads_later = change.is_rehearsal() && draft.follow_rehearsal;
  if (reads_later)
    if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();
  auto schema = draft.made ? Outcome<authz::SchemaPtr>(draft.schema) : read_schema(given.text);
  if (!schema.ok()) return schema.error();
  SchemaSet set{
      {tenant, given.text, change.caller.principal, given.created_at.value_or(change.now), change.now, 0}};
  if (*before) set.schema.created_at = (*before)->created_at;
  if (given.dry_run) {
    set.misfits = draft.misfits;
    set.failed = draft.failed;
    return set;
  }
  if (*before && (*before)->text == given.text) return SchemaSet{**before};
  if (!draft.trial.insists) {
    const auto misfits = misfits_of(change, tenant, *schema, draft);
    if (!misfits.ok()) return misfits.error();
    if (misfits->any() || !misfits->is_all) return doesnt_fit(*misfits);
  }
  const auto passes =
      check_tried(change, tenant, draft.trial, draft.tried, draft.follow_rehearsal, setting(*schema));
  if (!passes.ok()) return passes.error();
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();
  if (const auto put = stored(domain::put_schema(change.write, set.schema)); !put.ok()) return put.error();
  const auto noted = append_audit(change, request, authorized.value(),
                                  *before ? to_audit(**before) : kNothing, to_audit(set.schema));
  if (!noted.ok()) return noted.error();
  return set;
}

Outcome<void> delete_schema(Change& change, const domain::TenantId& tenant, const IfMatch& match,
                            const RuleDrafts& drafts) {
  auto request = on_tenant(op::delete_schema, tenant);
  request.proposed = Proposal().flag("force", drafts.trial.insists).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto before = stored(domain::get_schema(change.txn, tenant));
  if (!before.ok()) return before.error();
  if (!*before) return no_schema();
  if (auto matches = check_match(match, *before); !matches.ok()) return matches;
  if (auto passes = check_tried(change, tenant, drafts, setting(nullptr)); !passes.ok()) return passes;
  if (auto begins = change.begin_removal(); !begins.ok()) return begins;
  if (auto deleted = stored(domain::delete_schema(change.write, tenant)); !deleted.ok()) return deleted;
  return append_audit(change, request, authorized.value(), to_audit(**before), kNothing);
}

}  // namespace api
