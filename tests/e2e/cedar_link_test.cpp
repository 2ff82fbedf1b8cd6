// `reeve cedar link`: a template with values for its slots, kept in a file of links.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar link: prints the policy and adds the link to the file", "[e2e]") {
  const Photos photos;
  constexpr Typed kRows[] = {
      {R"(cedar link -p photos.cedar --template-id shared -n bob -a '{"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}')",
       0,
       R"(@id("shared")
permit (
  principal == User::"bob",
  action == Action::"view",
  resource in Album::"trip"
);
)"},
      {R"(cedar link --json -p photos.cedar --template-id shared --new-id bob --arguments '{"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}')",
       0,
       R"({"effect":"permit","principal":{"op":"==","entity":{"type":"User","id":"bob"}},"action":{"op":"==","entity":{"type":"Action","id":"view"}},"resource":{"op":"in","entity":{"type":"Album","id":"trip"}},"conditions":[],"annotations":{"id":"shared"}}
)"},
      {R"(cedar link --template-id shared -n bob -k links.json -a '{"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}' < photos.cedar; cat links.json)",
       0,
       R"(@id("shared")
permit (
  principal == User::"bob",
  action == Action::"view",
  resource in Album::"trip"
);
[
  {
    "template_id": "shared",
    "link_id": "bob",
    "args": {
      "?principal": "User::\"bob\"",
      "?resource": "Album::\"trip\""
    }
  }
]
)"},
      {R"(cedar link -p photos.cedar --template-id shared -n eve -k links.json -a '{"?principal": "User::\"eve\"", "?resource": "Album::\"trip\""}'; cat links.json)",
       0,
       R"(@id("shared")
permit (
  principal == User::"eve",
  action == Action::"view",
  resource in Album::"trip"
);
[
  {
    "template_id": "shared",
    "link_id": "bob",
    "args": {
      "?principal": "User::\"bob\"",
      "?resource": "Album::\"trip\""
    }
  },
  {
    "template_id": "shared",
    "link_id": "eve",
    "args": {
      "?principal": "User::\"eve\"",
      "?resource": "Album::\"trip\""
    }
  }
]
)"},
      {R"(cedar link -p photos.cedar --template-id shared -n eve -k links.json -a '{"?principal": "User::\"eve\"", "?resource": "Album::\"trip\""}')",
       1, "", "reeve: policy eve: there is one with this id already\n"},
      {R"(cedar link -p photos.cedar --template-id shared -n eve -k empty -a '{"?principal": "User::\"eve\"", "?resource": "Album::\"trip\""}'; cat empty)",
       0,
       R"(@id("shared")
permit (
  principal == User::"eve",
  action == Action::"view",
  resource in Album::"trip"
);
[
  {
    "template_id": "shared",
    "link_id": "eve",
    "args": {
      "?principal": "User::\"eve\"",
      "?resource": "Album::\"trip\""
    }
  }
]
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar link: what cannot be linked, and why", "[e2e]") {
  const Photos photos;
  photos.write("wrong.json", R"([{"template_id": "shred", "link_id": "a", "args": {}}]
)");
  constexpr Typed kRows[] = {
      {R"(cedar link -p photos.cedar --template-id shared -n owners -a '{"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}')",
       1, "", "reeve: policy owners: there is one with this id already\n"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -a '{"?principal": "User::\"bob\""}')", 1, "",
       "reeve: template shared: the value of ?resource is missing\n"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -a '{"?principal": "bob", "?resource": "Album::\"trip\""}')",
       1, "",
       R"(reeve: --arguments: ?principal: must be an entity such as User::"alice", not `bob`
)"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -a '{"?principl": "User::\"bob\""}')", 1, "",
       "reeve: --arguments: ?principl: there is no such slot; they are ?principal and ?resource\n"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -a '{"?principal": 1}')", 1, "",
       "reeve: --arguments: ?principal: an entity in a string is expected\n"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -a '["?principal"]')", 1, "",
       R"(reeve: --arguments: an object such as {"?principal": "User::\"alice\""} is expected
)"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -a '{"?principal"')", 1, "",
       "reeve: --arguments: line 1, column 14: not valid JSON\n"},
      {"cedar link -p photos.cedar --template-id shred -n a -a '{}'", 1, "",
       "reeve: template shred: there is no such template\n"},
      {"cedar link -p photos.cedar --template-id owners -n a -a '{}'", 1, "",
       "reeve: template owners: is no template, so it cannot be linked\n"},
      {"cedar link -p photos.cedar --template-id shared -n a -k wrong.json -a '{}'", 1, "",
       "reeve: wrong.json: /0: template shred: there is no such template\n"},
      {"cedar link -p photos.cedar --template-id shared -n a -k photos.cedar -a '{}'", 1, "",
       R"(reeve: photos.cedar:1:1: not valid JSON
  1 | @id("owners")
    | ^
)"},
      {R"(cedar link -p photos.cedar --template-id shared -n a -k absent/links.json -a '{"?principal": "User::\"bob\"", "?resource": "Album::\"trip\""}')",
       1, "", "reeve: absent/links.json: No such file or directory\n"},
  };
  check(photos, kRows);
}
