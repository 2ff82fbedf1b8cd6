#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/quota.h"
#include "store/txn.h"

namespace domain {

enum class State { kEnabled, kDisabled };
std::string_view name_of(State);  // "enabled", "disabled"
std::optional<State> parse_state(std::string_view name);

// Whom everything belongs to and is isolated by; /v1beta1 calls it organization. The platform is none
// (owner.h).
struct Tenant {
  TenantId id;
  std::string slug;             // unique, lower case: ^[a-z0-9][a-z0-9_-]{0,63}$; /v1beta1's name
  std::string name;             // for people; /v1beta1's title
  std::string metadata = "{}";  // a JSON object's text
  State state = State::kEnabled;
  base::Timestamp created_at, updated_at;
  std::uint64_t revision = 0;  // of the last change; set when read and when written
  OwnLimits limits{};          // set by the platform

  bool operator==(const Tenant&) const = default;
};

// Nothing where there is none; kCorrupt where the record can't be decoded.
base::Result<std::optional<Tenant>> get_tenant(const store::ReadTxn&, const TenantId& id);
base::Result<std::optional<Tenant>> find_tenant_by_slug(const store::ReadTxn&, std::string_view slug);

// Adds or replaces. kConflict where the slug is another's, or a tenant with this id is still being deleted;
// kInvalid where the metadata is no JSON object. A slug that is changed is held (held_slug.h), and one that
// is taken is held no longer.
base::Result<void> put_tenant(store::WriteTxn&, Tenant&);

// Removes the tenant; its slug is held. Everything that belongs to it, except its audit chain, is then
// nobody's, and is removed by continue_deletions() (deletion.h). Absence is no error.
base::Result<void> delete_tenant(store::WriteTxn&, const TenantId& id);

// In order of id, beginning behind `after`, until fn returns false.
base::Result<void> each_tenant(const store::ReadTxn&, const TenantId* after,
                               base::FunctionRef<bool(Tenant&&)> fn);

}  // namespace domain
