// The log's counters have for each thing the day that it last decided something (decision_log/archive.h). The
// report goes through what the tenant has, and looks each up: things that were never used have no counter.
#include "api/reports.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "api/parts/authorize.h"
#include "decision_log/log.h"
#include "decision_log/mask.h"
#include "domain/catalogue.h"
#include "domain/decision_settings.h"
#include "domain/grant.h"
#include "domain/mapping.h"
#include "domain/role.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "names/permission_name.h"

namespace api {
namespace {

using decision_log::Archive;
using decision_log::Used;

constexpr std::chrono::seconds kCatchUp{2};
constexpr std::chrono::seconds kLongest{5};  // that looking may take
constexpr std::int64_t kDayMs = 86'400'000;

class Looking {
 public:
  Looking(const Read& read, const domain::TenantId& tenant, const Archive& archive, UnusedReport& report,
          const decision_log::Mask::Beside& hides)
      : read_(read),
        tenant_(tenant),
        archive_(archive),
        report_(report),
        hides_(hides),
        begun_(read.ticks.now()) {}

  base::Result<void> look() {
    struct Part {
      const char* name;
      base::Result<void> (Looking::*look)();
      bool is_hidden;
    };
    const Part parts[] = {{"permissions", &Looking::permissions, hides_.permission},
                          {"roles", &Looking::roles, hides_.permission},
                          {"mappings", &Looking::mappings, hides_.permission},
                          {"grants", &Looking::grants, hides_.grants},
                          {"rules", &Looking::rules, false}};
    for (const Part& part : parts)
      if (part.is_hidden)
        report_.not_counted.emplace_back(part.name);
      else if (auto r = (this->*part.look)(); !r.ok())
        return r;
    return failed_;
  }

 private:
  // Adds it, unless it was used since `from`, or made since. Whether to go on with its kind.
  bool add(std::vector<Unused>& to, Unused unused, base::Timestamp made_at,
           const std::optional<base::Timestamp>& last_at) {
    if (!failed_.ok()) return false;
    if (to.size() == UnusedReport::kMost || read_.ticks.now() - begun_ > kLongest) {
      report_.has_more = true;
      return false;
    }
    if (made_at >= report_.from || is_used(last_at)) return true;
    unused.last_at = last_at;
    to.push_back(std::move(unused));
    return true;
  }

  // To the day, and the day of `from` counts.
  bool is_used(const std::optional<base::Timestamp>& last_at) const {
    return last_at && last_at->ms + kDayMs > report_.from.ms;
  }

  std::optional<base::Timestamp> last(Used kind, std::string_view what) {
    auto found = archive_.last_used(tenant_, kind, what);
    if (found.ok()) return *found;
    if (failed_.ok()) failed_ = found.error();
    return std::nullopt;
  }

  static bool is_own(const domain::Permission& permission) {
    return permission.service == names::kDefaultService;
  }

  base::Result<void> permissions() {
    for (const domain::Permission& permission : read_.catalogue->all())
      if (!is_own(permission) && !add(report_.permissions, {permission.scope, "", {}}, permission.created_at,
                                      last(Used::kPermission, permission.scope)))
        break;
    return {};
  }

  // When any of the role's permissions last allowed something; nothing where that isn't for a report to say.
  std::optional<std::optional<base::Timestamp>> last_of(const domain::Role& role) {
    std::optional<base::Timestamp> latest;
    const domain::PermissionSet all = read_.catalogue->effective_set(role.scopes);
    bool is_for_us = true;
    all.each([&](std::size_t place) {
      const domain::Permission& permission = read_.catalogue->all()[place];
      if (is_own(permission)) is_for_us = false;
      const auto at = last(Used::kPermission, permission.scope);
      if (at && (!latest || *at > *latest)) latest = at;
    });
    return is_for_us ? std::optional(latest) : std::nullopt;
  }

  base::Result<void> roles() {
    return domain::each_role(read_.txn, tenant_, {}, [&](domain::Role&& role) {
      const auto used = last_of(role);
      return !used || add(report_.roles, {role.slug, "", {}}, role.created_at, *used);
    });
  }

  struct OfRole {
    std::string slug;
    bool is_for_us = false;
    std::optional<base::Timestamp> last_at;
  };

  base::Result<void> mappings() {
    std::map<domain::RoleId, OfRole> known;
    return domain::each_mapping(read_.txn, tenant_, nullptr, [&](domain::Mapping&& mapping) {
      auto [at, is_new] = known.try_emplace(mapping.role);
      OfRole& role = at->second;
      if (is_new) {
        const auto found = domain::find_role_by_id(read_.txn, tenant_, mapping.role);
        if (!found.ok()) {
          failed_ = found.error();
          return false;
        }
        const auto used = *found ? last_of(**found) : std::nullopt;
        role = {*found ? (*found)->slug : "", used.has_value(), used.value_or(std::nullopt)};
      }
      if (!role.is_for_us) return true;
      auto last_at = role.last_at;
      if (!hides_.subject && mapping.principal.kind != domain::PrincipalKind::kGroup) {
        const auto of_subject = last(Used::kSubject, mapping.principal.id.raw());
        if (!of_subject || (last_at && *of_subject < *last_at)) last_at = of_subject;
      }
      return add(report_.mappings, {mapping.id.to_string(), role.slug, {}}, mapping.created_at, last_at);
    });
  }

  base::Result<void> grants() {
    return domain::each_grant(read_.txn, tenant_, nullptr, [&](domain::Grant&& grant) {
      return add(report_.grants, {grant.id.to_string(), grant.rule.to_string(), {}}, grant.created_at,
                 last(Used::kGrant, grant.id.raw()));
    });
  }

  base::Result<void> rules() {
    base::Result<void> outcome;
    const auto done = domain::each_policy(read_.txn, tenant_, nullptr, [&](domain::TenantPolicy&& policy) {
      const auto of_policy = domain::rules_of(read_.txn, tenant_, policy.id);
      if (!of_policy.ok()) {
        outcome = of_policy.error();
        return false;
      }
      for (const domain::Rule& rule : *of_policy)
        if (!add(report_.rules, {rule.id.to_string(), policy.id.to_string(), {}}, rule.updated_at,
                 last(Used::kRule, rule.id.raw())))
          return false;
      return true;
    });
    return done.ok() ? outcome : done;
  }

  const Read& read_;
  const domain::TenantId tenant_;
  const Archive& archive_;
  UnusedReport& report_;
  const decision_log::Mask::Beside hides_;
  const std::chrono::nanoseconds begun_;
  base::Result<void> failed_;
};

}  // namespace

Outcome<UnusedReport> unused(const Read& read, const domain::TenantId& tenant, std::uint64_t days) {
  const auto authorized = authorize(read, on_tenant(op::report_unused, tenant));
  if (!authorized.ok()) return authorized.error();
  UnusedReport report;
  report.from.ms = read.now.ms - static_cast<std::int64_t>(days) * kDayMs;
  const auto decisions = stored(domain::get_decisions(read.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  const domain::LogSettings& log = decisions->settings.log;
  if (log.kind == domain::LogKind::kOff || !read.decision_log) return report;
  if (!read.decision_log->catch_up(kCatchUp))
    return error(Code::kOverloaded, "the decision log takes too long to write what waits; try again later");
  const auto archive = read.decision_log->archive();
  if (!archive) return report;
  const auto tally = stored(archive->tally(tenant));
  if (!tally.ok()) return tally.error();
  if (!*tally) return report;
  report.since = std::max((*tally)->since, log.since);
  report.lost = (*tally)->lost + (*tally)->uncounted;
  if (report.lost > 0) report.lost_at = std::max((*tally)->lost_at, (*tally)->uncounted_at);
  report.is_complete = *report.since <= report.from && (!report.lost_at || *report.lost_at < report.from);
  const auto looked =
      stored(Looking(read, tenant, *archive, report, decision_log::Mask(log.mask).hides_beside()).look());
  if (!looked.ok()) return looked.error();
  return report;
}

}  // namespace api
