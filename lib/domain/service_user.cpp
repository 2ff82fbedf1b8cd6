#include "domain/service_user.h"

#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/name_words.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr Layout kLayout{1, [](auto& codec, auto& user) {
                           codec.member("title", user.title);
                           codec.optional_json("metadata", user.metadata, "{}");
                           codec.choice("state", user.state, parse_state);
                           codec.member("is_api_key", user.is_api_key);
                           codec.member("created_at", user.created_at);
                           codec.member("updated_at", user.updated_at);
                           codec.member("revision", user.revision);
                         }};

base::Result<ServiceUser> decode(std::string_view key, std::string_view value) {
  ServiceUser user;
  store::KeyReader parts(key);
  user.tenant = TenantId(parts.uuid());
  user.id = ServiceUserId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kServiceUser, key, "not a key of this table");
  if (auto read = unseal_record(Table::kServiceUser, key, value, kLayout, user); !read.ok())
    return read.error();
  return user;
}

Key by_id(const ServiceUser& user) {
  return Key().uuid(user.id).uuid(user.tenant);
}

}  // namespace

SearchedNames names_of(const ServiceUser& user) {
  return {user.title};
}

base::Result<std::optional<TenantId>> find_tenant_of_service_user(const store::ReadTxn& txn,
                                                                  const ServiceUserId& id) {
  std::optional<TenantId> tenant;
  bool whole = true;
  const auto scanned =
      txn.scan(Table::kServiceUserById, id.raw(), [&](std::string_view key, std::string_view) {
        store::KeyReader parts(key);
        parts.uuid();
        tenant = TenantId(parts.uuid());
        whole = parts.complete();
        return false;
      });
  if (!scanned.ok()) return scanned.error();
  if (!whole) return store::corrupt(Table::kServiceUserById, id.raw(), "not a key of this table");
  return tenant;
}

base::Result<std::optional<ServiceUser>> get_service_user(const store::ReadTxn& txn, const TenantId& tenant,
                                                          const ServiceUserId& id) {
  return get_record(txn, Table::kServiceUser, Key().uuid(tenant).uuid(id), decode);
}

base::Result<void> put_service_user(store::WriteTxn& txn, ServiceUser& user) {
  if (auto checked = check_object(user.metadata, "service user " + user.title); !checked.ok()) return checked;
  if (auto free = check_not_being_deleted(txn, user.tenant, user.id, "service user " + user.title);
      !free.ok())
    return free;
  const auto before = get_service_user(txn, user.tenant, user.id);
  if (!before.ok()) return before.error();
  const SearchedNames names_before = *before ? names_of(**before) : SearchedNames();
  if (auto done =
          change_words(txn, Searched::kServiceUser, user.tenant, user.id, names_before, names_of(user));
      !done.ok())
    return done;
  user.revision = txn.revision();
  if (auto done = txn.put(Table::kServiceUserById, by_id(user), {}); !done.ok()) return done;
  return put_counted(txn, Counted::kServiceUsers, Table::kServiceUser, user.tenant,
                     Key().uuid(user.tenant).uuid(user.id), seal_record(kLayout, user));
}

base::Result<void> delete_service_user(store::WriteTxn& txn, const ServiceUser& user) {
  return delete_service_user(txn, user, {}, kTellNobody);
}

base::Result<void> delete_service_user(store::WriteTxn& txn, const ServiceUser& user, const DeletedBy& by,
                                       GoesWith goes_with) {
  if (auto done = delete_belongings(txn, {user.tenant, user.id, {}, by}, kMostAtOnce, goes_with); !done.ok())
    return done;
  if (auto done = del(txn, Table::kServiceUserById, by_id(user)); !done.ok()) return done;
  if (auto done = change_words(txn, Searched::kServiceUser, user.tenant, user.id, names_of(user), {});
      !done.ok())
    return done;
  return del_counted(txn, Counted::kServiceUsers, Table::kServiceUser, user.tenant,
                     Key().uuid(user.tenant).uuid(user.id));
}

base::Result<void> each_service_user(const store::ReadTxn& txn, const TenantId& tenant,
                                     const ServiceUserId* after, base::FunctionRef<bool(ServiceUser&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_record(txn, Table::kServiceUser, prefix, from, decode, fn);
}

base::Result<void> implied_by_service_user(const Entry& entry, Implied& implied) {
  const auto user = decode(entry.key, entry.value);
  if (!user.ok()) return user.error();
  implied.entry(Table::kServiceUserById, {by_id(*user), {}});
  implied_by_words(Searched::kServiceUser, user->tenant, user->id, names_of(*user), implied);
  implied.needs_tenant_of(entry.key);
  return {};
}

}  // namespace domain
