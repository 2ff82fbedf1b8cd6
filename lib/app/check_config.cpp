#include <cstdio>

#include "app/commands.h"
#include "app/definitions.h"
#include "app/run.h"

namespace app {

int check_config(const std::string& path) {
  const auto c = configuration(path, std::nullopt, std::nullopt);
  if (!c) return 1;
  const auto definitions = load_definitions(*c);
  if (!definitions.ok()) return failed(definitions.error().message);
  std::printf("%s: %zu permissions, %zu system roles, guard policies in %s: all good\n", path.c_str(),
              definitions->permissions.size(), definitions->roles.size(), c->policies.c_str());
  return 0;
}

}  // namespace app
