#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/time.h"
#include "decision_log/event.h"

// What a tenant has and nobody needs, by what its decision log has counted.
namespace api {

namespace op {
inline constexpr Operation report_unused = {
    .action = "report:unused", .kind = kRead, .scope = "organization:auditview", .resource = "report"};

inline constexpr Operation kReports[] = {report_unused};
}  // namespace op

inline constexpr std::uint64_t kMostReportDays = decision_log::kMostUseDays;  // counters are kept as long

// Something that decided nothing in the days asked about.
struct Unused {
  std::string id;                          // or a permission's scope, or a role's slug
  std::string of;                          // of a mapping its role's slug, of a rule its policy's id; else ""
  std::optional<base::Timestamp> last_at;  // the day that it last did; nothing: never since `since`
};

struct UnusedReport {
  static constexpr std::size_t kMost = 1'000;  // of each kind

  std::optional<base::Timestamp> since;  // since when it has been counted; nothing: it isn't
  base::Timestamp from;                  // the days asked about begin there
  std::uint64_t lost = 0;                // decisions and counters that were lost
  std::optional<base::Timestamp> lost_at;
  bool is_complete = false;  // counted since before `from`, and none lost since

  // Lists of these that are empty since the tenant masks what they are about: it isn't counted.
  std::vector<std::string> not_counted;

  std::vector<Unused> permissions, roles, mappings, grants, rules;
  bool has_more = false;  // there are more than kMost of a kind, or looking took too long
};

// What was made after `from` isn't in it, since it had no chance; nor are permissions of Reeve itself, and
// roles with any, since the guard decides by those and its decisions aren't counted. A role is in it if none
// of its permissions allowed anything, whoever held it; a mapping if its role is, or if roles allowed its
// user or service user nothing at all. So what is in it was not used, but not all that was not used is in it.
// For the pool. REQUIRES: days is from 1 to kMostReportDays
Outcome<UnusedReport> unused(const Read&, const domain::TenantId& tenant, std::uint64_t days);

}  // namespace api
