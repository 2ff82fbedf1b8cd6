// `reeve cedar validate`: 0 valid, 3 not, 1 where something cannot be read.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar validate: every finding with its place, errors first", "[e2e]") {
  const Photos photos;
  photos.write("bad.cedar", R"(@id("typo")
permit (principal, action, resource)
when { principal.lokced };

permit (
  principal == Usr::"x",
  action == Action::"vew",
  resource
);

forbid (principal, action, resource)
when { principal.locked == "yes" };

@id("shared")
permit (
  principal == ?principal,
  action,
  resource in ?resource
)
when { resource.size > 3 };
)");
  photos.write("never.cedar", R"(permit (principal, action, resource)
when { false };
)");
  photos.write("torn.cedar", "permit (principal, action);\n");
  photos.write("torn.cedarschema", "entity User { locked: Boolean };\n");
  constexpr Typed kRows[] = {
      {"cedar validate -p photos.cedar -s photos.cedarschema", 0,
       "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate -s photos.cedarschema < photos.cedar", 0, "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate -p photos.cedar -s - < photos.cedarschema", 0,
       "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate --validation-mode strict -p photos.cedar -s photos.cedarschema", 0,
       "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate --validation-mode permissive -p photos.cedar -s photos.cedarschema", 64, "",
       R"(reeve: --validation-mode: `permissive` is an experimental mode of the language and not supported; only strict is, which is the default
Try `reeve cedar validate --help`.
)"},
      {"cedar validate --validation-mode strct -p photos.cedar -s photos.cedarschema", 64, "",
       R"(reeve: --validation-mode: must be strict, not `strct`; did you mean `strict`?
Try `reeve cedar validate --help`.
)"},
      {"cedar validate -p empty -s photos.cedarschema", 0, "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate -p bad.cedar -s photos.cedarschema", 3, "validation failed: 5 errors, 2 warnings\n",
       R"(error: bad.cedar:3:8: policy `typo`: attribute `lokced` is not declared for entity type `User`; did you mean `locked`?
  3 | when { principal.lokced };
    |        ^
error: bad.cedar:6:3: policy `policy1`: entity type `Usr` is not in the schema; did you mean `User`?
  6 |   principal == Usr::"x",
    |   ^
error: bad.cedar:7:3: policy `policy1`: action `Action::"vew"` is not in the schema; did you mean `Action::"view"`?
  7 |   action == Action::"vew",
    |   ^
error: bad.cedar:12:8: policy `policy2`: `==` compares `Bool` with `String`; both sides need one type
  12 | when { principal.locked == "yes" };
     |        ^
error: bad.cedar:20:8: policy `shared`: attribute `size` is not declared for entity type `Photo`; declare it in the schema, or test for it first with `has`
  20 | when { resource.size > 3 };
     |        ^
warning: bad.cedar:5:1: policy `policy1`: can never apply: in every request that the schema allows its scope and conditions are false together
  5 | permit (
    | ^
warning: bad.cedar:7:3: policy `policy1`: no action of this scope applies to anything; change the scope, or the action's appliesTo in the schema
  7 |   action == Action::"vew",
    |   ^
)"},
      {"cedar validate -p never.cedar -s photos.cedarschema", 0, "validation passed: 0 errors, 1 warning\n",
       R"(warning: never.cedar:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope and conditions are false together
  1 | permit (principal, action, resource)
    | ^
)"},
      {"cedar validate --deny-warnings -p never.cedar -s photos.cedarschema", 3,
       "validation failed: 0 errors, 1 warning\n",
       R"(warning: never.cedar:1:1: policy `policy0`: can never apply: in every request that the schema allows its scope and conditions are false together
  1 | permit (principal, action, resource)
    | ^
)"},
      {"cedar validate --deny-warnings -p photos.cedar -s photos.cedarschema", 0,
       "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate -p torn.cedar -s photos.cedarschema", 1, "",
       R"(reeve: torn.cedar:1:26: expected `,` and `resource`, found `)`
  1 | permit (principal, action);
    |                          ^
)"},
      {"cedar validate -p photos.cedar -s torn.cedarschema", 1, "",
       R"(reeve: torn.cedarschema:1:23: type `Boolean` is not declared; in this syntax it is `Bool`
  1 | entity User { locked: Boolean };
    |                       ^
)"},
      {"cedar validate -p photos.cedar -s photos.cedar", 1, "",
       R"(reeve: photos.cedar:2:1: expected `entity`, `action`, `type`, `external` or `namespace`, found `permit`
  2 | permit (
    | ^
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar validate --json: findings for editors and scripts", "[e2e]") {
  const Photos photos;
  photos.write("bad.cedar", R"(permit (principal, action, resource)
when { principal.lokced };
)");
  photos.write("never.cedar", R"(permit (principal, action, resource)
when { false };
)");
  photos.write(
      "bad.json",
      R"({"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": [{"kind": "when", "body": {".": {"left": {"Var": "principal"}, "attr": "lokced"}}}]}
)");
  constexpr Typed kRows[] = {
      {"cedar validate --json -p photos.cedar -s photos.cedarschema", 0,
       R"({"valid":true,"errors":[],"warnings":[]}
)"},
      {"cedar validate --json -p bad.cedar -s photos.cedarschema", 3,
       R"({"valid":false,"errors":[{"policy":"policy0","message":"attribute `lokced` is not declared for entity type `User`; did you mean `locked`?","file":"bad.cedar","line":2,"column":8}],"warnings":[]}
)"},
      {"cedar validate --json -p never.cedar -s photos.cedarschema", 0,
       R"({"valid":true,"errors":[],"warnings":[{"policy":"policy0","message":"can never apply: in every request that the schema allows its scope and conditions are false together","file":"never.cedar","line":1,"column":1}]}
)"},
      {"cedar validate --json --deny-warnings -p never.cedar -s photos.cedarschema", 3,
       R"({"valid":false,"errors":[],"warnings":[{"policy":"policy0","message":"can never apply: in every request that the schema allows its scope and conditions are false together","file":"never.cedar","line":1,"column":1}]}
)"},
      {"cedar validate --json --policy-format json -p bad.json -s photos.cedarschema", 3,
       R"({"valid":false,"errors":[{"policy":"policy0","message":"attribute `lokced` is not declared for entity type `User`; did you mean `locked`?"}],"warnings":[]}
)"},
      {"cedar validate --policy-format json -p bad.json -s photos.cedarschema", 3,
       "validation failed: 1 error, 0 warnings\n",
       R"(error: policy `policy0`: attribute `lokced` is not declared for entity type `User`; did you mean `locked`?
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar validate: levels, and links of templates", "[e2e]") {
  const Photos photos;
  photos.write(
      "links.json",
      R"([{"template_id": "shared", "link_id": "odd", "args": {"?principal": "Album::\"trip\"", "?resource": "Album::\"trip\""}}]
)");
  photos.write("far.cedar", R"(permit (principal, action, resource)
when { resource.owner.locked };
)");
  constexpr Typed kRows[] = {
      {"cedar validate --level 1 -p photos.cedar -s photos.cedarschema", 0,
       "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate --level 0 -p photos.cedar -s photos.cedarschema", 3,
       "validation failed: 4 errors, 0 warnings\n",
       R"(error: photos.cedar:4:3: policy `owners`: `action in [Action::"view", Action::"edit"]` needs data of an entity of level 0, and the limit allows only levels below 0; raise the limit, or pass the value in the context
  4 |   action in [Action::"view", Action::"edit"],
    |   ^
error: photos.cedar:7:8: policy `owners`: `resource` needs data of an entity of level 0, and the limit allows only levels below 0; raise the limit, or pass the value in the context
  7 | when { resource.owner == principal };
    |        ^
error: photos.cedar:11:8: policy `locked`: `principal` needs data of an entity of level 0, and the limit allows only levels below 0; raise the limit, or pass the value in the context
  11 | when { principal.locked };
     |        ^
error: photos.cedar:17:3: policy `shared`: `resource in ?resource` needs data of an entity of level 0, and the limit allows only levels below 0; raise the limit, or pass the value in the context
  17 |   resource in ?resource
     |   ^
)"},
      {"cedar validate --level 1 -p far.cedar -s photos.cedarschema", 3,
       "validation failed: 1 error, 0 warnings\n",
       R"(error: far.cedar:2:8: policy `policy0`: `resource.owner` needs data of an entity of level 1, and the limit allows only levels below 1; raise the limit, or pass the value in the context
  2 | when { resource.owner.locked };
    |        ^
)"},
      {"cedar validate --level 2 -p far.cedar -s photos.cedarschema", 0,
       "validation passed: 0 errors, 0 warnings\n"},
      {"cedar validate -p photos.cedar -k links.json -s photos.cedarschema", 0,
       "validation passed: 0 errors, 1 warning\n",
       R"(warning: photos.cedar:15:3: policy `odd`: no action of this scope applies to such a principal; change the scope, or the action's appliesTo in the schema
  15 |   principal == ?principal,
     |   ^
)"},
  };
  check(photos, kRows);
}
