// `reeve cedar test`: policy tests in YAML.
#include "tests/e2e/photos.h"

TEST_CASE("reeve cedar test: what passed, what failed and why", "[e2e]") {
  const Photos photos;
  photos.write("good.yaml", R"(policies: [photos.cedar]
schema: photos.cedarschema
entities: entities.json
tests:
  - name: owners see their photos
    principal: User::"alice"
    action: Action::"view"
    resource: Photo::"beach"
    context: {by: {type: User, id: bob}}
    decision: allow
    reasons: [owners]
    errors: []
  - name: strangers don't
    principal: User::"bob"
    action: Action::"view"
    resource: Photo::"beach"
    decision: deny
)");
  photos.write("wrong.yaml", R"(policies: [photos.cedar]
tests:
  - name: strangers may edit
    principal: User::"bob"
    action: Action::"edit"
    resource: Photo::"beach"
    decision: allow
    reasons: [owners, locked]
    errors: []
)");
  photos.write("request.yaml", R"(policies: [photos.cedar]
schema: photos.cedarschema
tests:
  - name: an action of nobody
    principal: User::"bob"
    action: Action::"delete"
    resource: Photo::"beach"
    decision: deny
)");
  constexpr Typed kRows[] = {
      {"cedar test good.yaml", 0,
       R"(good.yaml
  ok    owners see their photos
  ok    strangers don't
2 passed, 0 failed
)"},
      {"cedar test good.yaml wrong.yaml", 1,
       R"(good.yaml
  ok    owners see their photos
  ok    strangers don't
wrong.yaml
  FAIL  strangers may edit (wrong.yaml:3)
        decision
          - allow
          + deny
        reasons
          - locked, owners
          + none
        errors
          - none
          + locked, owners
        | deny: no policy applies
        |
        | permit `owners` at photos.cedar:1:1 takes no part: it could not be evaluated
        |   photos.cedar:7:8: when `resource.owner == principal` could not be evaluated: Photo::"beach" is not there, so it has no attribute "owner"
        |     resource is Photo::"beach"
        |     principal is User::"bob"
        |
        | forbid `locked` at photos.cedar:9:1 takes no part: it could not be evaluated
        |   photos.cedar:11:8: when `principal.locked` could not be evaluated: User::"bob" is not there, so it has no attribute "locked"
        |     principal is User::"bob"
2 passed, 1 failed
)"},
      {"cedar test request.yaml", 1,
       R"(request.yaml
  FAIL  an action of nobody (request.yaml:4)
        request
          - a valid request
          + context: Action::"delete" is not an action of the schema
0 passed, 1 failed
)"},
      {"cedar test - < good.yaml", 0,
       R"(<stdin>
  ok    owners see their photos
  ok    strangers don't
2 passed, 0 failed
)"},
      {R"(mkdir tests; sed 's|\[photos|[../photos|; s|: photos|: ../photos|; s|: entities|: ../entities|' good.yaml > tests/good.yaml; cedar test tests/good.yaml)",
       0,
       R"(tests/good.yaml
  ok    owners see their photos
  ok    strangers don't
2 passed, 0 failed
)"},
      {"cedar test --json good.yaml wrong.yaml", 1,
       R"({"passed":2,"failed":1,"tests":[{"file":"good.yaml","line":5,"name":"owners see their photos","passed":true,"differences":[]},{"file":"good.yaml","line":13,"name":"strangers don't","passed":true,"differences":[]},{"file":"wrong.yaml","line":3,"name":"strangers may edit","passed":false,"differences":[{"what":"decision","expected":"allow","found":"deny"},{"what":"reasons","expected":"locked, owners","found":"none"},{"what":"errors","expected":"none","found":"locked, owners"}]}]}
)"},
  };
  check(photos, kRows);
}

TEST_CASE("reeve cedar test: files that cannot be tested count as failed, and the others run", "[e2e]") {
  const Photos photos;
  photos.write("good.yaml", R"(policies: [photos.cedar]
tests:
  - name: nobody
    principal: User::"eve"
    action: Action::"view"
    resource: Album::"trip"
    decision: deny
)");
  photos.write("mistakes.yaml", R"(policies: [photos.cedar]
test: []
tests:
  - name: one
    principal: alice
    action: Action::"view"
    decision: alow
    reason: [owners]
)");
  photos.write("absent.yaml", R"(policies: [photo.cedar]
tests: []
)");
  photos.write("clash.yaml", R"(policies: [photos.cedar, photos.cedar]
tests: []
)");
  photos.write("none.yaml", R"(policies: [photos.cedar]
tests: []
)");
  constexpr Typed kRows[] = {
      {"cedar test mistakes.yaml", 1,
       R"(mistakes.yaml
0 passed, 1 failed
)",
       R"(reeve: mistakes.yaml:2:1: test: unknown key; did you mean `tests`?
  2 | test: []
    | ^

mistakes.yaml:4:5: test 1: resource: is missing
  4 |   - name: one
    |     ^

mistakes.yaml:5:16: test 1: principal: must be an entity such as User::"alice", not `alice`
  5 |     principal: alice
    |                ^

mistakes.yaml:7:15: test 1: decision: must be allow or deny, not `alow`; did you mean `allow`?
  7 |     decision: alow
    |               ^

mistakes.yaml:8:5: test 1: reason: unknown key; did you mean `reasons`?
  8 |     reason: [owners]
    |     ^
)"},
      {"cedar test absent.yaml good.yaml", 1,
       R"(absent.yaml
good.yaml
  ok    nobody
1 passed, 1 failed
)",
       "reeve: photo.cedar: No such file or directory\n"},
      {"cedar test clash.yaml", 1,
       R"(clash.yaml
0 passed, 1 failed
)",
       R"(reeve: photos.cedar: policy shared: there is one with this id already; give it an @id of its own
)"},
      {"cedar test none.yaml", 0,
       R"(none.yaml
0 passed, 0 failed
)"},
      {"cedar test empty", 1,
       R"(empty
0 passed, 1 failed
)",
       R"(reeve: empty:1:1: must be a map with the keys `policies` and `tests`, not empty
  1 | 
    | ^
)"},
      {"cedar test photos.cedar", 1,
       R"(photos.cedar
0 passed, 1 failed
)",
       R"(reeve: photos.cedar:1:1: not YAML: unknown token
  1 | @id("owners")
    | ^
)"},
      {"cedar test absent good.yaml", 1,
       R"(absent
good.yaml
  ok    nobody
1 passed, 1 failed
)",
       "reeve: absent: No such file or directory\n"},
      {"cedar test --json absent", 1,
       R"({"passed":0,"failed":1,"tests":[{"file":"absent","passed":false,"error":"absent: No such file or directory"}]}
)"},
  };
  check(photos, kRows);
}
