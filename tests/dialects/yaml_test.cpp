#include "dialects/yaml.h"

#include "tests/support/catch.h"

TEST_CASE("yaml: a value in block style, with quotes where it could be taken for something else", "[http]") {
  const auto json =
      base::parse_json(R"({"openapi":"3.1.0","paths":{"/v1/a":{"get":{"responses":{"200":{"$ref":"#/c"}}}}},
      "empty":{},"none":[],"list":[1,true,null,"text","no","a: b",["x"],{"k":"v"}],"multi":"a\nb"})");
  REQUIRE(json.ok());
  CHECK(dialects::to_yaml(json.value()) == R"(openapi: "3.1.0"
paths:
  /v1/a:
    get:
      responses:
        "200":
          $ref: "#/c"
empty: {}
none: []
list:
  - 1
  - true
  - null
  - text
  - "no"
  - "a: b"
  -
    - x
  -
    k: v
multi: "a\nb"
)");
}
