#include "api/service_users.h"

#include <algorithm>
#include <utility>

#include "api/limits.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/credentials.h"
#include "api/parts/existing.h"
#include "api/parts/grants_in_use.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/paging.h"
#include "api/parts/propose.h"
#include "authz/authority.h"
#include "domain/service_user.h"

namespace api {
namespace {

// What whoever gets hold of a secret of it is given.
Outcome<Gift> gift_of_secret(const Read& read, const domain::Owner& tenant, const domain::ServiceUserId& id) {
  std::vector<std::string> scopes;
  if (const domain::TenantId* const home = tenant.tenant()) {
    auto conferred = stored(authz::scopes_conferred(read.txn, *read.catalogue, *home, id, read.now));
    if (!conferred.ok()) return conferred.error();
    scopes = std::move(conferred).value();
  }
  return gift_of(*read.catalogue, scopes);
}

// The call has no end to give: where the policies don't allow a secret without one, it ends with what its
// maker acts by.
Outcome<std::optional<base::Timestamp>> end_of_secret(const Read& read, const domain::Owner& tenant,
                                                      const domain::ServiceUserId& id,
                                                      const std::string& title, const Gift& gift) {
  const auto held = stored(authz::authority_of(read.txn, *read.catalogue, read.caller, tenant, read.now));
  if (!held.ok()) return held.error();
  const auto until = authz::acts_until(read.caller, held->ends, op::create_secret.scope);
  if (!until) return until;
  const bool may_last = authorize(read, creating_secret(tenant, id, title, std::nullopt, gift)).ok();
  return may_last ? std::optional<base::Timestamp>() : until;
}

// A page of them, each as view_of(user) shows it.
template <typename View, typename ViewOf>
Outcome<Page<View>> list_as(const Read& read, const domain::TenantId& tenant, const PageRequest& page,
                            const ViewOf& view_of) {
  const auto authorized = authorize(read, on_tenant(op::list_service_users, tenant));
  if (!authorized.ok()) return authorized.error();
  const auto after = id_cursor<domain::ServiceUserId>(page);
  if (!after.ok()) return after.error();
  Pager<View, domain::ServiceUserId> pager(read, page);
  const auto done = stored(domain::each_service_user(
      read.txn, tenant, after.value() ? &*after.value() : nullptr, [&](domain::ServiceUser&& user) {
        const domain::ServiceUserId id = user.id;
        return pager.look() && pager.take(id, [&] { return view_of(std::move(user)); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

// REQUIRES: the caller may see the service user
Outcome<ServiceUserView> with_secrets(const Read& read, domain::ServiceUser user) {
  ServiceUserView view{std::move(user), std::nullopt};
  const auto authorized = authorize(read, on_service_user(op::list_secrets, view.user.tenant, view.user.id));
  if (!authorized.ok())
    return authorized.error().code == Code::kForbidden ? Outcome<ServiceUserView>(std::move(view))
                                                       : authorized.error();
  auto all = credentials_of(read, view.user.tenant, view.user.id);
  if (!all.ok()) return all.error();
  view.credentials = std::move(all).value();
  return view;
}

}  // namespace

Outcome<Page<domain::ServiceUser>> list_service_users(const Read& read, const domain::TenantId& tenant,
                                                      const PageRequest& page) {
  return list_as<domain::ServiceUser>(read, tenant, page, [](domain::ServiceUser&& user) {
    return Outcome<domain::ServiceUser>(std::move(user));
  });
}

Outcome<Page<ServiceUserView>> list_service_users_with_secrets(const Read& read,
                                                               const domain::TenantId& tenant,
                                                               const PageRequest& page) {
  return list_as<ServiceUserView>(
      read, tenant, page, [&](domain::ServiceUser&& user) { return with_secrets(read, std::move(user)); });
}

Outcome<ServiceUserView> get_service_user_with_secrets(const Read& read, const domain::TenantId& tenant,
                                                       const domain::ServiceUserId& id) {
  auto user = get_service_user(read, tenant, id);
  if (!user.ok()) return user.error();
  return with_secrets(read, std::move(user).value());
}

Outcome<domain::ServiceUser> get_service_user(const Read& read, const domain::Owner& tenant,
                                              const domain::ServiceUserId& id) {
  const auto authorized = authorize(read, on_service_user(op::get_service_user, tenant, id));
  if (!authorized.ok()) return authorized.error();
  return existing_service_user(read, tenant, id);
}

Outcome<domain::Owner> tenant_of_service_user(const Read& read, const domain::ServiceUserId& id) {
  if (!read.caller.platform()) return read.caller.tenant;
  const auto tenant = stored(domain::find_tenant_of_service_user(read.txn, id));
  if (!tenant.ok()) return tenant.error();
  if (!tenant.value()) return domain::Owner(domain::Platform{});
  const auto exists = stored(domain::get_tenant(read.txn, *tenant.value()));  // not if it is being deleted
  if (!exists.ok()) return exists.error();
  if (!exists.value()) return domain::Owner(domain::Platform{});
  return domain::Owner(*tenant.value());
}

std::optional<Error> check(const NewServiceUser& given) {
  Checks checks;
  if (given.title) checks.name("/title", *given.title);
  checks.metadata("/metadata", given.metadata);
  return checks.error();
}

Outcome<domain::ServiceUser> create_service_user(Change& change, const domain::TenantId& tenant,
                                                 const NewServiceUser& given) {
  if (const auto bad = check(given)) return *bad;

  auto request = on_tenant(op::create_service_user, tenant);
  request.proposed = Proposal().text("title", given.title.value_or("")).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  domain::ServiceUser user;
  user.id = domain::ServiceUserId(change.make_id());
  user.tenant = tenant;
  user.title = given.title.value_or("");
  user.metadata = metadata_text(given.metadata);
  user.created_at = user.updated_at = change.now;
  if (const auto begins = change.begin(tenant, {{domain::Quota::kServiceUsers}}); !begins.ok())
    return begins.error();
  const auto put = stored(domain::put_service_user(change.write, user));
  if (!put.ok()) return put.error();
  request.resource_id = user.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(user));
  if (!noted.ok()) return noted.error();
  return user;
}

Outcome<void> restore_service_user(Change& change, const domain::ServiceUser& was) {
  auto request = on_tenant(op::create_service_user, was.tenant);
  request.proposed = Proposal().text("title", was.title).take();
  request.resource_id = was.id.to_string();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  if (auto begins = change.begin(was.tenant, {{domain::Quota::kServiceUsers}}); !begins.ok()) return begins;
  domain::ServiceUser user = was;
  user.updated_at = change.now;
  if (auto put = stored(domain::put_service_user(change.write, user)); !put.ok()) return put;
  return append_audit(change, request, authorized.value(), kNothing, to_audit(user));
}

Outcome<void> delete_service_user(Change& change, const domain::Owner& tenant,
                                  const domain::ServiceUserId& id, const IfMatch& match, bool force) {
  const auto request = on_service_user(op::delete_service_user, tenant, id);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto user = existing_service_user(change, tenant, id);
  if (!user.ok()) return user.error();
  const auto matches = check_match(match, user.value().revision);
  if (!matches.ok()) return matches;
  if (!force)
    if (auto unused = check_no_grants(change, {user->tenant, id, {}, {}}, "service user " + id.to_string());
        !unused.ok())
      return unused;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_service_user(
      change.write, user.value(), deleted_by(change, authorized.value()), noting_gone(change)));
  if (!deleted.ok()) return deleted.error();
  return append_audit(change, request, authorized.value(), to_audit(user.value()), kNothing);
}

Outcome<Page<SecretView>> list_secrets(const Read& read, const domain::Owner& tenant,
                                       const domain::ServiceUserId& service_user, const PageRequest& page) {
  const auto authorized = authorize(read, on_service_user(op::list_secrets, tenant, service_user));
  if (!authorized.ok()) return authorized.error();
  const auto owner = existing_service_user(read, tenant, service_user);
  if (!owner.ok()) return owner.error();
  const auto after = id_cursor<domain::CredentialId>(page);
  if (!after.ok()) return after.error();
  Pager<SecretView, domain::CredentialId> pager(read, page);
  const auto done = stored(domain::each_credential_of(
      read.txn, tenant, service_user, after.value() ? &*after.value() : nullptr,
      [&](domain::Credential&& credential) {
        if (!pager.look()) return false;
        const domain::CredentialId id = credential.id;
        if (credential.kind != domain::CredentialKind::kSecret) return pager.pass(id);
        return pager.take(id, [&] { return Outcome<SecretView>(SecretView{std::move(credential), {}}); });
      }));
  if (!done.ok()) return done.error();
  return pager.finish();
}

Outcome<SecretView> create_secret(Change& change, const domain::Owner& tenant,
                                  const domain::ServiceUserId& service_user,
                                  const std::optional<std::string>& title) {
  Checks checks;
  if (title) checks.name("/title", *title);
  if (const auto bad = checks.error()) return *bad;

  const auto gift = gift_of_secret(change, tenant, service_user);
  if (!gift.ok()) return gift.error();
  const auto expires_at = end_of_secret(change, tenant, service_user, title.value_or(""), *gift);
  if (!expires_at.ok()) return expires_at.error();
  auto request = creating_secret(tenant, service_user, title.value_or(""), *expires_at, *gift);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto owner = existing_service_user(change, tenant, service_user);
  if (!owner.ok()) return owner.error();
  const auto all = credentials_of(change, tenant, service_user);
  if (!all.ok()) return all.error();
  const auto secrets = std::count_if(all->begin(), all->end(), [](const domain::Credential& credential) {
    return credential.kind == domain::CredentialKind::kSecret;
  });
  if (static_cast<std::size_t>(secrets) >= kMaxSecrets)
    return error(Code::kInvalidInput, "service user " + service_user.to_string() + ": has " +
                                          std::to_string(kMaxSecrets) + " secrets, which is the limit");

  Minted minted = mint(change, tenant, domain::CredentialKind::kSecret);
  minted.credential.owner = service_user;
  minted.credential.name = title.value_or("");
  minted.credential.expires_at = expires_at.value();
  if (const auto begins = change.begin(tenant, {{domain::Quota::kCredentials}}); !begins.ok())
    return begins.error();
  const auto put = store_credential(change, minted.credential);
  if (!put.ok()) return put.error();
  minted.credential.revision = change.txn.revision();
  request.resource_id = minted.credential.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(minted.credential));
  if (!noted.ok()) return noted.error();
  return SecretView{std::move(minted.credential), std::move(minted.token)};
}

Outcome<void> delete_secret(Change& change, const domain::Owner& tenant,
                            const domain::ServiceUserId& service_user, const domain::CredentialId& secret,
                            const IfMatch& match) {
  auto request = on_service_user(op::delete_secret, tenant, service_user);
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto owner = existing_service_user(change, tenant, service_user);
  if (!owner.ok()) return owner.error();
  const auto credential =
      credential_of(change, tenant, service_user, secret, domain::CredentialKind::kSecret);
  if (!credential.ok()) return credential.error();
  if (!credential.value()) return not_found("secret", secret);
  const auto matches = check_match(match, credential.value()->revision);
  if (!matches.ok()) return matches;
  if (const auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  const auto deleted = stored(domain::delete_credential(change.write, *credential.value()));
  if (!deleted.ok()) return deleted.error();
  request.resource_id = secret.to_string();
  return append_audit(change, request, authorized.value(), to_audit(*credential.value()), kNothing);
}

}  // namespace api
