#include "api/decision_settings.h"

#include <algorithm>
#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/propose.h"
#include "api/parts/test_runs.h"
#include "base/text.h"
#include "cedar/name.h"
#include "decision_log/mask.h"
#include "domain/directory.h"

namespace api {
namespace {

constexpr std::size_t kMaxType = 128;  // bytes, of an entity's type

// What the change makes of what the tests are asked of.
auto setting(const domain::DecisionSettings& settings) {
  return [&](authz::PolicyTexts& all) { all.decisions.settings = settings; };
}

// A pointer into what an entry has of its request.
bool is_mask(std::string_view pointer) {
  if (pointer.size() > domain::kMaxLogMask) return false;
  if (pointer == "/context") return true;
  for (const std::string_view part : {"/subject/", "/action/", "/resource/", "/context/"})
    if (pointer.starts_with(part) && pointer.size() > part.size()) return true;
  return false;
}

// Whether something is counted from now on that wasn't.
bool counts_more(const domain::LogSettings& now, const domain::LogSettings& before) {
  if (before.kind == domain::LogKind::kOff) return true;
  const auto hidden = decision_log::Mask(now.mask).hides_beside();
  const auto hid = decision_log::Mask(before.mask).hides_beside();
  return (hid.subject && !hidden.subject) || (hid.permission && !hidden.permission) ||
         (hid.grants && !hidden.grants);
}

// With what isn't the caller's to say, and each name once.
domain::DecisionSettings completed(domain::DecisionSettings given, const domain::LogSettings& before,
                                   base::Timestamp now) {
  given.log.since = before.since;
  if (given.log.kind == domain::LogKind::kOff)
    given.log.since = {};
  else if (counts_more(given.log, before))
    given.log.since = now;
  std::sort(given.secret.begin(), given.secret.end());
  given.secret.erase(std::unique(given.secret.begin(), given.secret.end()), given.secret.end());
  return given;
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
  const domain::LogSettings& log = given.log;
  if (log.keep_entries < 1 || log.keep_entries > domain::kMostLogEntries)
    checks.add("/log_keep/entries", "must be from 1 to " + std::to_string(domain::kMostLogEntries));
  if (log.keep_days < 1 || log.keep_days > domain::kMostLogDays)
    checks.add("/log_keep/days", "must be from 1 to " + std::to_string(domain::kMostLogDays));
  if (log.mask.size() > domain::kMaxLogMasks)
    checks.add("/log_mask", "must be at most " + std::to_string(domain::kMaxLogMasks) + " pointers");
  for (std::size_t i = 0; i < log.mask.size(); ++i)
    if (!is_mask(log.mask[i]))
      checks.add("/log_mask/" + std::to_string(i),
                 "must be a JSON pointer of at most " + std::to_string(domain::kMaxLogMask) +
                     " bytes to /context or below /subject, /action, /resource or /context");
  if (given.secret.size() > domain::kMaxSecretNames)
    checks.add("/secret", "must be at most " + std::to_string(domain::kMaxSecretNames) + " names");
  for (std::size_t i = 0; i < given.secret.size(); ++i)
    if (given.secret[i].empty() || given.secret[i].size() > kMaxType)
      checks.add("/secret/" + std::to_string(i),
                 "must be the name of an attribute, of 1 to " + std::to_string(kMaxType) + " bytes");
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
                                                    const domain::DecisionSettings& wanted,
                                                    const IfMatch& match, const RuleDrafts& drafts) {
  if (const auto bad = check(wanted)) return *bad;

  auto before = stored(domain::get_decisions(change.txn, tenant));
  if (!before.ok()) return before.error();
  const domain::DecisionSettings given = completed(wanted, before->settings.log, change.now);
  auto request = on_tenant(op::set_decision_settings, tenant);
  request.proposed = Proposal()
                         .text("on_error", name_of(given.on_error))
                         .text("reasons", name_of(given.reasons))
                         .flag("changes_type_names", given.type_names != before->settings.type_names)
                         .text("log", to_string(given.log))
                         .flag("log_strict", given.log.strict)
                         .flag("changes_log_mask", given.log.mask != before->settings.log.mask)
                         .flag("changes_secret", given.secret != before->settings.secret)
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
