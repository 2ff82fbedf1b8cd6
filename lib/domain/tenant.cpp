#include "domain/tenant.h"

#include <array>
#include <cstddef>

#include "domain/deletion.h"
#include "domain/held_slug.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

// The members that have the limits, in the order of kAllQuotas. DO NOT CHANGE, only append.
constexpr std::array<std::string_view, kAllQuotas.size()> kLimitNames = {
    "limit_roles",       "limit_groups",      "limit_users",       "limit_service_users", "limit_mappings",
    "limit_memberships", "limit_credentials", "limit_audit_bytes", "limit_policies",      "limit_rules",
    "limit_entities",    "limit_projects",    "limit_grants",      "limit_policy_tests"};
static_assert(!kLimitNames.back().empty());

constexpr Layout kLayout{1, [](auto& codec, auto& tenant) {
                           codec.member("slug", tenant.slug);
                           codec.member("name", tenant.name);
                           codec.optional_json("metadata", tenant.metadata, "{}");
                           codec.choice("state", tenant.state, parse_state);
                           codec.member("created_at", tenant.created_at);
                           codec.member("updated_at", tenant.updated_at);
                           codec.member("revision", tenant.revision);
                           for (std::size_t i = 0; i < kAllQuotas.size(); ++i)
                             codec.optional(kLimitNames[i], tenant.limits[kAllQuotas[i]]);
                         }};

base::Result<Tenant> decode(std::string_view key, std::string_view value) {
  Tenant tenant;
  store::KeyReader parts(key);
  tenant.id = TenantId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kTenant, key, "not a key of this table");
  if (auto read = unseal_record(Table::kTenant, key, value, kLayout, tenant); !read.ok()) return read.error();
  return tenant;
}

base::Result<void> free_slug(store::WriteTxn& txn, const Tenant& tenant) {
  if (auto done = del(txn, Table::kTenantSlug, tenant.slug); !done.ok()) return done;
  return hold_slug(txn, {tenant.slug, tenant.id, {txn.now().ms + kSlugHeldMs}});
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::kEnabled:
      return "enabled";
    case State::kDisabled:
      return "disabled";
  }
  return "";
}

std::optional<State> parse_state(std::string_view name) {
  for (const State state : {State::kEnabled, State::kDisabled})
    if (name_of(state) == name) return state;
  return std::nullopt;
}

base::Result<std::optional<Tenant>> get_tenant(const store::ReadTxn& txn, const TenantId& id) {
  return get_record(txn, Table::kTenant, Key().uuid(id), decode);
}

base::Result<std::optional<Tenant>> find_tenant_by_slug(const store::ReadTxn& txn, std::string_view slug) {
  const auto id = get_id(txn, Table::kTenantSlug, slug);
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_tenant(txn, TenantId(**id));
}

base::Result<void> put_tenant(store::WriteTxn& txn, Tenant& tenant) {
  const std::string who = "tenant " + tenant.slug;
  if (auto checked = check_object(tenant.metadata, who); !checked.ok()) return checked;
  const auto before = get_tenant(txn, tenant.id);
  if (!before.ok()) return before.error();
  const auto going = is_being_deleted(txn, tenant.id);
  if (!going.ok()) return going.error();
  if (*going)
    return base::Error{base::ErrorCode::kConflict,
                       who + ": what the tenant of the same id had is still being deleted; try again"};
  if (auto claimed = claim(txn, Table::kTenantSlug, tenant.slug, tenant.id, who + ": the slug is taken");
      !claimed.ok())
    return claimed;
  if (auto released = release_slug(txn, tenant.slug); !released.ok()) return released;
  if (*before && (*before)->slug != tenant.slug)
    if (auto freed = free_slug(txn, **before); !freed.ok()) return freed;
  tenant.revision = txn.revision();
  return txn.put(Table::kTenant, Key().uuid(tenant.id), seal_record(kLayout, tenant));
}

base::Result<void> delete_tenant(store::WriteTxn& txn, const TenantId& id) {
  const auto tenant = get_tenant(txn, id);
  if (!tenant.ok()) return tenant.error();
  if (!*tenant) return {};
  if (auto done = txn.put(Table::kDeletion, Key().uuid(id), {}); !done.ok()) return done;
  if (auto done = free_slug(txn, **tenant); !done.ok()) return done;
  return del(txn, Table::kTenant, Key().uuid(id));
}

base::Result<void> each_tenant(const store::ReadTxn& txn, const TenantId* after,
                               base::FunctionRef<bool(Tenant&&)> fn) {
  return each_record(txn, Table::kTenant, {}, after ? after->raw() : std::string_view(), decode, fn);
}

base::Result<void> implied_by_tenant(const Entry& entry, Implied& implied) {
  const auto tenant = decode(entry.key, entry.value);
  if (!tenant.ok()) return tenant.error();
  implied.entry(Table::kTenantSlug, {tenant->slug, entry.key});
  return {};
}

}  // namespace domain
