#include "authz/blast_radius.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "domain/group.h"
#include "domain/mapping.h"

namespace authz {
namespace {

constexpr std::size_t kMaxListed = 3;  // scopes named in a sentence

std::string number(std::size_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string count_of(std::size_t n, std::string_view one, std::string_view many) {
  return number(n) + " " + std::string(n == 1 ? one : many);
}

// "a, b and c", "a, b, c and 4 more"
std::string list(const std::vector<std::string>& words) {
  const std::size_t named = words.size() <= kMaxListed + 1 ? words.size() : kMaxListed;
  std::string text;
  for (std::size_t i = 0; i < named; ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  if (named < words.size()) text += " and " + std::to_string(words.size() - named) + " more";
  return text;
}

// Those of the highest risk first, since a sentence names only some.
std::vector<std::string> by_risk(const std::vector<std::string>& scopes, const domain::Catalogue& catalogue) {
  std::vector<std::string> sorted = scopes;
  std::stable_sort(sorted.begin(), sorted.end(), [&](const std::string& a, const std::string& b) {
    return catalogue.find(a)->risk > catalogue.find(b)->risk;
  });
  return sorted;
}

std::string who_holds(const Holders& holders) {
  if (holders.people == 0) return "held by no people";
  std::string text = holders.more ? "held by at least " : "held by ";
  text += count_of(holders.people, "person", "people");
  if (holders.groups == 0) return text + " directly";
  const std::string groups = count_of(holders.groups, "group", "groups");
  if (holders.direct == 0) return text + " through " + groups;
  if (holders.direct == holders.people) return text + " directly, and by " + groups;
  return text + ", " + number(holders.direct) + " of them directly and the others through " + groups;
}

std::vector<std::string> warnings_of(const domain::Role& role, const domain::Catalogue& catalogue,
                                     const std::vector<std::string>& effective, const Holders& holders) {
  std::vector<std::string> warnings;
  std::vector<std::string> admin, unknown;
  for (const auto& scope : effective)
    if (catalogue.find(scope)->risk == domain::Risk::kAdmin) admin.push_back(scope);
  for (const auto& scope : role.scopes)
    if (!catalogue.find(scope)) unknown.push_back(scope);

  if (!admin.empty())
    warnings.push_back("Holders can raise their own rights or give them to others: " + list(admin) + ".");
  if (std::binary_search(effective.begin(), effective.end(), "organization:delete"))
    warnings.push_back("Holders can delete the tenant.");
  if (holders.service_users > 0)
    warnings.push_back(
        "Programs hold it too: " + count_of(holders.service_users, "service user", "service users") + ".");
  if (holders.people == 0 && holders.service_users == 0) warnings.push_back("Held by nobody.");
  if (role.state == domain::State::kDisabled) warnings.push_back("It is disabled and grants nothing.");
  if (!unknown.empty())
    warnings.push_back("No longer in the catalogue, so without effect: " + list(unknown) + ".");
  return warnings;
}

}  // namespace

Result<Holders> count_holders(const store::ReadTxn& txn, const Uuid& tenant, const Uuid& role,
                              Timestamp now) {
  Holders holders;
  std::unordered_set<Uuid> people;
  std::vector<Uuid> groups;
  std::size_t visited = 0;
  // Whether to go on.
  const auto within = [&] {
    holders.more = people.size() >= kMaxPeopleCounted || ++visited > kMaxHoldingsVisited;
    return !holders.more;
  };

  const auto read = domain::each_holder(txn, tenant, role, [&](const domain::Holding& holding) {
    if (!within()) return false;
    if (holding.expires_at && *holding.expires_at <= now) return true;
    switch (holding.principal.kind) {
      case domain::PrincipalKind::kUser:
        people.insert(holding.principal.id);
        break;
      case domain::PrincipalKind::kServiceUser:
        ++holders.service_users;
        break;
      case domain::PrincipalKind::kGroup:
        if (groups.empty() || groups.back() != holding.principal.id) groups.push_back(holding.principal.id);
        break;
      case domain::PrincipalKind::kPlatform:
        break;
    }
    return true;
  });
  if (!read.ok()) return read.error();

  holders.direct = people.size();
  holders.groups = groups.size();
  for (const Uuid& group : groups) {
    if (holders.more) break;
    const auto members = domain::each_user_in(txn, tenant, group, [&](const Uuid& user) {
      if (!within()) return false;
      people.insert(user);
      return true;
    });
    if (!members.ok()) return members.error();
  }
  holders.people = people.size();
  return holders;
}

BlastRadius blast_radius(const domain::Role& role, const domain::Catalogue& catalogue,
                         const Holders& holders) {
  const auto effective = catalogue.effective(role.scopes);
  BlastRadius radius;
  radius.level = catalogue.risk(role.scopes);
  radius.summary = effective.empty() ? "Allows nothing"
                                     : "Allows " + count_of(effective.size(), "permission", "permissions") +
                                           " (" + list(by_risk(effective, catalogue)) + ")";
  radius.summary += "; " + who_holds(holders) + ".";
  radius.warnings = warnings_of(role, catalogue, effective, holders);
  return radius;
}

}  // namespace authz
