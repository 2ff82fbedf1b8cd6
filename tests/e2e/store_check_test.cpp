// `reeve store check` beside a running server, of a damaged store, and of what is no store.
#include <filesystem>

#include "tests/domain/old_names.h"
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

TEST_CASE("reeve store check: names of before that clash are listed, and nothing is wrong", "[e2e][names]") {
  const Deployment deployment;
  make_raw_store(deployment.data(), 5, 0, old_names::old_rows({{"Éa", 1}, {"éa\u202E", 2}, {"éa", 3}}));
  {
    const auto server = deployment.serve();
    REQUIRE(port_of(*server) != 0);
  }
  const auto checked = run({reeve(), "store", "check", "--config", deployment.config()});
  INFO(checked.err);
  CHECK(checked.code == 0);
  CHECK(checked.err == "");
  const std::string of = "`, in tenant " + kTenant.to_string() + "\n";
  const std::string first = " has the name of group " + id(1).to_string() + " `Éa" + of;
  CHECK_THAT(checked.out, ContainsSubstring("group " + id(2).to_string() + " `éa[U+202E]`" + first +
                                            "group " + id(3).to_string() + " `éa`" + first));
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
