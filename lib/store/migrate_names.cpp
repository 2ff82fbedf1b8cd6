// From format 5 to 6: groups are found by their names, and users by their e-mail addresses, as Unicode
// compares them without case, and there is an index of how these look (domain/name_index.h). Until then the
// indexes had them with ASCII's letters in lower case:
//
//   group_name [tenant] Éa -> 1   and   [tenant] éa -> 2     become   [tenant] éa -> the older of the two
//                                                              and   name_clash … [the other]
//
// Nothing is refused or renamed. Who was made first is found by the name, and of two of one moment the one
// with the smaller id. Each record is read once; where its key is taken the other's record is read as well.
// An old entry never stands where another's new one belongs, since a name in lower case folds as it does in
// capitals. A record that can't be read stays out of the indexes: `reeve store check` tells of it.
//
// What is read and written here is of formats 5 and 6: this file stays as it is when a later format is
// otherwise.
#include "store/migrate_names.h"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "names/fold.h"
#include "names/look.h"
#include "store/key.h"
#include "store/record.h"

namespace store {
namespace {

constexpr std::size_t kBatch = 1'000;       // keys and their values in memory at once
constexpr std::size_t kMaxPlainName = 400;  // bytes of a name in a key
constexpr std::size_t kHashBytes = 16;

struct Noun {
  Table records, index;
  std::string_view member;  // the name's
  std::uint8_t kind;
};
constexpr Noun kNouns[] = {{Table::kGroup, Table::kGroupName, "name", 3},
                           {Table::kUser, Table::kUserEmail, "email", 1}};

struct Named {
  std::string_view tenant, id;  // raw, of the record's key
  std::string name, folded;
  std::int64_t created_at = 0;  // ms; 0 where the record doesn't say

  auto age() const { return std::tuple(created_at, id); }
};

std::optional<Named> read(const Noun& noun, std::string_view key, std::string_view sealed) {
  const auto record = unseal(noun.records, key, sealed);
  if (key.size() != 32 || !record.ok() || record->version != 1) return std::nullopt;
  const auto json = base::parse_json(record->payload, {.rounds_integers = true});
  const base::Json* name = json.ok() ? json->find(noun.member) : nullptr;
  if (name == nullptr || !name->string()) return std::nullopt;
  const base::Json* created = json->find("created_at");
  Named named{key.substr(0, 16), key.substr(16), *name->string(), {}, 0};
  if (created != nullptr && created->integer()) named.created_at = *created->integer();
  named.folded = names::fold(named.name);
  return named;
}

Key name_key(const Named& named, std::string_view name) {
  Key key;
  key.bytes(named.tenant);
  if (name.size() <= kMaxPlainName) return key.bytes(name);
  return key.bytes(name.substr(0, kMaxPlainName)).bytes(crypto::raw(crypto::sha256(name)));
}

Key hashed(const Noun& noun, const Named& named, std::string_view text) {
  const crypto::Sha256 hash = crypto::sha256(text);
  return Key()
      .bytes(named.tenant)
      .u8(noun.kind)
      .bytes(crypto::raw(hash).substr(0, kHashBytes))
      .bytes(named.id);
}

// Puts the name's entry, or one that it clashes.
base::Result<void> put_name(WriteTxn& txn, const Noun& noun, const Named& named) {
  const Key key = name_key(named, named.folded);
  const auto holder = txn.get(noun.index, key);
  if (!holder.ok()) return holder.error();
  if (!*holder || **holder == named.id) return txn.put(noun.index, key, named.id);

  const Key other_key = Key().bytes(named.tenant).bytes(**holder);
  const auto sealed = txn.get(noun.records, other_key);
  if (!sealed.ok()) return sealed.error();
  const auto other = *sealed ? read(noun, other_key, **sealed) : std::nullopt;
  if (!other || other->folded != named.folded) return txn.put(noun.index, key, named.id);  // it was damaged
  const bool is_older = named.age() < other->age();
  const Key clash = hashed(noun, is_older ? *other : named, named.folded);
  if (is_older)
    if (auto put = txn.put(noun.index, key, named.id); !put.ok()) return put;
  return txn.put(Table::kNameClash, clash, {});
}

base::Result<void> index(WriteTxn& txn, const Noun& noun, std::string_view key, std::string_view sealed) {
  const auto named = read(noun, key, sealed);
  if (!named) return {};
  const Key old = name_key(*named, base::to_lower(named->name));
  if (old.view() != name_key(*named, named->folded).view()) {
    const auto holder = txn.get(noun.index, old);
    if (!holder.ok()) return holder.error();
    if (*holder && **holder == named->id)
      if (auto gone = txn.del(noun.index, old); !gone.ok()) return gone.error();
  }
  if (auto put = put_name(txn, noun, *named); !put.ok()) return put;
  for (const std::string& look : names::looks(named->name))
    if (auto put = txn.put(Table::kNameLook, hashed(noun, *named, look), {}); !put.ok()) return put;
  return {};
}

base::Result<void> index_all(WriteTxn& txn, const Noun& noun) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::string after;
  do {
    rows.clear();
    const auto scanned =
        txn.scan_from(noun.records, {}, after, [&](std::string_view key, std::string_view value) {
          rows.emplace_back(key, value);
          return rows.size() < kBatch;
        });
    if (!scanned.ok()) return scanned;
    for (const auto& [key, value] : rows)
      if (auto indexed = index(txn, noun, key, value); !indexed.ok()) return indexed;
    txn.forget_written();
    if (!rows.empty()) after = rows.back().first;
  } while (rows.size() == kBatch);
  return {};
}

}  // namespace

base::Result<void> fold_names(WriteTxn& txn) {
  for (const Noun& noun : kNouns)
    if (auto done = index_all(txn, noun); !done.ok()) return done;
  return {};
}

}  // namespace store
