#pragma once
#include "cli/work.h"

namespace CLI {
class App;
}

namespace cli {

// Adds the commands that ask a running server, or run one of their own to ask. The one that is chosen is put
// into `chosen`.
void add_server_commands(CLI::App& root, Work* chosen);

}  // namespace cli
