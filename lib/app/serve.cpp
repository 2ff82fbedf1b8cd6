#include "app/commands.h"
#include "app/run.h"

namespace app {

int serve(const Given& given) {
  // Found once: a file that goes away later makes a reload fail, and doesn't put another one in its place.
  const Source source = find_source(given);
  return run({.load = [&] { return load_settings(source, given); },
              .allow_insecure_permissions = given.allow_insecure_permissions,
              .takes_sockets = true});
}

}  // namespace app
