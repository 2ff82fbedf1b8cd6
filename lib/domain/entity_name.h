#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace domain {

// What a thing of a tenant's application is called: any strings, UTF-8 without NUL, of 1 to so many bytes.
struct EntityName {
  std::string type, id;

  auto operator<=>(const EntityName&) const = default;
};
inline constexpr std::size_t kMaxEntityType = 128;
inline constexpr std::size_t kMaxEntityId = 256;

// Whether it is one: nothing is stored under any other, and no mapping is on it.
bool is_valid(const EntityName&);

// "Folder:7", for messages, and as mappings name a resource. Of two valid names never the same: one that
// wouldn't be split where it was joined, such as that of the type "a:b", has a NUL in place of the colon. At
// most kMaxEntityType + 1 + kMaxEntityId bytes.
std::string to_string(const EntityName&);

// The name that to_string() gave, or that somebody wrote: split at its NUL, else at the first colon that is
// not part of `::`. Nothing where that gives no valid name.
std::optional<EntityName> parse_entity_name(std::string_view text);

// Whether to_string() is text that people can write, without a NUL.
bool is_plain(const EntityName&);

// In keys a name is a number, since two names don't fit into one. Every name has one that is stored, or that
// something stored names as its parent; once neither is so, it has none, and the number may be another's.
using EntityNumber = std::uint64_t;

base::Result<std::optional<EntityNumber>> find_entity_number(const store::ReadTxn&, const TenantId& tenant,
                                                             const EntityName&);

// kCorrupt where nothing has the number.
base::Result<EntityName> entity_name_of(const store::ReadTxn&, const TenantId& tenant, EntityNumber);

// Every name that has a number, of the type, or of any where that is empty: types in order of their length
// and then of their bytes, ids of their bytes, behind `after`. Until fn returns false.
base::Result<void> each_entity_name(const store::ReadTxn&, const TenantId& tenant, std::string_view type,
                                    const EntityName* after,
                                    base::FunctionRef<bool(EntityName&&, EntityNumber)> fn);

// The rest is for lib/domain/entity.cpp.

// The number of a name, which is given one if it has none. kInvalid for a name that isn't valid.
base::Result<EntityNumber> claim_entity_number(store::WriteTxn&, const TenantId& tenant, const EntityName&);

// Takes the number from its name. REQUIRES: nothing refers to it
base::Result<void> free_entity_number(store::WriteTxn&, const TenantId& tenant, EntityNumber);

}  // namespace domain
