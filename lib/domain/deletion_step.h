#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/grant.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/pending_deletion.h"
#include "store/key.h"
#include "store/txn.h"

namespace domain {

// How grants name it; the empty text names nothing.
struct NamesInGrants {
  std::string principal;
  ResourceText resource;
};

base::Result<NamesInGrants> names_in_grants(const store::ReadTxn&, const PendingDeletion&);

// Of one who holds mappings or credentials: [tenant][kind][id], as keys of either begin.
store::Key key_of_mappings(const TenantId& tenant, const Deleted& principal);

// One step of one deletion, or all that belongs to a thing at once.
class DeletionStep {
 public:
  // The transaction and the id must outlive it. Removes about `most` keys.
  DeletionStep(store::WriteTxn& txn, const TenantId& tenant, std::size_t most)
      : txn_(txn), tenant_(tenant), left_(most) {}

  std::size_t left() const { return left_; }  // of `most`; not 0: nothing more is there

  // Of a tenant, everything but its audit chain.
  base::Result<void> remove_all();

  // Of a thing, all that belongs to it.
  base::Result<void> remove_belongings(const PendingDeletion&, GoesWith);

 private:
  using Remove = base::FunctionRef<base::Result<void>(std::string_view key)>;

  // Removes keys with the prefix while there is room, each of which counts for `cost` records; `remove` takes
  // what belongs to it along.
  base::Result<void> each(store::Table, std::string_view prefix, std::size_t cost, Remove remove);
  base::Result<void> each_of_tenant(store::Table table, std::size_t cost, Remove remove) {
    return each(table, store::Key().uuid(tenant_), cost, remove);
  }
  base::Result<void> answers_of(const base::Uuid& caller);

  // As many mappings, or grants, as there is room for, by a function that answers how many they were.
  template <typename Delete>
  base::Result<void> holdings(const Delete&);

  // The noun of a key, by `get`, removed by `del`; nothing where it is gone or can't be decoded, and then its
  // key alone will go.
  template <typename Noun>
  base::Result<void> remove(const base::Result<std::optional<Noun>>& found,
                            base::Result<void> (*del)(store::WriteTxn&, const Noun&)) {
    if (found.ok()) return *found ? del(txn_, **found) : base::Result<void>();
    return found.error().code == base::ErrorCode::kCorrupt ? base::Result<void>() : found.error();
  }

  base::Result<void> credentials(store::Table, std::string_view prefix);
  base::Result<void> memberships(store::Table, std::string_view prefix);
  base::Result<void> relations();
  base::Result<void> entities();
  base::Result<void> principals();
  base::Result<void> grants(const PendingDeletion&, GrantGoes);
  base::Result<void> of_principal(const Deleted&, MappingGoes);
  base::Result<void> of_actor(const Deleted&);
  base::Result<void> children(const std::string& entity);
  base::Result<void> on_resource(const ResourceText&, MappingGoes);

  store::WriteTxn& txn_;
  const TenantId& tenant_;
  std::size_t left_;
};

}  // namespace domain
