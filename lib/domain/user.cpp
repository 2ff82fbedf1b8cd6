#include "domain/user.h"

#include "domain/active_user.h"
#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/name_index.h"
#include "domain/name_words.h"
#include "domain/record.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

constexpr auto kToActive = [](auto& codec, auto& user) {
  codec.member("email", user.email);
  codec.member("name", user.name);
  codec.member("auth_provider", user.auth_provider);
  codec.member("active", user.active);
};
constexpr Layout kLayout{1, [](auto& codec, auto& user) {
                           kToActive(codec, user);
                           codec.member("email_verified", user.email_verified);
                           codec.member("is_owner", user.is_owner);
                           codec.member("created_at", user.created_at);
                           codec.member("updated_at", user.updated_at);
                           codec.member("revision", user.revision);
                         }};

base::Result<User> decode(std::string_view key, std::string_view value) {
  User user;
  store::KeyReader parts(key);
  user.tenant = TenantId(parts.uuid());
  user.id = UserId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kUser, key, "not a key of this table");
  if (auto read = unseal_record(Table::kUser, key, value, kLayout, user); !read.ok()) return read.error();
  return user;
}

}  // namespace

SearchedNames names_of(const User& user) {
  return {user.name, user.email};
}

base::Result<std::optional<User>> get_user(const store::ReadTxn& txn, const TenantId& tenant,
                                           const UserId& id) {
  return get_record(txn, Table::kUser, Key().uuid(tenant).uuid(id), decode);
}

base::Result<bool> is_active_user(const store::ReadTxn& txn, const TenantId& tenant, const UserId& id) {
  const Key key = Key().uuid(tenant).uuid(id);
  const auto value = txn.get(Table::kUser, key);
  if (!value.ok()) return value.error();
  if (!*value) return false;
  const auto json = unseal_json(Table::kUser, key, **value, kLayout.version);
  if (!json.ok()) return json.error();
  User user;
  RecordReader reader(json.value());
  kToActive(reader, user);
  if (!reader.ok()) return store::corrupt(Table::kUser, key, reader.problem());
  return user.active;
}

base::Result<std::optional<User>> find_user_by_email(const store::ReadTxn& txn, const TenantId& tenant,
                                                     std::string_view email) {
  const auto id = find_name(txn, kUserEmails, tenant, email);
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_user(txn, tenant, UserId(**id));
}

base::Result<std::optional<User>> find_user_taken_for(const store::ReadTxn& txn, const User& user) {
  const auto id = find_look_alike(txn, kUserEmails, user.tenant, user.email, user.id);
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_user(txn, user.tenant, UserId(**id));
}

base::Result<void> put_user(store::WriteTxn& txn, User& user) {
  const auto before = get_user(txn, user.tenant, user.id);
  if (!before.ok()) return before.error();
  if (auto free = check_not_being_deleted(txn, user.tenant, user.id, "user " + user.email); !free.ok())
    return free;
  const NameChange change{*before ? std::optional((*before)->email) : std::nullopt, user.email};
  if (auto named = change_name(txn, kUserEmails, user.tenant, user.id, change,
                               "user " + user.email + ": the e-mail is taken");
      !named.ok())
    return named;
  const SearchedNames names_before = *before ? names_of(**before) : SearchedNames();
  if (auto done = change_words(txn, Searched::kUser, user.tenant, user.id, names_before, names_of(user));
      !done.ok())
    return done;
  user.revision = txn.revision();
  return put_counted(txn, Counted::kUsers, Table::kUser, user.tenant, Key().uuid(user.tenant).uuid(user.id),
                     seal_record(kLayout, user));
}

base::Result<void> delete_user(store::WriteTxn& txn, const User& user) {
  return delete_user(txn, user, {}, kTellNobody);
}

base::Result<void> delete_user(store::WriteTxn& txn, const User& user, const DeletedBy& by,
                               GoesWith goes_with) {
  const TenantId& tenant = user.tenant;
  if (auto done = delete_belongings(txn, {tenant, user.id, {}, by}, kMostAtOnce, goes_with); !done.ok())
    return done;
  if (auto done = change_name(txn, kUserEmails, tenant, user.id, {user.email, std::nullopt}, ""); !done.ok())
    return done;
  if (auto done = change_words(txn, Searched::kUser, tenant, user.id, names_of(user), {}); !done.ok())
    return done;
  if (auto done = delete_entity(txn, tenant, user_entity(user.id)); !done.ok()) return done;
  return del_counted(txn, Counted::kUsers, Table::kUser, tenant, Key().uuid(tenant).uuid(user.id));
}

base::Result<void> each_user(const store::ReadTxn& txn, const TenantId& tenant, const UserId* after,
                             base::FunctionRef<bool(User&&)> fn) {
  const Key prefix = Key().uuid(tenant);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_record(txn, Table::kUser, prefix, from, decode, fn);
}

base::Result<void> implied_by_user(const Entry& entry, Implied& implied) {
  const auto user = decode(entry.key, entry.value);
  if (!user.ok()) return user.error();
  implied_by_name(kUserEmails, user->tenant, user->id, user->email, implied);
  implied_by_words(Searched::kUser, user->tenant, user->id, names_of(*user), implied);
  implied.needs_tenant_of(entry.key);
  return {};
}

}  // namespace domain
