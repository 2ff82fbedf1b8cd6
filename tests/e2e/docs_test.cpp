// The commands that the documents tell people to type, typed.
#include <signal.h>

#include <sstream>

#include "tests/support/catch.h"
#include "tests/support/deployment.h"

namespace {

using std::chrono::seconds;

std::string read_text(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The lines of the indented blocks between two headings.
std::string commands(const std::string& document, const std::string& from, const std::string& to) {
  const std::string text = read_text(document);
  const std::size_t begin = text.find("\n" + from + "\n");
  const std::size_t end = text.find("\n" + to, begin + 1);
  REQUIRE(begin != std::string::npos);
  std::string out, line;
  std::istringstream section(text.substr(begin, end - begin));
  while (std::getline(section, line))
    if (line.rfind("    ", 0) == 0) out += line.substr(4) + "\n";
  return out;
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size(), ++found)
    text.replace(at, what.size(), with);
  INFO(what);
  REQUIRE(found > 0);
}

}  // namespace

TEST_CASE("README: the five minutes end with a refused change and the notice that says why", "[e2e]") {
  const TempDir dir;
  Process dev({{reeve(), "dev", "--listen", "127.0.0.1:0", "--data", dir / "db"}});
  const auto port = port_of(dev);
  const auto call = dev.line_that_begins("curl -X PATCH", seconds(10));
  REQUIRE(call);
  const std::size_t key = call->find("rvk_");
  std::string script = commands("README.md", "## Five minutes", "## ");
  replace_all(script, "rvk_…", call->substr(key, call->find('\'', key) - key));
  replace_all(script, "127.0.0.1:7400", "127.0.0.1:" + std::to_string(port));
  const auto done = run({"sh", "-euc", script});
  INFO(done.out << done.err);
  CHECK(done.code == 0);
  CHECK(done.err.empty());
  const auto line = [&](std::size_t end) {  // that ends there, and where it begins
    const std::size_t begin = done.out.rfind('\n', end - 1) + 1;
    return std::pair(done.out.substr(begin, end - begin), begin);
  };
  const auto [logged, logged_at] = line(done.out.size() - 1);
  const auto [refused, refused_at] = line(logged_at - 1);
  CHECK_THAT(refused,
             ContainsSubstring(R"("code":"forbidden")") &&
                 ContainsSubstring("You can't put permissions into a role that you don't hold yourself."));
  CHECK_THAT(logged, ContainsSubstring(R"("action":"role:update")") &&
                         ContainsSubstring(R"("outcome":"refused")") &&
                         ContainsSubstring("no-escalation-by-role"));
  CHECK_THAT(done.out, ContainsSubstring(R"("slug":"on-call")") && ContainsSubstring(R"("role":"on-call")") &&
                           ContainsSubstring(R"("action":"mapping:create")"));
}

TEST_CASE("docs/operations.md: the restore drill works beside a server", "[e2e]") {
  const Deployment deployment;
  const TempDir dir;
  const auto server = deployment.serve();
  REQUIRE(port_of(*server) != 0);
  std::string script = commands("docs/operations.md", "## A restore drill", "## ");
  replace_all(script, "reeve backup create", "reeve backup create --dir " + (dir / "backups"));
  replace_all(script, "sudo -u reeve reeve", reeve());
  replace_all(script, "sudo ", "");
  replace_all(script, "/var/tmp/reeve-drill", dir / "drill");
  const auto done = run({"env", "REEVE_CONFIG=" + deployment.config(), "sh", "-euc", script});
  INFO(done.out << done.err);
  CHECK(done.code == 0);
  CHECK_THAT(done.out, ContainsSubstring("restored " + (dir / "drill") + ": revision ") &&
                           ContainsSubstring(": nothing is wrong"));
}

TEST_CASE("docs/operations.md: the audit log's hashes are recomputed in another language", "[e2e]") {
  const Deployment deployment;
  const TempDir dir;
  auto server = deployment.serve();
  auto port = port_of(*server);
  REQUIRE(port != 0);
  const auto run_with = [&](const std::string& script) {
    return run({"env", "DIR=" + dir.path(), "REEVE=http://127.0.0.1:" + std::to_string(port),
                "PLATFORM=" + std::string(Deployment::kClientId) + ":" + Deployment::kSecret, "sh", "-euc",
                "cd \"$DIR\"\n" + script});
  };
  const std::string make = R"sh(
    id() { sed 's/.*"id":"\([^"]*\)".*/\1/'; }
    call() { curl -sS -u "$PLATFORM" -H 'Content-Type: application/json' "$@"; }
    TENANT=$(call $REEVE/v1/tenants -d '{"name":"Acmé","slug":"acme"}' | id)
    KEY=$(call $REEVE/v1/api-keys -H "X-Tenant-ID: $TENANT" -d '{"name":"Bot","scopes":["organization:administer"]}' |
      sed 's/.*"raw_key":"\([^"]*\)".*/\1/')
    call $REEVE/v1/groups -H "X-Tenant-ID: $TENANT" -d '{"name":"Gr\u00fcppe","description":"a\tb\n\"\u00fc\\"}' >&2
    call $REEVE/v1/groups -H "X-Tenant-ID: $TENANT" -d '{"name":"Another"}' >&2
    for n in 1 2 3; do
      curl -sS -X DELETE -H "Authorization: Bearer $KEY" -H "X-Tenant-ID: $TENANT" "$REEVE/v1/roles/approver" >&2
    done
    echo "TENANT=$TENANT KEY=$KEY" > made
)sh";
  const auto made = run_with(make);
  INFO(made.out << made.err);
  CHECK(made.code == 0);
  server->signal(SIGTERM);  // which writes what was counted of refusals
  CHECK(server->wait() == 0);
  server = deployment.serve();
  port = port_of(*server);
  REQUIRE(port != 0);
  const std::string tenants =
      commands("docs/operations.md", "## Recompute the audit log from outside", "## ");
  std::string platforms = tenants;
  replace_all(platforms, R"(-H "Authorization: Bearer $KEY" -H "X-Tenant-ID: $TENANT")", "-u $PLATFORM");
  // The platform's own chain begins with the server's entries.
  const auto done = run_with(". ./made\n" + tenants + "grep -c '\"count\":2,' audit.json\n" + platforms);
  INFO(done.out << done.err);
  CHECK(done.code == 0);
  CHECK(done.out == "every hash is right\n1\nevery hash is right\n");
}

TEST_CASE("README and docs/operations.md: the first tenant, key, user and group", "[e2e]") {
  for (const auto& [document, heading] : {std::pair("README.md", "## A server of your own"),
                                          std::pair("docs/operations.md", "## The first tenant")}) {
    const Deployment deployment(false);
    const auto server = deployment.serve({});
    const auto port = port_of(*server);
    REQUIRE(port != 0);
    const TempDir dir;
    std::string script = commands(document, heading, "## ");
    replace_all(script, "sudo -u reeve reeve", reeve());
    replace_all(script, "--admin-key", "--admin-key --config " + deployment.config());
    replace_all(script, "sudo ", "");
    replace_all(script, "acme.key", dir / "acme.key");
    replace_all(script, "/var/lib/reeve", deployment.data());
    replace_all(script, "127.0.0.1:7400", "127.0.0.1:" + std::to_string(port));
    const auto done = run({"sh", "-euc",
                           "TENANT=;" + script + "call http://127.0.0.1:" + std::to_string(port) +
                               "/v1/groups; KEY=$(cat " + dir / "acme.key); " +
                               "curl -sS http://127.0.0.1:" + std::to_string(port) +
                               "/v1beta1/users/self -H \"Authorization: Bearer $KEY\""});
    INFO(document << "\n" << done.out << done.err);
    CHECK(done.code == 0);
    CHECK_THAT(done.out,
               ContainsSubstring(R"("name":"Engineering")") && ContainsSubstring(R"("role":"user")"));
    CHECK_THAT(done.out, ContainsSubstring(R"({"user":null,"serviceuser":{)"));
    CHECK_THAT(done.err, ContainsSubstring("tenant Acme: id ") && ContainsSubstring(", slug acme-2\n"));
  }
}
