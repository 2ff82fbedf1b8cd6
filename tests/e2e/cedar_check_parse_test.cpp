// `reeve cedar check-parse`: 0, or 1 with the mistake in each thing given.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar check-parse: nothing is printed where all parses", "[e2e]") {
  const Photos photos;
  photos.write("bad.cedar", R"(permit (principal, action, resource)
when { principle.locked };
)");
  photos.write("bad.cedarschema", "entity User { locked: Bol };\n");
  photos.write("bad.json",
               R"([{"uid": {"type": "User", "id": "alice"}, "attrs": {"locked": 1}, "parents": []}]
)");
  photos.write("twice.cedar", R"(@id("a")
permit (principal, action, resource);

@id("a")
permit (principal, action, resource);
)");
  constexpr Typed kRows[] = {
      {"cedar check-parse -p photos.cedar", 0, ""},
      {R"(cedar check-parse -p photos.cedar -s photos.cedarschema --entities entities.json --expression '1 + 1')",
       0, ""},
      {"cedar check-parse < photos.cedar", 0, ""},
      {"cedar check-parse -p empty", 0, ""},
      {"cedar check-parse -s photos.cedarschema", 0, ""},
      {"cedar check-parse --entities entities.json", 0, ""},
      {"cedar check-parse -p bad.cedar", 1, "",
       R"(reeve: bad.cedar:2:8: unknown variable `principle`; did you mean `principal`?
  2 | when { principle.locked };
    |        ^
)"},
      {"cedar check-parse < bad.cedar", 1, "",
       R"(reeve: <stdin>:2:8: unknown variable `principle`; did you mean `principal`?
  2 | when { principle.locked };
    |        ^
)"},
      {"cedar check-parse -p twice.cedar", 1, "",
       R"(reeve: twice.cedar:4:1: another policy has the id `a` already
  4 | @id("a")
    | ^
)"},
      {"cedar check-parse -s bad.cedarschema", 1, "",
       R"(reeve: bad.cedarschema:1:23: type `Bol` is not declared; did you mean `Bool`?
  1 | entity User { locked: Bol };
    |                       ^
)"},
      {"cedar check-parse --entities bad.json", 0, ""},
      {"cedar check-parse -s photos.cedarschema --entities bad.json", 1, "",
       R"(reeve: bad.json: User::"alice": attribute "locked": `Bool` is wanted, not a long
)"},
      {"cedar check-parse --expression '1 +'", 1, "",
       R"(reeve: expression:1:4: expected an expression, found the end of the text
  1 | 1 +
    |    ^
)"},
      {"cedar check-parse -p bad.cedar -s bad.cedarschema --entities empty --expression ''", 1, "",
       R"(reeve: bad.cedar:2:8: unknown variable `principle`; did you mean `principal`?
  2 | when { principle.locked };
    |        ^
reeve: expression:1:1: expected an expression, found the end of the text
  1 | 
    | ^
reeve: bad.cedarschema:1:23: type `Bol` is not declared; did you mean `Bool`?
  1 | entity User { locked: Bol };
    |                       ^
reeve: empty:1:1: not valid JSON
  1 | 
    | ^
)"},
      {"cedar check-parse --json -p photos.cedar", 0,
       R"({"ok":true,"errors":[]}
)"},
      {"cedar check-parse --json -p bad.cedar --expression ')'", 1,
       R"({"ok":false,"errors":["bad.cedar:2:8: unknown variable `principle`; did you mean `principal`?\n  2 | when { principle.locked };\n    |        ^","expression:1:1: expected an expression, found `)`\n  1 | )\n    | ^"]}
)"},
  };
  check(photos, kRows);
}
