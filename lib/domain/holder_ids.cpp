// The keys of a holder stand together, so that one look finds the first of them, and the next begins behind
// the last that there can be:
//
//   mapping_by_role   [tenant][role][kind] [ann][Folder:1]  [ann][Folder:2]  …   [bob]…
//                                          ^ found, then behind [ann][ff…ff]     ^ found
#include "domain/holder_ids.h"

#include <optional>
#include <string>

#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::size_t kId = sizeof(base::Uuid::Bytes);

// `is_key` says whether a key with the prefix is one of these at all.
base::Result<void> each_by_leaps(const store::ReadTxn& txn, Table table, const Key& prefix,
                                 const base::Uuid& after, base::FunctionRef<bool(std::string_view)> is_key,
                                 base::FunctionRef<bool(const base::Uuid&)> fn) {
  const std::string begin(prefix.view());
  const auto behind = [&](const base::Uuid& id) {
    std::string key = begin;
    key.append(id.raw()).append(kId, '\xff');
    return key;
  };
  std::string from = after.is_nil() ? std::string() : behind(after);
  for (;;) {
    std::optional<base::Uuid> found;
    const auto read = txn.scan_from(table, begin, from, [&](std::string_view key, std::string_view) {
      if (key.size() < begin.size() + kId || !is_key(key)) return true;
      found = base::Uuid::from_raw(key.substr(begin.size(), kId));
      return false;
    });
    if (!read.ok()) return read;
    if (!found || !fn(*found)) return {};
    from = behind(*found);
  }
}

}  // namespace

base::Result<void> each_holder_id(const store::ReadTxn& txn, const TenantId& tenant, const RoleId& role,
                                  const HolderKind& of, base::FunctionRef<bool(const base::Uuid&)> fn) {
  const Key prefix = Key().uuid(tenant).uuid(role).u8(static_cast<std::uint8_t>(of.kind));
  return each_by_leaps(
      txn, Table::kMappingByRole, prefix, of.after, [](std::string_view) { return true; }, fn);
}

base::Result<void> each_holder_id(const store::ReadTxn& txn, const TenantId& tenant,
                                  std::string_view resource, const HolderKind& of,
                                  base::FunctionRef<bool(const base::Uuid&)> fn) {
  const Key prefix =
      Key().uuid(tenant).text(resource, kMaxResourceText).u8(static_cast<std::uint8_t>(of.kind));
  // A longer key is of another resource, whose name goes on with a control character.
  const std::size_t size = prefix.view().size() + 2 * kId;
  return each_by_leaps(
      txn, Table::kMappingOn, prefix, of.after, [&](std::string_view key) { return key.size() == size; }, fn);
}

}  // namespace domain
