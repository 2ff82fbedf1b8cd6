#pragma once

namespace cli {

// What the process ends with; written into --help and docs/operations.md.
enum ExitCode : int {
  kOk = 0,               // done; of `check` and `cedar authorize`: allow
  kFailure = 1,          // what was asked for could not be done; stderr says why
  kDeny = 2,             // of `check` and `cedar authorize`: deny; of `replay`: an answer changes
  kInvalidPolicies = 3,  // of `cedar validate`: the policies are not valid; of `store check`: the store isn't
  kUnreachable = 8,      // of `check` and `test`: the server doesn't answer
  kUsage = 64,           // the command line is wrong (EX_USAGE of sysexits.h)
};

}  // namespace cli
