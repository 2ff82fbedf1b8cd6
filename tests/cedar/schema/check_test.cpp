#include "cedar/schema.h"

#include "cedar/entities.h"
#include "cedar/request.h"
#include "tests/support/catch.h"

using cedar::Entities;
using cedar::EntityUid;
using cedar::Name;
using cedar::Request;
using cedar::Schema;

namespace {

const Schema& schema() {
  static const Schema kSchema = [] {
    auto parsed = Schema::parse(R"(
      entity Team in [Org]; entity Org;
      entity Color enum ["red", "blue"];
      entity User in Team { name: String, at: { ip: ipaddr, seen?: Set<datetime> }, boss?: User, likes?: Color, may?: Set<Action> } tags Long;
      action read in [any]; action any in [all]; action all;
      action paint appliesTo { principal: User, resource: [Color, Team], context: { until: datetime, by?: User } };
    )",
                                "s");
    REQUIRE(parsed.ok());
    return std::move(parsed).value();
  }();
  return kSchema;
}

EntityUid uid(const char* type, const char* id) {
  return {Name::unchecked(type), id};
}

std::string problem(const std::string& json) {
  const auto read = Entities::from_json(json, schema());
  return read.ok() ? "" : read.error().message;
}

std::string user(const std::string& attrs, const std::string& rest = R"("parents": [])") {
  return R"([{"uid": {"type": "User", "id": "a"}, "attrs": {"name": "x", )" + attrs + "}, " + rest + "}]";
}

}  // namespace

TEST_CASE("schema: entities are read by the types declared for them", "[cedar][schema]") {
  const auto read = Entities::from_json(
      user(
          R"("at": {"ip": "10.0.0.0/8", "seen": ["2024-01-01", {"fn": "offset", "args": ["2024-01-01", "5ms"]}]},
              "boss": {"type": "User", "id": "b"}, "likes": {"__entity": {"type": "Color", "id": "red"}})",
          R"("parents": [{"type": "Team", "id": "t"}], "tags": {"k": 1})"),
      schema());
  REQUIRE((read.ok() ? "" : read.error().message) == std::string());
  const cedar::Entity* entity = read->find(uid("User", "a"));
  REQUIRE(entity);
  CHECK(
      to_text(cedar::Value(entity->attrs)) ==
      R"({at: {ip: ip("10.0.0.0/8"), seen: [datetime("2024-01-01"), datetime("2024-01-01T00:00:00.005Z")]}, )"
      R"(boss: User::"b", likes: Color::"red", name: "x"})");
}

TEST_CASE("schema: its actions join the entities", "[cedar][schema]") {
  const auto read = Entities::from_json("[]", schema());
  REQUIRE(read.ok());
  CHECK(read->has_ancestor(uid("Action", "read"), uid("Action", "all")));
  CHECK(problem(R"([{"uid": {"type": "Action", "id": "all"}, "attrs": {}, "parents": []}])") == "");
  CHECK(problem(R"([{"uid": {"type": "Action", "id": "read"}, "attrs": {}, "parents": []}])") ==
        R"(Action::"read": is in Action::"any" by the schema, but not here)");
  CHECK(
      problem(
          R"([{"uid": {"type": "Action", "id": "all"}, "attrs": {}, "parents": [{"type": "Action", "id": "any"}]}])") ==
      R"(Action::"all": has other groups than in the schema; actions need not be given)");
  CHECK(problem(R"([{"uid": {"type": "Action", "id": "all"}, "attrs": {"a": 1}, "parents": []}])") ==
        R"(Action::"all": an action has no attributes and no tags)");
}

TEST_CASE("schema: what is wrong with entities, and where", "[cedar][schema]") {
  struct Row {
    std::string json;
    const char* message;
  };
  const Row rows[] = {
      {user(R"("at": {"ip": "::1", "seen": ["x"]})"), R"(entity 1: User::"a": attribute "at": "seen": )"},
      {user(R"("at": {"seen": []})"),
       R"(User::"a": attribute "at"."ip": is missing, and the schema requires it)"},
      {user(R"("at": {"ip": "::1"}, "bos": 1)"),
       R"(User::"a": attribute "bos": is not declared in the schema; did you mean `boss`?)"},
      {user(R"("at": {"ip": "::1"}, "boss": "b")"),
       R"(User::"a": attribute "boss": `User` is wanted, not a string)"},
      {user(R"("at": {"ip": "::1"}, "boss": {"type": "Team", "id": "b"})"),
       R"(User::"a": attribute "boss": `User` is wanted, not an entity of type `Team`)"},
      {user(R"("at": {"ip": "::1"}, "likes": {"type": "Color", "id": "rad"})"),
       R"(User::"a": attribute "likes": Color::"rad" is no entity of the enumeration `Color`; did you mean `red`?)"},
      {user(R"("at": {"ip": "::1"}, "may": [{"type": "Action", "id": "all"}])"), ""},
      {user(R"("at": {"ip": "::1"}, "may": [{"type": "Action", "id": "al"}])"),
       R"(User::"a": attribute "may": an element of the set: Action::"al": is not an action of the schema; did you mean `Action::"all"`?)"},
      {user(R"("at": {"ip": {"__extn": {"fn": "ip", "arg": "::1"}, "more": 1}},
               "boss": {"__entity": {"type": "User", "id": "b"}, "more": 1})"),
       ""},
      {user(R"("at": {"ip": {"fn": "ip", "arg": "::1", "__expr": ""}})"),
       R"(entity 1: User::"a": attribute "at": "ip": the escape `__expr` was withdrawn from the language; write the value itself, `__entity` or `__extn`)"},
      {user(R"("at": {"ip": "::1"}, "boss": {"type": "User", "id": "b", "__expr": ""})"),
       R"(entity 1: User::"a": attribute "boss": the escape `__expr` was withdrawn from the language; write the value itself, `__entity` or `__extn`)"},
      {user(R"("at": {"ip": "::1"})", R"("parents": [], "tags": {"k": "v"})"),
       R"(User::"a": tag "k": `Long` is wanted, not a string)"},
      {R"([{"uid": {"type": "Team", "id": "a"}, "attrs": {}, "parents": [], "tags": {"k": 1}}])",
       R"(Team::"a": entity type `Team` has no tags by the schema)"},
      {R"([{"uid": {"type": "Org", "id": "a"}, "attrs": {}, "parents": [{"type": "Team", "id": "t"}]}])",
       R"(Org::"a": by the schema a `Org` is in no `Team`, so Team::"t" is no parent of it)"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const std::string message = problem(row.json);
    // What a value's own reader says is its own business.
    if (std::string(row.message).ends_with(": "))
      CHECK(message.starts_with(row.message));
    else
      CHECK(message == row.message);
  }
}

TEST_CASE("schema: requests", "[cedar][schema]") {
  const auto context =
      cedar::context_from_json(R"({"until": "2024-01-01"})", schema(), uid("Action", "paint"));
  REQUIRE(context.ok());
  const Request good{uid("User", "a"), uid("Action", "paint"), uid("Color", "red"), *context};
  const auto with = [&](auto change) {
    Request changed = good;
    change(changed);
    const auto checked = check_request(changed, schema());
    return checked.ok() ? std::string() : checked.error().message;
  };
  CHECK(with([](Request&) {}) == "");
  CHECK(with([](Request& r) { r.resource = uid("Team", "t"); }) == "");
  CHECK(with([](Request& r) { r.action = uid("Action", "pain"); }) ==
        R"(action Action::"pain": is not an action of the schema; did you mean `Action::"paint"`?)");
  CHECK(with([](Request& r) { r.action = uid("Action", "read"); }) ==
        R"(action Action::"read": applies to nothing by the schema)");
  CHECK(with([](Request& r) { r.principal = uid("Team", "t"); }) ==
        R"(principal Team::"t": Action::"paint" does not apply to a principal of type `Team`)");
  CHECK(with([](Request& r) { r.principal = uid("Usr", "t"); }) ==
        R"(principal Usr::"t": entity type `Usr` is not declared in the schema; did you mean `User`?)");
  CHECK(with([](Request& r) { r.resource = uid("Color", "green"); }) ==
        R"(resource Color::"green": Color::"green" is no entity of the enumeration `Color`)");
  CHECK(with([](Request& r) { r.context = {}; }) ==
        R"(context of Action::"paint": "until": is missing, and the schema requires it)");
  const auto wrong = cedar::context_from_json(R"({"until": 1})", schema(), uid("Action", "paint"));
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.error().message == R"(context of Action::"paint": "until": `datetime` is wanted, not a long)");
}

// The rows follow the official library's own tests of RFC 116.
TEST_CASE("schema: entities and requests under one that is incomplete", "[cedar][schema]") {
  const auto partial = Schema::parse(R"(
      external entity B, D;
      entity A in B { b: B } tags B;
      entity R { act: Action };
      external action g;
      external action w in g;
      external action x in w;
      action act in g appliesTo { principal: B, resource: A, context: { reviewer?: B, delegate?: Action } };
    )",
                                     "s");
  REQUIRE((partial.ok() ? "" : partial.error().message) == std::string());
  struct Row {
    const char* json;
    const char* message;
  };
  const Row rows[] = {
      {"[]", ""},
      {R"([{"uid": {"type": "A", "id": "a"}, "attrs": {"b": {"type": "B", "id": "x"}}, "parents": [{"type": "B", "id": "y"}], "tags": {"t": {"type": "B", "id": "z"}}}])",
       ""},
      {R"([{"uid": {"type": "A", "id": "a"}, "attrs": {"b": {"type": "D", "id": "x"}}, "parents": []}])",
       R"(A::"a": attribute "b": `B` is wanted, not an entity of type `D`)"},
      {R"([{"uid": {"type": "A", "id": "a"}, "attrs": {}, "parents": []}])",
       R"(A::"a": attribute "b": is missing, and the schema requires it)"},
      {R"([{"uid": {"type": "A", "id": "a"}, "attrs": {"b": {"type": "B", "id": "x"}}, "parents": [{"type": "D", "id": "d"}]}])",
       R"(A::"a": by the schema a `A` is in no `D`, so D::"d" is no parent of it)"},
      {R"([{"uid": {"type": "B", "id": "x"}, "attrs": {}, "parents": []}])",
       R"(B::"x": entity type `B` is declared `external` in the schema; link it with the one that defines it)"},
      {R"([{"uid": {"type": "R", "id": "r"}, "attrs": {"act": {"type": "Action", "id": "g"}}, "parents": []}])",
       ""},
      {R"([{"uid": {"type": "Action", "id": "x"}, "attrs": {}, "parents": [{"type": "Action", "id": "w"}, {"type": "Action", "id": "g"}]}])",
       ""},
      {R"([{"uid": {"type": "Action", "id": "w"}, "attrs": {}, "parents": []}])",
       R"(Action::"w": is in Action::"g" by the schema, but not here)"},
      {R"([{"uid": {"type": "Action", "id": "g"}, "attrs": {"x": 1}, "parents": []}])",
       R"(Action::"g": an action has no attributes and no tags)"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const auto read = Entities::from_json(row.json, *partial);
    CHECK((read.ok() ? "" : read.error().message) == row.message);
  }

  const auto asked = [&](const char* principal, const char* action) {
    const auto checked =
        check_request({uid(principal, "p"), uid("Action", action), uid("A", "a"), {}}, *partial);
    return checked.ok() ? std::string() : checked.error().message;
  };
  CHECK(asked("B", "act") == "");
  CHECK(asked("A", "act") == R"(principal A::"p": Action::"act" does not apply to a principal of type `A`)");
  CHECK(asked("B", "g") ==
        R"(action Action::"g": is declared `external` in the schema; link it with the one that defines it)");
  const auto context = cedar::context_from_json("{}", *partial, uid("Action", "g"));
  REQUIRE_FALSE(context.ok());
  CHECK(context.error().message ==
        R"(context: Action::"g" is declared `external` in the schema; link it with the one that defines it)");
}
