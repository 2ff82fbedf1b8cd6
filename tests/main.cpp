#define CATCH_CONFIG_RUNNER
#include "base/log.h"
#include "tests/support/catch.h"

int main(int argc, char** argv) {
  // A line per request of thousands would hide the one line that a failing test says.
  base::logging::configure(base::logging::Level::kError, base::logging::Format::kText);
  return Catch::Session().run(argc, argv);
}
