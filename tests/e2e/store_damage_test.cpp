// What becomes of a server whose store is damaged under it: its last words, the marker, and the next start.
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

constexpr std::uintmax_t kPage = 4096;
using namespace std::chrono_literals;

// A request that reads the store. The answer may never come.
void ask(std::uint16_t port) {
  RawClient client = RawClient::to_port(port);
  client.send("GET /v1/tenants HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " +
              std::string(Deployment::kSecret) + "\r\n\r\n");
  client.read();
}

std::string read(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("damage: a file that is cut off under the server ends it with the page and a marker", "[e2e]") {
  const Deployment deployment;
  const std::string file = deployment.data() + "/data.mdb", marker = deployment.data() + "/DAMAGED";
  const std::string copy = deployment.data() + "/copy";
  auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  std::filesystem::copy_file(file, copy);
  std::filesystem::resize_file(file, 2 * kPage);
  ask(port);
  CHECK(server->wait(30s) == 1);
  CHECK_THAT(server->err(), ContainsSubstring(" error store error=\"" + file + ": page "));
  CHECK_THAT(server->err(),
             ContainsSubstring(" can't be read (SIGBUS); this process ends, and the next start"));
  CHECK_THAT(read(marker), ContainsSubstring(" can't be read (SIGBUS)\n"));

  SECTION("the next start names what is damaged, and refuses") {
    const auto again = deployment.serve();
    CHECK(again->wait(30s) == 3);
    CHECK_THAT(again->err(), ContainsSubstring("the file ends before it"));
    CHECK_THAT(again->err(), ContainsSubstring("restore a copy"));
    CHECK(std::filesystem::exists(marker));
  }
  SECTION("and serves where nothing is damaged any more") {
    std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
    const auto again = deployment.serve();
    CHECK(port_of(*again) != 0);
    CHECK_FALSE(std::filesystem::exists(marker));
    again->signal(SIGTERM);
    CHECK(again->wait(30s) == 0);
    CHECK_THAT(again->err(), ContainsSubstring("nothing is damaged"));
  }
  SECTION("a check of it says so, and ends well") {
    const auto checked = run({reeve(), "store", "check", "--config", deployment.config()});
    CHECK(checked.code == 3);
    CHECK_THAT(checked.err, ContainsSubstring("the file ends before it"));
  }
}

TEST_CASE("damage: a fault that is no store's ends the process as ever", "[e2e]") {
  const Deployment deployment;
  auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  server->signal(SIGSEGV);
  const int code = server->wait(30s);
  CHECK(code != 0);
  CHECK(code != 3);
  CHECK_THAT(server->err(), !ContainsSubstring("can't be read"));
  CHECK_FALSE(std::filesystem::exists(deployment.data() + "/DAMAGED"));
}
