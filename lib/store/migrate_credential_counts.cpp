// From format 5 to 6: how many credentials a tenant has that aren't revoked (domain/counts.h), as if that had
// been counted from the beginning.
//
// The index by tenant is walked in the order of its keys, so that one tenant is done when the next begins,
// and each credential that it names is looked at. Of its record one member counts, "revoked_at", which is
// absent or null where it isn't revoked. Its name can't be in a text of the record, where quotes have a
// backslash. What can't be read isn't counted: `reeve store check` tells of it.
//
// What is read here is what format 5 wrote: this file stays as it is when a later format writes otherwise.
#include "store/migrate_credential_counts.h"

#include <cstdint>
#include <string>
#include <vector>

#include "store/key.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kBatch = 1'000;     // keys in memory at once
constexpr std::uint8_t kCredentials = 7;  // the number of Counted

base::Result<bool> is_counted(const WriteTxn& txn, std::string_view id) {
  const auto value = txn.get(Table::kCredential, id);
  if (!value.ok()) return value.error();
  if (!*value) return false;
  const auto record = unseal(Table::kCredential, id, **value);
  if (!record.ok()) return false;
  constexpr std::string_view kRevoked = "\"revoked_at\":";
  const std::size_t at = record->payload.find(kRevoked);
  return at == record->payload.npos || record->payload.substr(at + kRevoked.size()).starts_with("null");
}

}  // namespace

base::Result<void> count_credentials(WriteTxn& txn) {
  std::vector<std::string> keys;
  std::string after, tenant;
  std::uint64_t count = 0;
  const auto finish = [&]() -> base::Result<void> {
    if (count == 0) return {};
    return txn.put(Table::kCount, Key().bytes(tenant).u8(kCredentials), Key().u64(count));
  };
  do {
    keys.clear();
    const auto scanned =
        txn.scan_from(Table::kCredentialByTenant, {}, after, [&](std::string_view key, std::string_view) {
          keys.emplace_back(key);
          return keys.size() < kBatch;
        });
    if (!scanned.ok()) return scanned;
    for (const std::string& key : keys) {
      if (key.size() != 32) return corrupt(Table::kCredentialByTenant, key, "not a key of this table");
      if (key.compare(0, 16, tenant) != 0) {
        if (auto done = finish(); !done.ok()) return done;
        tenant = key.substr(0, 16);
        count = 0;
      }
      const auto counted = is_counted(txn, std::string_view(key).substr(16));
      if (!counted.ok()) return counted.error();
      if (*counted) ++count;
    }
    txn.forget_written();
    if (!keys.empty()) after = keys.back();
  } while (keys.size() == kBatch);
  return finish();
}

}  // namespace store
