#include <cstdio>

#include "app/certificate_keeper.h"
#include "app/commands.h"
#include "app/definitions.h"
#include "app/run.h"
#include "app/signing_key.h"

namespace app {

int check_config(const Given& given) {
  const auto settings = load_settings(given);
  if (!settings.ok()) return failed(settings.error().message);
  const auto definitions = load_definitions(*settings);
  if (!definitions.ok()) return failed(definitions.error().message);
  const auto certificates = describe_certificates(settings->config.tls, base::SystemClock().now());
  if (!certificates.ok()) return failed(certificates.error().message);
  if (const auto key = load_signing_key(settings->config.audit.signing_key); !key.ok())
    return failed(key.error().message);
  std::printf("%s", certificates->c_str());
  const std::string policies = settings->source.is_built_in() ? "it" : settings->config.policies;
  std::printf("%s: %zu permissions, %zu system roles, guard policies in %s: all good\n",
              settings->source.to_string().c_str(), definitions->permissions.size(),
              definitions->roles.size(), policies.c_str());
  return 0;
}

}  // namespace app
