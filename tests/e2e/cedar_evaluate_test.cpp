// `reeve cedar evaluate`: the value of one expression.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar evaluate: prints the value as policies write it", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar evaluate '1 + 2 == 3 && "alice" like "al*"')", 0, "true\n"},
      {"cedar evaluate -1", 0, "-1\n"},
      {R"(cedar evaluate '[1, {b: "x", a: true}, User::"a", ip("10.0.0.1/8"), decimal("1.20"), datetime("2024-01-01"), duration("1h")]')",
       0,
       R"([1, User::"a", {a: true, b: "x"}, decimal("1.2"), ip("10.0.0.1/8"), datetime("2024-01-01"), duration("3600000ms")]
)"},
      {"echo '2 * 3' | cedar evaluate -", 0, "6\n"},
      {R"(cedar evaluate --entities entities.json -r 'Photo::"beach"' resource.owner)", 0,
       R"(User::"alice"
)"},
      {R"(cedar evaluate --entities entities.json 'Photo::"beach" in Album::"trip"')", 0, "true\n"},
      {R"(cedar evaluate -s photos.cedarschema --entities entities.json -a 'Action::"view"' 'action in [Action::"view"] && User::"bob".locked')",
       0, "false\n"},
      {R"(echo '{"n": [1, 2]}' | cedar evaluate -c - 'context.n.contains(2)')", 0, "true\n"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar evaluate --json: the value as entities and contexts write it", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar evaluate --json '[1, {b: "x", a: true}, User::"a", ip("10.0.0.1/8"), decimal("1.20")]')", 0,
       R"({"value":[1,{"__entity":{"type":"User","id":"a"}},{"a":true,"b":"x"},{"__extn":{"fn":"decimal","arg":"1.2"}},{"__extn":{"fn":"ip","arg":"10.0.0.1/8"}}]}
)"},
      {R"(cedar evaluate --json 'User::"alice".name')", 1,
       R"({"error":"User::\"alice\" is not there, so it has no attribute \"name\""}
)"},
      {"cedar evaluate --json resource.owner", 1,
       R"({"error":"`resource` has no value; give it with --resource"}
)"},
      {"cedar evaluate --json '1 +'", 1,
       R"({"error":"expression:1:4: expected an expression, found the end of the text\n  1 | 1 +\n    |    ^"}
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar evaluate: why there is no value, and where", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar evaluate '1 + "a"')", 1, "",
       R"(reeve: expression:1:5: expected long, found string
  1 | 1 + "a"
    |     ^
)"},
      {"cedar evaluate '1 + 9223372036854775807'", 1, "",
       R"(reeve: expression:1:1: integer overflow: 1 + 9223372036854775807
  1 | 1 + 9223372036854775807
    | ^
)"},
      {R"(cedar evaluate 'User::"alice".name')", 1, "",
       R"(reeve: expression:1:1: User::"alice" is not there, so it has no attribute "name"
  1 | User::"alice".name
    | ^
)"},
      {"cedar evaluate 'true && resource.owner == principal'", 1, "",
       R"(reeve: expression:1:9: `resource` has no value; give it with --resource
  1 | true && resource.owner == principal
    |         ^
)"},
      {"cedar evaluate 'context.name'", 1, "",
       R"(reeve: expression:1:1: the record has no attribute "name"
  1 | context.name
    | ^
)"},
      {"cedar evaluate 'pricipal'", 1, "",
       R"(reeve: expression:1:1: unknown variable `pricipal`; did you mean `principal`?
  1 | pricipal
    | ^
)"},
      {"cedar evaluate '1 +'", 1, "",
       R"(reeve: expression:1:4: expected an expression, found the end of the text
  1 | 1 +
    |    ^
)"},
      {"cedar evaluate ''", 1, "",
       R"(reeve: expression:1:1: expected an expression, found the end of the text
  1 | 
    | ^
)"},
      {"cedar evaluate '?principal'", 1, "",
       R"(reeve: expression:1:1: slots stand only in the scope, not in conditions
  1 | ?principal
    | ^
)"},
      {"cedar evaluate 'context.isEmpty()'", 1, "",
       R"(reeve: expression:1:1: expected set, found record
  1 | context.isEmpty()
    | ^
)"},
      {R"(cedar evaluate 'ip("1.2.3")')", 1, "",
       R"(reeve: expression:1:1: "1.2.3" is not an address like "10.0.0.1", "10.0.0.0/8", "::1" or "2001:db8::/32"
  1 | ip("1.2.3")
    | ^
)"},
      {"echo '1 +' | cedar evaluate -", 1, "",
       R"(reeve: <stdin>:2:1: expected an expression, found the end of the text
  2 | 
    | ^
)"},
      {"echo 1 | cedar evaluate - --entities -", 1, "",
       "reeve: <stdin>: can be read only once; name a file for the other input\n"},
      {"cedar evaluate --entities absent 1", 1, "", "reeve: absent: No such file or directory\n"},
  };
  check(photos, kRows);
}
