#include <cstdio>

#include "api/api_keys.h"
#include "api/platform_credentials.h"
#include "api/tenants.h"
#include "app/commands.h"
#include "app/definitions.h"
#include "app/run.h"

namespace app {
namespace {

// What is printed once: the pair, and the ways to present it.
void print(const domain::CredentialId& id, const std::string& secret) {
  std::printf("{\"client_id\":\"%s\",\"client_secret\":\"%s\"}\n", id.to_string().c_str(), secret.c_str());
}

api::Outcome<void> create(api::Change& change, const CredentialOptions& options, domain::CredentialId& id,
                          std::string& secret) {
  if (options.platform) {
    auto made = api::create_platform_credential(change, options.name);
    if (!made.ok()) return made.error();
    id = made->credential.id;
    secret = made->secret;
    return {};
  }
  const auto tenant = api::find_tenant(change, options.tenant);
  if (!tenant.ok()) return tenant.error();
  auto made = api::create_api_key(change, tenant->id, {options.name, options.scopes, std::nullopt});
  if (!made.ok()) return made.error();
  id = made->credential.id;
  secret = made->raw_key;
  return {};
}

}  // namespace

// Opening the store fails with a sentence where a server has it.
int create_credential(const CredentialOptions& options) {
  const auto settings = load_settings(options.given);
  if (!settings.ok()) return failed(settings.error().message);
  auto definitions = load_definitions(*settings);
  if (!definitions.ok()) return failed(definitions.error().message);
  const auto server = Server::open(settings->config, std::move(definitions).value());
  if (!server.ok()) return failed(server.error().message);
  domain::CredentialId id;
  std::string secret;
  const auto done = server.value()->service().change(
      api::Service::itself(), {"", "credential create"},
      [&](api::Change& change) { return create(change, options, id, secret); });
  if (!done.ok()) return failed(text_of(done.error()));
  print(id, secret);
  return 0;
}

}  // namespace app
