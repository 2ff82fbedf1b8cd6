#pragma once
#include "client/connection.h"

namespace cli {

// `reeve console`: asks a running server for a code that begins a session, once, within ten minutes
// (/console/codes), and prints the link that has it. 0 done, 8 the server doesn't answer, 1 failed.
struct ConsoleOptions {
  client::Given at;
};
int console(const ConsoleOptions&);

}  // namespace cli
