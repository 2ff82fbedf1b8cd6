#include "api/api_keys.h"

#include <algorithm>
#include <utility>

#include "api/limits.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/credentials.h"
#include "api/parts/existing.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "api/service_users.h"
#include "authz/authority.h"
#include "domain/service_user.h"
#include "domain/user.h"

namespace api {
namespace {

// A key's service user has the id of its credential.
domain::ServiceUserId service_user_of(const domain::CredentialId& key) {
  return domain::ServiceUserId(key.uuid());
}

// The scopes given that the caller doesn't hold itself, each with everything it implies.
Outcome<std::vector<FieldError>> not_held(const Read& read, const domain::Owner& tenant,
                                          const std::vector<std::string>& given) {
  const auto held = stored(authz::authority_of(read.txn, *read.catalogue, read.caller, tenant, read.now));
  if (!held.ok()) return held.error();
  const auto& scopes = held.value().scopes;
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto wanted = read.catalogue->effective({read.catalogue->find(given[i])->scope});
    if (!std::includes(scopes.begin(), scopes.end(), wanted.begin(), wanted.end()))
      errors.push_back({"/scopes/" + std::to_string(i),
                        in_backticks(given[i]) + " is a permission that you don't hold yourself"});
  }
  return errors;
}

Outcome<std::vector<domain::Credential>> other_secrets_of(const Read& read, const domain::Credential& key) {
  std::vector<domain::Credential> others;
  const auto done = stored(domain::each_credential_of(read.txn, key.tenant, key.owner, nullptr,
                                                      [&](domain::Credential&& credential) {
                                                        if (credential.id != key.id)
                                                          others.push_back(std::move(credential));
                                                        return true;
                                                      }));
  if (!done.ok()) return done.error();
  return others;
}

// What goes with the key.
Outcome<void> delete_secrets(Change& change, const Authorization& authorized,
                             const std::vector<domain::Credential>& secrets) {
  for (const domain::Credential& secret : secrets) {
    const auto deleted = stored(domain::delete_credential(change.write, secret));
    if (!deleted.ok()) return deleted.error();
    auto request = on_service_user(op::delete_secret, secret.tenant, domain::ServiceUserId(secret.owner.id));
    request.resource_id = secret.id.to_string();
    if (auto noted = append_audit(change, request, authorized, to_audit(secret), kNothing); !noted.ok())
      return noted;
  }
  return {};
}

Outcome<void> store_key(Change& change, const domain::TenantId& tenant, const Minted& minted) {
  domain::ServiceUser user;
  user.id = service_user_of(minted.credential.id);
  user.tenant = tenant;
  user.title = minted.credential.name;
  user.is_api_key = true;
  user.created_at = user.updated_at = change.now;
  if (const auto begins =
          change.begin(tenant, {{domain::Quota::kCredentials}, {domain::Quota::kServiceUsers}});
      !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_service_user(change.write, user));
  if (!put.ok()) return put.error();
  return store_credential(change, minted.credential);
}

}  // namespace

Outcome<Page<ApiKeyView>> list_api_keys(const Read& read, const domain::TenantId& tenant,
                                        const PageRequest& page) {
  const auto authorized = authorize(read, on_tenant(op::list_api_keys, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::CredentialId>(page);
  if (!after.ok()) return after.error();
  const auto view = [&](domain::Credential&& credential) -> Outcome<ApiKeyView> {
    const auto its = stored(domain::count_credentials_of(read.txn, tenant, credential.owner));
    if (!its.ok()) return its.error();
    return ApiKeyView{std::move(credential), {}, *its > 0 ? *its - 1 : 0};  // but for the key itself
  };
  Pager<ApiKeyView, domain::CredentialId> pager(read, page);
  const auto done = stored(domain::each_credential(
      read.txn, tenant, after.value() ? &*after.value() : nullptr, [&](domain::Credential&& credential) {
        if (!pager.look()) return false;
        const domain::CredentialId id = credential.id;
        if (credential.kind != domain::CredentialKind::kApiKey) return pager.pass(id);
        return pager.take(id, [&] { return view(std::move(credential)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

std::optional<Error> check(const NewApiKey& given, base::Timestamp now) {
  Checks checks;
  checks.name("/name", given.name);
  checks.scopes("/scopes", given.scopes, kMaxKeyScopes);
  checks.period(std::nullopt, given.expires_at, now);
  return checks.error();
}

Outcome<ApiKeyView> create_api_key(Change& change, const domain::TenantId& tenant, const NewApiKey& given) {
  if (const auto bad = check(given, change.now)) return *bad;

  const auto known = look_up(*change.catalogue, given.scopes);
  auto request = on_tenant(op::create_api_key, tenant);
  request.proposed = Proposal()
                         .text("name", given.name)
                         .time("expires_at", given.expires_at)
                         .gives(*change.catalogue, known.scopes)
                         .take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (!known.unknown.empty()) return unknown_scopes(change, Code::kInvalidScopes, known, given.scopes);
  const auto excess = not_held(change, tenant, given.scopes);
  if (!excess.ok()) return excess.error();
  if (!excess.value().empty()) return invalid(Code::kInvalidScopes, excess.value());

  Minted minted = mint(change, tenant, domain::CredentialKind::kApiKey);
  minted.credential.owner = service_user_of(minted.credential.id);
  minted.credential.name = given.name;
  minted.credential.scopes = known.scopes;
  minted.credential.expires_at = given.expires_at;
  const auto put = store_key(change, tenant, minted);
  if (!put.ok()) return put.error();
  minted.credential.revision = change.txn.revision();
  request.resource_id = minted.credential.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(minted.credential));
  if (!noted.ok()) return noted.error();
  return ApiKeyView{std::move(minted.credential), std::move(minted.token), 0};
}

Outcome<void> revoke_api_key(Change& change, const domain::TenantId& tenant, const domain::CredentialId& id,
                             const IfMatch& match) {
  const auto request = on_service_user(op::revoke_api_key, tenant, service_user_of(id));
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto found = stored(domain::get_credential(change.txn, id));
  if (!found.ok()) return found.error();
  const bool its = found.value() && found.value()->tenant == tenant &&
                   found.value()->kind == domain::CredentialKind::kApiKey;
  if (!its) return not_found("API key", id);
  const domain::Credential& before = *found.value();
  const auto matches = check_match(match, before.revision);
  if (!matches.ok()) return matches;
  const auto others = other_secrets_of(change, before);
  if (!others.ok()) return others.error();
  if (before.revoked_at && others->empty()) return {};
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  if (const auto done = delete_secrets(change, authorized.value(), others.value()); !done.ok()) return done;
  if (before.revoked_at) return {};

  domain::Credential after = before;
  after.revoked_at = change.now;
  const auto put = store_credential(change, after);
  if (!put.ok()) return put;
  return append_audit(change, request, authorized.value(), to_audit(before), to_audit(after));
}

}  // namespace api
