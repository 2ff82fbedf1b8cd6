#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "store/txn.h"

namespace domain {

enum class Source { kLocal, kScim };
std::string_view name_of(Source);  // "local", "scim"
std::optional<Source> parse_source(std::string_view name);

struct Group {
  Uuid id;
  Uuid tenant;
  std::string name;  // unique in the tenant, case ignored (ASCII)
  Source source = Source::kLocal;
  std::optional<std::string> description;
  Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const Group&) const = default;
};

Result<std::optional<Group>> get_group(const store::ReadTxn&, const Uuid& tenant, const Uuid& id);
Result<std::optional<Group>> find_group_by_name(const store::ReadTxn&, const Uuid& tenant,
                                                std::string_view name);
Result<void> put_group(store::WriteTxn&, Group&);  // adds or replaces; kConflict where the name is another's

// Deletes its memberships and its mappings too, and the mappings on it.
Result<void> delete_group(store::WriteTxn&, const Group&);

Result<void> each_group(const store::ReadTxn&, const Uuid& tenant, const Uuid* after,
                        FunctionRef<bool(Group&&)> fn);

// A person in a group.
struct Membership {
  Uuid tenant, group, user;
  Source source = Source::kLocal;
  Timestamp joined_at;

  bool operator==(const Membership&) const = default;
};

Result<std::optional<Membership>> get_membership(const store::ReadTxn&, const Uuid& tenant, const Uuid& group,
                                                 const Uuid& user);

// Adds or replaces. REQUIRES: the group and the user exist
Result<void> put_membership(store::WriteTxn&, const Membership&);
Result<void> delete_membership(store::WriteTxn&, const Uuid& tenant, const Uuid& group, const Uuid& user);

// Keys alone are read: no record is decoded.
Result<void> each_group_of(const store::ReadTxn&, const Uuid& tenant, const Uuid& user,
                           FunctionRef<bool(const Uuid& group)> fn);
Result<void> each_user_in(const store::ReadTxn&, const Uuid& tenant, const Uuid& group,
                          FunctionRef<bool(const Uuid& user)> fn);
Result<void> each_membership(const store::ReadTxn&, const Uuid& tenant, const Uuid& group, const Uuid* after,
                             FunctionRef<bool(Membership&&)> fn);

}  // namespace domain
