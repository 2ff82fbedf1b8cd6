#include "app/commands.h"
#include "app/run.h"

namespace app {

int serve(const ServeOptions& options) {
  const auto c = configuration(options.config, options.listen, options.data);
  if (!c) return 1;
  return run(*c, options.config, [](Server&) { return Result<void>(); }, [](Server&) {});
}

}  // namespace app
