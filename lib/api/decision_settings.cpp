#include "api/decision_settings.h"

#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/propose.h"
#include "api/parts/test_runs.h"
#include "base/text.h"
#include "cedar/name.h"
#include "domain/directory.h"

namespace api {
namespace {

constexpr std::size_t kMaxType = 128;  // bytes, of an entity's type

// What the change makes of what the tests are asked of.
auto setting(const domain::DecisionSettings& settings) {
  return [&](authz::PolicyTexts& all) { all.decisions.settings = settings; };
}

}  // namespace

Outcome<DecisionSettingsView> get_decision_settings(const Read& read, const domain::TenantId& tenant) {
  const auto authorized = authorize(read, on_tenant(op::get_decision_settings, tenant));
  if (!authorized.ok()) return authorized.error();
  auto decisions = stored(domain::get_decisions(read.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  return DecisionSettingsView{std::move(decisions->settings), decisions->settings_revision};
}

std::optional<Error> check(const domain::DecisionSettings& given) {
  Checks checks;
  if (given.type_names.size() > domain::kMaxTypeNames)
    checks.add("/type_names", "must be at most " + std::to_string(domain::kMaxTypeNames) + " types");
  std::map<std::string_view, std::string_view> types;
  for (const auto& [type, name] : given.type_names) {
    const std::string pointer = "/type_names/" + base::pointer_token(type);
    if (type.empty() || type.size() > kMaxType)
      checks.add(pointer, "must be the name of a type, of 1 to " + std::to_string(kMaxType) + " bytes");
    const auto parsed = cedar::Name::parse(name);
    if (!parsed || name.size() > kMaxType)
      checks.add(pointer, "must be a name of Cedar's, such as Doc or App::Doc, of at most " +
                              std::to_string(kMaxType) + " bytes");
    else if (parsed->basename() == "Action")
      checks.add(pointer, "must not be the type of actions");
    else if (domain::is_reeves_type(name) && name != type)
      checks.add(pointer, "must not be " + in_backticks(name) + ", which is a type of the directory's");
    if (const auto [other, is_new] = types.emplace(name, type); !is_new)
      checks.add(pointer, "is what " + in_backticks(other->second) + " is called already");
  }
  return checks.error();
}

Outcome<RuleDrafts> draft_decision_settings(const Read& read, const domain::TenantId& tenant,
                                            const domain::DecisionSettings& given, const Trial& trial) {
  RuleDrafts drafts{.trial = trial};
  auto tried = try_edit(read, tenant, trial, setting(given));
  if (!tried.ok()) return tried.error();
  drafts.tried = *tried;
  return drafts;
}

Outcome<DecisionSettingsView> set_decision_settings(Change& change, const domain::TenantId& tenant,
                                                    const domain::DecisionSettings& given,
                                                    const IfMatch& match, const RuleDrafts& drafts) {
  if (const auto bad = check(given)) return *bad;

  auto before = stored(domain::get_decisions(change.txn, tenant));
  if (!before.ok()) return before.error();
  auto request = on_tenant(op::set_decision_settings, tenant);
  request.proposed = Proposal()
                         .text("on_error", name_of(given.on_error))
                         .text("reasons", name_of(given.reasons))
                         .flag("changes_type_names", given.type_names != before->settings.type_names)
                         .take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (const auto matches = check_match(match, before->settings_revision); !matches.ok())
    return matches.error();
  if (given == before->settings) return DecisionSettingsView{given, before->settings_revision};
  if (const auto passes = check_tried(change, tenant, drafts, setting(given)); !passes.ok())
    return passes.error();
  if (const auto begins = change.begin(tenant); !begins.ok()) return begins.error();
  domain::Decisions after = *before;
  after.settings = given;
  after.settings_revision = change.txn.revision();
  if (const auto put = stored(domain::put_decisions(change.write, after)); !put.ok()) return put.error();
  const auto noted =
      append_audit(change, request, authorized.value(), to_audit(before->settings), to_audit(given));
  if (!noted.ok()) return noted.error();
  return DecisionSettingsView{given, after.settings_revision};
}

}  // namespace api
