#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "domain/pending_deletion.h"
#include "store/txn.h"

namespace domain {

// A thing of a tenant's application, as the tenant's policies see it. Its parents need not be stored.
struct StoredEntity {
  TenantId tenant;
  EntityName name;
  std::string attrs = "{}", tags = "{}";  // texts of JSON objects
  std::vector<EntityName> parents;        // those directly above; sorted
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const StoredEntity&) const = default;
};

inline constexpr std::size_t kMaxParents = 100;
inline constexpr std::size_t kMaxAncestors = 1'000;
// Pairs of an entity and a parent that are walked to find what is above one, which takes some 5 ms.
inline constexpr std::size_t kMaxEntityPairs = 10'000;

base::Result<std::optional<StoredEntity>> get_entity(const store::ReadTxn&, const TenantId& tenant,
                                                     const EntityName&);

base::Result<bool> has_entity(const store::ReadTxn&, const TenantId& tenant, const EntityName&);

// Adds or replaces, with the transaction's revision; sorts the parents. kConflict where it, or a parent, is
// still being deleted; kInvalid where a name isn't valid,
// attributes or tags are no JSON object, or as of check_parents().
base::Result<void> put_entity(store::WriteTxn&, StoredEntity&);

// Deletes the mappings on it too, and takes its children from it; where these are many, in steps that come
// later (deletion.h): then, too, nothing is in it any more. REQUIRES: it is stored
base::Result<void> delete_entity(store::WriteTxn&, const TenantId& tenant, const EntityName&,
                                 const DeletedBy&, GoesWith);

// Deletes it alone. What is on it or in it is so further on, as of a name that isn't stored.
base::Result<void> delete_entity(store::WriteTxn&, const TenantId& tenant, const EntityName&);

// Why the entity can't have these parents: kInvalid, which says it, where they are more than kMaxParents, or
// would give it more ancestors than kMaxAncestors or kMaxEntityPairs allow, or put it above itself, and then
// by which path. Looks at what is above the parents. Whether what is below the entity would have too many
// isn't looked at, since that may be everything: ancestors_of() fails for those.
base::Result<void> check_parents(const store::ReadTxn&, const TenantId& tenant, const EntityName&,
                                 const std::vector<EntityName>& parents);

// All above it through any number of steps, without itself: the nearest first, each once. Also of a name that
// isn't stored, which has none. kInvalid where they are more than kMaxAncestors, or kMaxEntityPairs were
// walked: nobody can tell then what it is in.
base::Result<std::vector<EntityName>> ancestors_of(const store::ReadTxn&, const TenantId& tenant,
                                                   const EntityName&);

// The names, and all that is above any of them, each once. Fails likewise.
base::Result<std::vector<EntityName>> with_ancestors(const store::ReadTxn&, const TenantId& tenant,
                                                     const std::vector<EntityName>&);

// Whether the one is below the other; looks no further than it must. Fails likewise.
struct NamesInLine {
  const EntityName& below;
  const EntityName& above;
};
base::Result<bool> are_in_line(const store::ReadTxn&, const TenantId& tenant, const NamesInLine&);

// Those of the type, or of any where that is empty, behind `after`, in the order of each_entity_name().
base::Result<void> each_entity(const store::ReadTxn&, const TenantId& tenant, std::string_view type,
                               const EntityName* after, base::FunctionRef<bool(StoredEntity&&)> fn);

// What names the entity as its parent, in order of its numbers, behind the number `after`; 0: from the first.
base::Result<void> each_child(const store::ReadTxn&, const TenantId& tenant, const EntityName& parent,
                              EntityNumber after, base::FunctionRef<bool(EntityName&&, EntityNumber)> fn);

// The same behind the name `after`; none where that is no child.
base::Result<void> each_child(const store::ReadTxn&, const TenantId& tenant, const EntityName& parent,
                              const EntityName* after, base::FunctionRef<bool(EntityName&&)> fn);

// How many children it has; no more than `most` are counted.
base::Result<std::uint64_t> count_children(const store::ReadTxn&, const TenantId& tenant, const EntityName&,
                                           std::uint64_t most);

// Takes up to `most` children from a parent, with the transaction's revision and time. How many they were:
// fewer than `most` where there are no more.
base::Result<std::size_t> detach_children(store::WriteTxn&, const TenantId& tenant, const EntityName& parent,
                                          std::size_t most);

// For the deletion of a tenant: the pair, the record or the name at this key of kEntityParent, kEntity or
// kEntityNumber goes with its index, and nothing else. What isn't a key of the table is left.
base::Result<void> delete_entity_key(store::WriteTxn&, store::Table, std::string_view key);

}  // namespace domain
