// `reeve cedar symbols`: what policies name, how often, and where first.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar symbols: kinds, uses, places, and what the schema lacks", "[e2e]") {
  const Photos photos;
  photos.write("many.cedar", R"(permit (
  principal is Usr in Team::"a",
  action == Action::"vew",
  resource == Photo::"beach"
)
when { resource.owner == User::"alice" && resource.hasTag("color") && context.from.isInRange(ip("10.0.0.0/8")) };
)");
  photos.write(
      "links.json",
      R"([{"template_id": "shared", "link_id": "bob", "args": {"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}}]
)");
  constexpr Typed kRows[] = {
      {"cedar symbols -p photos.cedar", 0,
       R"(action       Action::"edit"  1 use   photos.cedar:4:3
action       Action::"view"  2 uses  photos.cedar:4:3
attribute    locked          1 use   photos.cedar:11:8
attribute    owner           1 use   photos.cedar:7:8
)"},
      {"cedar symbols -p many.cedar", 0,
       R"(entity type  Photo           1 use   many.cedar:4:3
entity type  Team            1 use   many.cedar:2:3
entity type  User            1 use   many.cedar:6:26
entity type  Usr             1 use   many.cedar:2:3
entity       Photo::"beach"  1 use   many.cedar:4:3
entity       Team::"a"       1 use   many.cedar:2:3
entity       User::"alice"   1 use   many.cedar:6:26
action       Action::"vew"   1 use   many.cedar:3:3
attribute    from            1 use   many.cedar:6:71
attribute    owner           1 use   many.cedar:6:8
tag          color           1 use   many.cedar:6:43
function     ip              1 use   many.cedar:6:94
function     isInRange       1 use   many.cedar:6:71
)"},
      {"cedar symbols -p many.cedar -s photos.cedarschema", 0,
       R"(entity type  Photo           1 use   many.cedar:4:3
entity type  Team            1 use   many.cedar:2:3  not in the schema
entity type  User            1 use   many.cedar:6:26
entity type  Usr             1 use   many.cedar:2:3  not in the schema
entity       Photo::"beach"  1 use   many.cedar:4:3
entity       Team::"a"       1 use   many.cedar:2:3
entity       User::"alice"   1 use   many.cedar:6:26
action       Action::"vew"   1 use   many.cedar:3:3  not in the schema
attribute    from            1 use   many.cedar:6:71
attribute    owner           1 use   many.cedar:6:8
tag          color           1 use   many.cedar:6:43
function     ip              1 use   many.cedar:6:94
function     isInRange       1 use   many.cedar:6:71
)"},
      {"cedar symbols < many.cedar | head -n 1", 0, "entity type  Photo           1 use   <stdin>:4:3\n"},
      {"cedar symbols -p photos.cedar -k links.json", 0,
       R"(entity type  Album           1 use
entity type  User            1 use
entity       Album::"trip"   1 use
entity       User::"bob"     1 use
action       Action::"edit"  1 use   photos.cedar:4:3
action       Action::"view"  2 uses  photos.cedar:4:3
attribute    locked          1 use   photos.cedar:11:8
attribute    owner           1 use   photos.cedar:7:8
)"},
      {"cedar symbols -p empty", 0, ""},
      {"cedar symbols --json -p empty", 0, "[]\n"},
      {"cedar symbols --json -p many.cedar -s photos.cedarschema", 0,
       R"([{"kind":"entity type","name":"Photo","uses":1,"file":"many.cedar","line":4,"column":3,"declared":true},{"kind":"entity type","name":"Team","uses":1,"file":"many.cedar","line":2,"column":3,"declared":false},{"kind":"entity type","name":"User","uses":1,"file":"many.cedar","line":6,"column":26,"declared":true},{"kind":"entity type","name":"Usr","uses":1,"file":"many.cedar","line":2,"column":3,"declared":false},{"kind":"entity","name":"Photo::\"beach\"","uses":1,"file":"many.cedar","line":4,"column":3},{"kind":"entity","name":"Team::\"a\"","uses":1,"file":"many.cedar","line":2,"column":3},{"kind":"entity","name":"User::\"alice\"","uses":1,"file":"many.cedar","line":6,"column":26},{"kind":"action","name":"Action::\"vew\"","uses":1,"file":"many.cedar","line":3,"column":3,"declared":false},{"kind":"attribute","name":"from","uses":1,"file":"many.cedar","line":6,"column":71},{"kind":"attribute","name":"owner","uses":1,"file":"many.cedar","line":6,"column":8},{"kind":"tag","name":"color","uses":1,"file":"many.cedar","line":6,"column":43},{"kind":"function","name":"ip","uses":1,"file":"many.cedar","line":6,"column":94},{"kind":"function","name":"isInRange","uses":1,"file":"many.cedar","line":6,"column":71}]
)"},
      {R"(cedar translate-policy --direction cedar-to-json -p many.cedar | cedar symbols --policy-format json)",
       0,
       R"(entity type  Photo           1 use
entity type  Team            1 use
entity type  User            1 use
entity type  Usr             1 use
entity       Photo::"beach"  1 use
entity       Team::"a"       1 use
entity       User::"alice"   1 use
action       Action::"vew"   1 use
attribute    from            1 use
attribute    owner           1 use
tag          color           1 use
function     ip              1 use
function     isInRange       1 use
)"},
      {R"(cedar translate-policy --direction cedar-to-json -p photos.cedar | cedar symbols --policy-format json --json)",
       0,
       R"([{"kind":"action","name":"Action::\"edit\"","uses":1},{"kind":"action","name":"Action::\"view\"","uses":2},{"kind":"attribute","name":"locked","uses":1},{"kind":"attribute","name":"owner","uses":1}]
)"},
      {"cedar symbols -p entities.json", 1, "",
       R"(reeve: entities.json:1:1: expected `permit` or `forbid`, found `[`
  1 | [
    | ^
)"},
  };
  check(photos, kRows);
}
