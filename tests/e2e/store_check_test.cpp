// `reeve store check` beside a running server, of a damaged store, and of what is no store.
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

TEST_CASE("reeve store check: says how much is right, also while a server has the store", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  const auto checked = run({reeve(), "store", "check", "--config", deployment.config()});
  INFO(checked.err);
  CHECK(checked.code == 0);
  CHECK(checked.err == "");
  CHECK_THAT(checked.out, ContainsSubstring(" entries, of which "));
  CHECK_THAT(checked.out, ContainsSubstring(": nothing is wrong\n"));
}

TEST_CASE("reeve store check: where there is no store it says so and makes none", "[e2e]") {
  const Deployment deployment;
  const auto checked = run({reeve(), "store", "check", "--config", deployment.config()});
  CHECK(checked.code == 1);
  CHECK(checked.out == "");
  CHECK_THAT(checked.err, ContainsSubstring("db: there is no store"));
  CHECK_FALSE(std::filesystem::exists(deployment.data()));
}
