#include "api/parts/grants_in_use.h"

#include <algorithm>
#include <utility>

#include "api/parts/mapping_changes.h"
#include "authz/tenant_rule.h"
#include "domain/deletion.h"

namespace api {
namespace {

Error in_use(const std::string& who, std::uint64_t grants) {
  return error(Code::kInUse, who + ": in use by " + counted(grants, "grants"));
}

domain::PendingDeletion deletion_of(const domain::Rule& rule, const domain::DeletedBy& by) {
  return {rule.tenant, rule.id, {}, by};
}

Outcome<std::uint64_t> count_grants(const Read& read, const std::vector<domain::Rule>& rules) {
  std::uint64_t all = 0;
  for (const domain::Rule& rule : rules) {
    const auto grants = count_grants(read, deletion_of(rule, {}));
    if (!grants.ok()) return grants;
    all = std::min(all + *grants, kMostCounted + 1);
  }
  return all;
}

}  // namespace

std::string counted(std::uint64_t count, const char* things) {
  return (count > kMostCounted ? "more than " + std::to_string(kMostCounted) : std::to_string(count)) + " " +
         things;
}

Outcome<std::uint64_t> count_grants(const Read& read, const domain::PendingDeletion& deletion) {
  return stored(domain::count_grants_naming(read.txn, deletion, kMostCounted + 1));
}

Outcome<void> check_no_grants(const Read& read, const domain::PendingDeletion& deletion,
                              const std::string& who) {
  const auto grants = count_grants(read, deletion);
  if (!grants.ok()) return grants.error();
  return *grants > 0 ? in_use(who, *grants) : Outcome<void>();
}

Outcome<void> check_no_grants(const Read& read, const std::vector<domain::Rule>& rules,
                              const std::string& who) {
  const auto grants = count_grants(read, rules);
  if (!grants.ok()) return grants.error();
  return *grants > 0 ? in_use(who, *grants) : Outcome<void>();
}

Outcome<void> check_slots_kept(const Read& read, const domain::Rule& before, const std::string& text) {
  const auto grants = count_grants(read, std::vector{before});
  if (!grants.ok()) return grants.error();
  if (*grants == 0) return {};
  const auto slots_of = [](const std::string& rule) {
    const auto parsed = authz::parse_rule(rule, "policy_text");
    return parsed.ok() ? std::pair(parsed->body->has_principal_slot(), parsed->body->has_resource_slot())
                       : std::pair(false, false);
  };
  if (slots_of(before.text) == slots_of(text)) return {};
  return error(Code::kInUse, "rule " + before.id.to_string() + ": in use by " + counted(*grants, "grants") +
                                 ", so its slots must stay as they are");
}

Outcome<void> delete_grants_of(Change& change, const std::vector<domain::Rule>& rules,
                               const domain::DeletedBy& by) {
  const auto grants = count_grants(change, rules);
  if (!grants.ok()) return grants.error();
  const std::uint64_t at_once = *grants > domain::kMostAtOnce ? 0 : domain::kMostAtOnce;  // of each rule
  for (const domain::Rule& rule : rules)
    if (auto gone = stored(
            domain::delete_belongings(change.write, deletion_of(rule, by), at_once, noting_gone(change)));
        !gone.ok())
      return gone;
  return {};
}

}  // namespace api
