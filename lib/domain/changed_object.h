#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "store/change.h"
#include "store/txn.h"

namespace domain {

enum class ChangeKind : std::uint8_t { kCreated, kUpdated, kDeleted };

std::string_view name_of(ChangeKind);  // "created"

// Something of a tenant that a change made, changed or removed, by its name and without its contents.
struct ChangedObject {
  store::Table table = store::Table::kTenant;  // that has its record, and so says what it is
  std::string id;                              // as its own calls name it: an id, a role's slug, "Folder:7"
  std::string within;  // the group of a member, the policy of a rule, by its id; else empty
  ChangeKind kind = ChangeKind::kCreated;
  std::string key{};  // of its record

  bool operator==(const ChangedObject&) const = default;
};

// The tables whose records are objects that changes are told of. Keys of all of them but the catalogue's
// begin with whose they are.
const std::vector<store::Table>& tables_of_objects();

// "group"; of a table of objects.
std::string_view noun_of(store::Table);

// What such an object is in, that `within` is the id of: "group", "policy"; "" where it is in nothing.
std::string_view holder_of(store::Table);

// Whose an object is: of a tenant's record, that tenant; of a permission, the platform.
Owner owner_of_object(store::Table, std::string_view key);

// What the change did to the tenant's own objects, and to the platform's roles and permissions, which are in
// every tenant; to the platform, to those and to tenants. In order of their first write, each once; what was
// made and removed by the same change isn't there. kCorrupt where a record can't be read.
base::Result<std::vector<ChangedObject>> changed_objects(const store::ReadTxn&, const store::ChangeRecord&,
                                                         const Owner& tenant);

// Who made the change, as the tenant's audit log has it.
struct ChangeAuthor {
  std::optional<Principal> actor;  // none: Reeve itself
  std::string name;
};

// Nothing where that log has no entry of it.
base::Result<std::optional<ChangeAuthor>> author_of(const store::ChangeRecord&, const Owner& tenant);

}  // namespace domain
