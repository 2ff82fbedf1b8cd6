// `reeve follow`: processes, killed and started again.
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"
#include "tests/support/eventually.h"
#include "tests/support/tls_client.h"

namespace {

namespace fs = std::filesystem;

// A primary, a folder for its copy, and the platform's credential in a file.
class Followed {
 public:
  Followed() {
    write(0600);
    primary = deployment.serve();
    port = port_of(*primary);
    REQUIRE(port != 0);
  }

  void write(int mode) const {
    fs::remove(credential());
    std::ofstream(credential()) << Deployment::kClientId << ":" << Deployment::kSecret << "\n";
    fs::permissions(credential(), static_cast<fs::perms>(mode));
  }
  std::string credential() const { return deployment.path("platform"); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port); }
  std::string folder() const { return deployment.path("copy"); }

  void start_primary_again() {
    primary = std::make_unique<Process>(Process::Options{
        {reeve(), "serve", "--config", deployment.config(), "--listen", "127.0.0.1:" + std::to_string(port)},
        {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}},
        ""});
    REQUIRE(port_of(*primary) == port);
  }
  std::vector<std::string> words(const std::string& command) const {
    return {reeve(), command, "--config", deployment.config(), "--data", folder()};
  }
  std::unique_ptr<Process> follow() const {
    auto all = words("follow");
    all.insert(all.end(), {url(), "--credential-file", credential(), "--listen", "127.0.0.1:0"});
    return std::make_unique<Process>(
        Process::Options{all, {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}}, ""});
  }

  static RawResponse ask(std::uint16_t at, const std::string& line, const std::string& body = {}) {
    RawClient client = RawClient::to_port(at);
    const auto answer =
        client.ask(line + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + Deployment::kSecret +
                   "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                   "\r\n\r\n" + body);
    return answer.value_or(RawResponse());
  }
  bool has_tenants(std::uint16_t at, const std::vector<std::string>& names) const {
    return eventually([&] {
      const std::string body = ask(at, "GET /v1/tenants").body;
      return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
        return body.find("\"" + name + "\"") != std::string::npos;
      });
    });
  }
  void make_tenant(const std::string& name) const {
    REQUIRE(ask(port, "POST /v1/tenants", R"({"name":")" + name + "\"}").status == 201);
  }

  Deployment deployment;
  std::unique_ptr<Process> primary;
  std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("reeve follow: either process may be killed at any time", "[e2e]") {
  Followed world;
  world.make_tenant("one");
  auto copy = world.follow();
  const std::uint16_t at = port_of(*copy);
  REQUIRE(at != 0);
  CHECK(world.has_tenants(at, {"one"}));
  const RawResponse refused = Followed::ask(at, "POST /v1/tenants", R"({"name":"no"})");
  CHECK(refused.status == 421);
  CHECK_THAT(refused.body, ContainsSubstring(world.url()));

  world.primary->signal(SIGKILL);
  CHECK(world.primary->wait() == 128 + SIGKILL);
  CHECK(Followed::ask(at, "GET /v1/tenants").status == 200);
  world.start_primary_again();
  world.make_tenant("two");
  CHECK(world.has_tenants(at, {"one", "two"}));

  copy->signal(SIGKILL);
  CHECK(copy->wait() == 128 + SIGKILL);
  world.make_tenant("three");
  copy = world.follow();
  CHECK(world.has_tenants(port_of(*copy), {"one", "two", "three"}));
  copy->signal(SIGTERM);
  CHECK(copy->wait() == 0);
  CHECK_THAT(copy->out(), ContainsSubstring("a copy of " + world.url() + "\n"));
  CHECK((copy->out() + copy->err()).find(Deployment::kSecret) == std::string::npos);

  Process served(
      Process::Options{world.words("serve"), {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}}, ""});
  CHECK(served.wait() == 1);
  CHECK_THAT(served.err(), ContainsSubstring("the store is a copy of " + world.url()));
  auto promote = world.words("follow");
  promote.emplace_back("--promote");
  const auto promoted = run(promote);
  CHECK(promoted.code == 0);
  CHECK_THAT(promoted.out, ContainsSubstring("a primary from now on, at revision "));
  CHECK_THAT(run(promote).err, ContainsSubstring("no copy; there is nothing to promote"));
  auto serve = world.words("serve");
  serve.insert(serve.end(), {"--listen", "127.0.0.1:0"});
  Process own(Process::Options{serve, {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}}, ""});
  CHECK(Followed::ask(port_of(own), "POST /v1/tenants", R"({"name":"own"})").status == 201);
}

TEST_CASE("reeve follow: a primary that has other changes ends it, and it doesn't start again", "[e2e]") {
  Followed world;
  world.make_tenant("one");
  const auto copy = world.follow();
  const std::uint16_t at = port_of(*copy);
  REQUIRE(at != 0);
  REQUIRE(world.has_tenants(at, {"one"}));
  world.primary->signal(SIGTERM);
  CHECK(world.primary->wait() == 0);
  fs::remove_all(world.deployment.data());
  world.start_primary_again();
  CHECK(copy->wait() == 3);
  CHECK_THAT(copy->err(), ContainsSubstring("this store is no copy of " + world.url()));
  const auto again = world.follow();
  CHECK(again->wait() == 3);
  CHECK_THAT(again->err(), ContainsSubstring(world.folder() + ": no copy any more: "));
}

TEST_CASE("reeve follow: what it needs is said before anything is made", "[e2e]") {
  Followed world;
  const auto with = [&](std::vector<std::string> more) {
    auto all = world.words("follow");
    all.insert(all.end(), {"--listen", "127.0.0.1:0"});
    all.insert(all.end(), more.begin(), more.end());
    return run(all);
  };
  const std::string file = world.credential();
  CHECK(with({}).err == "reeve: no server to follow; give its URL, or set follow.url\n");
  CHECK(with({world.url()}).err ==
        "reeve: no credential; give --credential-file FILE, or set follow.credential_file\n");
  CHECK_THAT(
      with({"http://192.0.2.1", "--credential-file", file}).err,
      ContainsSubstring("reeve: follow: http://192.0.2.1:7400: others could read the credential on the way"));
  CHECK_THAT(with({"http://127.0.0.1:1", "--credential-file", file}).err,
             ContainsSubstring("http://127.0.0.1:1: no answer"));
  world.write(0640);
  CHECK_THAT(with({world.url(), "--credential-file", file}).err,
             ContainsSubstring(file + ": others have access to this credential; close it with `chmod 600`"));
  CHECK_FALSE(fs::exists(world.folder() + "/data.mdb"));
  CHECK(with({world.url(), "--promote"}).code == 64);
}

TEST_CASE("reeve follow: over TLS, by a certificate of its own", "[e2e][tls]") {
  const Deployment primary;
  const auto write_pair = [&](const std::string& name, const TestPair& pair) {
    primary.write(name + ".pem", pair.certificate);
    primary.write(name + ".key", pair.key);
    fs::permissions(primary.path(name + ".key"), static_cast<fs::perms>(0600));
  };
  write_pair("own", make_test_pair("localhost"));
  write_pair("other", make_test_pair("localhost"));
  const std::string bootstrap = "bootstrap: {client_id: " + std::string(Deployment::kClientId) + "}\n";
  primary.write("reeve.yaml",
                "store: {dir: ../db}\n" + bootstrap + "tls: {certificate: own.pem, key: own.key}\n");
  const auto served = primary.serve();
  const auto line = served->line_that_begins("listening on https://", std::chrono::seconds(30));
  REQUIRE(line);
  const std::string url = "https://localhost" + line->substr(line->rfind(':'));

  const Deployment own;
  own.write("platform", std::string(Deployment::kClientId) + ":" + Deployment::kSecret + "\n");
  fs::permissions(own.path("platform"), static_cast<fs::perms>(0600));
  const auto follow = [&](const std::string& authorities) {
    own.write("reeve.yaml", "store: {dir: ../copy}\n" + bootstrap + "follow:\n  url: " + url +
                                "\n  credential_file: platform\n" + authorities);
    return std::make_unique<Process>(
        Process::Options{{reeve(), "follow", "--config", own.config(), "--listen", "127.0.0.1:0"},
                         {{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}},
                         ""});
  };
  for (const std::string& authorities : {std::string(), "  ca_file: " + primary.path("other.pem") + "\n"}) {
    const auto refused = follow(authorities);
    CHECK(refused->wait() == 1);
    CHECK_THAT(refused->err(), ContainsSubstring(url + ": no answer: its certificate isn't trusted here"));
    CHECK_FALSE(fs::exists(own.path("../copy/data.mdb")));
  }

  TlsClient client(static_cast<std::uint16_t>(std::stoi(line->substr(line->rfind(':') + 1))),
                   {.name = "localhost"});
  REQUIRE(client.shake_hands());
  const std::string body = R"({"name":"one"})";
  const auto answer = client.ask(
      "POST /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + std::string(Deployment::kSecret) +
      "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
      body);
  REQUIRE(answer);
  CHECK(answer->status == 201);
  const auto copy = follow("  ca_file: " + primary.path("own.pem") + "\n");
  const std::uint16_t at = port_of(*copy);
  REQUIRE(at != 0);
  CHECK(eventually(
      [&] { return Followed::ask(at, "GET /v1/tenants").body.find("\"one\"") != std::string::npos; }));
  copy->signal(SIGTERM);
  CHECK(copy->wait() == 0);
}
