#pragma once

namespace cli {

// Reads the command line, does what it says, and answers the process's exit code (exit_code.h). What a
// command prints goes to stdout, what went wrong to stderr. Call it once, from main.
int run(int argc, char** argv);

}  // namespace cli
