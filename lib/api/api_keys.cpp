#include "api/api_keys.h"

#include <algorithm>
#include <iterator>
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
#include "domain/session.h"
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
  auto others = credentials_of(read, key.tenant, key.owner);
  if (others.ok()) std::erase_if(*others, [&](const auto& credential) { return credential.id == key.id; });
  return others;
}

// Whether it is what an earlier rotation has kept: it is the key but for its id, its kind and its end. A
// secret that was made by itself has no scopes, and a name of its own.
bool is_kept_secret_of(const domain::Credential& key, const domain::Credential& secret) {
  constexpr std::chrono::milliseconds kLongest = kLongestOldSecret;
  return secret.kind == domain::CredentialKind::kSecret && secret.name == key.name &&
         secret.scopes == key.scopes && secret.expires_at &&
         secret.expires_at->ms - secret.created_at.ms <= kLongest.count();
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

// Whoever gets hold of the new secret is given what the key has of its own and by roles, now and later. That
// is asked about as of a secret that is made, too: a policy of that need not know that keys are rotated.
struct RotationRequests {
  AccessRequest rotate, secret;
};
Outcome<RotationRequests> rotating(const Read& read, const domain::TenantId& tenant,
                                   const domain::CredentialId& id,
                                   const std::optional<domain::Credential>& key, const Rotation& rotation) {
  const domain::ServiceUserId user = service_user_of(id);
  auto scopes = stored(authz::scopes_conferred(read.txn, *read.catalogue, tenant, user, read.now));
  if (!scopes.ok()) return scopes.error();
  if (key) scopes->insert(scopes->end(), key->scopes.begin(), key->scopes.end());
  const Gift gift = gift_of(*read.catalogue, *scopes);
  const std::string name = key ? key->name : "";
  const std::optional<base::Timestamp> expires_at = key ? key->expires_at : std::nullopt;
  RotationRequests requests{on_service_user(op::rotate_api_key, tenant, user),
                            creating_secret(tenant, user, name, expires_at, gift)};
  requests.rotate.proposed = Proposal()
                                 .text("name", name)
                                 .time("expires_at", expires_at)
                                 .number("keep_old_for", rotation.keep_old_for.count())
                                 .gives(gift)
                                 .take();
  return requests;
}

// What the old secret goes on as.
domain::Credential old_secret_of(Change& change, const domain::Credential& key, const Rotation& rotation) {
  domain::Credential old = key;
  old.id = domain::CredentialId(change.make_id());
  old.kind = domain::CredentialKind::kSecret;
  old.created_at = change.now;
  old.expires_at = base::Timestamp{change.now.ms + rotation.keep_old_for.count()};
  if (key.expires_at && *key.expires_at < *old.expires_at) old.expires_at = key.expires_at;
  old.created_by.reset();
  if (!change.caller.credential.is_nil()) old.created_by = change.caller.principal;
  return old;
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

std::optional<Error> check(const Rotation& rotation) {
  if (rotation.keep_old_for.count() >= 0 && rotation.keep_old_for <= kLongestOldSecret) return std::nullopt;
  return invalid(Code::kInvalidInput, {{"/keep_old_for", "must be from `0s` to `30d`"}});
}

Outcome<RotatedKey> rotate_api_key(Change& change, const domain::TenantId& tenant,
                                   const domain::CredentialId& id, const Rotation& rotation,
                                   const IfMatch& match) {
  if (const auto bad = check(rotation)) return *bad;
  auto found = credential_of(change, tenant, service_user_of(id), id, domain::CredentialKind::kApiKey);
  if (!found.ok()) return found.error();
  const auto requests = rotating(change, tenant, id, *found, rotation);
  if (!requests.ok()) return requests.error();
  const auto authorized = authorize_change(change, requests->rotate);
  if (!authorized.ok()) return authorized.error();
  if (const auto secret = authorize_change(change, requests->secret); !secret.ok()) return secret.error();
  if (!*found) return not_found("API key", id);
  const domain::Credential before = **found;
  if (const auto matches = check_match(match, before.revision); !matches.ok()) return matches.error();
  if (!before.valid_at(change.now))
    return error(Code::kGone, "API key " + id.to_string() + ": is revoked or has expired; make another");
  auto others = other_secrets_of(change, before);
  if (!others.ok()) return others.error();
  const bool keeps = rotation.keep_old_for.count() > 0;
  if (keeps && others->size() >= kMaxSecrets)
    return error(Code::kInvalidInput, "API key " + id.to_string() + ": has " + std::to_string(kMaxSecrets) +
                                          " secrets besides, which is the limit");

  const Minted minted = mint(change, tenant, domain::CredentialKind::kApiKey);
  const auto begins =
      keeps ? change.begin(tenant, {{domain::Quota::kCredentials}}) : change.begin(tenant, {});
  if (!begins.ok()) return begins.error();
  domain::Credential after = before;
  after.hash = minted.credential.hash;
  if (auto done = store_credential(change, after); !done.ok()) return done.error();
  if (auto out = stored(domain::delete_sessions_of(change.write, id)); !out.ok()) return out.error();
  std::optional<domain::Credential> old;
  std::vector<domain::Credential> ended;
  if (keeps) {
    old = old_secret_of(change, before, rotation);
    if (auto done = store_credential(change, *old); !done.ok()) return done.error();
  } else {
    const auto rest = std::stable_partition(
        others->begin(), others->end(), [&](const auto& other) { return !is_kept_secret_of(before, other); });
    std::move(rest, others->end(), std::back_inserter(ended));
    others->erase(rest, others->end());
  }
  after.revision = change.txn.revision();
  const auto noted =
      append_audit(change, requests->rotate, *authorized, to_audit(before), to_audit_rotated(after, old));
  if (!noted.ok()) return noted.error();
  if (auto done = delete_secrets(change, *authorized, ended); !done.ok()) return done.error();
  const std::size_t other_secrets = others->size() + (keeps ? 1 : 0);
  return RotatedKey{{std::move(after), minted.token, other_secrets}, std::move(old)};
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
