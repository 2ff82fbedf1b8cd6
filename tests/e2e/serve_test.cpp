// The executable as a service manager and an administrator see it.
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "tests/support/catch.h"
#include "tests/support/deployment.h"
#include "tests/support/notify_socket.h"

namespace {

using std::chrono::seconds;

std::string call(std::uint16_t port, const std::string& method, const std::string& path,
                 const std::string& secret, const std::string& tenant = "", const std::string& body = "") {
  RawClient client = RawClient::to_port(port);
  const auto response = client.ask(
      method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + secret + "\r\n" +
      (tenant.empty() ? "" : "X-Tenant-ID: " + tenant + "\r\n") +
      (body.empty()
           ? ""
           : "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") +
      "\r\n" + body);
  return response ? std::to_string(response->status) + " " + response->body : "no answer";
}

std::string member(const std::string& answer, const std::string& name) {
  const auto json = base::parse_json(answer.substr(answer.find(' ') + 1));
  const base::Json* value = json.ok() ? json->find(name) : nullptr;
  return value && value->string() ? *value->string() : "";
}

}  // namespace

TEST_CASE("reeve serve: keeps what it answered over a stop and a start", "[e2e]") {
  const Deployment deployment;
  std::string tenant;
  {
    const auto server = deployment.serve();
    const auto port = port_of(*server);
    REQUIRE(port != 0);
    tenant = member(call(port, "POST", "/v1/tenants", Deployment::kSecret, "", R"({"name":"Acme"})"), "id");
    REQUIRE_FALSE(tenant.empty());
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    CHECK_THAT(server->err(), ContainsSubstring("stopping signal=SIGTERM"));
    CHECK_THAT(server->err() + server->out(), !ContainsSubstring(Deployment::kSecret));
  }
  {
    const auto server = deployment.serve();
    CHECK_THAT(call(port_of(*server), "GET", "/v1/tenants/" + tenant, Deployment::kSecret),
               ContainsSubstring("\"Acme\""));
    server->signal(SIGINT);
    CHECK(server->wait() == 0);
  }
  const auto verified = run({reeve(), "audit", "verify", "--config", deployment.config()});
  CHECK(verified.code == 0);
  CHECK_THAT(verified.out, ContainsSubstring("audit entries, every chain whole"));
}

TEST_CASE("reeve serve: has as many threads for requests as it was told", "[e2e]") {
  const auto threads_with = [](const std::string& settings) {
    const Deployment deployment;
    deployment.write("reeve.yaml", deployment.read("reeve.yaml") + settings);
    const auto server = deployment.serve();
    REQUIRE(port_of(*server) != 0);
    const std::filesystem::directory_iterator tasks("/proc/" + std::to_string(server->pid()) + "/task");
    return std::distance(begin(tasks), end(tasks));
  };
  const auto with_one = threads_with("server: {threads: 1}\n");
  CHECK(threads_with("server: {threads: 7}\n") == with_one + 6);
  CHECK(threads_with("") == with_one - 1 + std::clamp(std::thread::hardware_concurrency(), 1U, 16U));
}

TEST_CASE("reeve serve: a second server on the same data refuses with a sentence", "[e2e]") {
  const Deployment deployment;
  const auto first = deployment.serve();
  REQUIRE(port_of(*first) != 0);
  const auto second = deployment.serve();
  CHECK(second->wait() == 1);
  CHECK_THAT(second->err(), ContainsSubstring("reeve: ") && ContainsSubstring("db"));
  const auto credential =
      run({reeve(), "credential", "create", "--config", deployment.config(), "--platform", "--name", "x"});
  CHECK(credential.code == 1);
  CHECK_THAT(credential.err, ContainsSubstring("db"));
}

TEST_CASE("reeve serve: the first start writes a credential where only its owner can read it", "[e2e]") {
  const Deployment deployment(false);
  std::string secret;
  {
    const auto server = deployment.serve({});
    const auto port = port_of(*server);
    REQUIRE(port != 0);
    const std::string path = deployment.data() + "/bootstrap-credential";
    struct stat file {};
    REQUIRE(::stat(path.c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    secret = member(" " + text, "client_secret");
    CHECK_THAT(call(port, "GET", "/v1/tenants", secret), ContainsSubstring("200 "));
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
    CHECK_THAT(server->out(), ContainsSubstring("the platform's credential is in " + path));
    CHECK_THAT(server->out() + server->err(), !ContainsSubstring(secret));
  }
  const auto again = deployment.serve({});
  CHECK_THAT(call(port_of(*again), "GET", "/v1/tenants", secret), ContainsSubstring("200 "));
  CHECK_THAT(again->out(), !ContainsSubstring("credential"));
}

TEST_CASE("reeve serve: a changed bootstrap secret replaces the one before", "[e2e]") {
  const Deployment deployment;
  const std::string changed = "another-secret-of-more-than-32-characters";
  {
    const auto server = deployment.serve();
    CHECK_THAT(call(port_of(*server), "GET", "/v1/tenants", Deployment::kSecret), ContainsSubstring("200 "));
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
  }
  const auto server = deployment.serve({{"REEVE_BOOTSTRAP_SECRET", changed}});
  const auto port = port_of(*server);
  CHECK_THAT(call(port, "GET", "/v1/tenants", changed), ContainsSubstring("200 "));
  CHECK_THAT(call(port, "GET", "/v1/tenants", Deployment::kSecret), ContainsSubstring("401 "));
}

TEST_CASE("reeve serve: SIGHUP takes up policies, and keeps the last good ones", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  const auto make = [&](const std::string& name) {
    return call(port, "POST", "/v1/tenants", Deployment::kSecret, "", R"({"name":")" + name + R"("})");
  };
  const auto eventually = [&](const std::string& name, const std::string& wanted) {
    std::string last;
    for (int i = 0; i < 200; ++i) {
      last = make(name + std::to_string(i));
      if (last.rfind(wanted, 0) == 0) return last;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return last;
  };
  CHECK_THAT(make("before"), ContainsSubstring("201 "));

  deployment.write("policies/freeze.cedar",
                   "@id(\"freeze\") @notice(\"Nothing changes this week.\")\n"
                   "forbid(principal, action == Action::\"tenant:create\", resource);\n");
  server->signal(SIGHUP);
  CHECK_THAT(eventually("frozen", "403 "), ContainsSubstring("Nothing changes this week."));

  deployment.write("policies/freeze.cedar", "forbid(principal, action, resource) when { pricipal };\n");
  server->signal(SIGHUP);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK_THAT(make("still"), ContainsSubstring("Nothing changes this week."));

  std::filesystem::remove(deployment.path("policies/freeze.cedar"));
  server->signal(SIGHUP);
  CHECK_THAT(eventually("thawed", "201 "), ContainsSubstring("201 "));
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->err(), ContainsSubstring("freeze.cedar:1:") && ContainsSubstring("outcome=refused"));
}

TEST_CASE("reeve serve: the log says what a newcomer looks for", "[e2e]") {
  const Deployment deployment;
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  RawClient client = RawClient::to_port(port);
  const auto ask = [&](const std::string& target) {
    return client.ask("GET " + target + " HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.9\r\n\r\n");
  };
  CHECK(ask("/v1/rolez%0a?key=rvk_secret")->status == 404);
  CHECK(ask("/" + std::string(500, 'x'))->status == 404);

  // Its address and folder of the store are given by flags, which go before the file again.
  deployment.write("roles.yaml", "roles:\n  - slug: x\n    nmae: X\n");
  server->signal(SIGHUP);
  const auto refused = run({reeve(), "reload", "--config", deployment.config()});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, ContainsSubstring("    nmae: X\n"));
  deployment.write("roles.yaml", "roles: []\n");
  CHECK(run({reeve(), "reload", "--config", deployment.config()}).code == 0);
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);

  const std::string log = server->err();
  CHECK_THAT(log, ContainsSubstring("request method=GET path=/v1/rolez%0a status=404") &&
                      ContainsSubstring("path=/" + std::string(199, 'x') + " status=404"));
  CHECK_THAT(log, !ContainsSubstring("rvk_secret") && !ContainsSubstring("takes effect at the next start"));
  const std::string forwarded = "X-Forwarded-For is not believed from=127.0.0.1";
  REQUIRE_THAT(log, ContainsSubstring(forwarded));
  CHECK(log.find(forwarded, log.find(forwarded) + 1) == std::string::npos);
  CHECK_THAT(log, ContainsSubstring("\n  " + deployment.path("roles.yaml") + ":3:5: ") &&
                      ContainsSubstring("\n    3 |     nmae: X\n      |     ^"));
}

// With the pipe full, each request waited for a reader, and so did SIGTERM.
TEST_CASE("reeve serve: a stderr that nobody reads stops neither requests nor signals", "[e2e]") {
  constexpr int kRequests = 30'000;  // their lines are more than are kept
  constexpr int kAtOnce = 100;
  const Deployment deployment;
  const auto ask_many = [&](std::uint16_t port, int requests) {
    RawClient client = RawClient::to_port(port);
    const std::string ask = "GET /livez?" + std::string(100, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n";
    std::string asks;
    for (int i = 0; i < kAtOnce; ++i) asks += ask;
    int answered = 0;
    for (int sent = 0; sent < requests; sent += kAtOnce) {
      client.send(asks);
      for (int i = 0; i < kAtOnce; ++i) answered += client.read().has_value() ? 1 : 0;
    }
    return answered;
  };
  {
    const auto server = deployment.serve();
    const auto port = port_of(*server);
    REQUIRE(port != 0);
    CHECK(ask_many(port, 1000) == 1000);
    server->signal(SIGTERM);
    CHECK(server->ends_unread(seconds(10)));
    CHECK(server->wait() == 0);
  }
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  CHECK(ask_many(port, kRequests) == kRequests);
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  const std::string log = server->err();
  const std::size_t at = log.find("log lines_lost=");
  REQUIRE(at != std::string::npos);
  const long lost = std::atol(log.c_str() + at + std::string("log lines_lost=").size());
  long requests = 0;
  for (std::size_t i = log.find(" request "); i != std::string::npos; i = log.find(" request ", i + 1))
    ++requests;
  CHECK(lost > 0);
  long others = 0;  // that may be among the lost
  for (const char* line : {"stopping signal=", "info  stopped", "info  started"})
    if (log.find(line) == std::string::npos) ++others;
  INFO(log.substr(0, 1000) << "\n…\n" << log.substr(log.size() - 1000));
  CHECK(requests + lost == kRequests + others);
}

// Compiled by the last instruction of its operand alone, it forbade nothing.
TEST_CASE("reeve serve: a forbid whose `in` has an `if` on its right forbids", "[e2e]") {
  const Deployment deployment;
  deployment.write(
      "policies/if.cedar",
      "@id(\"if\") @notice(\"Not here.\")\n"
      "forbid(principal, action == Action::\"tenant:create\", resource)\n"
      "when { resource in (if principal.platform then [resource] else [Tenant::\"mallory\"]) };\n");
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  const std::string refused = call(port, "POST", "/v1/tenants", Deployment::kSecret, "", R"({"name":"t"})");
  CHECK_THAT(refused, ContainsSubstring("403 ") && ContainsSubstring(R"("notices":["Not here."])"));
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  CHECK_THAT(server->err(), !ContainsSubstring("could not be evaluated") && !ContainsSubstring("uncompiled"));
}

TEST_CASE("reeve serve: SIGHUP takes up what a forbid does that can't be evaluated", "[e2e]") {
  const Deployment deployment;
  deployment.write("policies/sum.cedar",
                   "@id(\"sum\") forbid(principal, action == Action::\"tenant:create\", resource)\n"
                   "when { 9223372036854775807 + 1 == 0 };\n");
  const auto server = deployment.serve();
  const auto port = port_of(*server);
  REQUIRE(port != 0);
  int made = 0;
  const auto eventually = [&](const std::string& wanted) {
    std::string last;
    for (int i = 0; i < 200; ++i) {
      last = call(port, "POST", "/v1/tenants", Deployment::kSecret, "",
                  R"({"name":"t)" + std::to_string(++made) + R"("})");
      if (last.starts_with(wanted)) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return last.substr(0, 4);
  };
  CHECK(eventually("403 ") == "403 ");
  const std::string settings = deployment.read("reeve.yaml");
  deployment.write("reeve.yaml", settings + "guard: {on_error: cedar}\n");
  server->signal(SIGHUP);
  CHECK(eventually("201 ") == "201 ");
  deployment.write("reeve.yaml", settings);
  server->signal(SIGHUP);
  CHECK(eventually("403 ") == "403 ");
  server->signal(SIGTERM);
  CHECK(server->wait() == 0);
  for (const char* outcome : {"refused", "skipped"})
    CHECK_THAT(server->err(),
               ContainsSubstring("guard policy could not be evaluated policy=sum") &&
                   ContainsSubstring("sum.cedar:2:8: ") &&
                   ContainsSubstring(std::string("outcome=") + outcome + " action=tenant:create"));
}

TEST_CASE("reeve serve: tells the service manager when it is ready and when it stops", "[e2e]") {
  const NotifySocket manager;
  const Deployment deployment;
  const auto server =
      deployment.serve({{"REEVE_BOOTSTRAP_SECRET", Deployment::kSecret}, {"NOTIFY_SOCKET", manager.path()}});
  REQUIRE(port_of(*server) != 0);
  CHECK(manager.told() == "READY=1");
  server->signal(SIGTERM);
  CHECK(manager.told() == "STOPPING=1");
  CHECK(server->wait() == 0);
}

TEST_CASE("reeve credential create: for a tenant, while the server is stopped", "[e2e]") {
  const Deployment deployment;
  std::string tenant;
  {
    const auto server = deployment.serve();
    tenant = member(
        call(port_of(*server), "POST", "/v1/tenants", Deployment::kSecret, "", R"({"name":"Acme"})"), "id");
    server->signal(SIGTERM);
    CHECK(server->wait() == 0);
  }
  const auto create = [&](const std::vector<std::string>& rest) {
    std::vector<std::string> all = {reeve(),  "credential", "create", "--config", deployment.config(),
                                    "--name", "ci"};
    all.insert(all.end(), rest.begin(), rest.end());
    return run(all);
  };
  const auto unknown = create({"--tenant", "acne"});
  CHECK(unknown.code == 1);
  CHECK_THAT(unknown.err, ContainsSubstring("reeve: "));
  const auto misspelt = create({"--tenant", "acme", "--scopes", "organization:gett"});
  CHECK(misspelt.code == 1);
  CHECK_THAT(misspelt.err, ContainsSubstring("organization:get"));
  const auto made = create({"--tenant", "acme", "--scopes", "organization:get,organization:auditview"});
  REQUIRE(made.code == 0);
  const std::string key = member(" " + made.out, "client_secret");

  const auto server = deployment.serve();
  const auto port = port_of(*server);
  CHECK_THAT(call(port, "GET", "/v1/me", key, tenant), ContainsSubstring("200 "));
  CHECK_THAT(call(port, "GET", "/v1/audit-log", key, tenant), ContainsSubstring("200 "));
  CHECK_THAT(call(port, "POST", "/v1/roles", key, tenant, R"({"name":"X","scopes":["organization:get"]})"),
             ContainsSubstring("403 "));
}

TEST_CASE("reeve check-config: every mistake with its place", "[e2e]") {
  const Deployment deployment;
  const auto good = run({reeve(), "check-config", "--config", deployment.config()});
  CHECK(good.code == 0);
  CHECK_THAT(good.out, ContainsSubstring("all good"));
  deployment.write("reeve.yaml", "server:\n  thraeds: 4\nlog: {level: loud}\n");
  const auto bad = run({reeve(), "check-config", "--config", deployment.config()});
  CHECK(bad.code == 1);
  CHECK_THAT(bad.err, ContainsSubstring(deployment.config() + ":2:3: ") && ContainsSubstring("`threads`") &&
                          ContainsSubstring(deployment.config() + ":3:"));
}

TEST_CASE("reeve dev: the printed calls succeed after every start", "[e2e]") {
  const TempDir dir;
  for (int start = 0; start < 3; ++start) {
    Process dev({{reeve(), "dev", "--listen", "127.0.0.1:0", "--data", dir / "db"}});
    REQUIRE(port_of(dev) != 0);
    REQUIRE(dev.line_that_begins("curl -X POST", seconds(10)));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    std::vector<std::string> calls;
    REQUIRE(dev.line_that_begins("the documents are", seconds(10)));
    const std::string out = dev.out();
    for (std::size_t at = out.find("curl "); at != std::string::npos; at = out.find("\ncurl ", at) + 1) {
      calls.push_back(out.substr(at, out.find('\n', at) - at));
      if (out.find("\ncurl ", at) == std::string::npos) break;
    }
    REQUIRE(calls.size() == 4);
    const char* expected[] = {"201", "200", "200", "403"};
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const auto answer = run({"sh", "-c", calls[i] + " -sS -w '\\n%{http_code}'"});
      INFO(calls[i] << "\n" << answer.out << answer.err);
      CHECK(answer.out.substr(answer.out.rfind('\n') + 1) == expected[i]);
      if (i != 3) continue;
      const std::string says = "its notice says why:\n  ";
      const std::size_t notice = out.find(says) + says.size();
      CHECK_THAT(answer.out,
                 ContainsSubstring("\"" + out.substr(notice, out.find('\n', notice) - notice) + "\""));
    }
    CHECK_THAT(out, ContainsSubstring("the data lies in     " + dir / "db\n"));
    // Whoever shut the group while trying calls has it again at the next start.
    std::string shut = calls[1];
    shut.replace(shut.find("/v1/roles/example"), 17, "/v1/groups/2489e9ad-2ee2-8e00-8ec9-32d5f69181c0");
    shut.replace(shut.find("-d '"), std::string::npos, R"(-sS -d '{"state":"disabled"}')");
    const auto answer = run({"sh", "-c", shut});
    CHECK_THAT(answer.out, ContainsSubstring(R"("state":"disabled")"));
    const auto reloaded = run({reeve(), "reload", "--data", dir / "db"});
    CHECK(reloaded.err.empty());
    CHECK(reloaded.out == "reload 1 of process " + std::to_string(dev.pid()) + ": done\n");
    dev.signal(SIGTERM);
    CHECK(dev.wait() == 0);
  }
  const auto open = run({reeve(), "dev", "--listen", "0.0.0.0:0", "--data", dir / "db"});
  CHECK(open.code == 1);
  CHECK_THAT(open.err, ContainsSubstring("loopback"));
}

TEST_CASE("reeve dev: the key and its sessions outlive a start, unless others can read the file", "[e2e]") {
  namespace fs = std::filesystem;
  const TempDir dir;
  const std::string file = dir / "db/dev-key";
  // One start, and what `look` does meanwhile; the key that was printed.
  const auto start = [&](const std::function<void(std::uint16_t port)>& look) {
    Process dev({{reeve(), "dev", "--listen", "127.0.0.1:0", "--data", dir / "db"}});
    const auto port = port_of(dev);
    REQUIRE(port != 0);
    REQUIRE(dev.line_that_begins("the documents are", seconds(10)));
    const std::string out = dev.out();
    const std::size_t at = out.find("rvk_");
    REQUIRE(at != std::string::npos);
    look(port);
    dev.signal(SIGTERM);
    CHECK(dev.wait() == 0);
    return out.substr(at, out.find('\'', at) - at);
  };
  const auto nothing = [](std::uint16_t) {};
  const std::string tenant = "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0";
  const std::string first = start(nothing);
  CHECK(base::read_file(file, 1000).value() == first + "\n");
  CHECK((fs::status(file).permissions() & fs::perms(0777)) == fs::perms(0600));
  CHECK(start(nothing) == first);

  fs::permissions(file, fs::perms(0640));
  const std::string second = start([&](std::uint16_t port) {
    CHECK_THAT(call(port, "GET", "/v1/me", first, tenant), ContainsSubstring("unauthenticated"));
  });
  CHECK(second != first);
  CHECK((fs::status(file).permissions() & fs::perms(0777)) == fs::perms(0600));

  // What isn't a key of this store's, or is no file, is replaced too.
  REQUIRE(base::write_file(file, first + "\n", 0600).ok());
  const std::string third = start(nothing);
  CHECK(third != first);
  CHECK(third != second);
  fs::remove(file);
  fs::create_symlink(dir / "elsewhere", file);
  REQUIRE(base::write_file(dir / "elsewhere", third + "\n", 0600).ok());
  CHECK(start(nothing) != third);
  CHECK(base::read_file(dir / "elsewhere", 1000).value() == third + "\n");
  fs::remove(file);
  REQUIRE(::mkfifo(file.c_str(), 0600) == 0);  // nobody writes into it
  CHECK(start(nothing) != third);
  CHECK(fs::is_regular_file(file));
}

TEST_CASE("reeve serve: a deleted tenant is gone at once, and what it had soon, through a kill", "[e2e]") {
  const Deployment deployment;
  std::string tenant;
  {
    const auto server = deployment.serve();
    const auto port = port_of(*server);
    const auto ask = [&](const std::string& method, const std::string& path, const std::string& body = "") {
      return call(port, method, path, Deployment::kSecret, tenant, body);
    };
    const std::string made = call(port, "POST", "/v1/tenants", Deployment::kSecret, "", R"({"name":"Acme"})");
    tenant = member(made, "id");
    for (int i = 0; i < 20; ++i)
      REQUIRE_THAT(ask("POST", "/v1/groups", R"({"name":"g)" + std::to_string(i) + R"("})"),
                   ContainsSubstring("201 "));
    const std::string key = member(
        ask("POST", "/v1/api-keys", R"({"name":"k","scopes":["organization:administer"]})"), "raw_key");
    CHECK_THAT(call(port, "GET", "/v1/groups", key, tenant), ContainsSubstring("200 "));
    CHECK_THAT(call(port, "DELETE", "/v1beta1/organizations/" + tenant, Deployment::kSecret),
               ContainsSubstring("200 "));
    CHECK_THAT(call(port, "GET", "/v1/groups", key, tenant), ContainsSubstring("401 "));
    CHECK_THAT(ask("GET", "/v1/groups"), ContainsSubstring("404 "));
    server->signal(SIGKILL);
    server->wait();
  }
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  const auto left = [&] {
    std::istringstream dump(run({reeve(), "store", "dump", "--config", deployment.config()}).out);
    std::string lines;
    for (std::string line; std::getline(dump, line);) {
      const bool stays = line.starts_with(R"({"table":"audit)") || line.starts_with(R"({"table":"change")") ||
                         line.starts_with(R"({"table":"held_slug)");
      if (!stays && line.find(tenant) != std::string::npos) lines += line + "\n";
    }
    return lines;
  };
  for (int i = 0; i < 100 && !left().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  CHECK(left() == "");
  CHECK(run({reeve(), "store", "check", "--config", deployment.config()}).code == 0);
}
