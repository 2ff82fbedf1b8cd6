#include "authz/entity_validation.h"

#include "authz/tenant_schema.h"
#include "tests/support/catch.h"

using domain::EntityName;

namespace {

const std::string kSchema =
    "entity Folder in [Folder] tags Set<String>;\n"
    "entity Doc in [Folder] { size: Long, owner?: user, from?: ipaddr, price?: decimal,\n"
    "  place?: { city: String, zip?: Long } };\n"
    "entity Color enum [\"red\", \"blue\"];\n"
    "entity user in [group, role, tenant] { email: String, name: String, active: Bool,\n"
    "  groups: Set<String>, roles: Set<String>, scopes: Set<String>, level?: Long };\n"
    "namespace App { entity Thing; }\n";

struct Given {
  EntityName name = {"Doc", "7"};
  std::string attrs = R"({"size":1})", tags = "{}";
  std::vector<EntityName> parents{};
};

// "attrs/size: …\n" of each mistake.
std::string mistakes(const Given& given, const domain::DecisionSettings& settings = {}) {
  static const auto schema = authz::parse_tenant_schema(kSchema, "schema");
  REQUIRE(schema.ok());
  domain::StoredEntity entity;
  entity.name = given.name;
  entity.attrs = given.attrs;
  entity.tags = given.tags;
  entity.parents = given.parents;
  std::string all;
  for (const auto& mistake : authz::find_mistakes(entity, **schema, settings))
    all += mistake.pointer + ": " + mistake.message + "\n";
  return all;
}

}  // namespace

TEST_CASE("an entity is as its type is declared, or is told what is wrong with it", "[authz]") {
  struct Row {
    const char* name;
    Given given;
    std::string expected;
  };
  const Row rows[] = {
      {"what is required", {}, ""},
      {"texts that become what the schema says",
       {.attrs = R"({"size":1,"from":"10.0.0.1","price":"1.5","owner":{"type":"user","id":"1"}})"},
       ""},
      {"a number that is a decimal by the schema", {.attrs = R"({"size":1,"price":2})"}, ""},
      {"a missing one", {.attrs = "{}"}, "attrs: \"size\": is missing, and the schema requires it\n"},
      {"another type", {.attrs = R"({"size":"x"})"}, "attrs/size: `Long` is wanted, not a string\n"},
      {"no address", {.attrs = R"({"size":1,"from":"x"})"}, "attrs/from: `ipaddr` is wanted, not a string\n"},
      {"one that isn't declared",
       {.attrs = R"({"size":1,"a/b":1})"},
       "attrs/a~1b: is not declared in the schema\n"},
      {"one inside that isn't declared",
       {.attrs = R"({"size":1,"place":{"city":"B","street":"x"}})"},
       "attrs/place: \"street\": is not declared in the schema\n"},
      {"all that is wrong",
       {.attrs = R"({"size":"x","more":1})", .tags = R"({"t":[1]})"},
       "attrs/size: `Long` is wanted, not a string\nattrs/more: is not declared in the schema\n"
       "tags: must be empty: by the schema `Doc` has no tags\n"},
      {"a type that isn't declared",
       {.name = {"Image", "7"}},
       "type: is not a type that the schema declares\n"},
      {"one that is no name", {.name = {"urn:doc", "7"}}, "type: is not a type that the schema declares\n"},
      {"an action", {.name = {"Action", "view"}}, "type: is not a type that the schema declares\n"},
      {"in a namespace", {.name = {"App::Thing", "7"}, .attrs = "{}"}, ""},
      {"tags", {.name = {"Folder", "1"}, .attrs = "{}", .tags = R"({"a":["x"]})"}, ""},
      {"a tag of another type",
       {.name = {"Folder", "1"}, .attrs = "{}", .tags = R"({"a":"x"})"},
       "tags/a: `Set<String>` is wanted, not a string\n"},
      {"parents", {.parents = {{"Folder", "1"}, {"Folder", "2"}}}, ""},
      {"a parent of no such type",
       {.parents = {{"Folder", "1"}, {"Doc", "2"}}},
       "parents/1: must not be of type `Doc`: by the schema `Doc` is in no such\n"},
      {"an id of an enumeration", {.name = {"Color", "red"}, .attrs = "{}"}, ""},
      {"one that it hasn't",
       {.name = {"Color", "green"}, .attrs = "{}"},
       "id: Color::\"green\" is no entity of the enumeration `Color`\n"},
      {"a user, of whom the directory knows the rest",
       {.name = {"user", "7"}, .attrs = R"({"level":3})"},
       ""},
      {"a user with what no user has",
       {.name = {"user", "7"}, .attrs = R"({"size":3})"},
       "attrs/size: is not declared in the schema\n"},
      {"what is no JSON", {.attrs = "{"}, "attrs: is no JSON object\n"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    CHECK(mistakes(row.given) == row.expected);
  }
}

TEST_CASE("types of entities are called as the tenant calls them", "[authz]") {
  domain::DecisionSettings settings;
  settings.type_names = {{"urn:doc", "Doc"}, {"dir", "Folder"}};
  CHECK(mistakes({.name = {"urn:doc", "7"}, .parents = {{"dir", "1"}}}, settings) == "");
  // By the name that another type has nothing is known.
  CHECK(mistakes({.name = {"Doc", "7"}}, settings) == "type: is not a type that the schema declares\n");
}
