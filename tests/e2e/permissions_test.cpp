// Who else may write where the server believes what is written.
#include <signal.h>
#include <sys/stat.h>

#include "base/json.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

void open_to_everybody(const std::string& path) {
  namespace fs = std::filesystem;
  fs::permissions(path, fs::perms::others_write, fs::perm_options::add);
}

std::string secret_in(const std::string& path) {
  std::ifstream in(path);
  const auto json = base::parse_json(std::string(std::istreambuf_iterator<char>(in), {}));
  const base::Json* secret = json.ok() ? json->find("client_secret") : nullptr;
  return secret && secret->string() ? *secret->string() : "";
}

}  // namespace

TEST_CASE("reeve serve: refuses a store or a configuration that everybody may write to", "[e2e]") {
  for (const char* what : {"../db", "reeve.yaml", ".", "policies", "policies/guard.cedar", "roles.yaml",
                           "permissions.yaml", "reeve.cedarschema", "../backups"}) {
    INFO(what);
    const Deployment deployment;
    std::filesystem::create_directory(deployment.data());
    std::filesystem::create_directory(deployment.path("../backups"));
    deployment.write("reeve.yaml", deployment.read("reeve.yaml") + "backup: {dir: ../backups}\n");
    const std::string path = std::filesystem::path(deployment.path(what)).lexically_normal().string();
    open_to_everybody(path);
    const auto refused = run({reeve(), "serve", "--listen", "127.0.0.1:0", "--config", deployment.config()});
    CHECK(refused.code == 1);
    const std::string named = path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
    CHECK(refused.err ==
          "reeve: " + named +
              ": everybody on this machine may write to it, and so change who may do what\n  take that right "
              "away (chmod o-w), or insist with --allow-insecure-permissions\n");
    CHECK_FALSE(std::filesystem::exists(deployment.data() + "/data.mdb"));
  }
  const Deployment deployment(false);
  open_to_everybody(deployment.config());
  Process server({{reeve(), "serve", "--listen", "127.0.0.1:0", "--config", deployment.config(),
                   "--allow-insecure-permissions"}});
  REQUIRE(port_of(server) != 0);
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  CHECK_THAT(server.err(), ContainsSubstring("permissions path=" + deployment.config()));
}

TEST_CASE("reeve serve: speaks of bootstrap-credential until it is removed or replaced", "[e2e]") {
  const Deployment deployment(false);
  const std::string file = deployment.data() + "/bootstrap-credential";
  const std::string said = "bootstrap-credential file=" + file;
  const auto log_of_start = [&] {
    const auto server = deployment.serve({});
    REQUIRE(port_of(*server) != 0);
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    return server->err();
  };
  CHECK_THAT(log_of_start(), !ContainsSubstring(said));  // it has said so on stdout
  CHECK_THAT(log_of_start(), ContainsSubstring(said));
  CHECK_THAT(log_of_start(), ContainsSubstring(said) && !ContainsSubstring(secret_in(file)));
  const std::string text = deployment.read("../db/bootstrap-credential");
  std::string other = text;
  other.replace(other.find("rvs_") + 4, 4, "AAAA");
  deployment.write("../db/bootstrap-credential", other);
  CHECK_THAT(log_of_start(), !ContainsSubstring(said));
  deployment.write("../db/bootstrap-credential", text);
  CHECK_THAT(log_of_start(), ContainsSubstring(said));
  std::filesystem::remove(file);
  CHECK_THAT(log_of_start(), !ContainsSubstring(said));
}
