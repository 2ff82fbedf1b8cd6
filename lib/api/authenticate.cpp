#include "api/authenticate.h"

#include <optional>
#include <utility>

#include "api/limits.h"
#include "base/log.h"
#include "crypto/equal.h"
#include "crypto/hash.h"
#include "crypto/token.h"
#include "domain/credential.h"
#include "domain/service_user.h"
#include "domain/session.h"
#include "domain/tenant.h"
#include "domain/user.h"

namespace api {
namespace {

// One answer for every reason, so that a guesser learns nothing.
Error refuse(std::string_view why, const domain::CredentialId& credential) {
  base::logging::debug("authentication failed", {{"reason", why}, {"credential", credential.to_string()}});
  return error(Code::kUnauthenticated, "credential: not valid");
}

base::Result<std::optional<domain::Credential>> find(const store::ReadTxn& txn, const Presented& presented,
                                                     const crypto::Sha256& hash) {
  if (presented.scheme != Scheme::kBasic) return domain::find_credential(txn, hash);
  const auto id = domain::CredentialId::parse(presented.id);
  if (!id) return std::optional<domain::Credential>();
  return domain::get_credential(txn, *id);
}

// The name of the credential's owner if it may act; nothing if it may not. REQUIRES: people's and programs'
// credentials are a tenant's
base::Result<std::optional<std::string>> name_of_owner(const store::ReadTxn& txn,
                                                       const domain::Credential& credential) {
  switch (credential.owner.kind) {
    case domain::PrincipalKind::kPlatform:
      return std::optional(credential.name);
    case domain::PrincipalKind::kUser: {
      auto user = domain::get_user(txn, *credential.tenant.tenant(), domain::UserId(credential.owner.id));
      if (!user.ok()) return user.error();
      if (!user.value() || !user.value()->active) return std::optional<std::string>();
      return std::optional(std::move(user.value()->name));
    }
    case domain::PrincipalKind::kServiceUser: {
      auto user = domain::get_service_user(txn, *credential.tenant.tenant(),
                                           domain::ServiceUserId(credential.owner.id));
      if (!user.ok()) return user.error();
      if (!user.value() || user.value()->state != domain::State::kEnabled)
        return std::optional<std::string>();
      return std::optional(std::move(user.value()->title));
    }
    case domain::PrincipalKind::kGroup:
      return std::optional<std::string>();
  }
  return std::optional<std::string>();
}

base::Result<bool> is_there(const store::ReadTxn& txn, const domain::Owner& owner) {
  if (owner.is_platform()) return true;
  const auto tenant = domain::get_tenant(txn, *owner.tenant());
  if (!tenant.ok()) return tenant.error();
  return tenant.value().has_value();
}

Outcome<Caller> admit(const store::ReadTxn& txn, domain::Credential credential, base::Timestamp now) {
  // A credential of the platform is no tenant's, and the other way round: whatever else the store says.
  const bool platform = credential.owner.kind == domain::PrincipalKind::kPlatform;
  if (platform != credential.tenant.is_platform()) return refuse("owner and tenant differ", credential.id);
  if (!credential.valid_at(now)) return refuse("revoked or expired", credential.id);
  const auto there = stored(is_there(txn, credential.tenant));
  if (!there.ok()) return there.error();
  if (!there.value()) return refuse("tenant deleted", credential.id);
  auto name = stored(name_of_owner(txn, credential));
  if (!name.ok()) return name.error();
  if (!name.value()) return refuse("owner suspended, disabled or deleted", credential.id);

  const auto principal = platform ? domain::Principal::platform(credential.id) : credential.owner;
  return Caller{{.principal = principal,
                 .tenant = credential.tenant,
                 .credential_scopes = std::move(credential.scopes),
                 .credential = credential.id,
                 .expires_at = credential.expires_at},
                *std::move(name).value()};
}

// The credential of a session that goes on, or of a code that is good still.
Outcome<Caller> admit_by(const store::ReadTxn& txn, const std::optional<domain::Session>& session,
                         domain::SessionKind kind, base::Timestamp now) {
  if (!session || session->kind != kind) return refuse("unknown session", {});
  if (session->ended_at || now >= session->expires_at)
    return refuse("session ended or expired", session->credential);
  auto credential = stored(domain::get_credential(txn, session->credential));
  if (!credential.ok()) return credential.error();
  if (!credential.value()) return refuse("session's credential deleted", session->credential);
  auto caller = admit(txn, *std::move(credential).value(), now);
  if (!caller.ok()) return caller;
  (kind == domain::SessionKind::kCode ? caller->code : caller->session) = session->id;
  caller->session_begun = session->created_at;
  return caller;
}

}  // namespace

bool looks_like_session_code(std::string_view text) {
  return crypto::token_kind(text) == crypto::TokenKind::kSessionCode;
}

Outcome<Caller> authenticate(const store::ReadTxn& txn, const Presented& presented, base::Timestamp now) {
  if (presented.secret.empty() || presented.secret.size() > kMaxSecret) return refuse("secret's length", {});
  const crypto::Sha256 hash = crypto::sha256(presented.secret);
  if (is_of_session(presented.scheme)) {
    const auto session = stored(domain::find_session(txn, hash));
    if (!session.ok()) return session.error();
    return admit_by(
        txn, session.value(),
        presented.scheme == Scheme::kSession ? domain::SessionKind::kSession : domain::SessionKind::kCode,
        now);
  }
  auto found = stored(find(txn, presented, hash));
  if (!found.ok()) return found.error();
  if (!found.value()) return refuse("unknown", {});
  if (!crypto::equal(crypto::raw(found.value()->hash), crypto::raw(hash)))
    return refuse("wrong secret", found.value()->id);
  return admit(txn, *std::move(found).value(), now);
}

Outcome<Caller> revalidate(const store::ReadTxn& txn, const Caller& caller, base::Timestamp now) {
  if (caller.credential.is_nil()) {
    Caller itself = caller;
    itself.cached.reset();
    return itself;
  }
  const bool by_code = !caller.code.is_nil();
  if (by_code || !caller.session.is_nil()) {
    const auto session = stored(domain::get_session(txn, by_code ? caller.code : caller.session));
    if (!session.ok()) return session.error();
    return admit_by(txn, session.value(),
                    by_code ? domain::SessionKind::kCode : domain::SessionKind::kSession, now);
  }
  auto found = stored(domain::get_credential(txn, caller.credential));
  if (!found.ok()) return found.error();
  if (!found.value()) return refuse("deleted", caller.credential);
  return admit(txn, *std::move(found).value(), now);
}

}  // namespace api
