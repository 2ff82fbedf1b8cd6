#include "cedar/policy_json.h"

#include "cedar/limits.h"
#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::repeated;

std::string scope(const std::string& principal) {
  return R"({"effect":"permit","principal":)" + principal +
         R"(,"action":{"op":"All"},"resource":{"op":"All"},"conditions":[]})";
}

std::string condition(const std::string& body) {
  return R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},)"
         R"("conditions":[{"kind":"when","body":)" +
         body + "}]}";
}

cedar::TemplatePtr policy(const std::string& text) {
  auto parsed = cedar::parse_policies(cedar_test::source(text));
  INFO(message(parsed));
  REQUIRE(parsed.ok());
  REQUIRE(parsed->size() == 1);
  return parsed->front();
}

// The JSON of an expression, as it stands in a condition.
std::string json_of(const std::string& expression) {
  const auto json =
      cedar::policy_to_json(*policy("permit(principal, action, resource) when { " + expression + " };"));
  INFO(message(json));
  REQUIRE(json.ok());
  return to_text(*(*json->find("conditions")->array())[0].find("body"));
}

// The text of an expression read from JSON, or the message.
std::string text_of(const std::string& json) {
  const auto read = cedar::policy_from_json(condition(json), "p.json");
  return read.ok() ? to_text(*(*read)->conditions[0].body) : read.error().message;
}

}  // namespace

TEST_CASE("policy JSON: every kind of node, written and read back", "[cedar][policy_json]") {
  struct Row {
    std::string text, json;
  };
  const Row rows[] = {
      {"true", R"({"Value":true})"},
      {"-5", R"({"Value":-5})"},
      {"-(5)", R"({"neg":{"arg":{"Value":5}}})"},
      {"-9223372036854775808", R"({"Value":-9223372036854775808})"},
      {R"("a\"b\n")", R"({"Value":"a\"b\n"})"},
      {R"(A::B::"x")", R"({"Value":{"__entity":{"type":"A::B","id":"x"}}})"},
      {"principal", R"({"Var":"principal"})"},
      {"!context", R"({"!":{"arg":{"Var":"context"}}})"},
      {"context.a.isEmpty()", R"({"isEmpty":{"arg":{".":{"left":{"Var":"context"},"attr":"a"}}}})"},
      {"1 != 2", R"({"!=":{"left":{"Value":1},"right":{"Value":2}}})"},
      {"1 >= 2", R"({">=":{"left":{"Value":1},"right":{"Value":2}}})"},
      {"principal in [resource]",
       R"({"in":{"left":{"Var":"principal"},"right":{"Set":[{"Var":"resource"}]}}})"},
      {R"(principal.hasTag("t"))", R"({"hasTag":{"left":{"Var":"principal"},"right":{"Value":"t"}}})"},
      {"true && false && true",
       R"({"&&":{"left":{"&&":{"left":{"Value":true},"right":{"Value":false}}},"right":{"Value":true}}})"},
      {"true || (false || true)",
       R"({"||":{"left":{"Value":true},"right":{"||":{"left":{"Value":false},"right":{"Value":true}}}}})"},
      {"1 + 2 - 3", R"({"-":{"left":{"+":{"left":{"Value":1},"right":{"Value":2}}},"right":{"Value":3}}})"},
      {"1 - (2 - 3)", R"({"-":{"left":{"Value":1},"right":{"-":{"left":{"Value":2},"right":{"Value":3}}}}})"},
      {"2 * 3 * 4", R"({"*":{"left":{"*":{"left":{"Value":2},"right":{"Value":3}}},"right":{"Value":4}}})"},
      {"if true then 1 else 2",
       R"({"if-then-else":{"if":{"Value":true},"then":{"Value":1},"else":{"Value":2}}})"},
      {R"(context["if"])", R"({".":{"left":{"Var":"context"},"attr":"if"}})"},
      {R"(context has "a b")", R"({"has":{"left":{"Var":"context"},"attr":"a b"}})"},
      {"context has a.b", R"({"has":{"left":{"Var":"context"},"attr":["a","b"]}})"},
      {R"(context.n like "a*\**")", R"({"like":{"left":{".":{"left":{"Var":"context"},"attr":"n"}},)"
                                    R"("pattern":[{"Literal":"a"},"Wildcard",{"Literal":"*"},"Wildcard"]}})"},
      {R"("a" like "")", R"({"like":{"left":{"Value":"a"},"pattern":[]}})"},
      {"principal is A::U", R"({"is":{"left":{"Var":"principal"},"entity_type":"A::U"}})"},
      {"principal is U in resource",
       R"({"is":{"left":{"Var":"principal"},"entity_type":"U","in":{"Var":"resource"}}})"},
      {"[]", R"({"Set":[]})"},
      {R"({"a b": 1, c: 2})", R"({"Record":{"a b":{"Value":1},"c":{"Value":2}}})"},
      {R"(ip("::1").isInRange(ip("::/8")))",
       R"({"isInRange":[{"ip":[{"Value":"::1"}]},{"ip":[{"Value":"::/8"}]}]})"},
      {R"(context.from.isInRange(ip("198.51.100.0/24"), ip("2001:db8:a001::/48"), context.office))",
       R"({"isInRange":[{".":{"left":{"Var":"context"},"attr":"from"}},{"ip":[{"Value":"198.51.100.0/24"}]},)"
       R"({"ip":[{"Value":"2001:db8:a001::/48"}]},{".":{"left":{"Var":"context"},"attr":"office"}}]})"},
      {R"(datetime("2024-01-01").toDate())", R"({"toDate":[{"datetime":[{"Value":"2024-01-01"}]}]})"},
  };
  for (const Row& row : rows) {
    CHECK(json_of(row.text) == row.json);
    CHECK(text_of(row.json) == row.text);
  }
}

TEST_CASE("policy JSON: what only JSON can say is read as the expression it means", "[cedar][policy_json]") {
  struct Row {
    std::string json, text;
  };
  const Row rows[] = {
      {R"({"Value":[1,[true]]})", "[1, [true]]"},
      {R"({"Value":{"b":1,"a":{"__entity":{"type":"U","id":"x"}}}})", R"({a: U::"x", b: 1})"},
      {R"({"Value":{"__extn":{"fn":"ip","arg":"not one"}}})", R"(ip("not one"))"},
      {R"({"Value":{"__extn":{"fn":"offset","args":[{"__extn":{"fn":"datetime","arg":"2024-01-01"}},1]}}})",
       R"(datetime("2024-01-01").offset(1))"},
      {R"({"Value":{"__extn":"ip"}})", R"({__extn: "ip"})"},
      {R"({"Value":{"__entity":{"type":"U"}}})", R"({__entity: {type: "U"}})"},
      {R"({"Value":{"__entity":{"type":"U","id":"x"},"a":1}})", R"({__entity: {id: "x", type: "U"}, a: 1})"},
      {R"({"has":{"left":{"Var":"context"},"attr":["a b","if"]}})",
       R"(context has "a b" && context["a b"] has "if")"},
      {R"({"has":{"left":{"Var":"context"},"attr":["a"]}})", "context has a"},
      {R"({"like":{"left":{"Value":"a"},"pattern":[{"Literal":"a"},{"Literal":"b"},"Wildcard","Wildcard"]}})",
       R"("a" like "ab**")"},
      {R"({"neg":{"arg":{"Value":-5}}})", "-((-5))"},
      {R"({".":{"left":{"Value":-5},"attr":"a"}})", "(-5).a"},
      {R"({"Record":{"b":{"Value":1},"a":{"Value":2}}})", "{a: 2, b: 1}"},
  };
  for (const Row& row : rows) CHECK(text_of(row.json) == row.text);
}

TEST_CASE("policy JSON: scopes and annotations", "[cedar][policy_json]") {
  struct Row {
    std::string text, json;
  };
  const Row rows[] = {
      {"permit(principal, action, resource);",
       R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},"conditions":[]})"},
      {R"(forbid(principal == U::"a", action == Action::"v", resource in F::"f");)",
       R"({"effect":"forbid","principal":{"op":"==","entity":{"type":"U","id":"a"}},)"
       R"("action":{"op":"==","entity":{"type":"Action","id":"v"}},)"
       R"("resource":{"op":"in","entity":{"type":"F","id":"f"}},"conditions":[]})"},
      {R"(permit(principal is A::U, action in N::Action::"v", resource is D in F::"f");)",
       R"({"effect":"permit","principal":{"op":"is","entity_type":"A::U"},)"
       R"("action":{"op":"in","entity":{"type":"N::Action","id":"v"}},)"
       R"("resource":{"op":"is","entity_type":"D","in":{"entity":{"type":"F","id":"f"}}},"conditions":[]})"},
      {R"(permit(principal, action in [Action::"v", Action::"w"], resource);)",
       R"({"effect":"permit","principal":{"op":"All"},)"
       R"("action":{"op":"in","entities":[{"type":"Action","id":"v"},{"type":"Action","id":"w"}]},)"
       R"("resource":{"op":"All"},"conditions":[]})"},
      {"permit(principal == ?principal, action in [], resource is D in ?resource);",
       R"({"effect":"permit","principal":{"op":"==","slot":"?principal"},"action":{"op":"in","entities":[]},)"
       R"("resource":{"op":"is","entity_type":"D","in":{"slot":"?resource"}},"conditions":[]})"},
      {"@id(\"a\\\"b\")\n@if\npermit(principal, action, resource)\nwhen { true }\nunless { false };",
       R"({"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},"resource":{"op":"All"},)"
       R"("conditions":[{"kind":"when","body":{"Value":true}},{"kind":"unless","body":{"Value":false}}],)"
       R"("annotations":{"id":"a\"b","if":null}})"},
  };
  for (const Row& row : rows) {
    const auto json = cedar::policy_to_json(*policy(row.text));
    REQUIRE(json.ok());
    CHECK(to_text(*json) == row.json);
    const bool is_template = row.text.find('?') != std::string::npos;
    const auto read = is_template ? cedar::template_from_json(row.json, "p.json")
                                  : cedar::policy_from_json(row.json, "p.json");
    INFO(message(read));
    REQUIRE(read.ok());
    CHECK(to_text(**read) == row.text);
  }
}

TEST_CASE("policy JSON: mistakes are named with their JSON pointer", "[cedar][policy_json]") {
  struct Row {
    std::string json, message;
  };
  const std::string body = "p.json: /conditions/0/body";
  const Row rows[] = {
      {"[]", "p.json: a policy is an object, but this is an array"},
      {"{", "p.json:1:2: not valid JSON\n  1 | {\n    |  ^"},
      {"{}", "p.json: the member `effect` is missing"},
      {R"({"effect":"permitt"})",
       "p.json: /effect: an effect is `permit` or `forbid`, not `permitt`; did you mean `permit`?"},
      {R"({"efect":"permit"})", "p.json: /efect: this object has no member `efect`; did you mean `effect`?"},
      {scope("{}"), "p.json: /principal: the member `op` is missing"},
      {scope(R"({"op":">"})"), "p.json: /principal: op is `All`, `==`, `in` or `is`, not `>`"},
      {scope(R"({"op":"=="})"), "p.json: /principal: either `entity` or `slot` is expected here"},
      {scope(R"({"op":"==","slot":"?resource"})"),
       "p.json: /principal/slot: the slot here is `?principal`, not `?resource`"},
      {scope(R"({"op":"==","slot":"?principal"})"),
       "p.json: a static policy has no slots, but this has ?principal"},
      {scope(R"({"op":"==","entity":{"type":"a b","id":"x"}})"),
       "p.json: /principal/entity: \"a b\" is not an entity type; one is written as `User` or `App::User`"},
      {scope(R"({"op":"is","entity_type":"A :: B"})"),
       "p.json: /principal/entity_type: `A :: B` is not an entity type; one is written as `User` or "
       "`App::User`"},
      {condition("{}"), body + ": an expression has one member, which says what it is; this has none"},
      {condition(R"({"Value":1,"Var":"principal"})"),
       body + ": an expression has one member; this has `Value` and `Var`"},
      {condition(R"({"Slot":"?principal"})"), body + ": slots stand only in the scope, not in conditions"},
      {condition(R"({"Var":"principle"})"),
       body + "/Var: there is no variable `principle`; did you mean `principal`?"},
      {condition(R"({"==":{"left":{"Value":1},"right":{"Value":null}}})"),
       body + "/==/right/Value: null is not a value"},
      {condition(R"({"==":{"left":{"Value":1}}})"), body + "/==: the member `right` is missing"},
      {condition(R"({"==":{"left":{"Value":1},"right":{"Value":2},"z":1}})"),
       body + "/==/z: this object has no member `z`"},
      {condition(R"({"isIpV4":[]})"),
       body + "/isIpV4: `isIpV4` is neither an operator nor a function; did you mean `isIpv4`?"},
      {condition(R"({"Value":1.5})"), body + "/Value: numbers are integers from -2^63 to 2^63 - 1"},
      {condition(R"({"Value":{"__extn":{"fn":"ipp","arg":"::"}}})"),
       body + "/Value: `ipp` is neither an operator nor a function; did you mean `ip`?"},
      {condition(R"({"unknown":[{"Value":"x"}]})"),
       body + "/unknown: `unknown` is neither an operator nor a function"},
      {condition(R"({"Value":{"__extn":{"fn":"unknown","arg":"x"}}})"),
       body + "/Value: `unknown` is neither an operator nor a function"},
      {condition(R"({"Value":[{"__expr":"1"}]})"),
       body +
           "/Value/0: the escape `__expr` was withdrawn from the language; write the value itself, `__entity` or "
           "`__extn`"},
      {scope(R"({"op":"==","entity":{"type":"U","id":"x","__expr":"U::\"x\""}})"),
       "p.json: /principal/entity: the escape `__expr` was withdrawn from the language; write the value itself, "
       "`__entity` or `__extn`"},
      {condition(R"({"like":{"left":{"Value":"a"},"pattern":["*"]}})"),
       body + R"(/like/pattern/0: a pattern is made of "Wildcard" and {"Literal": "text"})"},
      {condition(R"({"has":{"left":{"Var":"context"},"attr":[]}})"),
       body + "/has/attr: `has` needs an attribute's name, or an array of at least one"},
  };
  for (const Row& row : rows) CHECK(message(cedar::policy_from_json(row.json, "p.json")) == row.message);
}

TEST_CASE("policy JSON: sets with templates and links, there and back", "[cedar][policy_json]") {
  auto set = cedar::PolicySet::parse(
      "permit(principal, action, resource);\nforbid(principal == ?principal, action, resource in ?resource);",
      "p");
  REQUIRE(set.ok());
  REQUIRE(set->link("policy1", "l/1", {cedar_test::uid("U::\"a\""), cedar_test::uid("F::\"f\"")}).ok());
  const auto json = cedar::policy_set_to_json(*set);
  REQUIRE(json.ok());
  CHECK(to_text(*json) ==
        R"({"staticPolicies":{"policy0":{"effect":"permit","principal":{"op":"All"},"action":{"op":"All"},)"
        R"("resource":{"op":"All"},"conditions":[]}},"templates":{"policy1":{"effect":"forbid",)"
        R"("principal":{"op":"==","slot":"?principal"},"action":{"op":"All"},)"
        R"("resource":{"op":"in","slot":"?resource"},"conditions":[]}},)"
        R"("templateLinks":[{"templateId":"policy1","newId":"l/1","values":)"
        R"({"?principal":{"type":"U","id":"a"},"?resource":{"type":"F","id":"f"}}}]})");
  const auto again = cedar::policy_set_from_json(to_text(*json), "s.json");
  INFO(message(again));
  REQUIRE(again.ok());
  const auto once_more = cedar::policy_set_to_json(*again);
  REQUIRE(once_more.ok());
  CHECK(to_text(*once_more) == to_text(*json));
  CHECK(again->find("l/1")->slots == set->find("l/1")->slots);
}

TEST_CASE("policy JSON: mistakes in sets", "[cedar][policy_json]") {
  const std::string fixed = scope(R"({"op":"All"})");
  const std::string open = scope(R"({"op":"==","slot":"?principal"})");
  const auto set = [&](const std::string& links) {
    return R"({"staticPolicies":{"a":)" + fixed + R"(},"templates":{"t":)" + open + R"(},"templateLinks":[)" +
           links + "]}";
  };
  struct Row {
    std::string json, message;
  };
  const Row rows[] = {
      {R"({"policies":{}})", "s.json: /policies: this object has no member `policies`"},
      {R"({"staticPolicies":{"a/b":)" + open + "}}",
       "s.json: /staticPolicies/a~1b: a static policy has no slots, but this has ?principal"},
      {R"({"templates":{"t":)" + fixed + "}}",
       "s.json: /templates/t: a template has a slot, ?principal or ?resource, but this has none"},
      {R"({"staticPolicies":{"a":)" + fixed + R"(},"templates":{"a":)" + open + "}}",
       "s.json: /templates/a: policy a: there is one with this id already"},
      {set(R"({"templateId":"a","newId":"n","values":{}})"),
       "s.json: /templateLinks/0: template a: is no template, so it cannot be linked"},
      {set(R"({"templateId":"t","newId":"n","values":{}})"),
       "s.json: /templateLinks/0: template t: the value of ?principal is missing"},
      {set(R"({"templateId":"t","newId":"a","values":{"?principal":{"type":"U","id":"a"}}})"),
       "s.json: /templateLinks/0: policy a: there is one with this id already"},
      {R"({"staticPolicies":{"a":1,"a":2}})",
       "s.json:1:28: an object has a member twice\n"
       R"(  1 | {"staticPolicies":{"a":1,"a":2}})"
       "\n    |                            ^"},
  };
  for (const Row& row : rows) CHECK(message(cedar::policy_set_from_json(row.json, "s.json")) == row.message);
}

TEST_CASE("policy JSON: nesting is bounded, at the limit and one over", "[cedar][policy_json]") {
  const auto nested = [](std::size_t levels) {
    return condition(repeated(R"({"!":{"arg":)", levels) + R"({"Value":true})" + repeated("}}", levels));
  };
  CHECK(message(cedar::policy_from_json(nested(cedar::kMaxNesting), "p.json")) == "");
  const std::string too_deep = message(cedar::policy_from_json(nested(cedar::kMaxNesting + 1), "p.json"));
  CHECK(too_deep.ends_with(": nested more deeply than 200 levels"));
  const std::string hostile(1'000'000, '[');
  CHECK(message(cedar::policy_from_json(hostile, "p.json"))
            .starts_with("p.json:1:417: nested more deeply than allowed\n  1 | [[[["));

  const auto chain = [](std::size_t operands) {
    return policy("permit(principal, action, resource) when { true" + repeated(" && true", operands - 1) +
                  " };");
  };
  CHECK(cedar::policy_to_json(*chain(200)).ok());
  CHECK(message(cedar::policy_to_json(*chain(100'000))) ==
        "condition 1: its JSON nests more deeply than 416 levels; a chain of operators has two for each "
        "operand");
}

TEST_CASE("policy JSON: the deepest tree of a text has JSON that is read back", "[cedar][policy_json]") {
  const std::string text = "permit(principal, action, resource) when { " +
                           repeated("[", cedar::kMaxNesting - 1) + repeated("]", cedar::kMaxNesting - 1) +
                           " };";
  const auto json = cedar::policy_to_json(*policy(text));
  INFO(message(json));
  REQUIRE(json.ok());
  CHECK(message(cedar::policy_from_json(to_text(*json), "p.json")) == "");
}

TEST_CASE("policy JSON: texts longer than the limit are refused", "[cedar][policy_json]") {
  CHECK(message(cedar::policy_from_json(std::string(cedar::kMaxPolicyText + 1, ' '), "p.json")) ==
        "p.json: longer than 10485760 bytes");
}
