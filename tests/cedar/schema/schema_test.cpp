#include "cedar/schema.h"

#include <chrono>

#include "cedar/limits.h"
#include "cedar/schema/ast.h"
#include "cedar/schema/messages.h"
#include "tests/support/catch.h"

using cedar::EntityUid;
using cedar::Name;
using cedar::Schema;

namespace {

std::string problem(const base::Result<Schema>& schema) {
  return schema.ok() ? "" : schema.error().message;
}

const cedar::SchemaEntityType& entity_type(const Schema& schema, const char* name) {
  const auto* found = schema.find_entity_type(Name::unchecked(name));
  REQUIRE(found);
  return *found;
}

const cedar::SchemaAction& action(const Schema& schema, const char* type, const char* id) {
  const auto* found = schema.find_action(EntityUid(Name::unchecked(type), id));
  REQUIRE(found);
  return *found;
}

constexpr const char* kPhotos = R"(
  type Tags = Set<String>;
  namespace Photos {
    type Address = { city: String, zip?: Long };
    entity Group in [Group];
    @doc("who acts")
    entity User, Admin in Group = { home?: Address, @since("2") "first name": String, ip: ipaddr } tags Tags;
    entity Color enum ["red", "blue"];
    entity Photo { owner: User, shades: Set<Color>, long: __cedar::Long };
    action all;
    action read in all;
    action view, "look at" in [read] appliesTo {
      principal: [User, Admin], resource: Photo, context: { mfa?: Bool, from: Address }
    };
  }
)";

}  // namespace

TEST_CASE("schema: types are looked up through namespaces and common types", "[cedar][schema]") {
  const auto schema = Schema::parse(kPhotos, "photos.cedarschema");
  REQUIRE(problem(schema) == "");
  const auto& user = entity_type(*schema, "Photos::User");
  CHECK(to_text(user.shape) == "{\"first name\": String, home?: {city: String, zip?: Long}, ip: ipaddr}");
  CHECK(to_text(user.tags) == "Set<String>");
  CHECK(entity_type(*schema, "Photos::Admin").shape == user.shape);
  CHECK(to_text(entity_type(*schema, "Photos::Photo").shape) ==
        "{long: Long, owner: Photos::User, shades: Set<Photos::Color>}");
  CHECK(entity_type(*schema, "Photos::Color").allows_id("red"));
  CHECK_FALSE(entity_type(*schema, "Photos::Color").allows_id("green"));
  CHECK(user.allows_id("green"));
  const auto& view = action(*schema, "Photos::Action", "look at");
  CHECK(to_text(view.context) == "{from: {city: String, zip?: Long}, mfa?: Bool}");
  REQUIRE(view.applies_to);
  CHECK(view.applies_to->principals.size() == 2);
  CHECK_FALSE(action(*schema, "Photos::Action", "read").applies_to);
  CHECK(user.declaration->annotations == cedar::Annotations{{"doc", "who acts"}});
}

TEST_CASE("schema: who can be in whom", "[cedar][schema]") {
  const auto schema = Schema::parse(kPhotos, "photos.cedarschema");
  REQUIRE(problem(schema) == "");
  const auto& group = entity_type(*schema, "Photos::Group");
  const auto& user = entity_type(*schema, "Photos::User");
  CHECK(schema->may_be_in(user, group));
  CHECK(schema->may_be_in(group, group));
  CHECK_FALSE(schema->may_be_in(group, user));
  CHECK_FALSE(schema->may_be_in(user, user));
  const auto& view = action(*schema, "Photos::Action", "view");
  const auto& all = action(*schema, "Photos::Action", "all");
  CHECK(schema->is_in(view, all));
  CHECK_FALSE(schema->is_in(all, view));
  CHECK_FALSE(schema->is_in(view, view));
}

TEST_CASE("schema: what is refused in Cedar's syntax, and why", "[cedar][schema]") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"entity Usr;\nentity Doc { owner: User };",
       "s:2:21: type `User` is not declared; did you mean `Usr`?\n  2 | entity Doc { owner: User };\n    |   "
       "                  ^"},
      {"enity A;",
       "s:1:1: expected `entity`, `action`, `type`, `external` or `namespace`, found `enity`; did you mean "
       "`entity`?\n"
       "  1 | enity A;\n    | ^"},
      {"entity A { a: Long; };",
       "s:1:19: expected `,` or `}`, found `;`\n  1 | entity A { a: Long; };\n    |                   ^"},
      {"action a in [b,];",
       "s:1:16: expected the name of an action, found `]`\n  1 | action a in [b,];\n    |                ^"},
      {"action a in User::\"x\";",
       "s:1:13: `User` is no type of actions, and only an action can be an action's group\n"
       "  1 | action a in User::\"x\";\n    |             ^"},
      {"action a appliesTo { principal: A, principal: A };",
       "s:1:36: `principal` is given twice\n  1 | action a appliesTo { principal: A, principal: A };\n"
       "    |                                    ^"},
      {"namespace A { namespace B {} }",
       "s:1:15: namespaces do not nest; write `namespace A::…` beside this one\n"
       "  1 | namespace A { namespace B {} }\n    |               ^"},
      {"action a attributes { x: Long };",
       "s:1:23: actions have no attributes; the braces must be empty\n  1 | action a attributes { x: Long "
       "};\n"
       "    |                       ^"},
      {"entity __cedar;",
       "s:1:8: `__cedar` is a reserved word; the name of an entity type is wanted here\n  1 | entity __cedar;\n"
       "    |        ^"},
      {"entity T; namespace N { type T = Long; }",
       "s:1:30: `N::T` would hide `T` of the empty namespace; rename one, or move that into a namespace\n"
       "  1 | entity T; namespace N { type T = Long; }\n    |                              ^"},
      {"type A = B; type B = {x: A};",
       "s:1:26: type `A` contains itself; only entity types can refer to themselves\n"
       "  1 | type A = B; type B = {x: A};\n    |                          ^"},
      {"external enity A;",
       "s:1:10: expected `entity` or `action`, found `enity`; did you mean `entity`?\n"
       "  1 | external enity A;\n    |          ^"},
      {"external type T = Long;",
       "s:1:10: expected `entity` or `action`, found `type`\n  1 | external type T = Long;\n"
       "    |          ^"},
      {"external entity \"A\";",
       "s:1:17: expected the name of an entity type, found `\"A\"`\n  1 | external entity \"A\";\n"
       "    |                 ^"},
      {"external entity A { a: Long };",
       "s:1:19: an external entity type has only parents here; the rest stands where it is defined\n"
       "  1 | external entity A { a: Long };\n    |                   ^"},
      {"external entity A enum [\"a\"];",
       "s:1:19: an external entity type has only parents here; the rest stands where it is defined\n"
       "  1 | external entity A enum [\"a\"];\n    |                   ^"},
      {"external entity A, B in [B] tags Long;",
       "s:1:29: an external entity type has only parents here; the rest stands where it is defined\n"
       "  1 | external entity A, B in [B] tags Long;\n    |                             ^"},
      {"external entity A is B;",
       "s:1:19: expected `in` or `;`, found `is`\n  1 | external entity A is B;\n    |                   ^"},
      {"entity A; external action a in b appliesTo { principal: A, resource: A };",
       "s:1:34: an external action has only groups here; the rest stands where it is defined\n"
       "  1 | entity A; external action a in b appliesTo { principal: A, resource: A };\n"
       "    |                                  ^"},
      {"external entity A in [B];",
       "s:1:23: entity type `B` is not declared; did you mean `A`?\n  1 | external entity A in [B];\n"
       "    |                       ^"},
      {"external entity A; entity A;",
       "s:1:27: entity type `A` is declared twice\n  1 | external entity A; entity A;\n"
       "    |                           ^"},
      {"external action a in b; action b in a;",
       "s:1:17: action `Action::\"a\"` is in itself, through its groups\n"
       "  1 | external action a in b; action b in a;\n    |                 ^"},
      {"action a; namespace N { external action a; }",
       "s:1:41: `N::Action::\"a\"` would hide `Action::\"a\"` of the empty namespace; rename one, or move that "
       "into a namespace\n  1 | action a; namespace N { external action a; }\n"
       "    |                                         ^"},
      {"entity F enum [\"x\"]; entity M in F; external entity E in [M];",
       "s:1:53: external entity type `E` would be in the enumeration `F`, and only its definition could say in "
       "which of its entities\n  1 | entity F enum [\"x\"]; entity M in F; external entity E in [M];\n"
       "    |                                                     ^"},
      {"entity A { \"a\\q\": Long };", "s:1:14: "},  // the escape's own message is the lexer's business
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const std::string message = problem(Schema::parse(row.text, "s"));
    if (std::string(row.message).ends_with(": "))
      CHECK(message.starts_with(row.message));
    else
      CHECK(message == row.message);
  }
}

TEST_CASE("schema: `__cedar` may name actions and attributes", "[cedar][schema]") {
  const auto schema = Schema::parse(
      "action __cedar, a; action b in __cedar appliesTo { principal: U, resource: U, context: { __cedar?: U } };"
      "action c in [a, __cedar]; entity U { __cedar: Long };",
      "s");
  REQUIRE(problem(schema) == "");
  CHECK(to_text(entity_type(*schema, "U").shape) == "{\"__cedar\": Long}");
  CHECK(to_text(action(*schema, "Action", "b").context) == "{\"__cedar\"?: U}");
  CHECK(schema->is_in(action(*schema, "Action", "b"), action(*schema, "Action", "__cedar")));
  CHECK(schema->is_in(action(*schema, "Action", "c"), action(*schema, "Action", "__cedar")));
  for (const char* text :
       {"type __cedar = Long;", "namespace __cedar {}", "namespace A::__cedar {}", "entity A in __cedar;",
        "action a in __cedar::Action::\"b\";", "entity A { if: Long };", "action in;"}) {
    INFO(text);
    CHECK_FALSE(Schema::parse(text, "s").ok());
  }
}

TEST_CASE("schema: what is refused in JSON, and where", "[cedar][schema]") {
  struct Row {
    const char* text;
    const char* message;
  };
  const Row rows[] = {
      {"[]", "s: a schema is an object, but this is an array"},
      {R"({"": {"entityTypes": {}, "actions": {}, "action": {}}})",
       "s: //action: this object has no member `action`; did you mean `actions`?"},
      {R"({"N": {"entityTypes": {"A": {"memberOfTypes": ["Aa"]}}, "actions": {}}})",
       "s: /N/entityTypes/A/memberOfTypes/0: entity type `Aa` is not declared; did you mean `A`?"},
      {R"({"N": {"entityTypes": {"A": {"shape": {"type": "Record", "attributes": {"x/y": {"type": "Strin"}}}}}, "actions": {}}})",
       "s: /N/entityTypes/A/shape/attributes/x~1y: type `Strin` is not declared; did you mean `String`?"},
      {R"({"": {"entityTypes": {"A": {}}, "actions": {"a": {"appliesTo": {"principalTypes": "A", "resourceTypes": []}}}}})",
       "s: //actions/a/appliesTo/principalTypes: principalTypes is an array, but this is a string"},
      {R"({"": {"entityTypes": {}, "actions": {}, "annotations": {"a": null}}})",
       "s: /: the empty namespace has no annotations"},
      {R"({"": {"entityTypes": {"A": {"external": null}}, "actions": {}}})",
       "s: //entityTypes/A/external: external is a boolean, but this is null"},
      {R"({"": {"entityTypes": {"A": {"external": true, "shape": {"type": "Record", "attributes": {}}}}, "actions": {}}})",
       "s: //entityTypes/A/shape: an external entity type has no `shape` here; that stands where it is defined"},
      {R"({"": {"entityTypes": {"A": {"external": true, "tags": {"type": "Long"}}}, "actions": {}}})",
       "s: //entityTypes/A/tags: an external entity type has no `tags` here; that stands where it is defined"},
      {R"({"": {"entityTypes": {"A": {"external": true, "enum": ["a"]}}, "actions": {}}})",
       "s: //entityTypes/A/enum: an external entity type has no `enum` here; that stands where it is defined"},
      {R"({"": {"entityTypes": {"A": {"extrenal": true}}, "actions": {}}})",
       "s: //entityTypes/A/extrenal: this object has no member `extrenal`; did you mean `external`?"},
      {R"({"": {"entityTypes": {"A": {}}, "actions": {"a": {"external": true, "appliesTo": {"principalTypes": ["A"], "resourceTypes": []}}}}})",
       "s: //actions/a/appliesTo: an external action has no `appliesTo` here; that stands where it is defined"},
      {R"({"": {"entityTypes": {}, "actions": {"a": {"external": true, "attributes": {}}}}})",
       "s: //actions/a/attributes: an external action has no `attributes` here; that stands where it is defined"},
      {R"({"": {"entityTypes": {}, "actions": {}, "annotations": {}}})", ""},
      {R"({"": {"entityTypes": {"A": {"enum": []}}, "actions": {}}})",
       "s: //entityTypes/A/enum: an enumeration has at least one id"},
      {R"({"": {"entityTypes": {}, "actions": {"a": {"attributes": {}}}}})",
       "s: //actions/a/attributes: actions have no attributes; leave the member out"},
      {R"({"": {"entityTypes": {}, "entityTypes": {}, "actions": {}}})",
       "s:1:38: an object has a member twice\n"
       R"(  1 | {"": {"entityTypes": {}, "entityTypes": {}, "actions": {}}})"
       "\n    |                                      ^"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(problem(Schema::from_json(row.text, "s")) == row.message);
  }
}

TEST_CASE("schema: both syntaxes give the same types", "[cedar][schema]") {
  const auto from_text = Schema::parse(
      "namespace N { type T = { a?: Set<U>, d: decimal }; entity U in V tags Bool; entity V { t: T };"
      " action go in base appliesTo { principal: U, resource: [V], context: T }; action base; }",
      "s");
  const auto from_json = Schema::from_json(
      R"({"N": {"commonTypes": {"T": {"type": "Record", "attributes": {
             "a": {"type": "Set", "element": {"type": "Entity", "name": "U"}, "required": false},
             "d": {"type": "Extension", "name": "decimal"}}}},
           "entityTypes": {"U": {"memberOfTypes": ["V"], "tags": {"type": "Boolean"}},
             "V": {"shape": {"type": "Record", "attributes": {"t": {"type": "T"}}}}},
           "actions": {"go": {"memberOf": [{"id": "base"}], "appliesTo": {"principalTypes": ["U"],
             "resourceTypes": ["N::V"], "context": {"type": "EntityOrCommon", "name": "T"}}}, "base": {}}}})",
      "s");
  REQUIRE(problem(from_text) == "");
  REQUIRE(problem(from_json) == "");
  for (const Schema* schema : {&*from_text, &*from_json}) {
    CHECK(to_text(entity_type(*schema, "N::V").shape) == "{t: {a?: Set<N::U>, d: decimal}}");
    CHECK(to_text(entity_type(*schema, "N::U").tags) == "Bool");
    CHECK(to_text(action(*schema, "N::Action", "go").context) == "{a?: Set<N::U>, d: decimal}");
    CHECK(schema->is_in(action(*schema, "N::Action", "go"), action(*schema, "N::Action", "base")));
  }
}

TEST_CASE("schema: external declarations in both syntaxes", "[cedar][schema]") {
  struct Row {
    const char* text;
    const char* json;
    const char* incompleteness;
  };
  const Row rows[] = {
      {"external entity User;", R"({"": {"entityTypes": {"User": {"external": true}}, "actions": {}}})",
       "`User` is declared `external`, and nothing defines it"},
      {"external entity Group; external entity User, Admin in [Group];",
       R"({"": {"entityTypes": {"Group": {"external": true},
           "User": {"external": true, "memberOfTypes": ["Group"]},
           "Admin": {"external": true, "memberOfTypes": ["Group"]}}, "actions": {}}})",
       "`Admin`, `Group` and `User` are declared `external`, and nothing defines them"},
      {"namespace N { external action \"look at\" in Action::\"all\"; external entity A; action all; }",
       R"({"N": {"entityTypes": {"A": {"external": true}}, "actions": {
           "look at": {"external": true, "memberOf": [{"id": "all", "type": "Action"}], "appliesTo": null},
           "all": {"external": false}}}})",
       "`N::A` and `N::Action::\"look at\"` are declared `external`, and nothing defines them"},
      // Neither `external` nor `entity` is a reserved word.
      {"entity external, entity; external entity String; entity A in external { external: entity, s: String };",
       R"({"": {"entityTypes": {"external": {"external": false}, "entity": {}, "String": {"external": true},
           "A": {"memberOfTypes": ["external"], "shape": {"type": "Record", "attributes": {
             "external": {"type": "EntityOrCommon", "name": "entity"},
             "s": {"type": "EntityOrCommon", "name": "String"}}}}}, "actions": {}}})",
       "`String` is declared `external`, and nothing defines it"},
      {"entity E enum [\"a\"]; action a;",
       R"({"": {"entityTypes": {"E": {"enum": ["a"], "external": false}}, "actions": {"a": {"external": null}}}})",
       ""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const auto from_text = Schema::parse(row.text, "s");
    const auto from_json = Schema::from_json(row.json, "s");
    REQUIRE(problem(from_text) == "");
    REQUIRE(problem(from_json) == "");
    CHECK(incompleteness(*from_text) == row.incompleteness);
    CHECK(incompleteness(*from_json) == row.incompleteness);
    CHECK(from_text->check_complete().ok() == std::string(row.incompleteness).empty());
    for (const auto& type : from_text->entity_types()) {
      const auto& same = entity_type(*from_json, type.name.text().c_str());
      CHECK(type.is_external() == same.is_external());
      CHECK(to_text(type.shape) == to_text(same.shape));
      CHECK(type.parents.size() == same.parents.size());
    }
    for (const auto& act : from_text->actions())
      CHECK(act.is_external() ==
            action(*from_json, act.uid.type().text().c_str(), act.uid.id().c_str()).is_external());
  }
}

TEST_CASE("schema: what is external has its own ancestors, and its names are known", "[cedar][schema]") {
  const auto schema = Schema::parse(
      "external entity App; external entity Folder in App; entity Doc in Folder { of: App };"
      "external action all; external action read in all;"
      "action view in read appliesTo { principal: App, resource: Doc, context: { by: Folder } };",
      "s");
  REQUIRE(problem(schema) == "");
  CHECK(schema->may_be_in(entity_type(*schema, "Doc"), entity_type(*schema, "App")));
  CHECK(schema->is_in(action(*schema, "Action", "view"), action(*schema, "Action", "all")));
  CHECK(to_text(entity_type(*schema, "Doc").shape) == "{of: App}");
  CHECK(to_text(action(*schema, "Action", "view").context) == "{by: Folder}");
  CHECK_FALSE(action(*schema, "Action", "read").applies_to);
  CHECK(
      schema->check_complete().error().message ==
      "s:1:17: `App`, `Folder`, `Action::\"all\"` and `Action::\"read\"` are declared `external`, and nothing "
      "defines them\n"
      "  1 | external entity App; external entity Folder in App; entity Doc in Folder { of: App };external action "
      "all; external action read in all;action view in read applie\n"
      "    |                 ^");
}

TEST_CASE("schema: of many external names ten are told", "[cedar][schema]") {
  std::string text = "external entity T10";
  for (int i = 11; i < 25; ++i) text += ", T" + std::to_string(i);
  const auto schema = Schema::parse(text + ";", "s");
  REQUIRE(problem(schema) == "");
  CHECK(
      incompleteness(*schema) ==
      "`T10`, `T11`, `T12`, `T13`, `T14`, `T15`, `T16`, `T17`, `T18`, `T19` and 5 more are declared `external`, "
      "and nothing defines them");
}

TEST_CASE("schema: limits are kept, and one less is fine", "[cedar][schema]") {
  const auto nested = [](std::size_t levels) {
    std::string type = "Long";
    for (std::size_t i = 0; i < levels; ++i) type = "Set<" + type + ">";
    return "type T = " + type + ";";
  };
  CHECK(problem(Schema::parse(nested(cedar::kMaxNesting), "s")) == "");
  CHECK_THAT(problem(Schema::parse(nested(cedar::kMaxNesting + 1), "s")),
             ContainsSubstring("types nest more deeply than 200 levels here"));

  const auto entities = [](std::size_t count) {
    std::string text = "entity E0";
    for (std::size_t i = 1; i < count; ++i) text += ", E" + std::to_string(i);
    return text + ";";
  };
  CHECK(problem(Schema::parse(entities(cedar::kMaxEntityTypes), "s")) == "");
  CHECK_THAT(problem(Schema::parse(entities(cedar::kMaxEntityTypes + 1), "s")),
             ContainsSubstring("a schema has at most 10000 entity types"));
  const auto actions = [](std::size_t count) {
    std::string text = "action a0";
    for (std::size_t i = 1; i < count; ++i) text += ", a" + std::to_string(i);
    return text + ";";
  };
  CHECK(problem(Schema::parse(actions(cedar::kMaxActions), "s")) == "");
  CHECK_THAT(problem(Schema::parse(actions(cedar::kMaxActions + 1), "s")),
             ContainsSubstring("a schema has at most 10000 actions"));

  // Some groups, and others that are in all of them.
  const auto memberships = [&](const std::string& kind, std::size_t count) {
    constexpr std::size_t kGroups = 125;
    std::string text = kind + " G0";
    std::string groups = "G0";
    for (std::size_t i = 1; i < kGroups; ++i) {
      text += ", G" + std::to_string(i);
      groups += ", G" + std::to_string(i);
    }
    text += "; " + kind + " M0";
    for (std::size_t i = 1; i < count / kGroups; ++i) text += ", M" + std::to_string(i);
    text += " in [" + groups + "];";
    if (count % kGroups == 1) text += kind + " Last in [G0];";
    return text;
  };
  for (const std::string kind : {"entity", "action"}) {
    CHECK(problem(Schema::parse(memberships(kind, cedar::kMaxMemberships), "s")) == "");
    CHECK_THAT(problem(Schema::parse(memberships(kind, cedar::kMaxMemberships + 1), "s")),
               ContainsSubstring("a schema has at most 1000000 memberships"));
  }

  const auto text_size = [](std::size_t size) { return problem(Schema::parse(std::string(size, ' '), "s")); };
  CHECK(text_size(cedar::kMaxSchemaText) == "");
  CHECK(text_size(cedar::kMaxSchemaText + 1) == "s: the schema is larger than 10485760 bytes");
}

TEST_CASE("schema: a hundred annotations stand together, and no more", "[cedar][schema]") {
  const auto text = [](std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += "@a" + std::to_string(i) + " ";
    return out + "entity E;";
  };
  const auto json = [](std::size_t count) {
    std::string out = R"({"": {"actions": {}, "entityTypes": {"E": {"annotations": {)";
    for (std::size_t i = 0; i < count; ++i)
      out += (i == 0 ? "\"a" : ", \"a") + std::to_string(i) + "\": null";
    return out + "}}}}}";
  };
  CHECK(problem(Schema::parse(text(cedar::kMaxAnnotations), "s")) == "");
  CHECK_THAT(problem(Schema::parse(text(cedar::kMaxAnnotations + 1), "s")),
             ContainsSubstring("s:1:491: at most 100 annotations stand together"));
  CHECK(problem(Schema::from_json(json(cedar::kMaxAnnotations), "s")) == "");
  CHECK(problem(Schema::from_json(json(cedar::kMaxAnnotations + 1), "s")) ==
        "s: //entityTypes/E/annotations: at most 100 annotations stand together");
}

TEST_CASE("schema: a long way through names, and types that double at each step, end soon",
          "[cedar][schema]") {
  std::string aliases = "type T0 = Long;";
  std::string doubling = "type T0 = {};";
  for (int i = 1; i < 1000; ++i) {
    const std::string n = std::to_string(i), before = std::to_string(i - 1);
    aliases += "type T" + n + " = T" + before + ";";
    if (i < 150) doubling += "type T" + n + " = {a: T" + before + ", b: T" + before + "};";
  }
  CHECK(problem(Schema::parse(aliases, "s")) == "");
  CHECK(problem(Schema::parse(doubling + "entity A {x: T149};", "s")) == "");
}
