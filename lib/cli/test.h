#pragma once
#include <optional>
#include <string>
#include <vector>

#include "client/connection.h"

namespace cli {

// `reeve test`: asks what files of tests ask (decision_tests.h), and compares the answers. Each path is a
// folder, whose files *.yaml and *.json but tenant.yaml are tests, or one such file. Without a server the
// questions are about what the folder holds (trial_tenant.h), and answered by one that is started for them.
// With a server and no path the tests are those that its tenant has. Prints each test, why a failed one was
// answered so, and which rules decided nothing. Ends with 0 where all pass, 1 where one fails or can't be
// read, 8 where the server doesn't answer.
struct TestOptions {
  std::vector<std::string> paths;
  client::Given at;                   // a server only where `server` is given
  std::optional<std::string> tenant;  // id or slug; none: the credential's own
  std::optional<std::string> config;  // of what is built in, without a server
  std::optional<std::string> junit;   // a file for the results
};
int test(const TestOptions&);

}  // namespace cli
