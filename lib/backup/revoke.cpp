#include "backup/revoke.h"

#include <vector>

#include "crypto/token.h"
#include "domain/audit.h"
#include "domain/credential.h"
#include "domain/deletion.h"

namespace backup {
namespace {

constexpr std::size_t kAtOnce = 1000;
constexpr const char* kName = "restore";

base::Result<void> note(store::WriteTxn& txn, crypto::Random& random, const domain::Credential& credential,
                        const char* action) {
  domain::AuditEntry entry(credential.tenant);
  entry.id = domain::AuditEntryId(random.uuid(txn.now()));
  entry.actor_name = "reeve";
  entry.action = action;
  entry.resource_type = "credential";
  entry.resource_id = credential.id.to_string();
  entry.request_id = kName;
  entry.created_at = txn.now();
  return domain::append_audit(txn, entry);
}

// The next ones in order of id; the last id looked at is left in `after`, empty at the end.
base::Result<std::vector<domain::CredentialId>> next_ids(const store::ReadTxn& txn, std::string& after) {
  std::vector<domain::CredentialId> ids;
  std::string last;
  const auto scanned = txn.scan_from(store::Table::kCredential, {}, after, [&](std::string_view key, auto) {
    ids.push_back(domain::CredentialId::from_raw(key));
    last = key;
    return ids.size() < kAtOnce;
  });
  if (!scanned.ok()) return scanned.error();
  after = ids.size() < kAtOnce ? "" : last;
  return ids;
}

base::Result<void> revoke(store::WriteTxn& txn, crypto::Random& random, const domain::CredentialId& id,
                          std::uint64_t& revoked) {
  auto found = domain::get_credential(txn, id);
  if (!found.ok()) return found.error();
  if (!*found || !(*found)->valid_at(txn.now())) return {};
  domain::Credential credential = **std::move(found);
  if (const domain::TenantId* tenant = credential.tenant.tenant()) {
    const auto going = domain::is_being_deleted(txn, *tenant);
    if (!going.ok()) return going.error();
    if (*going) return {};  // nobody's any more
  }
  credential.revoked_at = txn.now();
  ++revoked;
  if (auto r = domain::put_credential(txn, credential); !r.ok()) return r;
  return note(txn, random, credential, "credential:revoke");
}

}  // namespace

base::Result<Revoked> revoke_all_credentials(store::Store& store, crypto::Random& random) {
  Revoked made;
  std::string after;
  do {
    std::string next;
    std::uint64_t revoked = 0;
    const auto written = store.write([&](store::WriteTxn& txn) -> base::Result<void> {
      next = after;
      revoked = 0;
      const auto ids = next_ids(txn, next);
      if (!ids.ok()) return ids.error();
      for (const domain::CredentialId& id : *ids)
        if (auto r = revoke(txn, random, id, revoked); !r.ok()) return r;
      return {};
    });
    if (!written.ok()) return written.error();
    made.revoked += revoked;
    after = next;
  } while (!after.empty());

  const auto written = store.write([&](store::WriteTxn& txn) -> base::Result<void> {
    made.credential = domain::CredentialId(random.uuid(txn.now()));
    made.secret = crypto::make_token(crypto::TokenKind::kSecret, random);
    domain::Credential credential(domain::Platform{});
    credential.id = made.credential;
    credential.kind = domain::CredentialKind::kSecret;
    credential.owner = domain::Principal::platform(credential.id);
    credential.name = kName;
    credential.hash = crypto::token_hash(made.secret);
    credential.created_at = txn.now();
    if (auto r = domain::put_credential(txn, credential); !r.ok()) return r;
    return note(txn, random, credential, "platform_credential:create");
  });
  if (!written.ok()) return written.error();
  return made;
}

}  // namespace backup
