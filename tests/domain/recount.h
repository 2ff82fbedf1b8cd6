#pragma once
#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/encoding.h"
#include "domain/counts.h"
#include "domain/credential.h"
#include "domain/mapping.h"
#include "store/key.h"
#include "tests/support/catch.h"

// Counts again, by looking at everything, what the store keeps counts of.

// Every row of the table, its key in hexadecimal digits.
inline std::map<std::string, std::string> rows_of(const store::ReadTxn& txn, store::Table table) {
  std::map<std::string, std::string> rows;
  REQUIRE(txn.scan(table, {},
                   [&](std::string_view key, std::string_view value) {
                     rows.emplace(base::to_hex(key), base::to_hex(value));
                     return true;
                   })
              .ok());
  return rows;
}

inline std::map<std::string, std::string> recounted(const store::ReadTxn& txn) {
  struct Row {
    store::Table table;
    std::size_t prefix;
    std::uint8_t what;
  };
  using store::Table;
  std::map<std::string, std::uint64_t> counts;
  for (const Row& row :
       {Row{Table::kRole, 16, 1}, Row{Table::kGroup, 16, 2}, Row{Table::kUser, 16, 3},
        Row{Table::kServiceUser, 16, 4}, Row{Table::kMapping, 16, 5}, Row{Table::kMemberOf, 16, 6},
        Row{Table::kGroupIn, 16, 8}, Row{Table::kMembers, 32, 100}, Row{Table::kPolicy, 16, 9},
        Row{Table::kRule, 16, 10}, Row{Table::kEntity, 16, 12}, Row{Table::kProject, 16, 14},
        Row{Table::kGrant, 16, 13}, Row{Table::kPolicyTest, 16, 11}})
    REQUIRE(txn.scan(row.table, {},
                     [&](std::string_view key, std::string_view) {
                       const store::Key at = store::Key()
                                                 .bytes(key.substr(0, 16))
                                                 .u8(row.what)
                                                 .bytes(key.substr(16, row.prefix - 16));
                       ++counts[base::to_hex(at)];
                       return true;
                     })
                .ok());
  REQUIRE(txn.scan(Table::kCredential, {},
                   [&](std::string_view key, std::string_view) {
                     const auto credential = domain::get_credential(txn, domain::CredentialId::from_raw(key));
                     if (credential.ok() && *credential && !(*credential)->revoked_at)
                       ++counts[base::to_hex(store::Key().uuid(to_stored((*credential)->tenant)).u8(7))];
                     return true;
                   })
              .ok());
  std::map<std::string, std::string> rows;
  for (const auto& [key, count] : counts) rows.emplace(key, base::to_hex(store::Key().u64(count)));
  return rows;
}

inline std::uint64_t clamped(base::Timestamp at) {
  return static_cast<std::uint64_t>(std::max<std::int64_t>(at.ms, 0));
}

// What role_time must hold: when mappings begin and end.
inline std::map<std::string, std::string> recounted_times(const std::vector<domain::Mapping>& mappings) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> times;
  for (const auto& m : mappings) {
    if (m.valid_from && m.expires_at && clamped(*m.valid_from) >= clamped(*m.expires_at)) continue;
    store::Key key;
    key.uuid(m.tenant).uuid(m.role).u8(static_cast<std::uint8_t>(m.principal.kind));
    if (m.valid_from) ++times[base::to_hex(store::Key(key).u64(clamped(*m.valid_from)))].first;
    if (m.expires_at) ++times[base::to_hex(store::Key(key).u64(clamped(*m.expires_at)))].second;
  }
  std::map<std::string, std::string> rows;
  for (const auto& [key, counts] : times)
    rows.emplace(key, base::to_hex(store::Key().u64(counts.first).u64(counts.second)));
  return rows;
}

// REQUIREs that every count is what a recount gives, at every moment at which it differs.
inline void require_counts(const store::ReadTxn& txn) {
  REQUIRE(rows_of(txn, store::Table::kCount) == recounted(txn));

  std::vector<domain::Mapping> mappings;
  std::set<domain::TenantId> tenants;
  REQUIRE(txn.scan(store::Table::kMapping, {},
                   [&](std::string_view key, std::string_view) {
                     return tenants.insert(domain::TenantId::from_raw(key.substr(0, 16))), true;
                   })
              .ok());
  for (const domain::TenantId& tenant : tenants)
    REQUIRE(domain::each_mapping(txn, tenant, nullptr, [&](domain::Mapping&& m) {
              return mappings.push_back(std::move(m)), true;
            }).ok());
  REQUIRE(rows_of(txn, store::Table::kRoleTime) == recounted_times(mappings));

  using Holders = std::tuple<domain::TenantId, domain::RoleId, domain::PrincipalKind>;
  std::set<Holders> holders;
  std::set<std::int64_t> moments = {0, 1, std::numeric_limits<std::int64_t>::max()};
  for (const auto& m : mappings) {
    holders.insert({m.tenant, m.role, m.principal.kind});
    for (const auto& at : {m.valid_from, m.expires_at})
      if (at) moments.insert({at->ms - 1, at->ms, at->ms + 1});
  }
  REQUIRE(rows_of(txn, store::Table::kRoleCount).size() == holders.size());
  for (const auto& [tenant, role, kind] : holders) {
    for (const std::int64_t ms : moments) {
      if (ms < 0) continue;
      const base::Timestamp now{ms};
      domain::MappingCount expected;
      for (const auto& m : mappings) {
        if (m.tenant != tenant || m.role != role || m.principal.kind != kind) continue;
        ++expected.all;
        const bool never = m.valid_from && m.expires_at && *m.valid_from >= *m.expires_at;
        expected.in_force += m.in_force(now) ? 1U : 0U;
        expected.later += !never && m.valid_from && *m.valid_from > now ? 1U : 0U;
      }
      const auto counted = domain::count_mappings(txn, tenant, role, kind, now);
      INFO("at " << ms);
      REQUIRE(counted.ok());
      REQUIRE(counted->all == expected.all);
      REQUIRE(counted->in_force == expected.in_force);
      REQUIRE(counted->later == expected.later);
      REQUIRE_FALSE(counted->at_most);
    }
  }
}
