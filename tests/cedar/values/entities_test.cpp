#include "cedar/entities.h"

#include "cedar/value_json.h"
#include "tests/cedar/support.h"

namespace {

using cedar_test::message;
using cedar_test::uid;

std::string entity(const std::string& rest) {
  return R"([{"uid": {"type": "U", "id": "a"}, )" + rest + "}]";
}

}  // namespace

TEST_CASE("entities: mistakes name the entity and the attribute", "[cedar]") {
  struct Row {
    std::string json;
    std::string message;
  };
  const std::vector<Row> rows = {
      {"[", "entities: line 1, column 2: not valid JSON"},
      {"{}", "entities: an array is expected, not object"},
      {"[{}]", "entity 1: \"uid\" is missing"},
      {R"([{"uid": "U::\"a\"", "attrs": {}, "parents": []}])",
       "entity 1: \"uid\": an entity's uid is an object {\"type\": \"…\", \"id\": \"…\"}"},
      {R"([{"uid": {"type": "U V", "id": "a"}, "attrs": {}, "parents": []}])",
       "entity 1: \"uid\": \"U V\" is not an entity type; one is written as `User` or `App::User`"},
      {entity(R"("parents": [])"), "entity 1: U::\"a\": \"attrs\" is missing"},
      {entity(R"("attrs": {})"), "entity 1: U::\"a\": \"parents\" is missing"},
      {entity(R"("attrs": {}, "parents": [], "tags": null)"),
       "entity 1: U::\"a\": \"tags\" is not an object"},
      {entity(R"("attrs": {"x": null}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": null is not a value"},
      {entity(R"("attrs": {"x": {"y": [1.5]}}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": \"y\": numbers are integers from -2^63 to 2^63 - 1"},
      {entity(R"("attrs": {"x": 9223372036854775808}, "parents": [])"),
       "entities: line 1, column 51: an integer that does not fit 64 bits"},
      {entity(R"("attrs": {}, "parents": [], "tags": {"t": null})"),
       "entity 1: U::\"a\": tag \"t\": null is not a value"},
      {entity(R"("attrs": {"x": {"__extn": {"fn": "ipp", "arg": "1"}}}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": there is no extension function \"ipp\"; did you mean `ip`?"},
      {entity(R"("attrs": {"x": {"__entity": {"type": "if", "id": ""}}}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": \"if\" is not an entity type; one is written as `User` or "
       "`App::User`"},
      {entity(R"("attrs": {"x": {"__expr": "1 + 1"}}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": the escape `__expr` was withdrawn from the language; write the value "
       "itself, `__entity` or `__extn`"},
      {entity(R"("attrs": {"x": [{"y": {"__expr": ""}}]}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": \"y\": the escape `__expr` was withdrawn from the language; write the "
       "value itself, `__entity` or `__extn`"},
      {entity(R"("attrs": {}, "parents": [], "tags": {"t": {"__expr": "1"}})"),
       "entity 1: U::\"a\": tag \"t\": the escape `__expr` was withdrawn from the language; write the value itself, "
       "`__entity` or `__extn`"},
      {R"([{"uid": {"__expr": "U::\"a\""}, "attrs": {}, "parents": []}])",
       "entity 1: \"uid\": the escape `__expr` was withdrawn from the language; write the value itself, `__entity` or "
       "`__extn`"},
      {R"([{"uid": {"type": "U", "id": "a", "__expr": "U::\"a\""}, "attrs": {}, "parents": []}])",
       "entity 1: \"uid\": the escape `__expr` was withdrawn from the language; write the value itself, `__entity` or "
       "`__extn`"},
      {entity(R"("attrs": {}, "parents": [{"__entity": {"type": "U", "id": "b"}, "__expr": ""}])"),
       "entity 1: U::\"a\": \"parents\": the escape `__expr` was withdrawn from the language; write the value itself, "
       "`__entity` or `__extn`"},
      {entity(R"("attrs": {"x": {"__extn": {"fn": "unknown", "arg": "x"}}}, "parents": [])"),
       "entity 1: U::\"a\": attribute \"x\": there is no extension function \"unknown\""},
      {entity(R"("attrs": {"x": 1, "x": 2}, "parents": [])"),
       "entities: line 1, column 56: an object has a member twice"},
      {entity(R"("attrs": {}, "parents": [{"type": "U", "id": "a"}])"),
       "U::\"a\": is its own ancestor; parents make no cycles: U::\"a\" in U::\"a\""},
      {R"([{"uid": {"type": "Action", "id": "a"}, "attrs": {}, "parents": [{"type": "U", "id": "a"}]}])",
       "Action::\"a\": an action has only actions as parents, not U::\"a\""},
      {R"([{"uid": {"type": "U", "id": "a"}, "attrs": {}, "parents": []},
           {"uid": {"type": "U", "id": "a"}, "attrs": {"x": 1}, "parents": []}])",
       "U::\"a\": is given twice, with different content"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    CHECK(message(cedar::Entities::from_json(row.json)) == row.message);
  }
}

TEST_CASE("entities: escapes are read, and what only looks like one is a record", "[cedar]") {
  struct Row {
    const char* json;
    const char* value;
  };
  const std::vector<Row> rows = {
      {R"({"__entity": {"type": "A::B", "id": "x", "more": 1}})", "A::B::\"x\""},
      {R"({"__entity": {"type": "A"}})", "{__entity: {type: \"A\"}}"},
      {R"({"__extn": "ip"})", "{__extn: \"ip\"}"},
      {R"({"__extn": {"fn": "ip"}})", "{__extn: {fn: \"ip\"}}"},
      {R"({"__extn": {"fn": "ip", "arg": "::1"}, "x": 1})", "{__extn: {arg: \"::1\", fn: \"ip\"}, x: 1}"},
      {R"({"__extn": {"fn": "ip", "args": ["1.2.3.4"]}})", "ip(\"1.2.3.4\")"},
      {R"({"__expr": 1})", "{__expr: 1}"},
      {R"({"__expr": "1", "x": 1})", "{__expr: \"1\", x: 1}"},
      {R"({"type": "A", "id": "x"})", "{id: \"x\", type: \"A\"}"},
      {R"({"__extn": {"fn": "offset", "args": [{"__extn": {"fn": "datetime", "arg": "9999-12-31"}},
                                               {"__extn": {"fn": "duration", "arg": "1d"}}]}})",
       "datetime(\"1970-01-01\").offset(duration(\"253402300800000ms\"))"},
      {"-9223372036854775808", "-9223372036854775808"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const auto json = base::parse_json(row.json);
    const auto value = cedar::value_from_json(json.value());
    REQUIRE(message(value).empty());
    CHECK(to_text(value.value()) == row.value);
    CHECK(cedar::value_from_json(cedar::to_json(value.value())).value() == value.value());
  }
}

TEST_CASE("entities: ancestors are found over several steps, cycles of other sources end", "[cedar]") {
  std::vector<cedar::Entity> chain;
  const auto user = [](int i) { return cedar::EntityUid(*cedar::Name::parse("U"), std::to_string(i)); };
  for (int i = 0; i < 100'000; ++i) chain.push_back({user(i), {}, {}, {user(i + 1)}});
  const auto entities = cedar::Entities::make(chain);
  REQUIRE(message(entities).empty());
  CHECK(entities->has_ancestor(user(0), user(99'999)));
  CHECK(entities->has_ancestor(user(0), user(100'000)));
  CHECK_FALSE(entities->has_ancestor(user(0), user(0)));
  CHECK_FALSE(entities->has_ancestor(user(5), user(4)));
  CHECK_FALSE(entities->has_ancestor(user(100'000), user(0)));

  class Ring final : public cedar::EntitySource {
   public:
    Ring() : a_{uid("U::\"a\""), {}, {}, {uid("U::\"b\"")}}, b_{uid("U::\"b\""), {}, {}, {uid("U::\"a\"")}} {}
    const cedar::Entity* find(const cedar::EntityUid& sought) const override {
      return sought == a_.uid ? &a_ : sought == b_.uid ? &b_ : nullptr;
    }

   private:
    cedar::Entity a_;
    cedar::Entity b_;
  };
  const Ring ring;
  CHECK(ring.has_ancestor(uid("U::\"a\""), uid("U::\"b\"")));
  CHECK(ring.has_ancestor(uid("U::\"a\""), uid("U::\"a\"")));
  CHECK_FALSE(ring.has_ancestor(uid("U::\"a\""), uid("U::\"c\"")));

  chain.back().parents = {user(0)};
  CHECK(message(cedar::Entities::make(chain)) ==
        "U::\"0\": is its own ancestor; parents make no cycles: U::\"0\" in U::\"1\" in U::\"2\" in U::\"3\" "
        "in "
        "U::\"4\" in U::\"5\" in U::\"6\" in U::\"7\" in … in U::\"0\"");
}

TEST_CASE("context: an object with values", "[cedar]") {
  CHECK(message(cedar::context_from_json("{}")).empty());
  CHECK(message(cedar::context_from_json("[]")) == "context: an object is expected, not array");
  CHECK(message(cedar::context_from_json(R"({"__extn": {"fn": "ip", "arg": "::1"}})")) ==
        "context: an object is expected, that is no `__entity` and no `__extn`");
  CHECK(
      message(cedar::context_from_json(R"({"__expr": "{}"})")) ==
      "context: the escape `__expr` was withdrawn from the language; write the value itself, `__entity` or `__extn`");
  CHECK(message(cedar::context_from_json(R"({"a": null})")) == "context: \"a\": null is not a value");
}

TEST_CASE("entities: one that stands twice with the same content is kept once", "[cedar]") {
  const std::string twice = R"({"uid": {"type": "U", "id": "a"}, "attrs": {"x": 1}, "parents": []})";
  const auto entities = cedar::Entities::from_json(
      "[" + twice +
      R"(, {"uid": {"type": "U", "id": "b"}, "attrs": {}, "parents": [{"type": "U", "id": "a"}]}, )" + twice +
      "]");
  REQUIRE(message(entities).empty());
  CHECK(entities->all().size() == 2);
  CHECK(entities->find(uid("U::\"a\"")) == &entities->all()[0]);
  CHECK(entities->has_ancestor(uid("U::\"b\""), uid("U::\"a\"")));
  CHECK_FALSE(entities->find(uid("U::\"c\"")));
}
