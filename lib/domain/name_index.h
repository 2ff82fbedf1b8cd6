#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/uuid.h"
#include "domain/ids.h"
#include "domain/implied.h"
#include "domain/principal.h"
#include "store/schema.h"
#include "store/txn.h"

// Names of which a tenant has each only once. Two are the same if they fold alike (names/fold.h).
namespace domain {

struct NameIndex {
  store::Table table;  // [tenant][folded name], with the id of who is found by it
  PrincipalKind kind;  // whose names: no two kinds come in each other's way
};
inline constexpr NameIndex kGroupNames{store::Table::kGroupName, PrincipalKind::kGroup};
inline constexpr NameIndex kUserEmails{store::Table::kUserEmail, PrincipalKind::kUser};

// Who is found by the name.
base::Result<std::optional<base::Uuid>> find_name(const store::ReadTxn&, const NameIndex&,
                                                  const TenantId& tenant, std::string_view name);

// Somebody but `self` whose name looks like this one (names/look.h); whichever comes first where there are
// more.
base::Result<std::optional<base::Uuid>> find_look_alike(const store::ReadTxn&, const NameIndex&,
                                                        const TenantId& tenant, std::string_view name,
                                                        const base::Uuid& self);

// Whom the store had with a name that is another's, when it came to be compared like that (format 6). They
// are found by their ids alone, until they are renamed or the other is.
base::Result<bool> is_clashing(const store::ReadTxn&, const NameIndex&, const TenantId& tenant,
                               std::string_view name, const base::Uuid& id);

struct NameChange {
  std::optional<std::string> before;  // none of what is new
  std::optional<std::string> after;   // none of what is deleted
};

// Makes the name that of `id`, in place of the one before. kConflict with the message `taken` where the new
// one is another's; a name that folds as the one before is never refused. Who had a freed name without being
// found by it is found by it from now on.
base::Result<void> change_name(store::WriteTxn&, const NameIndex&, const TenantId& tenant,
                               const base::Uuid& id, const NameChange&, std::string taken);

// What a record with this name implies.
void implied_by_name(const NameIndex&, const TenantId& tenant, const base::Uuid& id, std::string_view name,
                     Implied&);

}  // namespace domain
