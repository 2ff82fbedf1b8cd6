#include "authz/tenant_schema.h"

#include "authz/tenant_rule.h"
#include "tests/support/catch.h"

namespace {

std::string problem(const std::string& text) {
  const auto schema = authz::parse_tenant_schema(text, "schema");
  return schema.ok() ? "" : schema.error().message;
}

const std::string kDocs =
    "entity Folder in [Folder] { owner: user, public: Bool };\n"
    "entity Doc in [Folder] { owner: user, readers?: group };\n"
    "action view, edit appliesTo { principal: [user, service_user], resource: [Doc, Folder],\n"
    "  context: { mfa?: Bool } };\n";

// The findings of a rule under the schema.
std::string found(const std::string& rule_text) {
  const auto schema = authz::parse_tenant_schema(kDocs, "schema");
  const auto rule = authz::parse_rule(rule_text, "rule");
  REQUIRE(schema.ok());
  REQUIRE(rule.ok());
  const auto result = authz::validate_rule(**schema, rule->body);
  std::string all;
  for (const auto& error : result.errors) all += "error " + error.message + "\n";
  for (const auto& warning : result.warnings) all += "warning " + warning.message + "\n";
  return all;
}

}  // namespace

TEST_CASE("a tenant's schema is linked over the directory's types", "[authz]") {
  CHECK(problem("") == "");
  CHECK(problem(kDocs) == "");
  CHECK(problem("namespace App { entity Doc { owner: user }; }") == "");
  CHECK_THAT(problem("entity Doc { owner: usr };"), ContainsSubstring("schema:1:21: "));
  CHECK_THAT(problem("entity Doc {"), ContainsSubstring("schema:1:"));
  CHECK_THAT(problem("entity Doc;\nentity Doc;"), ContainsSubstring("schema:2:8: "));
  CHECK_THAT(problem(std::string(authz::kMaxTenantSchema + 1, ' ')),
             ContainsSubstring("schema: must be at most 1048576 bytes"));
}

TEST_CASE("a type of the directory that a tenant declares itself is as the directory's", "[authz]") {
  const std::string attrs =
      "email: String, name: String, active: Bool, groups: Set<String>, roles: Set<String>, scopes: Set<String>";
  const std::string parents = "entity user in [group, role, tenant";
  CHECK(problem(parents + "] { " + attrs + ", department?: String };") == "");
  CHECK(problem("entity Team;" + parents + ", Team] { " + attrs + " };") == "");
  const std::string must_fit = "`user` is a type of the directory, and what it has must fit: ";
  for (const std::string& other : {
           parents + "] { " + attrs + ", department: String };",  // which no user need have
           parents + "] { name: String };",
           parents + "] { " + attrs.substr(15) + ", email: Long };",
           "entity user { " + attrs + " };",
           std::string("entity user enum [\"ann\"];"),
       }) {
    INFO(other);
    CHECK_THAT(problem(other), ContainsSubstring(must_fit));
  }
}

TEST_CASE("rules are validated against a tenant's schema", "[authz]") {
  CHECK(
      found(
          "permit (principal, action == Action::\"view\", resource) when { resource.owner == principal };") ==
      "");
  CHECK(
      found(
          "permit (principal in group::\"7\", action, resource is Doc) when { principal.name like \"a*\" };") ==
      "");
  CHECK(found("permit (principal == ?principal, action, resource in ?resource);") == "");
  CHECK_THAT(found("permit (principal, action == Action::\"viw\", resource);"), ContainsSubstring("error "));
  CHECK_THAT(found("permit (principal, action, resource) when { context.mfa };"),
             ContainsSubstring("error "));
  CHECK_THAT(found("permit (principal, action, resource is Doc) when { resource.public };"),
             ContainsSubstring("error "));
}
