// A change record lists keys, and most of them are indexes. What people know as an object has one record, in
// one table, so the row of that table says what it is called and how its key names it. The rest is left out:
// who wants the contents reads the object, by its own call and permission.
#include "domain/changed_object.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <map>
#include <utility>

#include "base/json.h"
#include "domain/audit_record.h"
#include "domain/entity_name.h"
#include "domain/record.h"
#include "store/key.h"
#include "store/record.h"

namespace domain {
namespace {

using store::Table;

// How the key, or the record, says which object it is.
enum class Named : std::uint8_t {
  kByKey,          // [tenant][id]
  kByTenant,       // [tenant], the object's id too
  kByText,         // [text]
  kBySlug,         // the record's member
  kById,           // likewise
  kBySecondOfTwo,  // [tenant][id][within]
  kByLastOfTwo,    // [tenant][within][id]
  kByNumber,       // [tenant][number of an entity]
};

struct Noun {
  Table table;
  std::string_view name;
  Named named;
};

constexpr std::array kNouns = {
    Noun{Table::kTenant, "tenant", Named::kByTenant},
    Noun{Table::kPermission, "permission", Named::kByText},
    Noun{Table::kRole, "role", Named::kBySlug},
    Noun{Table::kGroup, "group", Named::kByKey},
    Noun{Table::kUser, "user", Named::kByKey},
    Noun{Table::kServiceUser, "service_user", Named::kByKey},
    Noun{Table::kMemberOf, "member", Named::kBySecondOfTwo},
    Noun{Table::kGroupIn, "subgroup", Named::kBySecondOfTwo},
    Noun{Table::kMapping, "mapping", Named::kById},
    Noun{Table::kEntity, "entity", Named::kByNumber},
    Noun{Table::kPolicy, "policy", Named::kByKey},
    Noun{Table::kRule, "rule", Named::kByLastOfTwo},
    Noun{Table::kDecisions, "decision_settings", Named::kByTenant},
    Noun{Table::kProject, "project", Named::kByKey},
    Noun{Table::kSchema, "schema", Named::kByTenant},
    Noun{Table::kPolicyTest, "policy_test", Named::kByKey},
    Noun{Table::kGrant, "grant", Named::kByKey},
};

const Noun* find_noun(Table table) {
  const auto* const found =
      std::find_if(kNouns.begin(), kNouns.end(), [&](const Noun& noun) { return noun.table == table; });
  return found == kNouns.end() ? nullptr : found;
}

base::Error not_a_key(Table table, std::string_view key) {
  return store::corrupt(table, key, "not a key of this table");
}

// Whose changes are told to the tenant.
bool concerns(const Owner& tenant, Table table, const Owner& whose) {
  if (whose == tenant) return true;
  if (whose.is_platform()) return table == Table::kRole || table == Table::kPermission;
  return tenant.is_platform() && table == Table::kTenant;
}

base::Result<std::string> member_of_record(const store::Write& write, std::string_view name) {
  const std::string& sealed = write.after ? *write.after : *write.before;
  const auto record = store::unseal(write.table, write.key, sealed);
  if (!record.ok()) return record.error();
  const auto json = base::parse_json(record->payload, {.rounds_integers = true});
  const std::string* const text = json.ok() ? json->find_string(name) : nullptr;
  if (!text) return store::corrupt(write.table, write.key, std::string(name) + ": not a text");
  return *text;
}

// Names of entities that a change gave or took, by the key of the entity's record. Views into the change.
using EntityNames = std::map<std::string_view, std::string_view>;

EntityNames names_in(const store::ChangeRecord& change) {
  EntityNames names;
  for (const store::Write& write : change.writes)
    if (write.table == Table::kEntityName && (write.before || write.after))
      names.try_emplace(write.key, write.before ? *write.before : *write.after);
  return names;
}

// When the entity of the record was made, which tells it from another that has its number later.
base::Result<base::Timestamp> entity_made_at(std::string_view key, std::string_view sealed) {
  const auto record = store::unseal(Table::kEntity, key, sealed);
  if (!record.ok()) return record.error();
  RecordReader reader(record->payload);
  for (const std::string_view before : {"attrs", "tags"})
    if (reader.next_is(before)) reader.json_view(before);
  base::Timestamp at;
  reader.member("created_at", at);
  if (!reader.ok()) return store::corrupt(Table::kEntity, key, reader.problem());
  return at;
}

// An entity's number may be another's once it is gone; but the change that took it away has its name. So of
// one that is another now, or none, nothing is told here: that it is gone is told by a later change.
base::Result<std::string> entity_in(const store::ReadTxn& txn, const EntityNames& names,
                                    const store::Write& write) {
  if (const auto named = names.find(write.key); named != names.end()) {
    store::KeyReader in(named->second);
    EntityName name;
    name.type = in.bytes(in.u8());
    name.id = in.text();
    if (!in.ok()) return not_a_key(Table::kEntityName, write.key);
    return to_string(name);
  }
  const auto now = txn.get(Table::kEntity, write.key);
  if (!now.ok()) return now.error();
  if (!*now) return std::string();
  const auto made = entity_made_at(write.key, write.after ? *write.after : *write.before);
  const auto made_now = entity_made_at(write.key, **now);
  if (!made.ok() || !made_now.ok()) return made.ok() ? made_now.error() : made.error();
  if (*made != *made_now) return std::string();
  store::KeyReader key(write.key);
  const TenantId tenant(key.uuid());
  const auto name = entity_name_of(txn, tenant, key.u64());
  if (!name.ok()) return name.error();
  return to_string(*name);
}

base::Result<void> name_object(const store::ReadTxn& txn, const EntityNames& names, const store::Write& write,
                               Named named, ChangedObject& object) {
  store::KeyReader key(write.key);
  const auto take = [&](base::Result<std::string> text) -> base::Result<void> {
    if (!text.ok()) return text.error();
    object.id = std::move(text).value();
    return {};
  };
  switch (named) {
    case Named::kByText:
      object.id = key.text();
      break;
    case Named::kByTenant:
      object.id = key.uuid().to_string();
      break;
    case Named::kByKey:
      key.uuid();
      object.id = key.uuid().to_string();
      break;
    case Named::kBySecondOfTwo:
      key.uuid();
      object.id = key.uuid().to_string();
      object.within = key.uuid().to_string();
      break;
    case Named::kByLastOfTwo:
      key.uuid();
      object.within = key.uuid().to_string();
      object.id = key.uuid().to_string();
      break;
    case Named::kBySlug:
      return take(member_of_record(write, "slug"));
    case Named::kById:
      return take(member_of_record(write, "id"));
    case Named::kByNumber:
      return take(entity_in(txn, names, write));
  }
  if (!key.ok()) return not_a_key(write.table, write.key);
  return {};
}

}  // namespace

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kCreated:
      return "created";
    case ChangeKind::kUpdated:
      return "updated";
    case ChangeKind::kDeleted:
      return "deleted";
  }
  return "";
}

const std::vector<Table>& tables_of_objects() {
  static const std::vector<Table> tables = [] {
    std::vector<Table> all;
    for (const Noun& noun : kNouns) all.push_back(noun.table);
    return all;
  }();
  return tables;
}

std::string_view noun_of(Table table) {
  const Noun* const noun = find_noun(table);
  assert(noun);
  return noun->name;
}

std::string_view holder_of(Table table) {
  const Noun* const noun = find_noun(table);
  if (noun && noun->named == Named::kBySecondOfTwo) return "group";
  return noun && noun->named == Named::kByLastOfTwo ? "policy" : "";
}

Owner owner_of_object(Table table, std::string_view key) {
  if (table == Table::kPermission || key.size() < base::Uuid().raw().size()) return Platform();
  return owner_of(store::KeyReader(key).uuid());
}

base::Result<std::vector<ChangedObject>> changed_objects(const store::ReadTxn& txn,
                                                         const store::ChangeRecord& change,
                                                         const Owner& tenant) {
  // A key that was written more than once: what was there before, and is there after.
  std::vector<store::Write> whole;
  std::map<std::pair<Table, std::string_view>, std::size_t> places;
  for (const store::Write& write : change.writes) {
    if (!find_noun(write.table)) continue;
    if (!concerns(tenant, write.table, owner_of_object(write.table, write.key))) continue;
    const auto [place, is_new] = places.try_emplace({write.table, write.key}, whole.size());
    if (is_new)
      whole.push_back(write);
    else
      whole[place->second].after = write.after;
  }
  const EntityNames names = names_in(change);
  std::vector<ChangedObject> objects;
  for (const store::Write& write : whole) {
    if (!write.before && !write.after) continue;
    ChangedObject object;
    object.table = write.table;
    object.key = write.key;
    object.kind = !write.before  ? ChangeKind::kCreated
                  : !write.after ? ChangeKind::kDeleted
                                 : ChangeKind::kUpdated;
    if (auto named = name_object(txn, names, write, find_noun(write.table)->named, object); !named.ok())
      return named.error();
    if (!object.id.empty()) objects.push_back(std::move(object));
  }
  return objects;
}

base::Result<std::optional<ChangeAuthor>> author_of(const store::ChangeRecord& change, const Owner& tenant) {
  for (const store::Write& write : change.writes) {
    if (write.table != Table::kAudit || !write.after) continue;
    if (owner_of(store::KeyReader(write.key).uuid()) != tenant) continue;
    auto stored = unseal_audit(write.key, *write.after);
    if (!stored.ok()) return stored.error();
    return std::optional(ChangeAuthor{stored->entry.actor, std::move(stored->entry.actor_name)});
  }
  return std::optional<ChangeAuthor>();
}

}  // namespace domain
