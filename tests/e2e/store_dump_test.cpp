// `reeve store dump` beside a running server, and of what is no store.
#include <sstream>

#include "base/json.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"

TEST_CASE("reeve store dump: every line is JSON, also while a server has the store", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  const auto dumped = run({reeve(), "store", "dump", "--config", deployment.config()});
  INFO(dumped.err);
  CHECK(dumped.code == 0);
  CHECK(dumped.err == "");
  std::istringstream lines(dumped.out);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    INFO(line);
    REQUIRE(base::parse_json(line).ok());
  }
  CHECK(count > 20);
  CHECK_THAT(dumped.out, ContainsSubstring(R"({"table":"meta","key":{"name":"program"},"value":"reeve"})"));
  CHECK_THAT(dumped.out, ContainsSubstring(R"({"table":"role_slug","key":{"tenant":"00000000-0000-0000-0000-)"
                                           R"(000000000000","slug":"admin"},"value":{"id":")"));
}

TEST_CASE("reeve store dump: where there is no store it says so and makes none", "[e2e]") {
  const Deployment deployment;
  const auto dumped = run({reeve(), "store", "dump", "--config", deployment.config()});
  CHECK(dumped.code == 1);
  CHECK(dumped.out == "");
  CHECK_THAT(dumped.err, ContainsSubstring("db: there is no store"));
  CHECK_FALSE(std::filesystem::exists(deployment.data()));
}
