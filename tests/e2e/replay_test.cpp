// `reeve replay`: entries of a file, and of a server, asked of a folder's policies.
#include "decision_log/log.h"
#include "tests/support/server.h"
#include "tests/support/shell.h"
#include "tests/support/tenant_rules.h"

namespace {

constexpr const char* kOpen = "permit (principal, action == Action::\"view\", resource is doc);";
constexpr const char* kShut =
    "permit (principal, action == Action::\"view\", resource is doc) when { context has ip };";

std::string entry(const std::string& resource, bool decision, const std::string& more = "") {
  return R"({"id":"01972f6a-7c00-7000-8000-000000000001","time":"2026-11-28T03:12:35.000Z",)"
         R"("subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"doc","id":")" +
         resource + "\"}" + more + R"(,"decision":)" + (decision ? "true" : "false") + R"(,"reason":""})" +
         "\n";
}

}  // namespace

TEST_CASE("replay: which answers of a file would be others", "[cli]") {
  const Shell shell;
  shell.write("open/a.cedar", kOpen);
  shell.write("shut/a.cedar", kShut);
  shell.write("log.jsonl", entry("1", true) + entry("2", true, R"(,"context":{"ip":"192.0.2.1"})") +
                               entry("3", true, R"(,"context":{},"masked":["/context/ip"])"));
  shell.write("bad.jsonl", entry("1", true) + "{}\n");
  const Typed rows[] = {
      {"reeve replay log.jsonl --policies open", 0,
       "2 asked again, 0 would be others; 1 can't be asked again, since not all of them was kept or shown\n"},
      {"reeve replay - --policies shut < log.jsonl", 2,
       "yes -> no  user:ann view doc:1  2026-11-28T03:12:35.000Z  01972f6a-7c00-7000-8000-000000000001\n"
       "2 asked again, 1 would be others; 1 can't be asked again, since not all of them was kept or shown\n"},
      {"reeve replay bad.jsonl --policies open", 1, "",
       "reeve: bad.jsonl:2: not an entry of a decision log\n"},
      {"reeve replay none.jsonl --policies open", 1, "", "reeve: none.jsonl: can't be read\n"},
  };
  check(shell, rows);
}

TEST_CASE("replay: the last decisions of a server", "[cli]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::string secret = server.make_key(
      tenant, R"(["organization:decide","organization:auditview","organization:policymanage"])");
  const std::string key = TestServer::bearer(secret);
  TenantRules(server.store(), *domain::TenantId::parse(tenant)).add({kOpen});
  server.made({"PUT /v1/decisions/settings", R"({"log":"all"})", {TestServer::tenant(tenant)}}, key);
  for (const char* const id : {"1", "2", "3"})
    server.made(
        {"POST /access/v1/evaluation",
         R"({"subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"doc","id":")" +
             std::string(id) + "\"}}",
         {}},
        key);
  const Shell shell;
  shell.write("open/a.cedar", kOpen);
  shell.write("shut/a.cedar", kShut);
  const std::string at = "REEVE_CREDENTIAL='" + secret +
                         "' reeve replay --server http://127.0.0.1:" + std::to_string(server.port());
  CHECK(shell.type(at + " --last 2 --tenant " + tenant + " --policies open").out ==
        "2 asked again, 0 would be others\n");
  const Finished shut = shell.type(at + " --last 10 --tenant " + tenant + " --policies shut");
  CHECK(shut.code == 2);
  CHECK_THAT(shut.out, ContainsSubstring("3 asked again, 3 would be others"));
  CHECK(
      shell
          .type(
              "REEVE_CREDENTIAL=x reeve replay --server http://127.0.0.1:1 --last 1 --tenant x --policies open")
          .code == 8);
}
