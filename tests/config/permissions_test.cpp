#include "config/permissions.h"

#include <algorithm>
#include <fstream>
#include <set>

#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace {

// A catalogue of short permissions, for texts about what implies what: "a:x" with its implied ones.
std::string catalogue(std::initializer_list<std::pair<std::string, std::string>> permissions) {
  std::string text = "permissions:\n";
  for (const auto& [name, implies] : permissions) {
    const std::size_t colon = name.find(':');
    text += "- {resource: " + name.substr(0, colon) + ", verb: " + name.substr(colon + 1) +
            ", title: t, risk: low, implies: [" + implies + "]}\n";
  }
  return text;
}

std::string implied(const config::PermissionSpec& spec) {
  std::string out;
  for (const names::PermissionName& name : spec.implies) out += (out.empty() ? "" : " ") + name.to_scope();
  return out;
}

std::string message_of(const std::string& text) {
  const auto read = config::parse_permissions("p.yaml", text);
  return read.ok() ? "ok" : read.error().message;
}

}  // namespace

TEST_CASE("permissions: a record is read as it stands", "[config]") {
  const auto read = config::parse_permissions(
      "p.yaml",
      "permissions:\n"
      "  - service: billing\n"
      "    resource: invoice\n"
      "    verb: pay\n"
      "    title: Pay an invoice\n"
      "    description: |\n"
      "      Send money.\n"
      "      A lot.\n"
      "    risk: high\n"
      "    implies: [billing_invoice_see, organization:get]\n"
      "  - {service: billing, resource: invoice, verb: see, title: See, risk: low}\n"
      "  - {resource: organization, verb: get, title: Get, risk: admin}\n");
  INFO((read.ok() ? "" : read.error().message));
  REQUIRE(read.ok());
  REQUIRE(read->size() == 3);
  const config::PermissionSpec& pay = read.value()[0];
  CHECK(pay.name.to_scope() == "billing/invoice:pay");
  CHECK(pay.title == "Pay an invoice");
  CHECK(pay.description == "Send money.\nA lot.");
  CHECK(pay.risk == names::Risk::kHigh);
  CHECK(implied(pay) == "organization:get billing/invoice:see");
  CHECK(read.value()[2].name.service == "app");
  CHECK(read.value()[2].description.empty());
}

TEST_CASE("permissions: patterns stand for the others", "[config]") {
  const auto read = config::parse_permissions(
      "p.yaml", catalogue({{"a:x", "\"*\""}, {"b:x", "\"b:*\""}, {"b:y", "app.b.z, b:z"}, {"b:z", ""}}));
  INFO((read.ok() ? "" : read.error().message));
  REQUIRE(read.ok());
  CHECK(implied(read.value()[0]) == "b:x b:y b:z");
  CHECK(implied(read.value()[1]) == "b:y b:z");
  CHECK(implied(read.value()[2]) == "b:z");
}

TEST_CASE("permissions: all mistakes of a catalogue at once", "[config]") {
  CHECK(
      message_of("permissions:\n"
                 "  - {resource: a, verb: x, title: A, risk: lo, implys: []}\n"
                 "  - {resource: A, verb: y-z, risk: low, title: ''}\n"
                 "  - {resource: b, verb: x, title: B, risk: low, implies: [a:y, b_x_, nothing]}\n"
                 "  - {service: app, resource: a, verb: x, title: Again, risk: low, implies: a:x}\n"
                 "  - b:x\n"
                 "  - {}\n") ==
      "p.yaml:2:44: permission a:x: risk: must be low, medium, high or admin, not `lo`; did you mean `low`?\n"
      "  2 |   - {resource: a, verb: x, title: A, risk: lo, implys: []}\n"
      "    |                                            ^\n"
      "\n"
      "p.yaml:2:48: permission 1: implys: unknown key; did you mean `implies`?\n"
      "  2 |   - {resource: a, verb: x, title: A, risk: lo, implys: []}\n"
      "    |                                                ^\n"
      "\n"
      "p.yaml:3:16: permission 2: resource: must be a lower-case letter and up to 63 lower-case letters and "
      "digits, "
      "not `A`\n"
      "  3 |   - {resource: A, verb: y-z, risk: low, title: ''}\n"
      "    |                ^\n"
      "\n"
      "p.yaml:3:25: permission 2: verb: must be a lower-case letter and up to 63 lower-case letters and "
      "digits, not "
      "`y-z`\n"
      "  3 |   - {resource: A, verb: y-z, risk: low, title: ''}\n"
      "    |                         ^\n"
      "\n"
      "p.yaml:3:48: permission 2: title: must not be empty\n"
      "  3 |   - {resource: A, verb: y-z, risk: low, title: ''}\n"
      "    |                                                ^\n"
      "\n"
      "p.yaml:4:59: permission b:x: implies: unknown permission `a:y`; did you mean `a:x`?\n"
      "  4 |   - {resource: b, verb: x, title: B, risk: low, implies: [a:y, b_x_, nothing]}\n"
      "    |                                                           ^\n"
      "\n"
      "p.yaml:4:64: permission b:x: implies: unknown permission `b_x_`\n"
      "  4 |   - {resource: b, verb: x, title: B, risk: low, implies: [a:y, b_x_, nothing]}\n"
      "    |                                                                ^\n"
      "\n"
      "p.yaml:4:70: permission b:x: implies: unknown permission `nothing`\n"
      "  4 |   - {resource: b, verb: x, title: B, risk: low, implies: [a:y, b_x_, nothing]}\n"
      "    |                                                                      ^\n"
      "\n"
      "p.yaml:5:5: permission a:x: is given twice, first on line 2\n"
      "  5 |   - {service: app, resource: a, verb: x, title: Again, risk: low, implies: a:x}\n"
      "    |     ^\n"
      "\n"
      "p.yaml:6:5: permission 5: must be a map with keys of its own, not `b:x`\n"
      "  6 |   - b:x\n"
      "    |     ^\n"
      "\n"
      "p.yaml:7:5: permission 6: resource: is missing\n"
      "  7 |   - {}\n"
      "    |     ^\n"
      "\n"
      "p.yaml:7:5: permission 6: verb: is missing\n"
      "  7 |   - {}\n"
      "    |     ^\n"
      "\n"
      "p.yaml:7:5: permission 6: title: is missing\n"
      "  7 |   - {}\n"
      "    |     ^\n"
      "\n"
      "p.yaml:7:5: permission 6: risk: is missing\n"
      "  7 |   - {}\n"
      "    |     ^");
}

TEST_CASE("permissions: a circle is named", "[config]") {
  CHECK(message_of(catalogue({{"a:x", "a:x"}})) ==
        "p.yaml:2:56: permission a:x: implies: the permission implies itself: a:x → a:x\n"
        "  2 | - {resource: a, verb: x, title: t, risk: low, implies: [a:x]}\n"
        "    |                                                        ^");
  CHECK(message_of(
            catalogue({{"d:x", "a:x"}, {"a:x", "b:x"}, {"b:x", "d:y, c:x"}, {"c:x", "a:x"}, {"d:y", ""}})) ==
        "p.yaml:3:56: permission a:x: implies: the permission implies itself: a:x → b:x → c:x → a:x\n"
        "  3 | - {resource: a, verb: x, title: t, risk: low, implies: [b:x]}\n"
        "    |                                                        ^");
  CHECK_THAT(message_of(catalogue({{"a:x", "\"*\""}, {"b:x", "\"*\""}})),
             ContainsSubstring("permission a:x: implies: the permission implies itself: a:x → b:x → a:x\n"));
  CHECK(message_of(catalogue({{"a:x", "b:x, c:x"}, {"b:x", "d:x"}, {"c:x", "d:x"}, {"d:x", ""}})) == "ok");
}

TEST_CASE("permissions: the file is one list under one key", "[config]") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"", "p.yaml:1:1: must be a map with the key `permissions`, not empty\n  1 | \n    | ^"},
      {"- a", "p.yaml:1:1: must be a map with the key `permissions`, not a list\n  1 | - a\n    | ^"},
      {"permission: []",
       "p.yaml:1:1: permission: unknown key; did you mean `permissions`?\n  1 | permission: []\n    | ^"},
      {"{}", "p.yaml:1:1: permissions: is missing\n  1 | {}\n    | ^"},
      {"permissions: {}",
       "p.yaml:1:14: permissions: must be a list, not a map\n  1 | permissions: {}\n    |              ^"},
      {"permissions: []", "ok"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(message_of(row.text) == row.message);
  }
}

TEST_CASE("permissions: lengths and numbers are limited", "[config]") {
  const auto one = [](const std::string& title, const std::string& description) {
    return message_of("permissions:\n- {resource: a, verb: x, risk: low, title: \"" + title +
                      "\", description: \"" + description + "\"}\n");
  };
  std::string line, prose;
  for (int i = 0; i < 200; ++i) line += "é";
  for (int i = 0; i < 2000; ++i) prose += "é";
  CHECK(one(line, prose) == "ok");
  CHECK_THAT(one(line + "x", ""), ContainsSubstring("title: must have at most 200 characters, not 201\n"));
  CHECK_THAT(one("x", prose + "x"),
             ContainsSubstring("description: must have at most 2000 characters, not 2001\n"));
  CHECK_THAT(one("a\\nb", ""), ContainsSubstring("permission a:x: title: must be one line\n"));
  CHECK_THAT(one("a\\eb", ""),
             ContainsSubstring(
                 "permission a:x: title: must not have U+001B, a control character, at character 2\n"));
  CHECK_THAT(one("a\\u200B", ""),
             ContainsSubstring("title: must not have U+200B, an invisible character, at character 2\n"));
  CHECK_THAT(one("a", "b\\n\\u202E"), ContainsSubstring("description: must not have U+202E, a bidirectional "
                                                        "control, at character 3\n"));

  std::string many = "permissions:\n";
  for (std::size_t i = 0; i < config::kMaxPermissions; ++i)
    many += "- {resource: r" + std::to_string(i) + ", verb: x, title: t, risk: low}\n";
  CHECK(message_of(many) == "ok");
  CHECK_THAT(message_of(many + "- {resource: a, verb: x, title: t, risk: low}\n"),
             ContainsSubstring("permissions: must have at most 1000 items, not 1001\n"));
}

TEST_CASE("permissions: the longest chain is followed, and closed it is a circle", "[config]") {
  std::string chain = "permissions:\n";
  for (std::size_t i = 0; i + 1 < config::kMaxPermissions; ++i)
    chain += "- {resource: r" + std::to_string(i) + ", verb: x, title: t, risk: low, implies: [r" +
             std::to_string(i + 1) + ":x]}\n";
  const std::string last = "- {resource: r999, verb: x, title: t, risk: low";
  CHECK(message_of(chain + last + "}\n") == "ok");
  CHECK_THAT(message_of(chain + last + ", implies: [r0:x]}\n"),
             ContainsSubstring(
                 "r0:x → r1:x → r2:x → r3:x → r4:x → r5:x → r6:x → r7:x → 991 more → r999:x → r0:x\n"));
}

TEST_CASE("permissions: the shipped catalogue holds those of the organization dialect", "[config]") {
  const auto shipped = config::load_permissions("config/permissions.yaml");
  INFO((shipped.ok() ? "" : shipped.error().message));
  REQUIRE(shipped.ok());
  std::set<std::string> names;
  for (const auto& spec : shipped.value()) names.insert(spec.name.to_scope());
  const std::set<std::string> expected = {"organization:administer",
                                          "organization:delete",
                                          "organization:update",
                                          "organization:get",
                                          "organization:rolemanage",
                                          "organization:policymanage",
                                          "organization:projectlist",
                                          "organization:grouplist",
                                          "organization:invitationlist",
                                          "organization:projectcreate",
                                          "organization:groupcreate",
                                          "organization:invitationcreate",
                                          "organization:serviceusermanage",
                                          "organization:billingmanage",
                                          "organization:billingview",
                                          "project:administer",
                                          "project:delete",
                                          "project:update",
                                          "project:get",
                                          "project:policymanage",
                                          "project:resourcelist",
                                          "group:administer",
                                          "group:delete",
                                          "group:update",
                                          "group:get",
                                          "organization:usermanage",
                                          "organization:auditview",
                                          "organization:check",
                                          "organization:decide",
                                          "requests:approve",
                                          "grants:revoke"};
  CHECK(names == expected);
  const auto find = [&](const std::string& scope) {
    return *std::find_if(shipped->begin(), shipped->end(),
                         [&](const auto& spec) { return spec.name.to_scope() == scope; });
  };
  CHECK(find("organization:administer").implies.size() == expected.size() - 1);
  CHECK(implied(find("project:administer")) ==
        "project:delete project:get project:policymanage project:resourcelist project:update");
  CHECK(implied(find("group:administer")) == "group:delete group:get group:update");
}

TEST_CASE("permissions: a file that can't be read is named", "[config]") {
  const TempDir dir;
  CHECK(config::load_permissions(dir / "p.yaml").error().message ==
        dir / "p.yaml: No such file or directory");
}
