// `reeve reload`: whom it signals, and whom it doesn't.
#include <signal.h>
#include <sys/file.h>

#include <filesystem>

#include "base/encoding.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

Finished reload(const Deployment& deployment) {
  return run({reeve(), "reload", "--config", deployment.config()});
}

}  // namespace

TEST_CASE("reeve reload: says what came of it", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  const std::string process = std::to_string(server->pid());

  CHECK(reload(deployment).out == "reload 1 of process " + process + ": done\n");
  deployment.write("policies/x.cedar", "forbid(principal, action, resource) when { pricipal };\n");
  const auto refused = reload(deployment);
  CHECK(refused.code == 1);
  CHECK(refused.out.empty());
  CHECK(refused.err == "reeve: refused; nothing has changed:\n" + deployment.path("policies/x.cedar") +
                           ":1:44: unknown variable `pricipal`; did you mean `principal`?\n"
                           "  1 | forbid(principal, action, resource) when { pricipal };\n"
                           "    |                                            ^\n");
  std::filesystem::remove(deployment.path("policies/x.cedar"));
  CHECK(reload(deployment).out == "reload 3 of process " + process + ": done\n");

  // A configuration that went away puts nothing else in its place. The store is then named by its folder.
  std::filesystem::remove(deployment.config());
  const auto gone = run({reeve(), "reload", "--data", deployment.data()});
  CHECK(gone.code == 1);
  CHECK(gone.err == "reeve: refused; nothing has changed:\n--config: " + deployment.config() +
                        ": No such file or directory\n");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_FALSE(std::filesystem::exists(deployment.data() + "/SERVER"));
}

TEST_CASE("reeve reload: takes up how many requests a second a credential may make", "[e2e]") {
  const Deployment deployment;
  const std::string unlimited = deployment.read("reeve.yaml");
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  // Of fifty requests at once, how many are refused.
  const auto refused = [&] {
    constexpr int kRequests = 50;
    const std::string request =
        "GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " +
        base::to_base64(std::string(Deployment::kClientId) + ":" + Deployment::kSecret) + "\r\n\r\n";
    RawClient client = RawClient::to_port(port);
    std::string all;
    for (int i = 0; i < kRequests; ++i) all += request;
    client.send(all);
    int beyond = 0;
    for (int i = 0; i < kRequests; ++i) {
      const auto answer = client.read();
      REQUIRE(answer);
      REQUIRE((answer->status == 200 || answer->status == 429));
      beyond += answer->status == 429 ? 1 : 0;
    }
    return beyond;
  };
  CHECK(refused() == 0);
  deployment.write("reeve.yaml", unlimited + "server: {limits: {requests_per_second: 1}}\n");
  CHECK(reload(deployment).code == 0);
  CHECK(refused() > 0);
  deployment.write("reeve.yaml", unlimited);
  CHECK(reload(deployment).code == 0);
  CHECK(refused() == 0);
}

TEST_CASE("reeve reload: signals nobody but a server that has the store", "[e2e]") {
  const Deployment deployment;
  const std::string none =
      "reeve: " + deployment.data() +
      ": no server has this store; if a server runs on another store, name that one with --config or --data\n";
  CHECK(reload(deployment).err == none);
  {
    const auto server = deployment.serve();
    REQUIRE(port_of(*server) != 0);
    server->signal(SIGKILL);
    server->wait();
  }
  REQUIRE(std::filesystem::exists(deployment.data() + "/SERVER"));  // as the killed one left it

  Process other({{"sleep", "60"}});  // SIGHUP would end it
  const std::string lock = deployment.data() + "/LOCK";
  std::ofstream(lock) << other.pid() << "\n";
  CHECK(reload(deployment).err == none);
  {
    const int fd = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(::flock(fd, LOCK_EX) == 0);  // by this process, which LOCK doesn't name
    CHECK_THAT(reload(deployment).err,
               ContainsSubstring(": in use by a process that can't be seen from here: "));
    std::ofstream(lock) << ::getpid() << "\n";  // which has the lock and is no server
    CHECK(reload(deployment).err == "reeve: " + deployment.data() + ": in use by process " +
                                        std::to_string(::getpid()) +
                                        ", which is not a server, or is not serving yet\n");
    ::close(fd);
  }
  CHECK(::kill(other.pid(), 0) == 0);
  CHECK(other.wait(std::chrono::seconds(0)) == -1);
}
