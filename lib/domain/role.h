#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/name_words.h"
#include "domain/owner.h"
#include "domain/principal.h"
#include "domain/tenant.h"
#include "store/txn.h"

namespace domain {

// A named set of permissions. System and platform roles are stored once, as the platform's, and exist in
// every tenant; a tenant's own role can't take their slug. What holds where one of them comes to have a
// tenant's says shadowed_role.h.
struct Role {
  explicit Role(const Owner& whose) : tenant(whose) {}

  RoleId id;
  Owner tenant;  // the platform: system or platform role
  std::string slug;
  std::string name;
  std::optional<std::string> description;
  std::vector<std::string> scopes;  // canonical, sorted, without repeats
  std::string metadata = "{}";      // a JSON object's text, without description
  State state = State::kEnabled;
  bool is_system = false;  // from the roles file; can't be changed through the API
  std::optional<Principal> created_by, updated_by;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const Role&) const = default;
};

// What it is searched by.
SearchedNames names_of(const Role&);

base::Result<std::optional<Role>> get_role(const store::ReadTxn&, const Owner& tenant, const RoleId& id);

// The tenant's own, else a system or platform role: what a tenant made keeps its meaning where the platform
// takes the same slug later.
base::Result<std::optional<Role>> find_role(const store::ReadTxn&, const Owner& tenant,
                                            std::string_view slug);
base::Result<std::optional<Role>> find_role_by_id(const store::ReadTxn&, const Owner& tenant,
                                                  const RoleId& id);

// Adds or replaces. kConflict where the slug is another role's in the tenant or of the platform;
// kInvalid where the metadata is no JSON object.
base::Result<void> put_role(store::WriteTxn&, Role&);

// Leaves its mappings alone; the caller deletes them first.
base::Result<void> delete_role(store::WriteTxn&, const Role&);

// Those that are this owner's alone (the platform: system and platform roles), in order of slug, behind
// `after`.
base::Result<void> each_role(const store::ReadTxn&, const Owner& tenant, std::string_view after,
                             base::FunctionRef<bool(Role&&)> fn);

}  // namespace domain
