#include "api/parts/credentials.h"

#include "crypto/token.h"

namespace api {

Minted mint(Change& change, const domain::Owner& tenant, domain::CredentialKind kind) {
  Minted minted{domain::Credential(tenant), {}};
  const auto token_kind =
      kind == domain::CredentialKind::kApiKey ? crypto::TokenKind::kApiKey : crypto::TokenKind::kSecret;
  minted.token = crypto::make_token(token_kind, change.random);
  minted.credential.id = domain::CredentialId(change.make_id());
  minted.credential.kind = kind;
  minted.credential.hash = crypto::token_hash(minted.token);
  if (!change.caller.credential.is_nil()) minted.credential.created_by = change.caller.principal;
  minted.credential.created_at = change.now;
  return minted;
}

Outcome<void> store_credential(Change& change, const domain::Credential& credential) {
  return stored(domain::put_credential(change.write, credential));
}

Outcome<std::optional<domain::Credential>> credential_of(const Read& read, const domain::Owner& tenant,
                                                         const domain::Principal& owner,
                                                         const domain::CredentialId& id,
                                                         domain::CredentialKind kind) {
  auto found = stored(domain::get_credential(read.txn, id));
  if (!found.ok()) return found.error();
  auto& credential = found.value();
  const bool its =
      credential && credential->tenant == tenant && credential->owner == owner && credential->kind == kind;
  if (!its) return std::optional<domain::Credential>();
  return std::move(credential);
}

}  // namespace api
