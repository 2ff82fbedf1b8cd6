// Names as keys. A key has 511 bytes: a name that is too long stands as its first 400 bytes and its SHA-256,
// which is found like any other but sorts only by its beginning.
//
//   "ops"                    [tenant] ops
//   "éa" and 600 bytes more  [tenant] 400 of them, and 32 bytes of hash
//
// Removing all that begins with a prefix goes in batches, since nothing may be written while a scan goes on.
#include "domain/index.h"

#include <vector>

#include "base/text.h"
#include "crypto/hash.h"
#include "store/record.h"

namespace domain {
namespace {

constexpr std::size_t kDrainBatch = 256;

// With a tenant's uuid and a hash this still fits into store::kMaxKey.
constexpr std::size_t kMaxPlainName = 400;

}  // namespace

std::string fold_case(std::string_view text) {
  return base::to_lower(std::string(text));
}

store::Key name_key(const TenantId& tenant, std::string_view name) {
  store::Key key;
  key.uuid(tenant);
  if (name.size() <= kMaxPlainName) return key.text(name);
  return key.bytes(name.substr(0, kMaxPlainName)).bytes(crypto::raw(crypto::sha256(name)));
}

base::Result<std::optional<base::Uuid>> get_id(const store::ReadTxn& txn, store::Table index,
                                               std::string_view key) {
  const auto value = txn.get(index, key);
  if (!value.ok()) return value.error();
  if (!*value) return {std::nullopt};
  if ((*value)->size() != 16) return store::corrupt(index, key, "not an id");
  return {base::Uuid::from_raw(**value)};
}

base::Result<void> claim(store::WriteTxn& txn, store::Table index, std::string_view key, const base::Uuid& id,
                         std::string taken) {
  const auto owner = get_id(txn, index, key);
  if (!owner.ok()) return owner.error();
  if (*owner && **owner != id) return base::Error{base::ErrorCode::kConflict, std::move(taken)};
  return *owner ? base::Result<void>() : txn.put(index, key, id.raw());
}

base::Result<void> drain(store::WriteTxn& txn, store::Table table, std::string_view prefix,
                         base::FunctionRef<base::Result<void>(std::string_view key)> fn) {
  std::vector<std::string> keys;
  do {
    keys.clear();
    const auto scanned = txn.scan(table, prefix, [&](std::string_view key, std::string_view) {
      keys.emplace_back(key);
      return keys.size() < kDrainBatch;
    });
    if (!scanned.ok()) return scanned;
    for (const std::string& key : keys) {
      if (auto done = fn(key); !done.ok()) return done;
      if (auto done = del(txn, table, key); !done.ok()) return done;
    }
  } while (keys.size() == kDrainBatch);
  return {};
}

base::Result<void> drain(store::WriteTxn& txn, store::Table table, std::string_view prefix) {
  return drain(txn, table, prefix, [](std::string_view) { return base::Result<void>(); });
}

base::Result<void> del(store::WriteTxn& txn, store::Table table, std::string_view key) {
  const auto done = txn.del(table, key);
  return done.ok() ? base::Result<void>() : done.error();
}

}  // namespace domain
