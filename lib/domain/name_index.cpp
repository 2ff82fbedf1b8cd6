// Three tables say who has which name. A group "Éa" that is renamed to "Раураl", with a Cyrillic Р, а, у, р,
// а:
//
//   group_name  [tenant] éa                         -> id      gives way to   [tenant] раураl -> id
//   name_look   [tenant][kind] hash of "ea´" [id]              gives way to   hash of "paypal"
//
// A look is a hash of what names::looks() says, since a look is as long as the name; a name has one or two. A
// folded name that is too long for a key stands as its beginning and its hash (name_key).
//
// Before format 6 only ASCII's case was ignored, so that a store may have both "Éa" and "éa". The older one
// is found by the name; of the others name_clash has [tenant][kind][hash of the folded name][id], and with
// the first of them the name goes on when it is freed.
//
// lib/store/migrate_names.cpp made these keys of older stores, by itself: who changes them here writes a step
// there.
#include "domain/name_index.h"

#include <algorithm>
#include <vector>

#include "crypto/hash.h"
#include "domain/index.h"
#include "names/fold.h"
#include "names/look.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr std::size_t kHashBytes = 16;

// [tenant][kind][hash of the text]
Key hashed(const NameIndex& index, const TenantId& tenant, std::string_view text) {
  const crypto::Sha256 hash = crypto::sha256(text);
  return Key()
      .uuid(tenant)
      .u8(static_cast<std::uint8_t>(index.kind))
      .bytes(crypto::raw(hash).substr(0, kHashBytes));
}

Key look_key(const NameIndex& index, const TenantId& tenant, std::string_view look, const base::Uuid& id) {
  return hashed(index, tenant, look).uuid(id);
}

std::vector<std::string> looks_of(const std::optional<std::string>& name) {
  return name ? names::looks(*name) : std::vector<std::string>();
}

bool has(const std::vector<std::string>& all, const std::string& one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

base::Result<std::optional<base::Uuid>> first_behind(const store::ReadTxn& txn, Table table,
                                                     std::string_view prefix, const base::Uuid& except) {
  std::optional<base::Uuid> found;
  const auto scanned = txn.scan(table, prefix, [&](std::string_view key, std::string_view) {
    if (key.size() != prefix.size() + base::Uuid().raw().size()) return true;  // no key of this table
    const base::Uuid id = base::Uuid::from_raw(key.substr(prefix.size()));
    if (id != except) found = id;
    return !found;
  });
  if (!scanned.ok()) return scanned.error();
  return found;
}

// Takes the name from `id`. Who shares it is found by it next.
base::Result<void> free_name(store::WriteTxn& txn, const NameIndex& index, const TenantId& tenant,
                             const base::Uuid& id, const std::string& folded) {
  const Key key = name_key(tenant, folded), sharing = hashed(index, tenant, folded);
  const auto holder = get_id(txn, index.table, key);
  if (!holder.ok()) return holder.error();
  if (!*holder || **holder != id) return del(txn, Table::kNameClash, Key(sharing).uuid(id));
  const auto heir = first_behind(txn, Table::kNameClash, sharing, id);
  if (!heir.ok()) return heir.error();
  if (!*heir) return del(txn, index.table, key);
  if (auto freed = del(txn, Table::kNameClash, Key(sharing).uuid(**heir)); !freed.ok()) return freed;
  return txn.put(index.table, key, (*heir)->raw());
}

}  // namespace

base::Result<std::optional<base::Uuid>> find_name(const store::ReadTxn& txn, const NameIndex& index,
                                                  const TenantId& tenant, std::string_view name) {
  return get_id(txn, index.table, name_key(tenant, names::fold(name)));
}

base::Result<std::optional<base::Uuid>> find_look_alike(const store::ReadTxn& txn, const NameIndex& index,
                                                        const TenantId& tenant, std::string_view name,
                                                        const base::Uuid& self) {
  for (const std::string& look : names::looks(name)) {
    const auto other = first_behind(txn, Table::kNameLook, hashed(index, tenant, look), self);
    if (!other.ok() || *other) return other;
  }
  return {std::nullopt};
}

base::Result<bool> is_clashing(const store::ReadTxn& txn, const NameIndex& index, const TenantId& tenant,
                               std::string_view name, const base::Uuid& id) {
  const auto entry = txn.get(Table::kNameClash, hashed(index, tenant, names::fold(name)).uuid(id));
  if (!entry.ok()) return entry.error();
  return entry->has_value();
}

base::Result<void> change_name(store::WriteTxn& txn, const NameIndex& index, const TenantId& tenant,
                               const base::Uuid& id, const NameChange& change, std::string taken) {
  if (change.before == change.after) return {};
  const auto fold = [](const std::optional<std::string>& name) {
    return name ? std::optional(names::fold(*name)) : std::nullopt;
  };
  const auto before = fold(change.before), after = fold(change.after);
  if (after && after != before) {
    const Key key = name_key(tenant, *after);
    if (auto claimed = claim(txn, index.table, key, id, std::move(taken)); !claimed.ok()) return claimed;
  }
  if (before && after != before)
    if (auto freed = free_name(txn, index, tenant, id, *before); !freed.ok()) return freed;

  const auto old_looks = looks_of(change.before), new_looks = looks_of(change.after);
  for (const std::string& look : old_looks)
    if (!has(new_looks, look))
      if (auto gone = del(txn, Table::kNameLook, look_key(index, tenant, look, id)); !gone.ok()) return gone;
  for (const std::string& look : new_looks)
    if (!has(old_looks, look))
      if (auto put = txn.put(Table::kNameLook, look_key(index, tenant, look, id), {}); !put.ok()) return put;
  return {};
}

void implied_by_name(const NameIndex& index, const TenantId& tenant, const base::Uuid& id,
                     std::string_view name, Implied& implied) {
  const std::string folded = names::fold(name);
  const Key key = name_key(tenant, folded), clash = hashed(index, tenant, folded).uuid(id);
  const bool is_found = implied.stored(index.table, key) == id.raw();
  if (!is_found && implied.stored(Table::kNameClash, clash)) {
    implied.entry(Table::kNameClash, {clash, {}});
    implied.needs(index.table, key);
  } else {
    implied.entry(index.table, {key, id.raw()});
  }
  for (const std::string& look : names::looks(name))
    implied.entry(Table::kNameLook, {look_key(index, tenant, look, id), {}});
}

}  // namespace domain
