// What somebody sees who has nothing but the program.
#include <signal.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/json.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

using std::chrono::seconds;

// The program in a folder of its own, with an environment of nothing but what is given.
struct Alone {
  TempDir dir;
  std::string program = std::filesystem::absolute(reeve()).string();

  Alone() { std::filesystem::create_directory(dir / "here"); }

  std::vector<std::string> command(const std::string& environment, const std::string& words) const {
    return {"sh", "-c",
            "cd " + dir / "here" + " && exec env -i PATH=/usr/bin:/bin " + environment + " " + program + " " +
                words};
  }
  Finished run(const std::string& environment, const std::string& words) const {
    return ::run(command(environment, words));
  }
  std::string xdg() const { return "XDG_DATA_HOME=" + dir / "data"; }
};

std::size_t files_in(const std::string& dir) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir), {}));
}

std::string out_of(Process& server) {
  server.signal(SIGTERM);
  CHECK(server.wait() == 0);
  return server.out();
}

}  // namespace

TEST_CASE("reeve dev: needs no file but itself", "[e2e]") {
  const Alone alone;
  Process dev({alone.command(alone.xdg(), "dev --listen 127.0.0.1:0")});
  REQUIRE(port_of(dev) != 0);
  REQUIRE(dev.line_that_begins("the documents are", seconds(10)));
  const std::string out = out_of(dev);
  CHECK_THAT(out, ContainsSubstring("configuration: built in\nstore: " + alone.dir / "data/reeve\n"));
  CHECK_THAT(out, ContainsSubstring(" init DIR, then "));
  CHECK(files_in(alone.dir / "here") == 0);
}

TEST_CASE("reeve serve: needs no file but itself", "[e2e]") {
  if (std::filesystem::exists("/etc/reeve/reeve.yaml")) return;  // a machine that has a server of its own
  const Alone alone;
  Process server({alone.command("", "serve --listen 127.0.0.1:0 --data ../some/where/db")});
  REQUIRE(port_of(server) != 0);
  CHECK_THAT(out_of(server), ContainsSubstring("configuration: built in\nstore: ../some/where/db\n"));
  CHECK(files_in(alone.dir / "here") == 0);
}

TEST_CASE("a configuration is looked for in order", "[e2e]") {
  const Alone alone;
  const auto init = [&](const std::string& name) {
    REQUIRE(alone.run(alone.xdg(), "init " + name).code == 0);
  };
  init("../given");
  init("../named");
  init("config");
  const auto named = "REEVE_CONFIG=../named/reeve.yaml " + alone.xdg();
  const auto dev = [&](const std::string& environment, const std::string& words) {
    Process server({alone.command(environment, "dev --listen 127.0.0.1:0 " + words)});
    REQUIRE(port_of(server) != 0);
    REQUIRE(server.line_that_begins("the documents are", seconds(10)));
    const std::string out = out_of(server);
    return out.substr(0, out.find("\nlistening"));
  };
  // Nor is the store that a configuration names ever the demo's.
  CHECK_THAT(dev(named, "--config ../given/reeve.yaml"),
             ContainsSubstring("configuration: ../given/reeve.yaml\nstore: " + alone.dir / "data/reeve"));
  CHECK_THAT(dev(named, ""), ContainsSubstring("configuration: ../named/reeve.yaml (REEVE_CONFIG)\nstore: " +
                                               alone.dir / "data/reeve"));
  CHECK_THAT(dev("", ""), ContainsSubstring("configuration: config/reeve.yaml\nstore: data/db"));
  CHECK_THAT(alone.run(named, "check-config").out,
             ContainsSubstring("../named/reeve.yaml (REEVE_CONFIG): 31 permissions"));

  const auto err = [&](const std::string& environment, const std::string& words) {
    const auto done = alone.run(environment, words);
    CHECK(done.code == 1);
    return done.err;
  };
  CHECK(err("REEVE_CONFIG=none.yaml", "serve") ==
        "reeve: REEVE_CONFIG: none.yaml: No such file or directory\n");
  CHECK(err("", "serve --config none.yaml") == "reeve: --config: none.yaml: No such file or directory\n");
  CHECK(err("", "serve --config ''") == "reeve: --config: must be a path, not empty\n");
  std::filesystem::remove_all(alone.dir / "here/config");
  CHECK(err("XDG_DATA_HOME=relative", "dev") ==
        "reeve: no folder for the store: neither XDG_DATA_HOME nor HOME is set; give one with --data DIR\n");
  CHECK(err("HOME=/proc/none", "dev --listen 127.0.0.1:0") ==
        "reeve: /proc/none: No such file or directory; give another folder with --data DIR\n");
}

TEST_CASE("reeve init: writes what is built in, and never over anything", "[e2e]") {
  const Alone alone;
  const auto written = alone.run("", "init ../conf/ --data ../store");
  CHECK(written.code == 0);
  CHECK_THAT(written.out,
             ContainsSubstring("../conf/policies/guard.cedar\n") &&
                 ContainsSubstring("edit them, then: reeve serve --config ../conf/reeve.yaml\n"));
  for (const char* same : {"permissions.yaml", "roles.yaml", "reeve.cedarschema", "policies/guard.cedar"}) {
    const auto differ =
        run({"cmp", "config/" + std::string(same), alone.dir / ("conf/" + std::string(same))});
    INFO(differ.out << differ.err);
    CHECK(differ.code == 0);
  }
  const auto differ = run({"diff", "config/reeve.yaml", alone.dir / "conf/reeve.yaml"});
  CHECK_THAT(differ.out, ContainsSubstring("\n>   dir: \"" + alone.dir / "store\"\n"));
  CHECK(std::count(differ.out.begin(), differ.out.end(), '>') == 1);
  CHECK_THAT(run({reeve(), "check-config", "--config", alone.dir / "conf/reeve.yaml"}).out,
             ContainsSubstring("all good"));

  std::filesystem::remove(alone.dir / "conf/reeve.yaml");
  const auto again = alone.run("", "init ../conf --data ../store");
  CHECK(again.code == 1);
  CHECK(again.err == "reeve: ../conf/permissions.yaml: is there already; nothing was written\n");
  CHECK_FALSE(std::filesystem::exists(alone.dir / "conf/reeve.yaml"));
}

TEST_CASE("reeve serve: a taken port is found before anything is written", "[e2e]") {
  const Alone alone;
  Process first({alone.command(alone.xdg(), "dev --listen 127.0.0.1:0")});
  const std::string address = "127.0.0.1:" + std::to_string(port_of(first));
  for (const char* command : {"serve", "dev"}) {
    const auto second =
        alone.run(alone.xdg(), std::string(command) + " --data ../second --listen " + address);
    CHECK(second.code == 1);
    CHECK(second.err == "reeve: " + address +
                            ": can't bind: Address already in use; give another with --listen " +
                            "HOST:PORT; port 0 picks a free one\n");
    CHECK_FALSE(std::filesystem::exists(alone.dir / "second"));
  }
}

TEST_CASE("GET /: says what this is, to people and to programs", "[e2e]") {
  const Alone alone;
  Process dev({alone.command(alone.xdg(), "dev --listen 127.0.0.1:0")});
  RawClient client = RawClient::to_port(port_of(dev));
  const auto get = [&](const std::string& accept) {
    return client.ask("GET / HTTP/1.1\r\nHost: x\r\n" + accept + "\r\n").value();
  };
  for (const char* accept : {"", "Accept: */*\r\n", "Accept: application/json\r\n"}) {
    const auto answer = get(accept);
    CHECK(answer.status == 200);
    CHECK(answer.header("content-type") == "application/json");
    const auto json = base::parse_json(answer.body);
    REQUIRE(json.ok());
    CHECK(*json->find("name")->string() == "reeve");
    CHECK_THAT(answer.body,
               ContainsSubstring("\"/openapi.json\"") && ContainsSubstring("docs/operations.md"));
  }
  const auto page = get("Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\n");
  CHECK(page.header("content-type") == "text/html; charset=utf-8");
  CHECK_THAT(page.body, ContainsSubstring("<a href=\"/openapi.json\">"));
}
