// `reeve cedar translate-policy` and `translate-schema`: to JSON and back.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar translate-policy: to JSON and back", "[e2e]") {
  const Photos photos;
  photos.write(
      "one.json",
      R"({"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": []}
)");
  photos.write(
      "template.json",
      R"({"effect": "forbid", "principal": {"op": "==", "slot": "?principal"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": []}
)");
  photos.write(
      "links.json",
      R"({"staticPolicies": {}, "templates": {"t": {"effect": "permit", "principal": {"op": "==", "slot": "?principal"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": []}}, "templateLinks": [{"templateId": "t", "newId": "l", "values": {"?principal": {"type": "User", "id": "a"}}}]}
)");
  photos.write("typo.json", R"({"efect": "permit"}
)");
  photos.write("torn.json", R"({"effect": "permit",}
)");
  photos.write("small.cedar", R"(@id("a")
permit (principal, action, resource)
unless { context.mfa };
)");
  constexpr Typed kRows[] = {
      {"cedar translate-policy --direction cedar-to-json -p small.cedar", 0,
       R"({
  "staticPolicies": {
    "a": {
      "effect": "permit",
      "principal": {
        "op": "All"
      },
      "action": {
        "op": "All"
      },
      "resource": {
        "op": "All"
      },
      "conditions": [
        {
          "kind": "unless",
          "body": {
            ".": {
              "left": {
                "Var": "context"
              },
              "attr": "mfa"
            }
          }
        }
      ],
      "annotations": {
        "id": "a"
      }
    }
  },
  "templates": {},
  "templateLinks": []
}
)"},
      {"cedar translate-policy --direction cedar-to-json < empty", 0,
       R"({
  "staticPolicies": {},
  "templates": {},
  "templateLinks": []
}
)"},
      {R"(cedar translate-policy --direction cedar-to-json -p photos.cedar | cedar translate-policy --direction json-to-cedar | diff photos.cedar -)",
       0, ""},
      {"cedar translate-policy --direction json-to-cedar -p one.json", 0,
       "permit (principal, action, resource);\n"},
      {"cedar translate-policy --direction json-to-cedar -p - < template.json", 0,
       R"(forbid (
  principal == ?principal,
  action,
  resource
);
)"},
      {"cedar translate-policy --direction json-to-cedar -p links.json", 1, "",
       "reeve: links.json: policy l is a link of a template, which has no text\n"},
      {"cedar translate-policy --direction json-to-cedar -p typo.json", 1, "",
       "reeve: typo.json: /efect: this object has no member `efect`\n"},
      {"cedar translate-policy --direction json-to-cedar -p torn.json", 1, "",
       R"(reeve: torn.json:1:21: not valid JSON
  1 | {"effect": "permit",}
    |                     ^
)"},
      {"cedar translate-policy --direction json-to-cedar -p empty", 1, "",
       R"(reeve: empty:1:1: not valid JSON
  1 | 
    | ^
)"},
      {"cedar translate-policy --direction json-to-cedar -p photos.cedar", 1, "",
       R"(reeve: photos.cedar:1:1: not valid JSON
  1 | @id("owners")
    | ^
)"},
      {"cedar translate-policy --direction cedar-to-json -p one.json", 1, "",
       R"(reeve: one.json:1:1: expected `permit` or `forbid`, found `{`
  1 | {"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"}, "conditions": []}
    | ^
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar translate-schema: to JSON and back", "[e2e]") {
  const Photos photos;
  photos.write("small.cedarschema", R"(// Comments have no place in JSON.
namespace N {
  type Name = String;
  @doc("who asks")
  entity User in [Team] { name: Name, age?: Long } tags String;
  entity Team;
  entity Color enum ["red"];
  action "go" in ["base"] appliesTo { principal: User, resource: Team, context: { at: datetime } };
  action base;
}
)");
  photos.write("typo.json", R"({"": {"entityTypes": {"A": {"shap": {}}}, "actions": {}}}
)");
  constexpr Typed kRows[] = {
      {"cedar translate-schema --direction cedar-to-json -s small.cedarschema", 0,
       R"({
  "N": {
    "commonTypes": {
      "Name": {
        "type": "EntityOrCommon",
        "name": "String"
      }
    },
    "entityTypes": {
      "User": {
        "memberOfTypes": [
          "Team"
        ],
        "shape": {
          "type": "Record",
          "attributes": {
            "name": {
              "type": "EntityOrCommon",
              "name": "Name"
            },
            "age": {
              "type": "EntityOrCommon",
              "name": "Long",
              "required": false
            }
          }
        },
        "tags": {
          "type": "EntityOrCommon",
          "name": "String"
        },
        "annotations": {
          "doc": "who asks"
        }
      },
      "Team": {},
      "Color": {
        "enum": [
          "red"
        ]
      }
    },
    "actions": {
      "go": {
        "memberOf": [
          {
            "id": "base"
          }
        ],
        "appliesTo": {
          "principalTypes": [
            "User"
          ],
          "resourceTypes": [
            "Team"
          ],
          "context": {
            "type": "Record",
            "attributes": {
              "at": {
                "type": "EntityOrCommon",
                "name": "datetime"
              }
            }
          }
        }
      },
      "base": {}
    }
  }
}
)"},
      {R"(cedar translate-schema --direction cedar-to-json < photos.cedarschema | cedar translate-schema --direction json-to-cedar)",
       0,
       R"(entity User {
  locked: Bool,
};

entity Album;

entity Photo in [Album] {
  owner: User,
};

action view appliesTo {
  principal: [User],
  resource: [Photo],
  context: {
    by?: User,
  },
};

action edit appliesTo {
  principal: [User],
  resource: [Photo],
  context: {
    by?: User,
  },
};
)"},
      {R"(cedar translate-schema --direction cedar-to-json -s small.cedarschema | cedar translate-schema --direction json-to-cedar -s -)",
       0,
       R"(namespace N {
  type Name = String;

  @doc("who asks")
  entity User in [Team] {
    name: Name,
    age?: Long,
  } tags String;

  entity Team;

  entity Color enum ["red"];

  action go in [base] appliesTo {
    principal: [User],
    resource: [Team],
    context: {
      at: datetime,
    },
  };

  action base;
}
)"},
      {"cedar translate-schema --direction json-to-cedar -s typo.json", 1, "",
       R"(reeve: typo.json: //entityTypes/A/shap: this object has no member `shap`; did you mean `shape`?
)"},
      {"cedar translate-schema --direction json-to-cedar -s small.cedarschema", 1, "",
       R"(reeve: small.cedarschema:1:1: not valid JSON
  1 | // Comments have no place in JSON.
    | ^
)"},
      {"cedar translate-schema --direction cedar-to-json -s typo.json", 1, "",
       R"(reeve: typo.json:1:1: expected `entity`, `action`, `type`, `external` or `namespace`, found `{`
  1 | {"": {"entityTypes": {"A": {"shap": {}}}, "actions": {}}}
    | ^
)"},
  };
  check(photos, kRows);
}
