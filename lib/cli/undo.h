#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "client/connection.h"

namespace cli {

// `reeve undo`: has a running server undo a change (/v1/changes/{revision}/undo), or say what that would do.
// Prints a line for each thing that is removed, put back or given its contents back, and for each credential
// that is not there again; in a dry run also how many would gain and lose something. Ends with 0, with 8
// where there is no answer, and 1 where the server refuses, whose reasons it prints.
struct UndoOptions {
  client::Given at;
  std::uint64_t revision = 0;
  std::optional<std::string> tenant;  // its uuid; else REEVE_TENANT
  bool dry_run = false;
  std::string form = "table";
};
int undo(const UndoOptions&);

}  // namespace cli
