// The working group's interop data: each case is a request and what must come back, text for text. What its
// people may do stands in that folder's README, and here as rules.
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "base/encoding.h"
#include "base/file.h"
#include "tests/support/server.h"
#include "tests/support/tenant_rules.h"

namespace {

// The file, or nothing and a line that says so.
std::optional<base::Json> data(const std::string& name) {
  const char* const given = std::getenv("AUTHZEN_DATA");
  const std::string folder = given && *given ? given : "../shared/authzen";
  const std::string path = folder + "/" + name;
  const auto text = base::read_file(path, std::size_t{1} << 20U);
  if (!text.ok()) {
    std::cout << "authzen: skipped, there is no " << name << " in $AUTHZEN_DATA (" << folder << ")\n";
    if (const char* ci = std::getenv("CI"); ci && std::string(ci) == "true")
      FAIL("the AuthZEN test data is required where CI=true");
    return std::nullopt;
  }
  auto json = base::parse_json(*text);
  REQUIRE(json.ok());
  return std::move(json).value();
}

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("interop");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:decide"])"));
  TenantRules rules{server.store(), *domain::TenantId::parse(tenant)};

  std::string answer(const std::string& call, const base::Json& request) {
    const auto response = server.ask({"POST /access/v1/" + call, to_text(request), {}}, key);
    CHECK(response.status == 200);
    return response.body;
  }
};

// The opaque ids of the five people are made of their uuids.
struct Person {
  const char *uuid, *email, *roles;
};
constexpr Person kPeople[] = {
    {"fd0614d3-c39a-4781-b7bd-8b96f5a5100d", "rick@the-citadel.com", R"(["admin","evil_genius"])"},
    {"fd1614d3-c39a-4781-b7bd-8b96f5a5100d", "morty@the-citadel.com", R"(["editor"])"},
    {"fd2614d3-c39a-4781-b7bd-8b96f5a5100d", "summer@the-smiths.com", R"(["editor"])"},
    {"fd3614d3-c39a-4781-b7bd-8b96f5a5100d", "beth@the-smiths.com", R"(["viewer"])"},
    {"fd4614d3-c39a-4781-b7bd-8b96f5a5100d", "jerry@the-smiths.com", R"(["viewer"])"},
};

void add_people(TenantRules& rules, const std::string& type) {
  for (const Person& person : kPeople) {
    const std::string id = base::to_base64("\n$" + std::string(person.uuid) + "\x12\x05local");
    rules.add_entity({type, id},
                     R"({"email":")" + std::string(person.email) + R"(","roles":)" + person.roles + "}");
  }
}

}  // namespace

TEST_CASE("authzen interop: todo", "[authzen]") {
  const auto cases = data("todo-decisions.json");
  if (!cases) return;
  Scene s;
  add_people(s.rules, "user");
  s.rules.add({
      R"(permit (principal is user, action in [Action::"can_read_user", Action::"can_read_todos"], resource);)",
      R"(permit (principal is user, action == Action::"can_create_todo", resource)
         when { principal.roles.containsAny(["admin", "editor"]) };)",
      R"(permit (principal is user, action == Action::"can_update_todo", resource)
         when { principal.roles.contains("evil_genius") };)",
      R"(permit (principal is user, action == Action::"can_delete_todo", resource)
         when { principal.roles.contains("admin") };)",
      R"(permit (principal is user, action in [Action::"can_update_todo", Action::"can_delete_todo"], resource)
         when { principal.roles.contains("editor") && resource has ownerID && resource.ownerID == principal.email };)",
  });
  const auto& evaluations = *cases->find("evaluation")->array();
  CHECK(evaluations.size() == 40);
  for (const base::Json& one : evaluations) {
    INFO(to_text(one));
    CHECK(s.answer("evaluation", *one.find("request")) ==
          R"({"decision":)" + to_text(*one.find("expected")) + "}");
  }
  const auto& batches = *cases->find("evaluations")->array();
  CHECK(batches.size() == 3);
  for (const base::Json& one : batches) {
    INFO(to_text(one));
    CHECK(s.answer("evaluations", *one.find("request")) ==
          R"({"evaluations":)" + to_text(*one.find("expected")) + "}");
  }
}

TEST_CASE("authzen interop: gateway", "[authzen]") {
  const auto cases = data("gateway-decisions.json");
  if (!cases) return;
  Scene s;
  add_people(s.rules, "identity");
  s.rules.add({
      R"(permit (principal is identity, action == Action::"GET", resource is route);)",
      R"(permit (principal is identity, action == Action::"POST", resource == route::"/todos")
         when { principal.roles.containsAny(["admin", "editor"]) };)",
      R"(permit (principal is identity, action == Action::"PUT", resource == route::"/todos/{todoId}")
         when { principal.roles.containsAny(["evil_genius", "editor"]) };)",
      R"(permit (principal is identity, action == Action::"DELETE", resource == route::"/todos/{todoId}")
         when { principal.roles.containsAny(["admin", "editor"]) };)",
  });
  const auto& evaluations = *cases->find("evaluation")->array();
  CHECK(evaluations.size() == 25);
  for (const base::Json& one : evaluations) {
    INFO(to_text(one));
    CHECK(s.answer("evaluation", *one.find("request")) ==
          R"({"decision":)" + to_text(*one.find("expected")) + "}");
  }
}

TEST_CASE("authzen interop: search", "[authzen]") {
  const auto users = data("search-users.json"), records = data("search-records.json");
  if (!users || !records) return;
  Scene s;
  const auto member = [](const base::Json& json, const char* name) { return to_text(*json.find(name)); };
  for (const base::Json& user : *users->array())
    s.rules.add_entity(
        {"user", text_at(user, "id")},
        R"({"role":)" + member(user, "role") + R"(,"department":)" + member(user, "department") + "}");
  for (const base::Json& record : *records->array())
    s.rules.add_entity({"record", member(record, "id")}, R"({"department":)" + member(record, "department") +
                                                             R"(,"owner":{"__entity":{"type":"user","id":)" +
                                                             member(record, "owner") + "}}}");
  s.rules.add({
      R"(permit (principal is user, action == Action::"view", resource is record)
         when { principal.role == "manager" || principal.department == resource.department };)",
      R"(permit (principal is user, action == Action::"edit", resource is record)
         when { principal.role == "manager" && principal.department == resource.department };)",
      R"(permit (principal is user, action in [Action::"view", Action::"edit", Action::"delete"], resource is record)
         when { principal == resource.owner };)",
  });
  const struct {
    const char *file, *call;
    std::size_t cases;
  } rows[] = {{"search-action-results.json", "search/action", 120},
              {"search-subject-results.json", "search/subject", 60},
              {"search-resource-results.json", "search/resource", 18}};
  for (const auto& row : rows) {
    const auto cases = data(row.file);
    REQUIRE(cases);
    const auto& searches = *cases->find("evaluation")->array();
    CHECK(searches.size() == row.cases);
    for (const base::Json& one : searches) {
      INFO(to_text(one));
      CHECK(s.answer(row.call, *one.find("request")) == to_text(*one.find("expected")));
    }
  }
}
