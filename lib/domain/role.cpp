#include "domain/role.h"

#include "domain/counts.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/name_words.h"
#include "domain/pending_deletion.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& role) {
                           codec.member("slug", role.slug);
                           codec.choice("state", role.state, parse_state);
                           codec.member("scopes", role.scopes);
                           codec.member("name", role.name);
                           codec.optional("description", role.description);
                           codec.optional_json("metadata", role.metadata, "{}");
                           codec.member("is_system", role.is_system);
                           codec.optional("created_by", role.created_by);
                           codec.optional("updated_by", role.updated_by);
                           codec.member("created_at", role.created_at);
                           codec.member("updated_at", role.updated_at);
                           codec.member("revision", role.revision);
                         }};

base::Result<Role> decode(std::string_view key, std::string_view value) {
  store::KeyReader parts(key);
  Role role(owner_of(parts.uuid()));
  role.id = RoleId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kRole, key, "not a key of this table");
  if (auto read = unseal_record(Table::kRole, key, value, kLayout, role); !read.ok()) return read.error();
  return role;
}

base::Result<std::optional<Role>> find_own(const store::ReadTxn& txn, const Owner& tenant,
                                           std::string_view slug) {
  const auto id = get_id(txn, Table::kRoleSlug, Key().uuid(to_stored(tenant)).text(slug));
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_role(txn, tenant, RoleId(**id));
}

}  // namespace

SearchedNames names_of(const Role& role) {
  return {role.slug, role.name};
}

base::Result<std::optional<Role>> get_role(const store::ReadTxn& txn, const Owner& tenant, const RoleId& id) {
  return get_record(txn, Table::kRole, Key().uuid(to_stored(tenant)).uuid(id), decode);
}

base::Result<std::optional<Role>> find_role(const store::ReadTxn& txn, const Owner& tenant,
                                            std::string_view slug) {
  auto own = find_own(txn, tenant, slug);
  if (!own.ok() || *own || tenant.is_platform()) return own;
  return find_own(txn, Platform{}, slug);
}

base::Result<std::optional<Role>> find_role_by_id(const store::ReadTxn& txn, const Owner& tenant,
                                                  const RoleId& id) {
  auto own = get_role(txn, tenant, id);
  if (!own.ok() || *own || tenant.is_platform()) return own;
  return get_role(txn, Platform{}, id);
}

base::Result<void> put_role(store::WriteTxn& txn, Role& role) {
  const std::string who = "role " + role.slug;
  if (auto checked = check_object(role.metadata, who); !checked.ok()) return checked;
  const auto before = get_role(txn, role.tenant, role.id);
  if (!before.ok()) return before.error();
  if (const TenantId* const home = role.tenant.tenant())
    if (auto free = check_not_being_deleted(txn, *home, role.id, who); !free.ok()) return free;
  const bool same_slug = *before && (*before)->slug == role.slug;
  if (!same_slug) {
    const auto shared = get_id(txn, Table::kRoleSlug, Key().uuid(to_stored(Platform{})).text(role.slug));
    if (!shared.ok()) return shared.error();
    if (*shared && !role.tenant.is_platform())
      return base::Error{base::ErrorCode::kConflict, who + ": the slug is a system role's"};
    const Key key = Key().uuid(to_stored(role.tenant)).text(role.slug);
    if (auto claimed = claim(txn, Table::kRoleSlug, key, role.id, who + ": the slug is taken"); !claimed.ok())
      return claimed;
  }
  if (*before && !same_slug)
    if (auto freed = del(txn, Table::kRoleSlug, Key().uuid(to_stored(role.tenant)).text((*before)->slug));
        !freed.ok())
      return freed;
  const SearchedNames names_before = *before ? names_of(**before) : SearchedNames();
  if (auto done = change_words(txn, Searched::kRole, role.tenant, role.id, names_before, names_of(role));
      !done.ok())
    return done;
  role.revision = txn.revision();
  return put_counted(txn, Counted::kRoles, Table::kRole, role.tenant,
                     Key().uuid(to_stored(role.tenant)).uuid(role.id), seal_record(kLayout, role));
}

base::Result<void> delete_role(store::WriteTxn& txn, const Role& role) {
  if (auto done = del(txn, Table::kRoleSlug, Key().uuid(to_stored(role.tenant)).text(role.slug)); !done.ok())
    return done;
  if (auto done = change_words(txn, Searched::kRole, role.tenant, role.id, names_of(role), {}); !done.ok())
    return done;
  return del_counted(txn, Counted::kRoles, Table::kRole, role.tenant,
                     Key().uuid(to_stored(role.tenant)).uuid(role.id));
}

base::Result<void> each_role(const store::ReadTxn& txn, const Owner& tenant, std::string_view after,
                             base::FunctionRef<bool(Role&&)> fn) {
  const Key prefix = Key().uuid(to_stored(tenant));
  const Key from = Key(prefix).text(after);
  const auto decode_slug = [&](std::string_view key, std::string_view value) -> base::Result<Role> {
    if (value.size() != 16) return store::corrupt(Table::kRoleSlug, key, "not an id");
    auto role = get_role(txn, tenant, RoleId::from_raw(value));
    if (!role.ok()) return role.error();
    if (!*role) return store::corrupt(Table::kRoleSlug, key, "the role that it names is not there");
    return **std::move(role);
  };
  return each_record(txn, Table::kRoleSlug, prefix, after.empty() ? std::string_view() : from, decode_slug,
                     fn);
}

base::Result<void> implied_by_role(const Entry& entry, Implied& implied) {
  const auto role = decode(entry.key, entry.value);
  if (!role.ok()) return role.error();
  implied.entry(Table::kRoleSlug, {Key().bytes(entry.key.substr(0, 16)).text(role->slug), role->id.raw()});
  implied_by_words(Searched::kRole, role->tenant, role->id, names_of(*role), implied);
  implied.needs_tenant_of(entry.key);
  return {};
}

}  // namespace domain
