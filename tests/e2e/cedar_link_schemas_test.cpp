// `reeve cedar link-schemas`: parts of a schema become one.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar link-schemas: what is external here is what is defined there", "[e2e]") {
  const Photos photos;
  photos.write("base.cedarschema", R"(// Comments stay where they are.
entity group in [group];
@doc("who signs in")
entity user in [group] { email: String };
external action audit;
)");
  photos.write("tenant.cedarschema", R"(type Reader = Set<user>;
external entity group in [group];
external entity user in [group];
entity album { readers: Reader };
action view in audit appliesTo { principal: user, resource: album };
external action audit;
)");
  photos.write("audit.json", R"({"": {"entityTypes": {}, "actions": {"audit": {}}}}
)");
  photos.write("again.cedarschema", "entity user;\n");
  photos.write(
      "again.json",
      R"({"": {"entityTypes": {"group": {"shape": {"type": "Record", "attributes": {}}}}, "actions": {}}}
)");
  photos.write("typo.cedarschema", "extrenal entity user;\n");
  photos.write("unknown.cedarschema", "entity album { owner: usr };\n");
  photos.write(
      "p.cedar",
      "permit(principal, action == Action::\"view\", resource) when { resource.readers.contains(principal) };\n");
  constexpr Typed kRows[] = {
      {"cedar link-schemas base.cedarschema tenant.cedarschema audit.json", 0,
       R"(entity group in [group];

@doc("who signs in")
entity user in [group] {
  email: String,
};

entity album {
  readers: Set<user>,
};

action audit;

action view in [Action::"audit"] appliesTo {
  principal: [user],
  resource: [album],
};
)"},
      {"cedar link-schemas --json base.cedarschema audit.json", 0,
       R"({"complete":true,"external_entity_types":[],"external_actions":[],"schema":{"":{"entityTypes":{"group":{"memberOfTypes":["group"]},"user":{"memberOfTypes":["group"],"shape":{"type":"Record","attributes":{"email":{"type":"String"}}},"annotations":{"doc":"who signs in"}}},"actions":{"audit":{}}}}}
)"},
      {"cedar link-schemas --json - < tenant.cedarschema", 0,
       R"({"complete":false,"external_entity_types":["group","user"],"external_actions":["Action::\"audit\""],"schema":{"":{"entityTypes":{"group":{"external":true,"memberOfTypes":["group"]},"user":{"external":true,"memberOfTypes":["group"]},"album":{"shape":{"type":"Record","attributes":{"readers":{"type":"Set","element":{"type":"Entity","name":"user"}}}}}},"actions":{"view":{"memberOf":[{"id":"audit","type":"Action"}],"appliesTo":{"principalTypes":["user"],"resourceTypes":["album"]}},"audit":{"external":true}}}}}
)"},
      {"cedar link-schemas base.cedarschema", 0,
       R"(entity group in [group];

@doc("who signs in")
entity user in [group] {
  email: String,
};

external action audit;
)",
       "still external: `Action::\"audit\"`\n"},
      {"cedar link-schemas --complete base.cedarschema tenant.cedarschema", 1, "",
       R"(reeve: base.cedarschema:5:17: `Action::"audit"` is declared `external`, and nothing defines it
  5 | external action audit;
    |                 ^
)"},
      {"cedar link-schemas base.cedarschema again.cedarschema", 1, "",
       R"(reeve: again.cedarschema:1:8: entity type `user` is defined at base.cedarschema:4:8 too; declare it `external` in all schemas but one
  1 | entity user;
    |        ^
)"},
      {"cedar link-schemas base.cedarschema again.json", 1, "",
       R"(reeve: again.json: //entityTypes/group: entity type `group` is defined at base.cedarschema:2:8 too; declare it `external` in all schemas but one
)"},
      // Each is a schema by itself, and all mistakes are said.
      {"cedar link-schemas typo.cedarschema base.cedarschema unknown.cedarschema absent", 1, "",
       R"(reeve: typo.cedarschema:1:1: expected `entity`, `action`, `type`, `external` or `namespace`, found `extrenal`; did you mean `external`?
  1 | extrenal entity user;
    | ^
reeve: unknown.cedarschema:1:23: type `usr` is not declared
  1 | entity album { owner: usr };
    |                       ^
reeve: absent: No such file or directory
)"},
      // What is linked is a schema as any other.
      {"cedar link-schemas base.cedarschema tenant.cedarschema audit.json | cedar validate -s - -p p.cedar",
       0, "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate -s tenant.cedarschema -p p.cedar", 3, "validation failed: 1 error, 0 warnings\n",
       R"(error: p.cedar:1:1: policy `policy0`: cannot be validated yet: `group`, `user` and `Action::"audit"` are declared `external`, and nothing defines them; link the schema with those that do
  1 | permit(principal, action == Action::"view", resource) when { resource.readers.contains(principal) };
    | ^
)"},
      {"cedar translate-schema --direction cedar-to-json -s tenant.cedarschema | cedar translate-schema --direction json-to-cedar | head -n 5",
       0,
       R"(type Reader = Set<user>;

external entity group in [group];

external entity user in [group];
)"},
  };
  check(photos, kRows);
}
