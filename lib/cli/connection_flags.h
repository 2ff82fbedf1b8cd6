#pragma once

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace client {
struct Given;
}

namespace cli {

// How a command that asks a server finds it, for its help; docs/operations.md has the same.
extern const char* const kOfServer;

// Adds the flags that say which server, and as whom. Answers --server. REQUIRES: `given` outlives the parsing
CLI::Option* add_connection(CLI::App* command, client::Given& given);

}  // namespace cli
