#include "authz/rule_parts.h"

#include <algorithm>

#include "authz/tenant_rule.h"
#include "cedar/cedar.h"
#include "tests/support/catch.h"
#include "tests/support/cedar_generator.h"
#include "tests/support/seeded_random.h"

namespace {

cedar::TemplatePtr parsed(const std::string& text) {
  const auto rule = authz::parse_rule(text, "rule");
  INFO(text);
  INFO((rule.ok() ? "" : rule.error().message));
  REQUIRE(rule.ok());
  return rule->body;
}

std::string shown(const authz::ScopeParts& scope) {
  return scope.scope_type + " " + scope.entity_type.value_or("-") + " " + scope.entity_id.value_or("-");
}

std::string shown(const authz::RuleParts& parts) {
  std::string text = parts.effect + " | " + shown(parts.principal) + " | " + parts.action.scope_type;
  for (const std::string& id : parts.action.ids) text += " " + id;
  text += " | " + shown(parts.resource) + " | " + parts.conditions.value_or("-") + " | " +
          parts.notice.value_or("-");
  for (const auto& [key, value] : parts.annotations) text += " @" + key + "=" + value;
  return text;
}

std::string errors_of(const authz::RuleParts& parts) {
  const auto text = authz::text_of(parts);
  if (text.ok()) return "ok";
  std::string all;
  for (const authz::PartError& error : text.error())
    all += (all.empty() ? "" : " ; ") + error.pointer + " " + error.message;
  return all;
}

// A policy in which `action in X` is `action in [X]`, the notice stands first and an annotation without a
// value has "", none of which makes a difference.
cedar::Template normal(const cedar::Template& given) {
  cedar::Template policy = given;
  if (const auto* in = std::get_if<cedar::ActionIn>(&given.action))
    policy.action = cedar::ActionInSet{{in->action}};
  for (cedar::Annotation& annotation : policy.annotations) annotation.value = annotation.value.value_or("");
  std::stable_partition(policy.annotations.begin(), policy.annotations.end(),
                        [](const cedar::Annotation& annotation) { return annotation.key == "notice"; });
  return policy;
}

}  // namespace

TEST_CASE("a rule's parts", "[authz]") {
  struct Row {
    const char* text;
    const char* parts;
  };
  const Row rows[] = {
      {"permit (principal, action, resource);", "permit | any - - | any | any - - | - | -"},
      {R"(forbid (principal == user::"a", action == Action::"view", resource in Docs::Folder::"7");)",
       "forbid | eq user a | eq view | in Docs::Folder 7 | - | -"},
      {R"(permit (principal is user, action in [Action::"a", Docs::Action::"b"], resource is Doc in Folder::"x\"y");)",
       "permit | is user - | in a Docs::Action::\"b\" | is_in Doc Folder::\"x\\\"y\" | - | -"},
      {R"(permit (principal == ?principal, action in Action::"a", resource is Doc in ?resource);)",
       "permit | eq - ?principal | in a | is_in Doc ?resource | - | -"},
      {"permit (principal, action, resource) when { 1 == 1 } // why\nunless { false };",
       "permit | any - - | any | any - - | when { 1 == 1 } // why\nunless { false } | -"},
      {R"(@id("x") @notice("No.") @obligation_a("{\"type\":\"t\"}") permit (principal, action, resource);)",
       "permit | any - - | any | any - - | - | No. @id=x @obligation_a={\"type\":\"t\"}"},
      {R"(permit (principal == user::"?principal", action == Action::"Action::\"x\"", resource in Doc::"");)",
       "permit | eq user ?principal | eq Action::\"Action::\\\"x\\\"\" | in Doc  | - | -"},
  };
  for (const Row& row : rows) {
    const cedar::TemplatePtr policy = parsed(row.text);
    const authz::RuleParts parts = authz::parts_of(*policy);
    CHECK(shown(parts) == row.parts);
    const auto text = authz::text_of(parts);
    REQUIRE(text.ok());
    INFO(*text);
    const cedar::TemplatePtr again = parsed(*text);
    CHECK(cedar::equal(normal(*again), normal(*policy)));
    CHECK(authz::parts_of(*again) == parts);
  }
}

TEST_CASE("a rule's parts mean what its text means, whatever the rule", "[authz]") {
  std::size_t rules = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    SeededRandom random(seed);
    std::vector<std::uint8_t> bytes(2000);
    random.fill(bytes);
    CedarGenerator generator(bytes);
    const auto set = cedar::PolicySet::parse(generator.policies(4), "generated");
    REQUIRE(set.ok());
    std::vector<cedar::TemplatePtr> bodies;
    for (const cedar::Policy& policy : set->policies()) bodies.push_back(policy.body);
    for (const auto& named : set->templates()) bodies.push_back(named.body);
    for (const cedar::TemplatePtr& body : bodies) {
      INFO(to_text(*body));
      const auto text = authz::text_of(authz::parts_of(*body));
      REQUIRE(text.ok());
      INFO(*text);
      CHECK(cedar::equal(normal(*parsed(*text)), normal(*body)));
      ++rules;
    }
  }
  CHECK(rules > 300);
}

TEST_CASE("parts that are no rule's are named, all of them", "[authz]") {
  authz::RuleParts parts;
  CHECK(errors_of(parts) == "/effect must be permit or forbid");
  parts.effect = "permit";
  CHECK(errors_of(parts) == "ok");
  const auto principal = [&](const char* type, std::optional<std::string> entity_type,
                             std::optional<std::string> id) {
    authz::RuleParts given = parts;
    given.principal = {type, std::move(entity_type), std::move(id)};
    return errors_of(given);
  };
  CHECK(principal("any", "user", {}) == "/principal_entity_type must be null with the scope type any");
  CHECK(principal("is", {}, "a") ==
        "/principal_entity_id must be null with the scope type is ; "
        "/principal_entity_type is required with the scope type is");
  CHECK(principal("eq", "user", {}) == "/principal_entity_id is required with the scope type eq");
  CHECK(principal("eq", {}, "a") == "/principal_entity_type is required with the scope type eq");
  CHECK(principal("in", "no name", "a") ==
        "/principal_entity_type must be the name of a type, such as user or Docs::Folder");
  CHECK(principal("is_in", "user", "a") ==
        "/principal_entity_id must be an entity as Cedar writes it, such as group::\"7\", or ?principal");
  CHECK(principal("is_in", "user", "?resource") ==
        "/principal_entity_id must be an entity as Cedar writes it, such as group::\"7\", or ?principal");
  CHECK(principal("of", {}, {}) == "/principal_scope_type must be any, eq, in, is or is_in");
  parts.action = {"any", {"view"}};
  CHECK(errors_of(parts) == "/action_ids must be empty where any action is meant");
  parts.action = {"eq", {"a", "b"}};
  CHECK(errors_of(parts) == "/action_ids must be one action where it is to be equal");
  parts.action = {"is", {}};
  CHECK(errors_of(parts) == "/action_scope_type must be any, eq or in");
  parts.action = {};
  parts.annotations = {{"notice", "x"}, {"a b", "y"}};
  CHECK(errors_of(parts) ==
        "/annotations/notice is a part by itself ; "
        "/annotations/a b must be letters, digits and `_`, and not begin with a digit");
}

TEST_CASE("conditions are conditions alone, and a mistake in them has its place there", "[authz]") {
  struct Row {
    const char* conditions;
    const char* error;
  };
  const Row rows[] = {
      {"", "conditions:1:1: there must be `when { … }` or `unless { … }`\n  1 | \n    | ^"},
      {"// nothing",
       "conditions:1:1: there must be `when { … }` or `unless { … }`\n  1 | // nothing\n    | ^"},
      {"when { true }; permit (principal, action, resource)",
       "conditions:1:16: a rule is one statement, and this is another\n"
       "  1 | when { true }; permit (principal, action, resource)\n    |                ^"},
  };
  for (const Row& row : rows) {
    authz::RuleParts parts;
    parts.effect = "permit";
    parts.conditions = row.conditions;
    CHECK(errors_of(parts) == std::string("/conditions ") + row.error);
  }
  authz::RuleParts parts;
  parts.effect = "permit";
  parts.conditions = "when { true }\nwhen { pricipal.a }";
  CHECK_THAT(errors_of(parts), ContainsSubstring("/conditions conditions:2:8: "));
  CHECK_THAT(errors_of(parts), ContainsSubstring("\n  2 | when { pricipal.a }\n    |        ^"));
  parts.conditions = "when { true } // to the end";
  CHECK(errors_of(parts) == "ok");
}

TEST_CASE("no text of a part changes another part", "[authz]") {
  const std::vector<std::string> pieces = {"when { true }",
                                           "unless { context.a }",
                                           "when {",
                                           "}",
                                           ";",
                                           "permit (principal, action, resource)",
                                           "forbid",
                                           "@notice(\"x\")",
                                           "\"",
                                           "// ",
                                           "\n",
                                           " ",
                                           "\\",
                                           ")",
                                           "user::\"a\"",
                                           "|| true",
                                           ", action) when",
                                           std::string(1, '\0')};
  SeededRandom random(12);
  std::vector<std::uint8_t> bytes(9);
  std::size_t good = 0;
  for (int i = 0; i < 30'000; ++i) {
    random.fill(bytes);
    std::string text;
    for (std::size_t n = 0; n <= bytes[0] % 7U; ++n) text += pieces[bytes[n + 1] % pieces.size()];
    authz::RuleParts parts;
    parts.effect = "forbid";
    parts.principal = {"in", "group", bytes[8] % 2 == 0 ? text : "7"};
    parts.action = {"eq", {bytes[8] % 3 == 0 ? text : "view"}};
    parts.conditions = bytes[8] % 5 == 0 ? "when { true }" : text;
    parts.notice = bytes[8] % 7 == 0 ? text : "N";
    parts.annotations = {{"a", text}};
    const auto made = authz::text_of(parts);
    if (!made.ok()) continue;
    ++good;
    INFO(*made);
    const auto rule = authz::parse_rule(*made, "rule");
    REQUIRE(rule.ok());
    authz::RuleParts again = authz::parts_of(*rule->body);
    CHECK(again.conditions.has_value());
    again.conditions = parts.conditions;  // laid out
    CHECK(again == parts);
  }
  CHECK(good > 2000);
}
