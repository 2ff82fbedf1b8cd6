#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "store/key.h"
#include "store/record.h"
#include "tests/domain/support.h"
#include "tests/support/raw_store.h"

// Stores of format 5, in whose indexes names stand with ASCII's letters in lower case.
namespace old_names {

inline std::string as_bytes(const store::Key& key) {
  return std::string(key.view());
}

// The rows of format 5 for one tenant: its groups and users have the ids 1, 2, … and were made `created` ms
// after 1970.
struct Old {
  std::string name;
  std::int64_t created = 0;
};

inline std::string old_key(const domain::TenantId& tenant, const std::string& name) {
  store::Key key = store::Key().uuid(tenant);
  if (name.size() <= 400) return as_bytes(key.text(name));
  return as_bytes(key.bytes(name.substr(0, 400)).bytes(crypto::raw(crypto::sha256(name))));
}

inline void add(std::vector<RawRow>& rows, const domain::TenantId& tenant, store::Table records,
                store::Table index, const std::string& member, const std::vector<Old>& all) {
  std::uint64_t n = 0;
  for (const Old& old : all) {
    const AnyId own = id(++n);
    const std::string json =
        "{\"" + member + "\":" + to_text(base::Json(old.name)) +
        (records == store::Table::kGroup
             ? R"(,"source":"local")"
             : R"(,"name":"","auth_provider":"local","active":true,"email_verified":false,"is_owner":false)") +
        ",\"created_at\":" + std::to_string(old.created) + R"(,"updated_at":0,"revision":0})";
    rows.push_back({records, as_bytes(store::Key().uuid(tenant).uuid(own.uuid)), store::seal(1, json)});
    rows.push_back({index, old_key(tenant, base::to_lower(old.name)), std::string(own.uuid.raw())});
  }
  rows.push_back({store::Table::kCount,
                  as_bytes(store::Key().uuid(tenant).u8(records == store::Table::kGroup ? 2 : 3)),
                  as_bytes(store::Key().u64(all.size()))});
}

inline std::vector<RawRow> old_rows(const std::vector<Old>& groups, const std::vector<Old>& users = {}) {
  std::vector<RawRow> rows;
  for (const domain::TenantId& tenant : {kTenant, kOther}) {
    const std::string slug = tenant == kTenant ? "acme" : "other";
    rows.push_back(
        {store::Table::kTenant, as_bytes(store::Key().uuid(tenant)),
         store::seal(
             1,
             R"({"slug":")" + slug +
                 R"(","name":"N","metadata":{},"state":"enabled","created_at":0,"updated_at":0,"revision":0})")});
    rows.push_back({store::Table::kTenantSlug, slug, std::string(tenant.raw())});
  }
  if (!groups.empty()) add(rows, kTenant, store::Table::kGroup, store::Table::kGroupName, "name", groups);
  if (!users.empty()) add(rows, kTenant, store::Table::kUser, store::Table::kUserEmail, "email", users);
  return rows;
}

}  // namespace old_names
