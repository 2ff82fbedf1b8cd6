// From format 8 to 9: mappings on a resource are found by who holds them, and no more by their ids, and their
// times stand beside them. The table is made anew, from the one that finds mappings by their role and has the
// times as well:
//
//   mapping_by_role [tenant][role][kind][principal][resource]  times
//   mapping_on      [tenant][resource][kind][principal][role]  times, unless the resource is empty
//
// What is no key of the former is left out: `reeve store check` tells of it.
#include "store/migrate_mapping_on.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "store/key.h"
#include "store/migrate_rows.h"

namespace store {
namespace {

constexpr std::size_t kUuid = 16;

}  // namespace

base::Result<void> key_mapping_on_by_holder(WriteTxn& txn) {
  const auto drop = [&](const std::string& key, const std::string&) -> base::Result<void> {
    const auto gone = txn.del(Table::kMappingOn, key);
    return gone.ok() ? base::Result<void>() : gone.error();
  };
  if (auto dropped = each_row(txn, Table::kMappingOn, drop); !dropped.ok()) return dropped;
  return each_row(txn, Table::kMappingByRole,
                  [&](const std::string& key, const std::string& times) -> base::Result<void> {
                    KeyReader parts(key);
                    const auto tenant = parts.bytes(kUuid), role = parts.bytes(kUuid),
                               holder = parts.bytes(1 + kUuid);
                    const auto resource = parts.text();
                    if (!parts.ok() || resource.empty()) return {};
                    return txn.put(Table::kMappingOn,
                                   Key().bytes(tenant).bytes(resource).bytes(holder).bytes(role), times);
                  });
}

}  // namespace store
