// `reeve test`: the interop data of AuthZEN's working group, a folder of one's own, a running server, and
// what each ends with.
#include <cstdlib>
#include <iostream>

#include "base/encoding.h"
#include "base/file.h"
#include "tests/support/server.h"
#include "tests/support/shell.h"
#include "tests/support/tenant_rules.h"

using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

// The file's text, or nothing and a line that says so.
std::optional<std::string> interop(const std::string& name) {
  const char* const given = std::getenv("AUTHZEN_DATA");
  const std::string folder = given && *given ? given : "../shared/authzen";
  auto text = base::read_file(folder + "/" + name, std::size_t{1} << 20U);
  if (text.ok()) return std::move(text).value();
  std::cout << "reeve test: skipped, there is no " << name << " in $AUTHZEN_DATA (" << folder << ")\n";
  if (const char* ci = std::getenv("CI"); ci && std::string(ci) == "true")
    FAIL("the AuthZEN test data is required where CI=true");
  return std::nullopt;
}

// The five people, under the opaque ids that are made of their uuids.
std::string people(const std::string& type) {
  const struct {
    const char *digit, *email, *roles;
  } rows[] = {{"0", "rick@the-citadel.com", "admin, evil_genius"},
              {"1", "morty@the-citadel.com", "editor"},
              {"2", "summer@the-smiths.com", "editor"},
              {"3", "beth@the-smiths.com", "viewer"},
              {"4", "jerry@the-smiths.com", "viewer"}};
  std::string out = "entities:\n";
  for (const auto& row : rows)
    out +=
        "  - {type: " + type + ", id: " +
        base::to_base64("\n$fd" + std::string(row.digit) + "614d3-c39a-4781-b7bd-8b96f5a5100d\x12\x05local") +
        ", attrs: {email: " + row.email + ", roles: [" + row.roles + "]}}\n";
  return out;
}

// A folder with one rule and a test of each kind.
void write_shop(const Shell& shell) {
  shell.write("shop/rules.cedar",
              "permit (principal, action == Action::\"view\", resource is doc)\n"
              "when { principal.email == \"ann@example.com\" };\n"
              "permit (principal, action == Action::\"never\", resource);\n"
              "permit (principal == ?principal, action, resource);\n");
  shell.write("shop/tenant.yaml", "users: [{email: ann@example.com}, {email: bob@example.com}]\n");
}

}  // namespace

TEST_CASE("reeve test: the interop data passes", "[e2e]") {
  const auto todo = interop("todo-decisions.json"), gateway = interop("gateway-decisions.json");
  if (!todo || !gateway) return;
  const Shell shell;
  shell.write("todo/decisions.json", *todo);
  shell.write("todo/tenant.yaml", people("user"));
  shell.write("todo/todo.cedar", R"(
permit (principal is user, action in [Action::"can_read_user", Action::"can_read_todos"], resource);
permit (principal is user, action == Action::"can_create_todo", resource)
when { principal.roles.containsAny(["admin", "editor"]) };
permit (principal is user, action == Action::"can_update_todo", resource)
when { principal.roles.contains("evil_genius") };
permit (principal is user, action == Action::"can_delete_todo", resource)
when { principal.roles.contains("admin") };
permit (principal is user, action in [Action::"can_update_todo", Action::"can_delete_todo"], resource)
when { principal.roles.contains("editor") && resource has ownerID && resource.ownerID == principal.email };
)");
  const Finished decisions = shell.type("reeve test todo --junit out.xml");
  CHECK(decisions.code == 0);
  CHECK(decisions.err.empty());
  CHECK_THAT(decisions.out, EndsWith("rules: 5 of 5 decided something\n43 passed, 0 failed\n"));
  CHECK_THAT(shell.read("out.xml"), ContainsSubstring("<testsuites tests=\"43\" failures=\"0\">"));

  shell.write("gateway/decisions.json", *gateway);
  shell.write("gateway/tenant.yaml", people("identity"));
  shell.write("gateway/routes.cedar", R"(
permit (principal is identity, action == Action::"GET", resource is route);
permit (principal is identity, action == Action::"POST", resource == route::"/todos")
when { principal.roles.containsAny(["admin", "editor"]) };
permit (principal is identity, action == Action::"PUT", resource == route::"/todos/{todoId}")
when { principal.roles.containsAny(["evil_genius", "editor"]) };
permit (principal is identity, action == Action::"DELETE", resource == route::"/todos/{todoId}")
when { principal.roles.containsAny(["admin", "editor"]) };
)");
  CHECK_THAT(shell.type("reeve test gateway").out, EndsWith("\n25 passed, 0 failed\n"));
}

TEST_CASE("reeve test: the interop data of searches passes", "[e2e]") {
  const auto users = interop("search-users.json"), records = interop("search-records.json");
  if (!users || !records) return;
  std::string entities = "entities:\n";
  const base::Json people = base::parse_json(*users).value(), things = base::parse_json(*records).value();
  for (const base::Json& user : *people.array())
    entities += "  - {type: user, id: " + text_at(user, "id") + ", attrs: {role: " + text_at(user, "role") +
                ", department: " + text_at(user, "department") + "}}\n";
  for (const base::Json& record : *things.array())
    entities += "  - {type: record, id: \"" + to_text(*record.find("id")) +
                "\", attrs: {department: " + text_at(record, "department") +
                ", owner: {__entity: {type: user, id: " + text_at(record, "owner") + "}}}}\n";
  const Shell shell;
  shell.write("search/tenant.yaml", entities);
  shell.write("search/records.cedar", R"(
permit (principal is user, action == Action::"view", resource is record)
when { principal.role == "manager" || principal.department == resource.department };
permit (principal is user, action == Action::"edit", resource is record)
when { principal.role == "manager" && principal.department == resource.department };
permit (principal is user, action in [Action::"view", Action::"edit", Action::"delete"], resource is record)
when { principal == resource.owner };
)");
  for (const char* const name :
       {"search-action-results.json", "search-subject-results.json", "search-resource-results.json"})
    shell.write("search/" + std::string(name), interop(name).value_or("[]"));
  const Finished done = shell.type("reeve test search");
  CHECK(done.code == 0);
  CHECK_THAT(done.out, EndsWith("rules: 3 of 3 decided something\n198 passed, 0 failed\n"));
}

TEST_CASE("reeve test: what it says and ends with", "[e2e]") {
  const Shell shell;
  write_shop(shell);
  shell.write("shop/a.yaml", R"(tests:
  - name: who may
    request: {subject: {type: user}, action: view, resource: 'doc:1'}
    expected: {results: [ann@example.com]}
  - request: {subject: bob@example.com, action: view, evaluations: [{resource: 'doc:1'}, {resource: 'doc:2'}]}
    expected: [true, {decision: false}]
)");
  shell.write("shop/b.json",
              R"({"evaluation": [{"request": {"subject": {"type": "user"}}, "expected": true}]})");
  const Typed rows[] = {
      {"reeve test shop", 1,
       "shop/a.yaml\n"
       "  ok    test 1: who may\n"
       "  FAIL  test 2 (shop/a.yaml)\n"
       "        evaluations 1\n"
       "          - true\n"
       "          + false\n"
       "        | No rule and no role allows this.\n"
       "        | No rule and no role allows this.\n"
       "shop/b.json\n"
       "  FAIL  evaluation 1 (shop/b.json)\n"
       "        answer\n"
       "          - true\n"
       "          + POST /trial/access/v1/evaluation answered 400: subject/id: is required (and 2 more)\n"
       "rules: 1 of 2 decided something\n"
       "  never rules, rule 2\n"
       "1 passed, 2 failed\n"},
      {"reeve test shop/a.yaml --junit r.xml >out; echo $?; cat r.xml", 0,
       "1\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
       "<testsuites tests=\"2\" failures=\"1\">\n"
       "  <testsuite name=\"shop/a.yaml\" tests=\"2\" failures=\"1\">\n"
       "    <testcase classname=\"shop/a.yaml\" name=\"test 1: who may\"/>\n"
       "    <testcase classname=\"shop/a.yaml\" name=\"test 2\">\n"
       "      <failure message=\"differs\">  FAIL  test 2 (shop/a.yaml)&#10;        evaluations 1&#10;          - true&#10;"
       "          + false&#10;        | No rule and no role allows this.&#10;"
       "        | No rule and no role allows this.&#10;</failure>\n"
       "    </testcase>\n  </testsuite>\n</testsuites>\n"},
      {"reeve test", 64, "", "reeve: PATH: is required\nTry `reeve test --help`.\n"},
      {"reeve test --tenant x shop", 64, "", "reeve: --tenant requires --server\nTry `reeve test --help`.\n"},
  };
  check(shell, rows);
  CHECK_THAT(shell.type("reeve test nothing").out, EndsWith("0 passed, 1 failed\n"));
  CHECK(shell.type("reeve test nothing").code == 1);
}

TEST_CASE("reeve test: what is wrong with a folder is told with its place", "[e2e]") {
  struct Row {
    const char *file, *text, *message;
  };
  const Row rows[] = {
      {"d/t.yaml", "tests: [", "d/t.yaml:1:1: not YAML"},
      {"d/t.yaml", "test: []", "d/t.yaml: `test` is unknown; did you mean `tests`?"},
      {"d/t.yaml", "7", "d/t.yaml: must be a map with `evaluation`, `evaluations` or `tests`"},
      {"d/t.yaml", "tests: [{reqest: {}, expected: true}]",
       "d/t.yaml: test 1: `reqest` is unknown; did you mean `request`?\nd/t.yaml: test 1: must have a `request`"},
      {"d/t.yaml", "tests: [{request: {}, expected: 7}]",
       "d/t.yaml: test 1: `expected` must be true, false or"},
      {"d/t.yaml", "tests: [{request: {}, expected: true, at: soon}]",
       "d/t.yaml: test 1: `at` must be a time"},
      {"d/t.json", "{", "d/t.json: line 1, column 2: "},
      {"d/tenant.yaml", "user: []", "d/tenant.yaml: `user` is unknown; did you mean `users`?"},
      {"d/tenant.yaml", "users: [{email: x}]",
       "d/tenant.yaml: users 1: POST /v1/users answered 400: email: "},
      {"d/tenant.yaml", "users: [{email: a@b.c, nme: x}]", "users 1: POST /v1/users answered 400: nme: "},
      {"d/tenant.yaml", "groups: [{name: g, members: [x]}]",
       "d/tenant.yaml: groups 1: `x` is no user's e-mail and no group's name"},
      {"d/tenant.yaml", "mappings: [{role: user, group: g}]",
       "d/tenant.yaml: mappings 1: `g` is no group's name"},
      {"d/tenant.yaml", "mappings: [{role: user}]", "d/tenant.yaml: mappings 1: must have `group` or `user`"},
      {"d/tenant.yaml", "policies: [{file: x.cedar}]", "d/x.cedar: "},
      {"d/p.cedar", "permit (pricipal, action, resource);",
       "d/p.cedar:1:9: expected `principal`, found `pricipal`"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const Shell shell;
    shell.write("d/ok.yaml", "tests: []");
    shell.write(row.file, row.text);
    const Finished done = shell.type("reeve test d");
    INFO(done.out << done.err);
    CHECK(done.code == 1);
    CHECK_THAT(done.err, ContainsSubstring(row.message));
  }
}

TEST_CASE("reeve test: ids that people and groups have elsewhere stand for those here", "[e2e]") {
  const Shell shell;
  const std::string ann = "01970000-0000-7000-8000-00000000000a",
                    team = "01970000-0000-7000-8000-00000000000b";
  shell.write("d/tenant.yaml", "user_id: uuid\nusers: [{email: ann@example.com, id: " + ann + "}]\n" +
                                   "groups: [{name: Team, id: " + team + ", members: [ann@example.com]}]\n");
  shell.write("d/p.cedar",
              "permit (principal in group::\"" + team + "\", action == Action::\"view\", resource);");
  shell.write("d/t.yaml", "tests:\n  - {request: {subject: " + ann +
                              ", action: view, resource: 'doc:1'}, expected: true}\n" +
                              "  - {request: {subject: {type: user}, action: view, resource: 'doc:1'}, " +
                              "expected: {results: [" + ann + "]}}\n");
  const Finished done = shell.type("reeve test d");
  INFO(done.out << done.err);
  CHECK(done.code == 0);
}

TEST_CASE("reeve test: against a server, the credential's tenant or a named one", "[e2e]") {
  TestServer server;
  const std::string acme = server.make_tenant("acme"), globex = server.make_tenant("globex");
  TenantRules(server.store(), *domain::TenantId::parse(acme))
      .add({R"(permit (principal, action == Action::"view", resource);)",
            R"(permit (principal, action == Action::"print", resource);)"});
  const std::string at = " --server http://127.0.0.1:" + std::to_string(server.port());
  const auto test = [&](const std::string& credential, const std::string& more) {
    const Shell shell;
    write_shop(shell);  // of which only the tests count
    shell.write("shop/t.yaml", R"(tests:
  - {request: {subject: ann, action: view, resource: 'doc:1'}, expected: true}
  - {request: {subject: ann, action: print, resource: 'doc:1'}, expected: false}
)");
    return shell.type("REEVE_CREDENTIAL=" + credential + " reeve test shop" + more);
  };
  const std::string key = server.make_key(acme, R"(["organization:decide","organization:policymanage"])");
  const Finished own = test(key, at);
  INFO(own.out << own.err);
  CHECK(own.code == 1);
  CHECK_THAT(own.out,
             ContainsSubstring("  ok    test 1\n  FAIL  test 2 (shop/t.yaml)\n        decision\n"
                               "          - false\n          + true\n"
                               "        | A rule of priority 0 decided this.\n        | policy, rule 2\n") &&
                 EndsWith("rules: 2 of 2 decided something\n1 passed, 1 failed\n"));
  CHECK_THAT(test(std::string(TestServer::kSecret), at + " --tenant " + globex).out,
             EndsWith("\n1 passed, 1 failed\n"));
  CHECK_THAT(test(std::string(TestServer::kSecret), at + " --tenant acme").out,
             EndsWith("\n1 passed, 1 failed\n"));
  // Who may not read the rules is told the results all the same.
  const Finished unread = test(server.make_key(acme, R"(["organization:decide"])"), at);
  CHECK_THAT(unread.out, EndsWith("\n1 passed, 1 failed\n"));
  CHECK_THAT(unread.err, StartsWith("reeve: rules aren't known: GET /v1/policies answered 403: "));
  // A URL among the paths is the server's; alone, it is asked for the tests that its tenant has.
  const std::string url = " http://127.0.0.1:" + std::to_string(server.port());
  CHECK(test(key, url).out == own.out);
  const Finished twice = test(key, url + at);
  CHECK(twice.code == 64);
  CHECK(twice.err == "reeve: --server excludes" + url + "\nTry `reeve test --help`.\n");
  CHECK(test(key, url + " --config x.yaml").err ==
        "reeve: --server excludes --config\nTry `reeve test --help`.\n");
  const std::vector<std::string> in_acme = {TestServer::tenant(acme)};
  for (const std::string action : {"view", "drop"})
    server.made({"POST /v1/policies/tests",
                 R"({"name":"may )" + action +
                     R"(","expected":true,"request":{"subject":{"type":"user","id":"ann"},)" +
                     R"("action":{"name":")" + action + R"("},"resource":{"type":"doc","id":"1"}}})",
                 in_acme});
  const Shell empty;
  const Finished stored = empty.type("REEVE_CREDENTIAL=" + key + " reeve test" + url);
  INFO(stored.out << stored.err);
  CHECK(stored.code == 1);
  CHECK(stored.out ==
        "http://127.0.0.1:" + std::to_string(server.port()) +
            "\n  ok    may view\n  FAIL  may drop (http://127.0.0.1:" + std::to_string(server.port()) +
            ")\n        answer\n          - {\"decision\":true,\"matching_policy_ids\":[]}\n          + "
            "{\"decision\":false,\"matching_policy_ids\":[]}\n        | No rule and no role allows this.\n"
            "1 passed, 1 failed\n");
  const Finished nobody = test(key, " --server http://127.0.0.1:1");
  CHECK(nobody.code == 8);
  CHECK_THAT(nobody.err, StartsWith("reeve: http://127.0.0.1:1: no answer"));
}
