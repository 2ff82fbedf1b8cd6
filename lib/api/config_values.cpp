#include "api/config_values.h"

#include "api/parts/authorize.h"

namespace api {

Outcome<std::vector<ConfigValue>> get_config(const Read& read,
                                             const std::function<std::vector<ConfigValue>()>& config) {
  const auto authorized = authorize(read, on_tenant(op::get_config, domain::Platform{}));
  if (!authorized.ok()) return authorized.error();
  return config ? config() : std::vector<ConfigValue>();
}

}  // namespace api
