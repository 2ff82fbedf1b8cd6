// `reeve backup` and `reeve restore`, beside a server and without one; and backups that a server makes by
// itself.
#include <signal.h>

#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

namespace fs = std::filesystem;

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("reeve backup: made beside a server, verified, restored once it is stopped", "[e2e]") {
  const Deployment deployment;
  const std::string folder = deployment.path("../backups");
  const auto reeve_ = [&](std::vector<std::string> words) {
    words.insert(words.begin(), reeve());
    words.insert(words.end(), {"--config", deployment.config()});
    return run(words);
  };
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  const auto unset = reeve_({"backup", "create"});
  CHECK(unset.code == 1);
  CHECK(unset.err ==
        "reeve: backup.dir: not set in " + deployment.config() + "; set it, or give a folder with --dir\n");

  const auto made = reeve_({"backup", "create", "--dir", folder});
  INFO(made.err);
  REQUIRE(made.code == 0);
  const std::string path = made.out.substr(0, made.out.find(": revision "));
  CHECK(fs::exists(path + "/manifest.json"));
  const auto file = reeve_({"backup", "create", "-o", deployment.path("one.tar")});
  CHECK(file.code == 0);
  CHECK((fs::status(deployment.path("one.tar")).permissions() & fs::perms(077)) == fs::perms::none);
  CHECK(reeve_({"backup", "create", "-o", deployment.path("one.tar")}).err ==
        "reeve: " + deployment.path("one.tar") + ": exists already\n");
  const auto piped = reeve_({"backup", "create", "-o", "-"});
  CHECK(piped.code == 0);
  CHECK_THAT(piped.out, ContainsSubstring("/manifest.json"));

  const auto verified = reeve_({"backup", "verify", "--dir", folder});
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out, ContainsSubstring(" bytes: nothing is wrong\n"));
  const auto listed = reeve_({"backup", "list", "--dir", folder});
  CHECK_THAT(listed.out, ContainsSubstring(fs::path(path).filename().string() + "  revision "));

  const auto held = reeve_({"restore", path});
  CHECK(held.code == 1);
  CHECK(held.err == "reeve: " + deployment.data() + ": in use by process " + std::to_string(server->pid()) +
                        "; stop it first, or use another folder\n");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  const auto restored = reeve_({"restore", path});
  CHECK(restored.code == 0);
  CHECK_THAT(restored.out,
             ContainsSubstring("  credentials     1\n") && ContainsSubstring("audit heads: 1\n"));
  CHECK_THAT(restored.err, ContainsSubstring("warning: credentials that were revoked after "));

  fs::resize_file(path + "/data.mdb", 5000);
  for (const auto& refused : {reeve_({"restore", path}), reeve_({"backup", "verify", path})}) {
    CHECK(refused.code == 3);
    CHECK_THAT(refused.err, ContainsSubstring("/data.mdb: cut off: 5000 bytes, where there should be "));
  }
  const auto revoked = reeve_({"restore", deployment.path("one.tar"), "--revoke-credentials"});
  CHECK(revoked.code == 0);
  CHECK_THAT(first_line(revoked.out), ContainsSubstring("{\"client_id\":\""));
  CHECK_THAT(revoked.err, ContainsSubstring("reeve: 1 credentials are revoked"));
}

TEST_CASE("backups: a server makes one when it is due, says so, and ends at once all the same", "[e2e]") {
  const Deployment deployment;
  deployment.write("reeve.yaml", deployment.read("reeve.yaml") +
                                     "backup: {dir: ../backups, keep: {daily: 1, weekly: 0, monthly: 0}}\n");
  for (int i = 0; i < 2; ++i) {  // the second start finds that none is due
    const auto server = deployment.serve();
    REQUIRE(port_of(*server) != 0);
    const auto list = [&] { return run({reeve(), "backup", "list", "--config", deployment.config()}).out; };
    for (int tries = 0; tries < 300 && list().empty(); ++tries) {
    }
    CHECK_THAT(list(), ContainsSubstring("  revision "));
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    if (i == 0) CHECK_THAT(server->err(), ContainsSubstring("backup") && ContainsSubstring("outcome=made"));
    if (i == 1) CHECK_THAT(server->err(), !ContainsSubstring("outcome=made"));
  }
}
