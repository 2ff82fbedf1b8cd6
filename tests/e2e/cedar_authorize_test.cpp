// `reeve cedar authorize`: decision, reasons and errors, as text, as JSON and by exit code.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar authorize: the decision is on stdout and in the exit code, who made it on stderr",
          "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar authorize -p photos.cedar --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize -p photos.cedar --entities entities.json -l 'User::"bob"' -a 'Action::"edit"' -r 'Photo::"beach"')",
       2, "DENY\n"},
      {R"(cedar authorize -p photos.cedar --entities entities.json -s photos.cedarschema -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize -p photos.cedar -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')", 2,
       "DENY\n",
       R"(photos.cedar:7:8: policy `owners`: Photo::"beach" is not there, so it has no attribute "owner"
photos.cedar:11:8: policy `locked`: User::"alice" is not there, so it has no attribute "locked"
)"},
      {R"(cedar authorize -p empty -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')", 2, "DENY\n"},
      {R"(cedar authorize --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"' < photos.cedar)",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize -p - --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"' < photos.cedar)",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize -p photos.cedar --entities - -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"' < entities.json)",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize --policies photos.cedar --entities entities.json --principal 'User::"alice"' --action 'Action::"view"' --resource 'Photo::"beach"')",
       0, "ALLOW\n", "determined by owners\n"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar authorize --json: one line for scripts", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar authorize --json -p photos.cedar --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0,
       R"({"decision":"allow","reason":["owners"],"errors":[]}
)"},
      {R"(cedar authorize --json -p photos.cedar --entities entities.json -l 'User::"bob"' -a 'Action::"edit"' -r 'Photo::"beach"')",
       2,
       R"({"decision":"deny","reason":[],"errors":[]}
)"},
      {R"(cedar authorize --json -p photos.cedar -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       2,
       R"({"decision":"deny","reason":[],"errors":[{"policy":"owners","message":"Photo::\"beach\" is not there, so it has no attribute \"owner\"","file":"photos.cedar","line":7,"column":8},{"policy":"locked","message":"User::\"alice\" is not there, so it has no attribute \"locked\"","file":"photos.cedar","line":11,"column":8}]}
)"},
      {R"(cedar authorize --json --explain -p photos.cedar --entities entities.json -l 'User::"bob"' -a 'Action::"edit"' -r 'Photo::"beach"')",
       2,
       R"({"decision":"deny","reason":[],"errors":[],"explanation":{"decision":"deny","determining":0,"policies":[{"policy":"owners","effect":"permit","outcome":"does not apply","file":"photos.cedar","place":{"line":1,"column":1},"part_count":2,"failed_count":1,"parts":[{"kind":"when","outcome":"fails","text":"resource.owner == principal","place":{"line":7,"column":8},"seen":[{"expression":"resource.owner","value":"User::\"alice\""},{"expression":"principal","value":"User::\"bob\""}]}]},{"policy":"locked","effect":"forbid","outcome":"does not apply","file":"photos.cedar","place":{"line":9,"column":1},"part_count":1,"failed_count":1,"parts":[{"kind":"when","outcome":"fails","text":"principal.locked","place":{"line":11,"column":8},"seen":[{"expression":"principal.locked","value":"false"}]}]}],"unlisted":0}}
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar authorize --explain: what kept each policy from applying", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar authorize --explain -p photos.cedar --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0,
       R"(ALLOW

allow: 1 permit applies

permit `owners` at photos.cedar:1:1 applies
  photos.cedar:4:3: `action in [Action::"view", Action::"edit"]` is true
    action is Action::"view"
  photos.cedar:7:8: when `resource.owner == principal` is true
    resource.owner is User::"alice"
    principal is User::"alice"

forbid `locked` at photos.cedar:9:1 does not apply: 1 of 1 part does not hold
  photos.cedar:11:8: when `principal.locked` is false
    principal.locked is false
)"},
      {R"(cedar authorize --explain -p photos.cedar --entities entities.json -l 'User::"bob"' -a 'Action::"edit"' -r 'Photo::"beach"')",
       2,
       R"(DENY

deny: no policy applies

permit `owners` at photos.cedar:1:1 does not apply: 1 of 2 parts does not hold
  photos.cedar:7:8: when `resource.owner == principal` is false
    resource.owner is User::"alice"
    principal is User::"bob"

forbid `locked` at photos.cedar:9:1 does not apply: 1 of 1 part does not hold
  photos.cedar:11:8: when `principal.locked` is false
    principal.locked is false
)"},
      {R"(cedar authorize --explain -p photos.cedar -l 'User::"bob"' -a 'Action::"edit"' -r 'Photo::"beach"')",
       2,
       R"(DENY

deny: no policy applies

permit `owners` at photos.cedar:1:1 takes no part: it could not be evaluated
  photos.cedar:7:8: when `resource.owner == principal` could not be evaluated: Photo::"beach" is not there, so it has no attribute "owner"
    resource is Photo::"beach"
    principal is User::"bob"

forbid `locked` at photos.cedar:9:1 takes no part: it could not be evaluated
  photos.cedar:11:8: when `principal.locked` could not be evaluated: User::"bob" is not there, so it has no attribute "locked"
    principal is User::"bob"
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar authorize: policies and schemas in JSON, and links", "[e2e]") {
  const Photos photos;
  photos.write(
      "links.json",
      R"([{"template_id": "shared", "link_id": "bob", "args": {"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}}]
)");
  constexpr Typed kRows[] = {
      {"cedar translate-policy --direction cedar-to-json -p photos.cedar > photos.json", 0, ""},
      {"cedar translate-schema --direction cedar-to-json -s photos.cedarschema > schema.json", 0, ""},
      {R"(cedar authorize --policy-format json -p photos.json --entities entities.json --schema-format json -s schema.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize -p photos.cedar -k links.json --entities entities.json -l 'User::"bob"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by bob\n"},
      {R"(cedar authorize --policy-format json -p photos.json -k links.json --entities entities.json -l 'User::"bob"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by bob\n"},
      {R"(cedar authorize -p photos.cedar -k empty --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by owners\n"},
      {R"(cedar authorize -p photos.cedar -k photos.cedar --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: photos.cedar:1:1: not valid JSON
  1 | @id("owners")
    | ^
)"},
      {R"(cedar authorize -p photos.cedar -k entities.json --entities entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: entities.json: /0: a link: an object {"template_id": "…", "link_id": "…", "args": {…}} is expected
)"},
      {R"(cedar authorize --policy-format json -p photos.cedar -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: photos.cedar:1:1: not valid JSON
  1 | @id("owners")
    | ^
)"},
      {R"(cedar authorize --schema-format json -p photos.cedar -s photos.cedarschema -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: photos.cedarschema:1:1: not valid JSON
  1 | entity User { locked: Bool };
    | ^
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar authorize: requests from files, contexts", "[e2e]") {
  const Photos photos;
  photos.write(
      "request.json",
      R"({"principal": "User::\"alice\"", "action": {"type": "Action", "id": "edit"}, "resource": {"__entity": {"type": "Photo", "id": "beach"}}, "context": {"by": {"type": "User", "id": "bob"}}}
)");
  photos.write("no_action.json", R"({"principal": "User::\"alice\"", "resource": "Photo::\"beach\""}
)");
  photos.write("wrong.json",
               R"({"principal": "alice", "action": "Action::\"view\"", "resource": "Photo::\"beach\""}
)");
  photos.write("context.json", R"({"by": {"type": "User", "id": "bob"}}
)");
  photos.write("bad_context.json", R"({"by": 7}
)");
  photos.write("torn.json", R"({"by":
)");
  photos.write("by.cedar", R"(permit (principal, action, resource)
when { context.by == User::"bob" };
)");
  constexpr Typed kRows[] = {
      {"cedar authorize -p photos.cedar --entities entities.json --request-json request.json", 0, "ALLOW\n",
       "determined by owners\n"},
      {"cedar authorize -p by.cedar --request-json request.json", 2, "DENY\n"},
      {"cedar authorize -p by.cedar -s photos.cedarschema --request-json request.json", 0, "ALLOW\n",
       "determined by policy0\n"},
      {R"(cedar authorize -p by.cedar -s photos.cedarschema -c context.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       0, "ALLOW\n", "determined by policy0\n"},
      {R"(cedar authorize -p by.cedar -c bad_context.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       2, "DENY\n"},
      {R"(cedar authorize -p by.cedar -s photos.cedarschema -c bad_context.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: bad_context.json: context of Action::"view": "by": `User` is wanted, not a long
)"},
      {R"(cedar authorize -p by.cedar -c torn.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: torn.json:2:1: not valid JSON
  2 | 
    | ^
)"},
      {R"(cedar authorize -p by.cedar -c entities.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "", "reeve: entities.json: context: an object is expected, not array\n"},
      {"cedar authorize -p by.cedar --request-json no_action.json", 1, "",
       "reeve: no_action.json: /action is missing\n"},
      {"cedar authorize -p by.cedar --request-json wrong.json", 1, "",
       R"(reeve: wrong.json: /principal: must be an entity such as User::"alice", not `alice`
)"},
      {"cedar authorize -p by.cedar --request-json torn.json", 1, "",
       R"(reeve: torn.json:2:1: not valid JSON
  2 | 
    | ^
)"},
      {"cedar authorize -p by.cedar --request-json entities.json", 1, "",
       "reeve: entities.json: a request is an object, not array\n"},
      {R"(cedar authorize -p by.cedar -a 'Action::"view"' -r 'Photo::"beach"')", 1, "",
       "reeve: --principal: is required, unless --request-json is given\n"},
      {R"(cedar authorize -p by.cedar -l alice -a 'Action::"view"' -r 'Photo::"beach"')", 1, "",
       R"(reeve: --principal: must be an entity such as User::"alice", not `alice`
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar authorize: entities and requests that the schema does not allow", "[e2e]") {
  const Photos photos;
  photos.write("strangers.json",
               R"([{"uid": {"type": "User", "id": "alice"}, "attrs": {"locked": "no"}, "parents": []}]
)");
  photos.write("undeclared.json", R"([{"uid": {"type": "Usr", "id": "alice"}, "attrs": {}, "parents": []}]
)");
  photos.write("twice.json", R"([{"uid": {"type": "User", "id": "a"}, "uid": 1}]
)");
  constexpr Typed kRows[] = {
      {R"(cedar authorize -p photos.cedar -s photos.cedarschema --entities strangers.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: strangers.json: User::"alice": attribute "locked": `Bool` is wanted, not a string
)"},
      {R"(cedar authorize -p photos.cedar -s photos.cedarschema --entities undeclared.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: undeclared.json: Usr::"alice": entity type `Usr` is not declared in the schema; did you mean `User`?
)"},
      {R"(cedar authorize -p photos.cedar --entities twice.json -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: twice.json:1:43: an object has a member twice
  1 | [{"uid": {"type": "User", "id": "a"}, "uid": 1}]
    |                                           ^
)"},
      {R"(cedar authorize -p photos.cedar --entities empty -l 'User::"alice"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: empty:1:1: not valid JSON
  1 | 
    | ^
)"},
      {R"(cedar authorize -p photos.cedar -s photos.cedarschema -l 'User::"alice"' -a 'Action::"vew"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: request: action Action::"vew": is not an action of the schema; did you mean `Action::"view"`?
)"},
      {R"(cedar authorize -p photos.cedar -s photos.cedarschema -l 'Album::"trip"' -a 'Action::"view"' -r 'Photo::"beach"')",
       1, "",
       R"(reeve: request: principal Album::"trip": Action::"view" does not apply to a principal of type `Album`
)"},
      {R"(cedar authorize -p photos.cedar -s photos.cedarschema --entities entities.json --request-validation false -l 'Album::"trip"' -a 'Action::"view"' -r 'Photo::"beach"')",
       2, "DENY\n",
       R"(photos.cedar:11:8: policy `locked`: Album::"trip" has no attribute "locked"
)"},
  };
  check(photos, kRows);
}
