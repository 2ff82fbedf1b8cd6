// From format 6 to 7: what is being deleted, beside tenants, was always a group and so lay under
// [tenant][group]; now the kind stands between the two, since users, service users and roles are deleted in
// steps as well. An earlier program would take any of these for a group.
//
// There are as many as deletions that were not done when the store was closed, so that mostly there is none.
#include "store/migrate_deletions.h"

#include <cstdint>
#include <string>
#include <vector>

#include "store/key.h"

namespace store {
namespace {

constexpr std::size_t kOfGroup = 32;  // bytes of a key
constexpr std::uint8_t kGroup = 3;

}  // namespace

base::Result<void> name_deletions(WriteTxn& txn) {
  std::vector<std::string> keys;
  const auto scanned = txn.scan(Table::kDeletion, {}, [&](std::string_view key, std::string_view) {
    if (key.size() == kOfGroup) keys.emplace_back(key);
    return true;
  });
  if (!scanned.ok()) return scanned;
  for (const std::string& key : keys) {
    KeyReader parts(key);
    const base::Uuid tenant = parts.uuid(), group = parts.uuid();
    if (auto put = txn.put(Table::kDeletion, Key().uuid(tenant).u8(kGroup).uuid(group), {}); !put.ok())
      return put;
    if (auto gone = txn.del(Table::kDeletion, key); !gone.ok()) return gone.error();
  }
  return {};
}

}  // namespace store
