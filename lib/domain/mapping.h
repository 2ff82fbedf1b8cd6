#pragma once
#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// A principal holds a role, on a resource, for a time. A group's role mapping (/v1) and a policy (/v1beta1)
// are both this.
struct Mapping {
  Uuid id;
  Uuid tenant;
  Principal principal;
  Uuid role;
  ResourceText resource;  // empty: the whole tenant
  std::optional<Timestamp> valid_from, expires_at;
  std::optional<std::string> reason;
  std::string title, metadata = "{}";
  std::optional<Principal> created_by;
  Timestamp created_at;
  std::uint64_t revision = 0;

  // From valid_from, to the millisecond before expires_at.
  bool in_force(Timestamp now) const {
    return (!valid_from || now >= *valid_from) && (!expires_at || now < *expires_at);
  }
};

// What tells one mapping from another; also its key.
struct MappingKey {
  Principal principal;
  Uuid role;
  ResourceText resource;
};

Result<std::optional<Mapping>> get_mapping(const store::ReadTxn&, const Uuid& tenant, const MappingKey&);
Result<std::optional<Mapping>> find_mapping_by_id(const store::ReadTxn&, const Uuid& tenant, const Uuid& id);
Result<void> put_mapping(store::WriteTxn&, Mapping&);
Result<void> delete_mapping(store::WriteTxn&, const Mapping&);

// All of one principal, in order of role and resource.
Result<void> each_mapping_of(const store::ReadTxn&, const Uuid& tenant, const Principal&,
                             const std::function<bool(Mapping&&)>& fn);

// All of a role, in order of principal. `role` may be a system role; only this tenant's mappings are seen.
Result<void> each_mapping_by_role(const store::ReadTxn&, const Uuid& tenant, const Uuid& role,
                                  const std::function<bool(const MappingKey&)>& fn);

// All of the tenant, in order of id, behind `after`.
Result<void> each_mapping(const store::ReadTxn&, const Uuid& tenant, const Uuid* after,
                          const std::function<bool(Mapping&&)>& fn);

}  // namespace domain
