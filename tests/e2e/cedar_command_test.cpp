// The command's flags, output and exit codes, as whoever calls it from a script sees them.
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace {

std::string write(const TempDir& dir, const std::string& name, const std::string& text) {
  std::ofstream(dir / name) << text;
  return dir / name;
}

constexpr const char* kPolicies = R"(@id("owners")
permit(principal, action == Action::"view", resource) when { resource.owner == principal };
permit(principal, action == Action::"edit", resource) when { principal.age > 3 };
)";

constexpr const char* kEntities = R"([
  {"uid":{"type":"User","id":"alice"},"attrs":{},"parents":[]},
  {"uid":{"type":"Photo","id":"p"},"attrs":{"owner":{"__entity":{"type":"User","id":"alice"}}},"parents":[]}
])";

}  // namespace

TEST_CASE("reeve cedar authorize: decision, reasons and errors, by exit code and as JSON", "[e2e]") {
  const TempDir dir;
  const std::string policies = write(dir, "p.cedar", kPolicies);
  const std::string entities = write(dir, "e.json", kEntities);
  const auto authorize = [&](const std::string& principal, const std::string& action, bool json) {
    std::vector<std::string> arguments = {reeve(),     "cedar",       "authorize", "--policies",  policies,   "--entities",
                                          entities,    "--principal", principal,   "--action",    action,     "--resource",
                                          R"(Photo::"p")"};
    if (json) arguments.push_back("--json");
    return run(arguments);
  };

  const auto allow = authorize(R"(User::"alice")", R"(Action::"view")", true);
  CHECK(allow.code == 0);
  CHECK(allow.out == "{\"decision\":\"allow\",\"reason\":[\"owners\"],\"errors\":[]}\n");

  const auto deny = authorize(R"(User::"bob")", R"(Action::"view")", true);
  CHECK(deny.code == 2);
  CHECK(deny.out == "{\"decision\":\"deny\",\"reason\":[],\"errors\":[]}\n");

  const auto error = authorize(R"(User::"alice")", R"(Action::"edit")", true);
  CHECK(error.code == 2);
  CHECK_THAT(error.out, ContainsSubstring(R"("errors":[{"policy":"policy1","message":")"));

  const auto text = authorize(R"(User::"alice")", R"(Action::"view")", false);
  CHECK(text.out == "ALLOW\n");

  const auto bad = authorize("alice", R"(Action::"view")", false);
  CHECK(bad.code == 1);
  CHECK_THAT(bad.err, ContainsSubstring("--principal: "));
}

TEST_CASE("reeve cedar check-parse: says the place of a mistake", "[e2e]") {
  const TempDir dir;
  CHECK(run({reeve(), "cedar", "check-parse", "--policies", write(dir, "good.cedar", kPolicies)}).code == 0);
  const std::string bad = write(dir, "bad.cedar", "permit(principal, action, resource)\nwhen { pricipal == 1 };\n");
  const auto answer = run({reeve(), "cedar", "check-parse", "--policies", bad});
  CHECK(answer.code == 1);
  CHECK_THAT(answer.err, ContainsSubstring(bad + ":2:8: "));
  CHECK_THAT(answer.err, ContainsSubstring("  2 | when { pricipal == 1 };\n    |        ^"));
  CHECK(run({reeve(), "cedar", "check-parse", "--policies", "-"}, "permit(principal, action, resource);").code == 0);
  CHECK(run({reeve(), "cedar", "check-parse", "--policies", dir / "absent"}).code == 1);
}

TEST_CASE("reeve: a wrong command line is 64, help is 0", "[e2e]") {
  CHECK(run({reeve()}).code == 64);
  CHECK(run({reeve(), "sevre"}).code == 64);
  CHECK(run({reeve(), "serve"}).code == 64);
  CHECK(run({reeve(), "credential", "create", "--name", "x"}).code == 64);
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"serve", "--help"}, {"dev", "--help"}, {"check-config", "--help"},
        {"credential", "create", "--help"}, {"audit", "verify", "--help"}, {"cedar", "authorize", "--help"}}) {
    std::vector<std::string> all = {reeve()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    const auto help = run(all);
    CHECK(help.code == 0);
    CHECK_THAT(help.out, ContainsSubstring("Usage: "));
  }
  CHECK(run({reeve(), "version"}).out.rfind("reeve ", 0) == 0);
}
