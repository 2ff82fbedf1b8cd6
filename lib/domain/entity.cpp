// Entities are a graph without cycles, kept as pairs of numbers in two tables, one for each direction:
//
//   Folder:7 is in Folder:1       entity_number  Folder:7 -> 2        entity_name  2 -> Folder:7
//                                 entity         2 -> attrs, tags     (Folder:1 need not be stored)
//                                 entity_parent  2 1                  entity_child 1 2
//
// A name has its number as long as a record or a pair has it, and so does no longer once the last of these is
// gone. What follows from the pairs is not stored: what is above something is found by walking up in what the
// snapshot shows, so moving a folder of a million files is one change of one pair. Therefore only what is put
// is held to the limits, and what is below it when somebody asks.
#include "domain/entity.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& entity) {
                           codec.optional_json("attrs", entity.attrs, "{}");
                           codec.optional_json("tags", entity.tags, "{}");
                           codec.member("created_at", entity.created_at);
                           codec.member("updated_at", entity.updated_at);
                           codec.member("revision", entity.revision);
                         }};

constexpr std::size_t kPairBytes = sizeof(base::Uuid::Bytes) + 2 * sizeof(EntityNumber);
constexpr EntityNumber kNoNumber = 0;  // nothing is numbered so
constexpr std::size_t kShownEnds = 5;  // names of a long path that a message shows at either end

Key key_of(const TenantId& tenant, EntityNumber number) {
  return Key().uuid(tenant).u64(number);
}

base::Error invalid(std::string message) {
  return {base::ErrorCode::kInvalid, std::move(message)};
}

struct Pair {
  EntityNumber child, parent;
};

// The parents (kEntityParent) or the children of an entity, those behind `after`.
struct Beside {
  EntityNumber entity;
  EntityNumber after = 0;
};
base::Result<void> each_beside(const store::ReadTxn& txn, Table table, const TenantId& tenant,
                               const Beside& place, base::FunctionRef<bool(EntityNumber)> fn) {
  base::Result<void> outcome;
  const Key prefix = key_of(tenant, place.entity);
  const auto visit = [&](std::string_view key, std::string_view) {
    if (key.size() != kPairBytes) {
      outcome = store::corrupt(table, key, "not a key of this table");
      return false;
    }
    return fn(store::KeyReader(key.substr(prefix.view().size())).u64());
  };
  const auto scanned = place.after == 0 ? txn.scan(table, prefix, visit)
                                        : txn.scan_from(table, prefix, Key(prefix).u64(place.after), visit);
  return scanned.ok() ? outcome : scanned;
}

// Those that are stored, also what is still being deleted.
base::Result<std::vector<EntityNumber>> stored_parents_of(const store::ReadTxn& txn, const TenantId& tenant,
                                                          EntityNumber number) {
  std::vector<EntityNumber> parents;
  const auto read = each_beside(txn, Table::kEntityParent, tenant, {number}, [&](EntityNumber parent) {
    parents.push_back(parent);
    return true;
  });
  if (!read.ok()) return read.error();
  return parents;
}

// Of numbers, those whose names aren't left of what was deleted.
base::Result<void> drop_leftovers(const store::ReadTxn& txn, const TenantId& tenant,
                                  std::vector<EntityNumber>& numbers) {
  if (numbers.empty()) return {};
  const auto leftovers = Leftovers::of(txn, tenant);
  if (!leftovers.ok()) return leftovers.error();
  const auto any = leftovers->any_entity();
  if (!any.ok()) return any.error();
  if (!*any) return {};
  base::Result<void> outcome;
  std::erase_if(numbers, [&](EntityNumber number) {
    if (!outcome.ok()) return false;
    const auto name = entity_name_of(txn, tenant, number);
    const auto left = name.ok() ? leftovers->has(Deleted(*name)) : name.error();
    if (!left.ok()) outcome = left.error();
    return left.ok() && *left;
  });
  return outcome;
}

base::Result<std::vector<EntityNumber>> parents_of(const store::ReadTxn& txn, const TenantId& tenant,
                                                   EntityNumber number) {
  auto parents = stored_parents_of(txn, tenant, number);
  if (!parents.ok()) return parents;
  if (auto dropped = drop_leftovers(txn, tenant, *parents); !dropped.ok()) return dropped.error();
  return parents;
}

base::Result<std::vector<EntityName>> names_of(const store::ReadTxn& txn, const TenantId& tenant,
                                               const std::vector<EntityNumber>& numbers) {
  std::vector<EntityName> names;
  names.reserve(numbers.size());
  for (const EntityNumber number : numbers) {
    auto name = entity_name_of(txn, tenant, number);
    if (!name.ok()) return name.error();
    names.push_back(std::move(name).value());
  }
  return names;
}

// A walk up from some numbers, breadth first, and by which child each was reached.
class Climb {
 public:
  Climb(const store::ReadTxn& txn, const TenantId& tenant) : txn_(txn), tenant_(tenant) {}

  // Comes to the parent; the child is kNoNumber of one that the walk begins with.
  void reach(const Pair& pair) {
    if (reached_from_.emplace(pair.parent, pair.child).second) found_.push_back(pair.parent);
  }

  // Walks until it has all, or has come to `end`. kInvalid where there is too much to walk.
  base::Result<void> walk_to(EntityNumber end) {
    for (; next_ < found_.size() && !has(end); ++next_) {
      const EntityNumber child = found_[next_];
      const auto parents = parents_of(txn_, tenant_, child);
      if (!parents.ok()) return parents.error();
      pairs_ += parents->size();
      for (const EntityNumber parent : *parents) reach({child, parent});
      if (found_.size() > kMaxAncestors)
        return invalid("more than " + std::to_string(kMaxAncestors) + " entities are above it");
      if (pairs_ > kMaxEntityPairs)
        return invalid("more than " + std::to_string(kMaxEntityPairs) +
                       " pairs of an entity and a parent are above it");
    }
    return {};
  }

  bool has(EntityNumber number) const { return reached_from_.contains(number); }

  // In the order in which they were found.
  const std::vector<EntityNumber>& found() const { return found_; }

  // How one that was found was reached: the first that the walk began with comes first.
  std::vector<EntityNumber> path_to(EntityNumber number) const {
    std::vector<EntityNumber> path;
    for (EntityNumber at = number; at != kNoNumber; at = reached_from_.at(at)) path.push_back(at);
    std::reverse(path.begin(), path.end());
    return path;
  }

 private:
  const store::ReadTxn& txn_;
  const TenantId& tenant_;
  std::vector<EntityNumber> found_;
  std::unordered_map<EntityNumber, EntityNumber> reached_from_;
  std::size_t next_ = 0, pairs_ = 0;
};

// "a -> b -> … 7 more … -> a"
std::string shown_path(const std::vector<EntityName>& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path.size() > 2 * kShownEnds + 1 && i == kShownEnds) {
      const std::size_t left_out = path.size() - 2 * kShownEnds;
      text += " -> … " + std::to_string(left_out) + " more …";
      i += left_out;
    }
    text += (i == 0 ? "" : " -> ") + to_string(path[i]);
  }
  return text;
}

base::Result<StoredEntity> decode(const store::ReadTxn& txn, std::string_view key, std::string_view value,
                                  EntityName name) {
  StoredEntity entity;
  store::KeyReader parts(key);
  entity.tenant = TenantId(parts.uuid());
  const EntityNumber number = parts.u64();
  if (!parts.complete()) return store::corrupt(Table::kEntity, key, "not a key of this table");
  if (auto read = unseal_record(Table::kEntity, key, value, kLayout, entity); !read.ok()) return read.error();
  const auto parents = parents_of(txn, entity.tenant, number);
  if (!parents.ok()) return parents.error();
  auto names = names_of(txn, entity.tenant, *parents);
  if (!names.ok()) return names.error();
  entity.name = std::move(name);
  entity.parents = std::move(names).value();
  std::sort(entity.parents.begin(), entity.parents.end());
  return entity;
}

base::Result<std::optional<StoredEntity>> get_numbered(const store::ReadTxn& txn, const TenantId& tenant,
                                                       EntityNumber number, const EntityName& name) {
  return get_record(
      txn, Table::kEntity, key_of(tenant, number),
      [&](std::string_view key, std::string_view value) { return decode(txn, key, value, name); });
}

base::Result<bool> has_any(const store::ReadTxn& txn, Table table, std::string_view prefix) {
  bool any = false;
  const auto scanned = txn.scan(table, prefix, [&](auto, auto) {
    any = true;
    return false;
  });
  if (!scanned.ok()) return scanned.error();
  return any;
}

base::Result<void> free_if_unused(store::WriteTxn& txn, const TenantId& tenant, EntityNumber number) {
  const Key key = key_of(tenant, number);
  for (const Table table : {Table::kEntity, Table::kEntityChild, Table::kEntityParent}) {
    const auto any = has_any(txn, table, key);
    if (!any.ok()) return any.error();
    if (*any) return {};
  }
  return free_entity_number(txn, tenant, number);
}

base::Result<void> put_pair(store::WriteTxn& txn, const TenantId& tenant, const Pair& pair) {
  if (auto put = txn.put(Table::kEntityChild, key_of(tenant, pair.parent).u64(pair.child), {}); !put.ok())
    return put;
  return txn.put(Table::kEntityParent, key_of(tenant, pair.child).u64(pair.parent), {});
}

base::Result<void> delete_pair(store::WriteTxn& txn, const TenantId& tenant, const Pair& pair) {
  if (auto gone = del(txn, Table::kEntityChild, key_of(tenant, pair.parent).u64(pair.child)); !gone.ok())
    return gone;
  return del(txn, Table::kEntityParent, key_of(tenant, pair.child).u64(pair.parent));
}

// Makes the pairs of a child those with these parents, and frees the numbers that nothing has any more.
base::Result<void> put_parents(store::WriteTxn& txn, const TenantId& tenant, EntityNumber child,
                               const std::vector<EntityName>& parents) {
  const auto before = stored_parents_of(txn, tenant, child);
  if (!before.ok()) return before.error();
  std::vector<EntityNumber> after;
  for (const EntityName& name : parents) {
    const auto parent = claim_entity_number(txn, tenant, name);
    if (!parent.ok()) return parent.error();
    after.push_back(*parent);
    if (std::binary_search(before->begin(), before->end(), *parent)) continue;
    if (auto put = put_pair(txn, tenant, {child, *parent}); !put.ok()) return put;
  }
  std::sort(after.begin(), after.end());
  for (const EntityNumber parent : *before) {
    if (std::binary_search(after.begin(), after.end(), parent)) continue;
    if (auto gone = delete_pair(txn, tenant, {child, parent}); !gone.ok()) return gone;
    if (auto freed = free_if_unused(txn, tenant, parent); !freed.ok()) return freed;
  }
  return {};
}

}  // namespace

base::Result<std::optional<StoredEntity>> get_entity(const store::ReadTxn& txn, const TenantId& tenant,
                                                     const EntityName& name) {
  const auto number = find_entity_number(txn, tenant, name);
  if (!number.ok()) return number.error();
  if (!*number) return {std::nullopt};
  return get_numbered(txn, tenant, **number, name);
}

base::Result<bool> has_entity(const store::ReadTxn& txn, const TenantId& tenant, const EntityName& name) {
  const auto number = find_entity_number(txn, tenant, name);
  if (!number.ok()) return number.error();
  if (!*number) return false;
  const auto record = txn.get(Table::kEntity, key_of(tenant, **number));
  if (!record.ok()) return record.error();
  return record->has_value();
}

base::Result<void> check_parents(const store::ReadTxn& txn, const TenantId& tenant, const EntityName& name,
                                 const std::vector<EntityName>& parents) {
  if (parents.size() > kMaxParents)
    return invalid("it would have " + std::to_string(parents.size()) + " parents, and at most " +
                   std::to_string(kMaxParents) + " are allowed");
  const auto circle = [](const std::vector<EntityName>& path) {
    return invalid("the entities would be in a circle: " + shown_path(path));
  };
  Climb climb(txn, tenant);
  for (const EntityName& parent : parents) {
    if (parent == name) return circle({name, name});
    const auto number = find_entity_number(txn, tenant, parent);
    if (!number.ok()) return number.error();
    if (*number) climb.reach({kNoNumber, **number});
  }
  const auto its = find_entity_number(txn, tenant, name);
  if (!its.ok()) return its.error();
  const EntityNumber itself = its->value_or(kNoNumber);
  if (auto walked = climb.walk_to(itself); !walked.ok()) return walked;
  if (climb.has(itself)) {
    auto path = names_of(txn, tenant, climb.path_to(itself));
    if (!path.ok()) return path.error();
    path->insert(path->begin(), name);
    return circle(*path);
  }
  std::size_t unknown = 0;
  for (const EntityName& parent : parents) {
    const auto number = find_entity_number(txn, tenant, parent);
    if (number.ok() && !*number) ++unknown;
  }
  if (climb.found().size() + unknown > kMaxAncestors)
    return invalid("more than " + std::to_string(kMaxAncestors) + " entities are above it");
  return {};
}

namespace {

base::Result<void> check_free(const store::ReadTxn& txn, const StoredEntity& entity) {
  const auto leftovers = Leftovers::of(txn, entity.tenant);
  if (!leftovers.ok()) return leftovers.error();
  if (!leftovers->any()) return {};
  if (auto free = check_not_being_deleted(txn, entity.tenant, Deleted(entity.name),
                                          "entity " + to_string(entity.name));
      !free.ok())
    return free;
  for (const EntityName& parent : entity.parents)
    if (auto free =
            check_not_being_deleted(txn, entity.tenant, Deleted(parent), "entity " + to_string(parent));
        !free.ok())
      return free;
  return {};
}

}  // namespace

base::Result<void> put_entity(store::WriteTxn& txn, StoredEntity& entity) {
  const std::string who = "entity " + to_string(entity.name);
  if (auto checked = check_object(entity.attrs, who, "attrs"); !checked.ok()) return checked;
  if (auto checked = check_object(entity.tags, who, "tags"); !checked.ok()) return checked;
  std::sort(entity.parents.begin(), entity.parents.end());
  entity.parents.erase(std::unique(entity.parents.begin(), entity.parents.end()), entity.parents.end());
  if (auto fits = check_parents(txn, entity.tenant, entity.name, entity.parents); !fits.ok())
    return base::Error{fits.error().code, who + ": " + fits.error().message};
  if (auto free = check_free(txn, entity); !free.ok()) return free;
  const auto number = claim_entity_number(txn, entity.tenant, entity.name);
  if (!number.ok()) return number.error();
  entity.revision = txn.revision();
  if (auto put = put_parents(txn, entity.tenant, *number, entity.parents); !put.ok()) return put;
  return put_counted(txn, Counted::kEntities, Table::kEntity, entity.tenant, key_of(entity.tenant, *number),
                     seal_record(kLayout, entity));
}

base::Result<void> delete_entity(store::WriteTxn& txn, const TenantId& tenant, const EntityName& name,
                                 const DeletedBy& by, GoesWith goes_with) {
  if (auto done = delete_belongings(txn, deletion_of(tenant, name, by), kMostAtOnce, goes_with); !done.ok())
    return done;
  return delete_entity(txn, tenant, name);
}

base::Result<void> delete_entity(store::WriteTxn& txn, const TenantId& tenant, const EntityName& name) {
  const auto number = find_entity_number(txn, tenant, name);
  if (!number.ok()) return number.error();
  if (!*number) return {};
  if (auto put = put_parents(txn, tenant, **number, {}); !put.ok()) return put;
  if (auto gone = del_counted(txn, Counted::kEntities, Table::kEntity, tenant, key_of(tenant, **number));
      !gone.ok())
    return gone;
  return free_if_unused(txn, tenant, **number);
}

namespace {

// The walk up from an entity to `end`, or to all that is above it.
base::Result<Climb> climb_from(const store::ReadTxn& txn, const TenantId& tenant, const EntityName& name,
                               EntityNumber end) {
  Climb climb(txn, tenant);
  const auto number = find_entity_number(txn, tenant, name);
  if (!number.ok()) return number.error();
  if (!*number) return climb;
  const auto parents = parents_of(txn, tenant, **number);
  if (!parents.ok()) return parents.error();
  for (const EntityNumber parent : *parents) climb.reach({kNoNumber, parent});
  if (auto walked = climb.walk_to(end); !walked.ok())
    return base::Error{walked.error().code, "entity " + to_string(name) + ": " + walked.error().message};
  return climb;
}

}  // namespace

base::Result<std::vector<EntityName>> ancestors_of(const store::ReadTxn& txn, const TenantId& tenant,
                                                   const EntityName& name) {
  const auto climb = climb_from(txn, tenant, name, kNoNumber);
  if (!climb.ok()) return climb.error();
  return names_of(txn, tenant, climb->found());
}

base::Result<std::vector<EntityName>> with_ancestors(const store::ReadTxn& txn, const TenantId& tenant,
                                                     const std::vector<EntityName>& names) {
  std::vector<EntityName> all;
  Climb climb(txn, tenant);
  for (const EntityName& name : names) {
    const auto number = find_entity_number(txn, tenant, name);
    if (!number.ok()) return number.error();
    if (*number)
      climb.reach({kNoNumber, **number});
    else if (std::find(all.begin(), all.end(), name) == all.end())
      all.push_back(name);
  }
  if (auto walked = climb.walk_to(kNoNumber); !walked.ok()) return walked.error();
  auto found = names_of(txn, tenant, climb.found());
  if (!found.ok()) return found;
  all.insert(all.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
  return all;
}

base::Result<bool> are_in_line(const store::ReadTxn& txn, const TenantId& tenant, const NamesInLine& names) {
  const auto above = find_entity_number(txn, tenant, names.above);
  if (!above.ok()) return above.error();
  if (!*above) return false;
  const auto climb = climb_from(txn, tenant, names.below, **above);
  if (!climb.ok()) return climb.error();
  return climb->has(**above);
}

base::Result<void> each_entity(const store::ReadTxn& txn, const TenantId& tenant, std::string_view type,
                               const EntityName* after, base::FunctionRef<bool(StoredEntity&&)> fn) {
  base::Result<void> outcome;
  const auto read = each_entity_name(txn, tenant, type, after, [&](EntityName&& name, EntityNumber number) {
    auto entity = get_numbered(txn, tenant, number, name);
    if (!entity.ok()) {
      outcome = entity.error();
      return false;
    }
    return !*entity || fn(**std::move(entity));
  });
  return read.ok() ? outcome : read;
}

base::Result<void> each_child(const store::ReadTxn& txn, const TenantId& tenant, const EntityName& parent,
                              EntityNumber after, base::FunctionRef<bool(EntityName&&, EntityNumber)> fn) {
  const auto number = find_entity_number(txn, tenant, parent);
  if (!number.ok()) return number.error();
  if (!*number) return {};
  const auto going = is_being_deleted(txn, tenant, Deleted(parent));
  if (!going.ok()) return going.error();
  if (*going) return {};
  base::Result<void> outcome;
  const auto read = each_beside(txn, Table::kEntityChild, tenant, {**number, after}, [&](EntityNumber child) {
    auto name = entity_name_of(txn, tenant, child);
    if (!name.ok()) outcome = name.error();
    return outcome.ok() && fn(std::move(name).value(), child);
  });
  return read.ok() ? outcome : read;
}

base::Result<void> each_child(const store::ReadTxn& txn, const TenantId& tenant, const EntityName& parent,
                              const EntityName* after, base::FunctionRef<bool(EntityName&&)> fn) {
  EntityNumber from = 0;
  if (after) {
    const auto number = find_entity_number(txn, tenant, *after);
    if (!number.ok()) return number.error();
    if (!*number) return {};
    from = **number;
  }
  return each_child(txn, tenant, parent, from,
                    [&](EntityName&& name, EntityNumber) { return fn(std::move(name)); });
}

base::Result<std::uint64_t> count_children(const store::ReadTxn& txn, const TenantId& tenant,
                                           const EntityName& name, std::uint64_t most) {
  std::uint64_t count = 0;
  const auto number = find_entity_number(txn, tenant, name);
  if (!number.ok()) return number.error();
  if (!*number || most == 0) return count;
  const auto read =
      each_beside(txn, Table::kEntityChild, tenant, {**number}, [&](EntityNumber) { return ++count < most; });
  if (!read.ok()) return read.error();
  return count;
}

base::Result<std::size_t> detach_children(store::WriteTxn& txn, const TenantId& tenant,
                                          const EntityName& parent, std::size_t most) {
  std::vector<EntityNumber> children;
  const auto number = find_entity_number(txn, tenant, parent);
  if (!number.ok()) return number.error();
  if (!*number || most == 0) return children.size();
  const auto read = each_beside(txn, Table::kEntityChild, tenant, {**number}, [&](EntityNumber child) {
    children.push_back(child);
    return children.size() < most;
  });
  if (!read.ok()) return read.error();
  for (const EntityNumber child : children) {
    if (auto gone = delete_pair(txn, tenant, {child, **number}); !gone.ok()) return gone.error();
    const auto name = entity_name_of(txn, tenant, child);
    if (!name.ok()) return name.error();
    auto entity = get_numbered(txn, tenant, child, *name);
    if (!entity.ok()) return entity.error();
    if (!*entity) continue;
    (*entity)->updated_at = txn.now();
    (*entity)->revision = txn.revision();
    if (auto put = txn.put(Table::kEntity, key_of(tenant, child), seal_record(kLayout, **entity)); !put.ok())
      return put.error();
  }
  if (children.empty()) return children.size();
  if (auto freed = free_if_unused(txn, tenant, **number); !freed.ok()) return freed.error();
  return children.size();
}

base::Result<void> delete_entity_key(store::WriteTxn& txn, Table table, std::string_view key) {
  store::KeyReader parts(key);
  const TenantId tenant(parts.uuid());
  if (table == Table::kEntityNumber) {
    const auto number = txn.get(table, key);
    if (!number.ok()) return number.error();
    store::KeyReader value(number->value_or(std::string_view()));
    const EntityNumber its = value.u64();
    return value.complete() ? del(txn, Table::kEntityName, key_of(tenant, its)) : base::Result<void>();
  }
  const EntityNumber number = parts.u64();
  if (table == Table::kEntity)
    return parts.complete() ? del_counted(txn, Counted::kEntities, table, tenant, key) : base::Result<void>();
  const EntityNumber parent = parts.u64();
  return parts.complete() ? delete_pair(txn, tenant, {number, parent}) : base::Result<void>();
}

base::Result<void> implied_by_entity(const Entry& entry, Implied& implied) {
  StoredEntity entity;
  if (entry.key.size() != kPairBytes - sizeof(EntityNumber))
    return store::corrupt(Table::kEntity, entry.key, "not a key of this table");
  if (auto read = unseal_record(Table::kEntity, entry.key, entry.value, kLayout, entity); !read.ok())
    return read;
  implied.needs(Table::kEntityName, entry.key);
  implied.needs_tenant_of(entry.key);
  return {};
}

base::Result<void> implied_by_entity_parent(const Entry& entry, Implied& implied) {
  if (entry.key.size() != kPairBytes)
    return store::corrupt(Table::kEntityParent, entry.key, "not a key of this table");
  constexpr std::size_t kTenantBytes = sizeof(base::Uuid::Bytes), kNumberBytes = sizeof(EntityNumber);
  const std::string_view tenant = entry.key.substr(0, kTenantBytes),
                         child = entry.key.substr(kTenantBytes, kNumberBytes),
                         parent = entry.key.substr(kTenantBytes + kNumberBytes);
  implied.entry(Table::kEntityChild, {Key().bytes(tenant).bytes(parent).bytes(child), {}});
  implied.needs(Table::kEntity, Key().bytes(tenant).bytes(child));
  implied.needs(Table::kEntityName, Key().bytes(tenant).bytes(parent));
  return {};
}

base::Result<void> implied_by_entity_child(const Entry& entry, Implied& implied) {
  if (entry.key.size() != kPairBytes)
    return store::corrupt(Table::kEntityChild, entry.key, "not a key of this table");
  store::KeyReader parts(entry.key);
  const base::Uuid tenant = parts.uuid();
  const EntityNumber parent = parts.u64(), child = parts.u64();
  implied.needs(Table::kEntityParent, Key().uuid(tenant).u64(child).u64(parent));
  return {};
}

}  // namespace domain
