#include "config/roles.h"

#include "tests/support/catch.h"

namespace {

std::vector<config::PermissionSpec> catalogue() {
  return config::parse_permissions("p.yaml",
                                   "permissions:\n"
                                   "- {resource: organization, verb: get, title: t, risk: low}\n"
                                   "- {resource: organization, verb: update, title: t, risk: low}\n")
      .value();
}

std::string message_of(const std::string& text) {
  const auto read = config::parse_roles("r.yaml", text, catalogue());
  return read.ok() ? "ok" : read.error().message;
}

}  // namespace

TEST_CASE("roles: scopes in any spelling, sorted", "[config]") {
  const auto read = config::parse_roles("r.yaml",
                                        "roles:\n"
                                        "  - slug: Team-Lead_2\n"
                                        "    name: Team lead\n"
                                        "    scopes: [app.organization.update, app_organization_get]\n"
                                        "  - {slug: none, name: None, description: Nothing, scopes: []}\n",
                                        catalogue());
  INFO((read.ok() ? "" : read.error().message));
  REQUIRE(read.ok());
  REQUIRE(read->size() == 2);
  CHECK(read.value()[0].slug == "Team-Lead_2");
  CHECK(read.value()[0].name == "Team lead");
  REQUIRE(read.value()[0].scopes.size() == 2);
  CHECK(read.value()[0].scopes[0].to_scope() == "organization:get");
  CHECK(read.value()[0].scopes[1].to_scope() == "organization:update");
  CHECK(read.value()[1].description == "Nothing");
}

TEST_CASE("roles: all mistakes of a file at once", "[config]") {
  CHECK(
      message_of(
          "roles:\n"
          "  - slug: my role\n"
          "    name: 7\n"
          "    scops: []\n"
          "  - {slug: user, name: User, scopes: [organisation:get, organization:get, app_organization_get]}\n"
          "  - {slug: user, name: [a], scopes: organization:get}\n"
          "  - {slug: -x, name: X, scopes: [\"organization:*\", {}]}\n") ==
      "r.yaml:2:5: role 1: scopes: is missing\n"
      "  2 |   - slug: my role\n"
      "    |     ^\n"
      "\n"
      "r.yaml:2:11: role 1: slug: must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$, not `my role`; did you mean "
      "`my_role`?\n"
      "  2 |   - slug: my role\n"
      "    |           ^\n"
      "\n"
      "r.yaml:4:5: role 1: scops: unknown key; did you mean `scopes`?\n"
      "  4 |     scops: []\n"
      "    |     ^\n"
      "\n"
      "r.yaml:5:39: role user: scopes: unknown permission `organisation:get`; did you mean "
      "`organization:get`?\n"
      "  5 |   - {slug: user, name: User, scopes: [organisation:get, organization:get, "
      "app_organization_get]}\n"
      "    |                                       ^\n"
      "\n"
      "r.yaml:5:75: role user: scopes: `app_organization_get` is listed twice\n"
      "  5 |   - {slug: user, name: User, scopes: [organisation:get, organization:get, "
      "app_organization_get]}\n"
      "    |                                                                           ^\n"
      "\n"
      "r.yaml:6:12: role 3: slug: `user` is given twice, first on line 5\n"
      "  6 |   - {slug: user, name: [a], scopes: organization:get}\n"
      "    |            ^\n"
      "\n"
      "r.yaml:6:24: role user: name: must be a text, not a list\n"
      "  6 |   - {slug: user, name: [a], scopes: organization:get}\n"
      "    |                        ^\n"
      "\n"
      "r.yaml:6:37: role user: scopes: must be a list such as `[]` or `[a, b]`, not `organization:get`\n"
      "  6 |   - {slug: user, name: [a], scopes: organization:get}\n"
      "    |                                     ^\n"
      "\n"
      "r.yaml:7:12: role 4: slug: must match ^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$, not `-x`\n"
      "  7 |   - {slug: -x, name: X, scopes: [\"organization:*\", {}]}\n"
      "    |            ^\n"
      "\n"
      "r.yaml:7:34: role 4: scopes: unknown permission `organization:*`; did you mean `organization:get`?\n"
      "  7 |   - {slug: -x, name: X, scopes: [\"organization:*\", {}]}\n"
      "    |                                  ^\n"
      "\n"
      "r.yaml:7:52: role 4: scopes: must be a text, not a map\n"
      "  7 |   - {slug: -x, name: X, scopes: [\"organization:*\", {}]}\n"
      "    |                                                    ^");
}

TEST_CASE("roles: a slug has 1 to 64 characters", "[config]") {
  struct Row {
    std::string slug;
    bool good;
  };
  const Row rows[] = {{"a", true},
                      {"9", true},
                      {"A_b-C", true},
                      {"_a", false},
                      {"\"\"", false},
                      {"a.b", false},
                      {"é", false},
                      {std::string(64, 'x'), true},
                      {std::string(65, 'x'), false}};
  for (const Row& row : rows) {
    INFO(row.slug);
    CHECK((message_of("roles: [{slug: " + row.slug + ", name: n, scopes: []}]") == "ok") == row.good);
  }
}

TEST_CASE("roles: a flood of mistakes is cut short", "[config]") {
  std::string text = "roles:\n";
  for (int i = 0; i < 900; ++i) text += "- {slug: a b, name: n, scopes: [x:y, organisation:get]}\n";
  const std::string message = message_of(text);
  CHECK_THAT(message, ContainsSubstring("\n\nr.yaml: 2650 more mistakes are not shown"));
}

TEST_CASE("roles: the shipped roles are those of both dialects", "[config]") {
  const auto permissions = config::load_permissions("config/permissions.yaml");
  REQUIRE(permissions.ok());
  const auto shipped = config::load_roles("config/roles.yaml", permissions.value());
  INFO((shipped.ok() ? "" : shipped.error().message));
  REQUIRE(shipped.ok());
  std::vector<std::string> slugs;
  for (const auto& role : shipped.value()) slugs.push_back(role.slug);
  CHECK(slugs == std::vector<std::string>{"user", "approver", "admin", "app_organization_owner",
                                          "app_organization_manager", "app_organization_accessmanager",
                                          "app_organization_viewer", "app_project_owner",
                                          "app_project_manager", "app_project_viewer", "app_group_owner",
                                          "app_group_member", "app_billing_manager"});
}
