#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace domain {

// What a tenant says of its entities, actions and contexts, as it was written. What the text says is not
// known here: whoever stores it has read it.
struct TenantSchema {
  TenantId tenant;
  std::string text;
  std::optional<Principal> updated_by;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;

  bool operator==(const TenantSchema&) const = default;
};

// Nothing where the tenant has none. Whether it has one, and of which revision, Decisions::schema_revision
// says, which takes less to read.
base::Result<std::optional<TenantSchema>> get_schema(const store::ReadTxn&, const TenantId& tenant);

// Adds or replaces, with the transaction's revision, which the tenant's Decisions have then too.
base::Result<void> put_schema(store::WriteTxn&, TenantSchema&);

// REQUIRES: there is one
base::Result<void> delete_schema(store::WriteTxn&, const TenantId& tenant);

}  // namespace domain
