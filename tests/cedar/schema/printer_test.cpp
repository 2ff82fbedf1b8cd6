
#include "cedar/schema.h"
#include "tests/support/catch.h"

using cedar::Schema;

namespace {

std::string text_of(const base::Result<std::string>& result) {
  return result.ok() ? *result : result.error().message;
}

Schema read(const std::string& text, bool is_json) {
  auto schema = is_json ? Schema::from_json(text, "s") : Schema::parse(text, "s");
  INFO(text << "\n" << (schema.ok() ? "" : schema.error().message));
  REQUIRE(schema.ok());
  return std::move(schema).value();
}

constexpr const char* kText = R"(@doc("types")
type Tags = Set<String>;

namespace Photos {
  type Address = {
    city: String,
    zip?: Long,
  };

  @doc("who \"acts\"")
  @internal
  entity User, Admin in [Group, Photos::Group] {
    home?: Address,
    @since("2")
    "first name": String,
    nothing: {},
  } tags Tags;

  entity Group;

  entity Color enum ["red", "dark blue"];

  @doc("of the directory")
  external entity Team, Bot in [Group];

  external entity external;

  action view, "look at" in [all, Photos::Action::"all"] appliesTo {
    principal: [User],
    resource: [Color, Group],
    context: {
      from: Set<ipaddr>,
    },
  };

  action all;

  external action audit, "look away" in [all];

  external action export;
}
)";

}  // namespace

TEST_CASE("schema printer: its own layout is kept to the letter", "[cedar][schema]") {
  CHECK(text_of(to_cedar_text(read(kText, false))) == kText);
}

TEST_CASE("schema printer: Cedar's syntax becomes JSON", "[cedar][schema]") {
  CHECK(
      text_of(to_json_text(
          read("@a entity E, F in F { x?: Set<Long>, @b(\"c\") y: __cedar::String, x: F } tags E;"
               "entity Enum enum [\"i\"]; action a in [b, Action::\"c\"] appliesTo { principal: E, resource: "
               "[E, F] };"
               "action b, c; type T = {};",
               false))) ==
      R"({"":{"commonTypes":{"T":{"type":"Record","attributes":{}}},"entityTypes":{)"
      R"("E":{"memberOfTypes":["F"],"shape":{"type":"Record","attributes":{"y":{"type":"EntityOrCommon","name":"__cedar::String","annotations":{"b":"c"}},)"
      R"("x":{"type":"EntityOrCommon","name":"F"}}},"tags":{"type":"EntityOrCommon","name":"E"},"annotations":{"a":null}},)"
      R"("F":{"memberOfTypes":["F"],"shape":{"type":"Record","attributes":{"y":{"type":"EntityOrCommon","name":"__cedar::String","annotations":{"b":"c"}},)"
      R"("x":{"type":"EntityOrCommon","name":"F"}}},"tags":{"type":"EntityOrCommon","name":"E"},"annotations":{"a":null}},)"
      R"("Enum":{"enum":["i"]}},"actions":{)"
      R"("a":{"memberOf":[{"id":"b"},{"id":"c","type":"Action"}],"appliesTo":{"principalTypes":["E"],"resourceTypes":["E","F"]}},)"
      R"("b":{},"c":{}}}})");
}

TEST_CASE("schema printer: external declarations become JSON, and text again", "[cedar][schema]") {
  const std::string text =
      "@a(\"b\")\nexternal entity B in [C];\n\nexternal entity C;\n\nexternal action a in [g];\n\n"
      "external action g;\n";
  const std::string json =
      R"({"":{"entityTypes":{"B":{"external":true,"memberOfTypes":["C"],"annotations":{"a":"b"}},"C":{"external":true}},)"
      R"("actions":{"a":{"external":true,"memberOf":[{"id":"g"}]},"g":{"external":true}}}})";
  CHECK(text_of(to_json_text(read(text, false))) == json);
  CHECK(text_of(to_cedar_text(read(json, true))) == text);
}

TEST_CASE("schema printer: JSON becomes Cedar's syntax", "[cedar][schema]") {
  struct Row {
    const char* json;
    const char* text;
  };
  const Row rows[] = {
      {R"({"N": {"annotations": {"a": null}, "entityTypes": {"Long": {}, "E": {"shape": {"type": "Record", "attributes": {
          "in": {"type": "Long", "required": false}, "b": {"type": "Boolean"}, "l": {"type": "Entity", "name": "Long"},
          "d": {"type": "Extension", "name": "datetime"}}}}}, "actions": {"in": {"appliesTo": {"principalTypes": [], "resourceTypes": ["E"]}}}}})",
       "@a\nnamespace N {\n  entity Long;\n\n  entity E {\n    \"in\"?: __cedar::Long,\n    b: Bool,\n    l: "
       "Long,\n"
       "    d: datetime,\n  };\n\n  action \"in\";\n}\n"},
      // A shape by name, from another namespace: its names are still those of where it was written.
      {R"({"A": {"commonTypes": {"S": {"type": "Record", "attributes": {"e": {"type": "Entity", "name": "E"}}}},
                 "entityTypes": {"E": {}}, "actions": {}},
           "B": {"entityTypes": {"E": {"shape": {"type": "A::S"}}}, "actions": {}}})",
       "namespace A {\n  type S = {\n    e: E,\n  };\n\n  entity E;\n}\n\nnamespace B {\n  entity E {\n    "
       "e: A::E,\n  };\n}\n"},
      {R"({"": {"commonTypes": {"E": {"type": "Long"}}, "entityTypes": {"E": {}, "F": {"tags": {"type": "Entity", "name": "E"}}}, "actions": {}}})",
       "s: //entityTypes/F/tags: entity type `E` and common type `E` cannot be told apart in Cedar's syntax; "
       "rename one"},
  };
  for (const Row& row : rows) CHECK(text_of(to_cedar_text(read(row.json, true))) == row.text);
}

TEST_CASE("schema printer: what declarations share may grow no further than a schema may",
          "[cedar][schema]") {
  std::string text = "entity E0";
  for (int i = 1; i < 5000; ++i) text += ", E" + std::to_string(i);
  text += " {";
  for (int i = 0; i < 1000; ++i) text += "a" + std::to_string(i) + ": Long,";
  const Schema schema = read(text + "};", false);
  CHECK(text_of(to_json_text(schema)) == "s: the schema is larger than 10485760 bytes in JSON");
  CHECK(to_cedar_text(schema).ok());
}
