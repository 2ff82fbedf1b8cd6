#include "domain/credential.h"

#include "domain/counts.h"
#include "domain/idempotency.h"
#include "domain/implied.h"
#include "domain/index.h"
#include "domain/pending_deletion.h"
#include "domain/record.h"
#include "domain/session.h"
#include "store/key.h"

namespace domain {
namespace {

using store::Key;
using store::Table;

std::optional<CredentialKind> parse_credential_kind(std::string_view name) {
  for (const CredentialKind kind : {CredentialKind::kApiKey, CredentialKind::kSecret})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

constexpr Layout kLayout{1, [](auto& codec, auto& credential) {
                           codec.member("tenant", credential.tenant);
                           codec.choice("kind", credential.kind, parse_credential_kind);
                           codec.member("owner", credential.owner);
                           codec.member("hash", credential.hash);
                           codec.optional("expires_at", credential.expires_at);
                           codec.optional("revoked_at", credential.revoked_at);
                           codec.member("scopes", credential.scopes);
                           codec.member("name", credential.name);
                           codec.optional("created_by", credential.created_by);
                           codec.member("created_at", credential.created_at);
                           codec.optional("revision", credential.revision);
                         }};

base::Result<Credential> decode(std::string_view key, std::string_view value) {
  Credential credential{TenantId()};  // nobody's until it is read
  store::KeyReader parts(key);
  credential.id = CredentialId(parts.uuid());
  if (!parts.complete()) return store::corrupt(Table::kCredential, key, "not a key of this table");
  if (auto read = unseal_record(Table::kCredential, key, value, kLayout, credential); !read.ok())
    return read.error();
  return credential;
}

Key by_tenant(const Credential& c) {
  return Key().uuid(to_stored(c.tenant)).uuid(c.id);
}

Key of_owner(const Owner& tenant, const Principal& owner) {
  return Key().uuid(to_stored(tenant)).u8(static_cast<std::uint8_t>(owner.kind)).uuid(owner.id);
}

Key by_owner(const Credential& c) {
  return of_owner(c.tenant, c.owner).uuid(c.id);
}

base::Result<void> remove_indexes(store::WriteTxn& txn, const Credential& credential) {
  if (auto done = del(txn, Table::kCredentialHash, crypto::raw(credential.hash)); !done.ok()) return done;
  if (auto done = del(txn, Table::kCredentialByTenant, by_tenant(credential)); !done.ok()) return done;
  return del(txn, Table::kCredentialByOwner, by_owner(credential));
}

base::Result<std::optional<Credential>> if_present(const store::ReadTxn& txn,
                                                   base::Result<std::optional<Credential>> found) {
  if (!found.ok() || !*found || (*found)->tenant.is_platform()) return found;
  const auto left = is_being_deleted(txn, *(*found)->tenant.tenant(), (*found)->owner);
  if (!left.ok()) return left.error();
  if (*left) return {std::nullopt};
  return found;
}

// Each credential that a key of the index ends with.
base::Result<void> each_in(const store::ReadTxn& txn, const Owner& tenant, Table index,
                           std::string_view prefix, std::string_view after,
                           base::FunctionRef<bool(Credential&&)> fn) {
  const auto decode_last = [&](std::string_view key, std::string_view) -> base::Result<Credential> {
    if (key.size() != prefix.size() + 16) return store::corrupt(index, key, "not a key of this table");
    auto credential = get_stored_credential(txn, CredentialId::from_raw(key.substr(prefix.size())));
    if (!credential.ok()) return credential.error();
    if (!*credential) return store::corrupt(index, key, "the credential that it names is not there");
    return **std::move(credential);
  };
  if (tenant.is_platform()) return each_record(txn, index, prefix, after, decode_last, fn);
  const auto leftovers = Leftovers::of(txn, *tenant.tenant());
  if (!leftovers.ok()) return leftovers.error();
  base::Result<void> outcome;
  const auto pass = [&](Credential&& credential) {
    const auto left = leftovers->has(credential.owner);
    if (!left.ok()) outcome = left.error();
    return outcome.ok() && (*left || fn(std::move(credential)));
  };
  const auto read = each_record(txn, index, prefix, after, decode_last, pass);
  return read.ok() ? outcome : read;
}

}  // namespace

std::string_view name_of(CredentialKind kind) {
  switch (kind) {
    case CredentialKind::kApiKey:
      return "api_key";
    case CredentialKind::kSecret:
      return "secret";
  }
  return "";
}

base::Result<std::optional<Credential>> get_stored_credential(const store::ReadTxn& txn,
                                                              const CredentialId& id) {
  return get_record(txn, Table::kCredential, Key().uuid(id), decode);
}

base::Result<std::optional<Credential>> get_credential(const store::ReadTxn& txn, const CredentialId& id) {
  return if_present(txn, get_stored_credential(txn, id));
}

base::Result<std::optional<Credential>> find_credential(const store::ReadTxn& txn,
                                                        const crypto::Sha256& hash) {
  const auto id = get_id(txn, Table::kCredentialHash, crypto::raw(hash));
  if (!id.ok()) return id.error();
  if (!*id) return {std::nullopt};
  return get_credential(txn, CredentialId(**id));
}

base::Result<void> put_credential(store::WriteTxn& txn, Credential credential) {
  credential.revision = txn.revision();
  if (const TenantId* const home = credential.tenant.tenant()) {
    const auto going = is_being_deleted(txn, *home, credential.owner);
    if (!going.ok()) return going.error();
    if (*going)
      return base::Error{base::ErrorCode::kConflict,
                         "credential " + credential.name + ": its owner is being deleted"};
  }
  const auto before = get_stored_credential(txn, credential.id);
  if (!before.ok()) return before.error();
  const auto owner = get_id(txn, Table::kCredentialHash, crypto::raw(credential.hash));
  if (!owner.ok()) return owner.error();
  if (*owner && **owner != credential.id.uuid())
    return base::Error{base::ErrorCode::kConflict,
                       "credential " + credential.name + ": the secret is another's"};
  if (*before)
    if (auto done = remove_indexes(txn, **before); !done.ok()) return done;
  if (*before && !(*before)->revoked_at)
    if (auto counted = count_credential(txn, (*before)->tenant, -1); !counted.ok()) return counted;
  if (!credential.revoked_at)
    if (auto counted = count_credential(txn, credential.tenant, 1); !counted.ok()) return counted;
  if (auto done = txn.put(Table::kCredentialHash, crypto::raw(credential.hash), credential.id.raw());
      !done.ok())
    return done;
  if (auto done = txn.put(Table::kCredentialByTenant, by_tenant(credential), {}); !done.ok()) return done;
  if (auto done = txn.put(Table::kCredentialByOwner, by_owner(credential), {}); !done.ok()) return done;
  return txn.put(Table::kCredential, Key().uuid(credential.id), seal_record(kLayout, credential));
}

base::Result<void> delete_credential(store::WriteTxn& txn, const Credential& credential) {
  if (auto done = remove_indexes(txn, credential); !done.ok()) return done;
  if (auto done = delete_idempotent_answers(txn, credential.id); !done.ok()) return done;
  if (auto done = delete_sessions_of(txn, credential.id); !done.ok()) return done;
  const auto gone = txn.del(Table::kCredential, Key().uuid(credential.id));
  if (!gone.ok()) return gone.error();
  if (!*gone || credential.revoked_at) return {};
  return count_credential(txn, credential.tenant, -1);
}

base::Result<void> each_credential(const store::ReadTxn& txn, const Owner& tenant, const CredentialId* after,
                                   base::FunctionRef<bool(Credential&&)> fn) {
  const Key prefix = Key().uuid(to_stored(tenant));
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_in(txn, tenant, Table::kCredentialByTenant, prefix, from, fn);
}

base::Result<void> each_credential_of(const store::ReadTxn& txn, const Owner& tenant, const Principal& owner,
                                      const CredentialId* after, base::FunctionRef<bool(Credential&&)> fn) {
  const Key prefix = of_owner(tenant, owner);
  const Key from = after ? Key(prefix).uuid(*after) : Key();
  return each_in(txn, tenant, Table::kCredentialByOwner, prefix, from, fn);
}

base::Result<std::uint64_t> count_credentials_of(const store::ReadTxn& txn, const Owner& tenant,
                                                 const Principal& owner) {
  std::uint64_t count = 0;
  if (const TenantId* const home = tenant.tenant()) {
    const auto going = is_being_deleted(txn, *home, owner);
    if (!going.ok()) return going.error();
    if (*going) return count;
  }
  const auto scanned =
      txn.scan(Table::kCredentialByOwner, of_owner(tenant, owner), [&](std::string_view, std::string_view) {
        ++count;
        return true;
      });
  if (!scanned.ok()) return scanned.error();
  return count;
}

base::Result<void> implied_by_credential(const Entry& entry, Implied& implied) {
  const auto credential = decode(entry.key, entry.value);
  if (!credential.ok()) return credential.error();
  implied.entry(Table::kCredentialHash, {crypto::raw(credential->hash), credential->id.raw()});
  const Key in_tenant = by_tenant(*credential), of_its_owner = by_owner(*credential);
  implied.entry(Table::kCredentialByTenant, {in_tenant, {}});
  implied.entry(Table::kCredentialByOwner, {of_its_owner, {}});
  implied.needs_tenant_of(in_tenant);
  implied.needs_principal_of(in_tenant, credential->owner);
  return {};
}

}  // namespace domain
