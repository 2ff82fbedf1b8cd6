#include "cedar/schema.h"

#include <algorithm>

#include "cedar/limits.h"
#include "cedar/validator.h"
#include "tests/support/catch.h"

using cedar::Schema;

namespace {

// Texts called a, b, c, …; what begins with `{` is JSON.
std::vector<Schema> read(const std::vector<std::string>& texts) {
  std::vector<Schema> schemas;
  for (const std::string& text : texts) {
    const std::string name(1, static_cast<char>('a' + schemas.size()));
    auto schema = text.starts_with('{') ? Schema::from_json(text, name) : Schema::parse(text, name);
    INFO(text << "\n" << (schema.ok() ? "" : schema.error().message));
    REQUIRE(schema.ok());
    schemas.push_back(std::move(schema).value());
  }
  return schemas;
}

base::Result<Schema> link(const std::vector<std::string>& texts) {
  const std::vector<Schema> schemas = read(texts);
  std::vector<const Schema*> parts;
  for (const Schema& schema : schemas) parts.push_back(&schema);
  return Schema::link(parts);  // and what is linked outlives them
}

// Its text, or why there is none.
std::string linked(const std::vector<std::string>& texts) {
  const auto schema = link(texts);
  if (!schema.ok()) return schema.error().message;
  const auto text = to_cedar_text(*schema);
  return text.ok() ? *text : text.error().message;
}

// Declarations in order of their text, each with what it may be in: all that there is to a schema.
std::vector<std::string> facts(const Schema& schema) {
  std::vector<std::string> out;
  for (const auto& type : schema.entity_types()) {
    std::string fact = (type.is_external() ? "external " : "") + type.name.text() + to_text(type.shape);
    if (type.tags) fact += " tags " + to_text(type.tags);
    if (type.enum_ids)
      for (const std::string& id : *type.enum_ids) fact += " " + id;
    std::vector<std::string> ancestors;
    for (const auto& other : schema.entity_types())
      if (schema.may_be_in(type, other)) ancestors.push_back(other.name.text());
    std::sort(ancestors.begin(), ancestors.end());
    for (const std::string& ancestor : ancestors) fact += " in " + ancestor;
    out.push_back(fact);
  }
  for (const auto& action : schema.actions()) {
    std::string fact =
        (action.is_external() ? "external " : "") + to_text(action.uid) + to_text(action.context);
    std::vector<std::string> parts;
    if (action.applies_to) {
      for (const auto type : action.applies_to->principals)
        parts.push_back("principal " + schema.entity_types()[type].name.text());
      for (const auto type : action.applies_to->resources)
        parts.push_back("resource " + schema.entity_types()[type].name.text());
    }
    for (const auto& other : schema.actions())
      if (schema.is_in(action, other)) parts.push_back("in " + to_text(other.uid));
    std::sort(parts.begin(), parts.end());
    for (const std::string& part : parts) fact += " " + part;
    out.push_back(fact);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

TEST_CASE("schema link: what is external in one is what another defines", "[cedar][schema]") {
  struct Row {
    std::vector<std::string> texts;
    const char* text;
  };
  const Row rows[] = {
      {{}, ""},
      {{"entity A;", ""}, "entity A;\n"},
      {{"external entity B; entity A { b: B };", "entity B;"}, "entity B;\n\nentity A {\n  b: B,\n};\n"},
      {{"external entity B; entity A { b: B };", R"({"": {"entityTypes": {"B": {}}, "actions": {}}})"},
       "entity B;\n\nentity A {\n  b: B,\n};\n"},
      {{"entity User; entity Doc; external action write;",
        "external entity User, Doc; action write appliesTo { principal: User, resource: Doc };"},
       "entity User;\n\nentity Doc;\n\naction write appliesTo {\n  principal: [User],\n  resource: [Doc],\n};\n"},
      // Nobody defines B.
      {{"external entity B; entity A { b: B };", "external entity B; entity D { b: B };"},
       "external entity B;\n\nentity A {\n  b: B,\n};\n\nentity D {\n  b: B,\n};\n"},
      {{"external entity B; entity A { b: B };", "external entity A; entity B { a: A };"},
       "entity B {\n  a: A,\n};\n\nentity A {\n  b: B,\n};\n"},
      {{"external entity B; entity A { b: B };", "external entity C; entity B { c: C };", "entity C;"},
       "entity B {\n  c: C,\n};\n\nentity A {\n  b: B,\n};\n\nentity C;\n"},
      // Parents of external types are all those that are said somewhere.
      {{"external entity G; external entity F in G;", "external entity H; external entity F in H;"},
       "external entity G;\n\nexternal entity F in [G, H];\n\nexternal entity H;\n"},
      {{"external entity G; external entity F in G;", "entity G, H; entity F in [G, H];"},
       "entity G;\n\nentity F in [G, H];\n\nentity H;\n"},
      // An ancestor is enough.
      {{"external entity G; external entity F in G;", "entity G; entity X in G; entity F in X;"},
       "entity G;\n\nentity F in [X];\n\nentity X in [G];\n"},
      {{"external action g; external action r in g; external action w in r;",
        "external action g; action r in g; action w in [g, r];"},
       "external action g;\n\naction r in [Action::\"g\"];\n\naction w in [Action::\"g\", Action::\"r\"];\n"},
      // Common types are what they are in their own schema.
      {{"type T = String; entity A { x: T };", "type T = { y: Set<Long> }; entity B { x: T };"},
       "entity A {\n  x: String,\n};\n\nentity B {\n  x: {\n    y: Set<Long>,\n  },\n};\n"},
      {{"external entity B; type B = String; entity A { b: B };", "entity B;"},
       "entity B;\n\nentity A {\n  b: String,\n};\n"},
      {{"external entity B; entity A { b: B };", "type B = String;"},
       "external entity B;\n\nentity A {\n  b: B,\n};\n"},
      {{"type T = Long; namespace N { entity A { t: T }; }", "namespace N { type U = Long; entity T; }"},
       "namespace N {\n  entity A {\n    t: Long,\n  };\n\n  entity T;\n}\n"},
      // A built-in name is taken by all schemas or by none.
      {{"entity String; entity A { s: String, t: __cedar::String };", "external entity String;"},
       "entity String;\n\nentity A {\n  s: String,\n  t: __cedar::String,\n};\n"},
      {{"external entity String;"}, "external entity String;\n"},
      {{"@a namespace M { @x entity A, B; @y(\"1\") external action a; }",
        "@a(\"2\") @b namespace M { external entity A; @y(\"2\") @z action a; }"},
       "@a(\"2\")\n@b\nnamespace M {\n  @x\n  entity A, B;\n\n  @y(\"1\\n2\")\n  @z\n  action a;\n}\n"},
      {{"namespace N { entity A; }", "entity B enum [\"z\", \"a\"];"},
       "entity B enum [\"z\", \"a\"];\n\nnamespace N {\n  entity A;\n}\n"},
  };
  for (const Row& row : rows) {
    std::string all;
    for (const std::string& text : row.texts) all += text + "\n";
    INFO(all);
    CHECK(linked(row.texts) == row.text);
  }
}

TEST_CASE("schema link: what does not go together, and where", "[cedar][schema]") {
  struct Row {
    std::vector<std::string> texts;
    const char* message;
  };
  const Row rows[] = {
      {{"entity B;\nentity A;", " entity A;"},
       "b:1:9: entity type `A` is defined at a:2:8 too; declare it `external` in all schemas but one\n"
       "  1 |  entity A;\n    |         ^"},
      {{R"({"N": {"entityTypes": {"A": {}}, "actions": {}}})", "namespace N { entity A; }"},
       "b:1:22: entity type `N::A` is defined at a: /N/entityTypes/A too; declare it `external` in all schemas but "
       "one\n  1 | namespace N { entity A; }\n    |                      ^"},
      {{"entity U; action a appliesTo { principal: U, resource: U };", "entity V;", "action a;"},
       "c:1:8: action `Action::\"a\"` is defined at a:1:18 too; declare it `external` in all schemas but one\n"
       "  1 | action a;\n    |        ^"},
      {{"external entity E; entity A { e: E };", "entity E enum [\"x\"];"},
       "a:1:17: entity type `E` is an enumeration, by b:1:8, and those cannot be `external` elsewhere\n"
       "  1 | external entity E; entity A { e: E };\n    |                 ^"},
      {{"external entity X; entity E in X;", "external entity G; external entity E in G;"},
       "b:1:36: external entity type `E` is in `G` here, but not where it is defined, at a:1:27\n"
       "  1 | external entity G; external entity E in G;\n    |                                    ^"},
      {{"external entity X; entity E in X;", "external entity G; external entity X in G;"},
       "a:1:27: entity type `E` would be in `G` too, through `X`; its own schema has to say that `X` is in `G`\n"
       "  1 | external entity X; entity E in X;\n    |                           ^"},
      {{"external entity B; entity A in B;", "external entity A; entity B in A;"},
       "b:1:27: entity type `B` would be in `B` too, through `A`; its own schema has to say that `A` is in `B`\n"
       "  1 | external entity A; entity B in A;\n    |                           ^"},
      {{"external action g; external action w in g;", "action g, r; action w in [g, r];"},
       "b:1:21: action `Action::\"w\"` is in `Action::\"r\"` here, and at a:1:36 it is not; all declarations of an "
       "action have the same groups\n"
       "  1 | action g, r; action w in [g, r];\n    |                     ^"},
      {{"action g, r; action w in [g, r];", "external action g; external action w in g;"},
       "b:1:36: action `Action::\"w\"` is not in `Action::\"r\"` here, and at a:1:21 it is; all declarations of an "
       "action have the same groups\n"
       "  1 | external action g; external action w in g;\n    |                                    ^"},
      {{"entity Foo; namespace N { entity A { f: Foo }; }", "namespace N { external entity Foo; }"},
       "b:1:31: entity type `N::Foo` would hide entity type `Foo` of the empty namespace, at a:1:8; rename one, or "
       "move that into a namespace\n"
       "  1 | namespace N { external entity Foo; }\n    |                               ^"},
      {{"namespace N { action a; }", "action a;"},
       "b:1:8: action `Action::\"a\"` of the empty namespace would be hidden by action `N::Action::\"a\"`, at "
       "a:1:22; rename one, or move this into a namespace\n  1 | action a;\n    |        ^"},
      {{"entity A { s: String };", "external entity String;"},
       "b:1:17: entity type `String` would take the name of a built-in type from schemas that do not declare it; "
       "rename it\n  1 | external entity String;\n    |                 ^"},
      {{"entity A { d: decimal };", "entity decimal;"},
       "b:1:8: entity type `decimal` would take the name of a built-in type from schemas that do not declare it; "
       "rename it\n  1 | entity decimal;\n    |        ^"},
      {{"entity F enum [\"x\"]; entity M in [F];", "external entity M; external entity E in [M];"},
       "b:1:36: external entity type `E` would be in the enumeration `F`, and only its definition could say in "
       "which of its entities\n"
       "  1 | external entity M; external entity E in [M];\n    |                                    ^"},
      // Linked all the same; see the next test.
      {{"action a; namespace N { entity R { act: { one: Action } }; }", "namespace N { action b; }"},
       "the linked schema has no text: `Action` in namespace `N` would be `N::Action`, and that of the empty "
       "namespace is meant"},
  };
  for (const Row& row : rows) {
    std::string all;
    for (const std::string& text : row.texts) all += text + "\n";
    INFO(all);
    CHECK(linked(row.texts) == row.message);
  }
}

TEST_CASE("schema link: names keep the meaning they have in their own schema", "[cedar][schema]") {
  const auto schema = link({"action a; namespace N { entity R { act: Action }; }",
                            "namespace N { action b; entity S { act: Action }; }"});
  REQUIRE(schema.ok());
  CHECK(facts(*schema) == std::vector<std::string>{"Action::\"a\"{}", "N::Action::\"b\"{}",
                                                   "N::R{act: Action}", "N::S{act: N::Action}"});
}

TEST_CASE("schema link: neither order nor grouping matters, and the text says the same", "[cedar][schema]") {
  const std::vector<std::vector<std::string>> all = {
      {"external entity B; entity A { b: B };", "external entity C; entity B { c: C };", "entity C;"},
      {"external entity X; external entity E in X;", "external entity G; external entity X in G;",
       "external entity X, E; action a in g appliesTo { principal: E, resource: [X, E], context: { e: Set<E> } };"
       "external action g;"},
      {"namespace N { entity group in [group]; entity user in [group] { name: { first: String }, at?: datetime }"
       "  tags ipaddr; }",
       "namespace N { external entity group in [group]; external entity user in group; action go; }"
       "entity doc in [N::user, N::group] { by: N::user, kind: kind }; entity kind enum [\"b\", \"a\"];",
       "external entity doc; namespace N { external action go; }"
       "namespace M { action all; action go in [all, N::Action::\"go\"]; }"},
  };
  for (const auto& texts : all) {
    INFO(texts[0]);
    const auto expected = link(texts);
    REQUIRE((expected.ok() ? "" : expected.error().message) == std::string());
    CHECK(facts(*link({texts[2], texts[0], texts[1]})) == facts(*expected));
    const std::vector<Schema> schemas = read(texts);
    const auto first = Schema::link({&schemas[0], &schemas[1]});
    const auto last = Schema::link({&schemas[1], &schemas[2]});
    REQUIRE(first.ok());
    REQUIRE(last.ok());
    CHECK(facts(*Schema::link({&*first, &schemas[2]})) == facts(*expected));
    CHECK(facts(*Schema::link({&schemas[0], &*last})) == facts(*expected));
    CHECK(facts(*Schema::link({&*expected})) == facts(*expected));

    const auto text = to_cedar_text(*expected);
    const auto json = to_json_text(*expected);
    REQUIRE(text.ok());
    REQUIRE(json.ok());
    CHECK(facts(read({*text})[0]) == facts(*expected));
    CHECK(facts(read({*json})[0]) == facts(*expected));
    CHECK(to_cedar_text(read({*text})[0]).value() == *text);
  }
}

TEST_CASE("schema link: mistakes of what was linked are told where they were written", "[cedar][schema]") {
  const std::vector<Schema> schemas =
      read({"external entity B;", "\nentity A;", "external entity B; entity A;"});
  const auto first = Schema::link({&schemas[0], &schemas[1]});
  REQUIRE(first.ok());
  CHECK(
      first->check_complete().error().message ==
      "a:1:17: `B` is declared `external`, and nothing defines it; did you mean `A`?\n  1 | external entity B;\n    |                 ^");
  CHECK(Schema::link({&*first, &schemas[2]}).error().message ==
        "c:1:27: entity type `A` is defined at b:2:8 too; declare it `external` in all schemas but one\n"
        "  1 | external entity B; entity A;\n    |                           ^");
}

TEST_CASE("schema link: a tenant's schema over the types of the directory", "[cedar][schema]") {
  const auto base = Schema::parse(
      "entity tenant;\n"
      "entity role in [tenant];\n"
      "entity group in [group, role, tenant];\n"
      "entity user in [group, role, tenant] { email?: String };\n",
      "base.cedarschema");
  REQUIRE(base.ok());
  const auto with = [&](const std::string& text) {
    const auto own = Schema::parse(text, "tenant.cedarschema");
    REQUIRE((own.ok() ? "" : own.error().message) == std::string());
    return Schema::link({&*base, &*own});
  };
  const auto schema = with(
      "external entity group in [group];\n"
      "external entity user in [group];\n"
      "entity document in [folder] { owner: user };\n"
      "entity folder { readers: group };\n"
      "action read appliesTo { principal: user, resource: document };\n");
  REQUIRE((schema.ok() ? "" : schema.error().message) == std::string());
  CHECK(schema->check_complete().ok());
  const auto policies = cedar::PolicySet::parse(
      "permit(principal, action == Action::\"read\", resource)\n"
      "when { principal has email && principal.email == \"a@b\" && principal in resource.owner };",
      "p");
  REQUIRE(policies.ok());
  CHECK(cedar::Validator(*schema).validate(*policies).is_valid());

  const auto misspelt = with("external entity usr; entity document { owner: usr };");
  REQUIRE(misspelt.ok());
  CHECK(
      misspelt->check_complete().error().message ==
      "tenant.cedarschema:1:17: `usr` is declared `external`, and nothing defines it; did you mean `user`?\n"
      "  1 | external entity usr; entity document { owner: usr };\n    |                 ^");
  const auto no_action = with("external action raed; action read; action write;");
  REQUIRE(no_action.ok());
  CHECK(
      no_action->check_complete().error().message ==
      "tenant.cedarschema:1:17: `Action::\"raed\"` is declared `external`, and nothing defines it; did you mean "
      "`read`?\n"
      "  1 | external action raed; action read; action write;\n    |                 ^");
  CHECK(
      with("entity user;").error().message ==
      "tenant.cedarschema:1:8: entity type `user` is defined at base.cedarschema:4:8 too; declare it `external` in "
      "all schemas but one\n  1 | entity user;\n    |        ^");
}

TEST_CASE("schema link: limits are those of one schema", "[cedar][schema]") {
  const auto entities = [](char prefix, std::size_t count) {
    std::string text = std::string("entity ") + prefix + "0";
    for (std::size_t i = 1; i < count; ++i) text += std::string(", ") + prefix + std::to_string(i);
    return text + ";";
  };
  CHECK(link({entities('A', cedar::kMaxEntityTypes / 2), entities('B', cedar::kMaxEntityTypes / 2)}).ok());
  CHECK_THAT(
      linked({entities('A', cedar::kMaxEntityTypes / 2), entities('B', cedar::kMaxEntityTypes / 2 + 1)}),
      ContainsSubstring("a schema has at most 10000 entity types"));
  const auto annotated = [](char prefix, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) text += std::string("@") + prefix + std::to_string(i) + " ";
    return text + "external entity E;";
  };
  CHECK(link({annotated('a', 50), annotated('b', 50)}).ok());
  CHECK_THAT(linked({annotated('a', 50), annotated('b', 51)}),
             ContainsSubstring(": has more than 100 annotations in all schemas\n"));
  // Types that double at each step stay shared.
  std::string doubling = "type T0 = {};";
  for (int i = 1; i < 150; ++i) {
    const std::string before = std::to_string(i - 1);
    doubling += "type T" + std::to_string(i) + " = {a: T" + before + ", b: T" + before + "};";
  }
  const auto schema = link({doubling + "entity A { x: T149 };", "entity B;"});
  REQUIRE(schema.ok());
  CHECK(to_cedar_text(*schema).error().message ==
        "the linked schema: the schema is larger than 10485760 bytes in Cedar's syntax");
}
