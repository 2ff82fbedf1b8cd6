// `reeve backup … --server`: the backups of a server, asked by its calls.
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

namespace fs = std::filesystem;

// A server that has made its first backup, and a credential of the platform in a file.
class BackedUp {
 public:
  BackedUp() {
    deployment_.write("reeve.yaml", deployment_.read("reeve.yaml") + "backup: {dir: ../backups}\n");
    write(0600, std::string(Deployment::kClientId) + ":" + Deployment::kSecret + "\n");
    server_ = deployment_.serve();
    port_ = port_of(*server_);
    REQUIRE(port_ != 0);
    const auto list = [&] { return run({reeve(), "backup", "list", "--config", deployment_.config()}).out; };
    for (int tries = 0; tries < 300 && list().empty(); ++tries) {
    }
    REQUIRE_FALSE(list().empty());
  }

  void write(int mode, const std::string& text) const {
    fs::remove(credential());
    std::ofstream(credential()) << text;
    fs::permissions(credential(), static_cast<fs::perms>(mode));
  }
  std::string credential() const { return deployment_.path("platform"); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::string path(const std::string& name) const { return deployment_.path(name); }
  const Deployment& deployment() const { return deployment_; }
  Process& server() const { return *server_; }

  // With nothing but that from the environment.
  Finished backup(std::vector<std::string> words, const std::vector<std::string>& environment = {}) const {
    std::vector<std::string> all = {"env", "-u",          "REEVE_CREDENTIAL", "-u", "REEVE_CREDENTIAL_FILE",
                                    "-u",  "REEVE_SERVER"};
    all.insert(all.end(), environment.begin(), environment.end());
    all.insert(all.end(), {reeve(), "backup"});
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }

 private:
  Deployment deployment_;
  std::unique_ptr<Process> server_;
  std::uint16_t port_ = 0;
};

std::string name_in(const std::string& line) {
  return line.substr(0, line.find(' '));
}

}  // namespace

TEST_CASE("reeve backup --server: made, listed, read and verified by a server's calls", "[e2e]") {
  const BackedUp world;
  const std::vector<std::string> at = {"--server", world.url(), "--credential-file", world.credential()};
  const auto with = [&](std::vector<std::string> words) {
    words.insert(words.end(), at.begin(), at.end());
    return world.backup(words);
  };
  const auto made = with({"create"});
  INFO(made.err);
  REQUIRE(made.code == 0);
  CHECK_THAT(made.out, ContainsSubstring("  revision ") && ContainsSubstring(" bytes  reeve "));
  const std::string name = name_in(made.out);

  const auto listed = with({"list"});
  CHECK(listed.code == 0);
  CHECK(listed.out.substr(0, made.out.size()) == made.out);
  CHECK(listed.out == run({reeve(), "backup", "list", "--config", world.deployment().config()}).out);
  const auto from_environment =
      world.backup({"list"}, {"REEVE_SERVER=" + world.url(), "REEVE_CREDENTIAL_FILE=" + world.credential()});
  CHECK(from_environment.out == listed.out);

  for (const auto& verified : {with({"verify"}), with({"verify", name})}) {
    CHECK(verified.code == 0);
    CHECK_THAT(verified.out, ContainsSubstring(name + ": ") && ContainsSubstring("they are right"));
  }
  CHECK(with({"prune", "--dry-run"}).out ==
        run({reeve(), "backup", "prune", "--dry-run", "--config", world.deployment().config()}).out);
  const auto pruned = with({"prune"});
  CHECK(pruned.code == 0);
  CHECK_THAT(pruned.out, ContainsSubstring(name + "  kept, the newest that verifies"));
  CHECK(with({"verify", "reeve-20260101T000000.000Z-r1"}).code == 1);
  CHECK(with({"verify", "a/b"}).err == "reeve: a/b: is no name of a backup\n");

  const std::string file = world.path("one.tar");
  const auto fetched = with({"create", "-o", file});
  CHECK(fetched.code == 0);
  CHECK((fs::status(file).permissions() & fs::perms(077)) == fs::perms::none);
  CHECK(with({"create", "-o", file}).err == "reeve: " + file + ": exists already\n");
  const auto piped = with({"create", "-o", "-"});
  CHECK(piped.code == 0);
  CHECK_THAT(piped.out, ContainsSubstring("/manifest.json"));
  world.server().signal(SIGTERM);
  CHECK(world.server().wait() == 0);
  CHECK(run({reeve(), "restore", file, "--config", world.deployment().config()}).code == 0);

  const auto gone = with({"list"});
  CHECK(gone.code == 1);
  CHECK_THAT(gone.err, ContainsSubstring("reeve: " + world.url() + ": no answer"));
}

TEST_CASE("reeve backup --server: a credential is looked at before it is sent", "[e2e]") {
  const BackedUp world;
  struct Row {
    const char* why;
    int mode;
    std::string text, server, err;
  };
  const std::string file = world.credential();
  const Row rows[] = {
      {"others may read it", 0640, "x", world.url(),
       file + ": others have access to this credential; close it with `chmod 600`"},
      {"as `credential create` prints it", 0600,
       R"({"client_id":")" + std::string(Deployment::kClientId) + R"(","client_secret":")" +
           Deployment::kSecret + "\"}\n",
       world.url(), ""},
      {"some other JSON", 0600, "{}", world.url(), file + ": holds no client_id and client_secret"},
      {"a line more", 0600, "a\nb", world.url(), file + ": must be visible ASCII characters without blanks"},
      {"not valid", 0600, "rvk_no", world.url(),
       world.url() + " answered 401 to the credential of " + file + ": credential: not valid"},
      {"a network", 0600, "x", "http://192.0.2.1",
       "--server: http://192.0.2.1:7400: others could read the credential on the way; use https://, or insist "
       "with --insecure"},
      {"no URL", 0600, "x", "localhost:7400",
       "--server: localhost:7400: must begin with http:// or https://, or be the path of a unix socket"},
      {"a path", 0600, "x", "https://localhost/reeve",
       "--server: https://localhost/reeve: must be http://HOST:PORT or https://HOST:PORT, without a path"},
  };
  for (const Row& row : rows) {
    INFO(row.why);
    world.write(row.mode, row.text);
    const auto listed = world.backup({"list", "--server", row.server, "--credential-file", file});
    CHECK(listed.err == (row.err.empty() ? "" : "reeve: " + row.err + "\n"));
    CHECK(listed.code == (row.err.empty() ? 0 : 1));
  }
  const auto nobody = world.backup({"list", "--server", world.url()});
  CHECK(nobody.err ==
        "reeve: no credential; set REEVE_CREDENTIAL, or REEVE_CREDENTIAL_FILE to a file that you alone can "
        "read\n");
  CHECK(world.backup({"list", "--server", world.url(), "--dir", "x"}).code == 64);
}
