#include "api/platform_credentials.h"

#include <utility>

#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/credentials.h"
#include "api/parts/propose.h"
#include "crypto/hash.h"

namespace api {

Outcome<SecretView> create_platform_credential(Change& change, const std::string& name) {
  Checks checks;
  checks.name("/name", name);
  if (const auto bad = checks.error()) return *bad;
  auto request = on_tenant(op::create_platform_credential, domain::Platform{});
  request.proposed = Proposal().text("name", name).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();

  Minted minted = mint(change, domain::Platform{}, domain::CredentialKind::kSecret);
  minted.credential.owner = domain::Principal::platform(minted.credential.id);
  minted.credential.name = name;
  if (const auto begins = change.begin(domain::Platform{}); !begins.ok()) return begins.error();
  const auto put = store_credential(change, minted.credential);
  if (!put.ok()) return put.error();
  request.resource_id = minted.credential.id.to_string();
  const auto noted = append_audit(change, request, authorized.value(), kNothing, to_audit(minted.credential));
  if (!noted.ok()) return noted.error();
  return SecretView{std::move(minted.credential), std::move(minted.token)};
}

Outcome<void> ensure_platform_credential(Change& change, const domain::CredentialId& client_id,
                                         std::string_view secret) {
  const auto found = stored(domain::get_credential(change.txn, client_id));
  if (!found.ok()) return found.error();
  if (found.value() && found.value()->owner.kind != domain::PrincipalKind::kPlatform)
    return error(Code::kAlreadyExists,
                 "bootstrap client id " + client_id.to_string() + ": is a tenant's credential");

  const crypto::Sha256 hash = crypto::sha256(secret);
  const bool same = found.value() && found.value()->hash == hash && found.value()->valid_at(change.now);
  if (same) return {};
  domain::Credential credential(domain::Platform{});
  credential.id = client_id;
  credential.kind = domain::CredentialKind::kSecret;
  credential.owner = domain::Principal::platform(client_id);
  credential.name = "bootstrap";
  credential.hash = hash;
  credential.created_at = found.value() ? found.value()->created_at : change.now;
  if (const auto begins = change.begin(domain::Platform{}); !begins.ok()) return begins.error();
  const auto put = store_credential(change, credential);
  if (!put.ok()) return put;
  auto request = on_tenant(op::create_platform_credential, domain::Platform{});
  request.resource_id = client_id.to_string();
  const std::string before = found.value() ? to_audit(*found.value()) : kNothing;
  return append_audit(change, request, {}, before, to_audit(credential));
}

}  // namespace api
