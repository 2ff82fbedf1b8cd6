#pragma once
#include "cli/work.h"

namespace CLI {
class App;
}

namespace cli {

// Adds the command `cedar` and those below it. The one that is chosen is put into `chosen`.
void add_cedar_commands(CLI::App& root, Work* chosen);

}  // namespace cli
