#include "api/parts/credentials.h"

#include <utility>

#include "api/service_users.h"
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

AccessRequest creating_secret(const domain::Owner& tenant, const domain::ServiceUserId& service_user,
                              std::string_view title, const std::optional<base::Timestamp>& expires_at,
                              const Gift& gift) {
  auto request = on_service_user(op::create_secret, tenant, service_user);
  request.proposed = Proposal().text("title", title).time("expires_at", expires_at).gives(gift).take();
  return request;
}

Outcome<std::vector<domain::Credential>> credentials_of(const Read& read, const domain::Owner& tenant,
                                                        const domain::Principal& owner) {
  std::vector<domain::Credential> all;
  const auto done = stored(
      domain::each_credential_of(read.txn, tenant, owner, nullptr, [&](domain::Credential&& credential) {
        all.push_back(std::move(credential));
        return true;
      }));
  if (!done.ok()) return done.error();
  return all;
}

}  // namespace api
