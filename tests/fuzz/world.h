#pragma once
#include "cedar/cedar.h"

// A schema, entities that conform to it, and a request that it allows: what fuzzed policies are judged in.
namespace fuzz {

inline constexpr const char* kSchema = R"(
  entity Group in [Group];
  entity User in [Group] {
    name: String, age: Long, boss?: User, home: { city: String, zip?: Long }, keys: Set<String>,
    joined: datetime, rate: decimal, from: ipaddr
  } tags Long;
  entity Doc in [Doc] { owner: User, is_public: Bool, readers: Set<User> } tags Set<String>;
  entity Color enum ["red", "blue"];
  action all;
  action view, edit in [all] appliesTo {
    principal: [User], resource: [Doc, Color], context: { ip: ipaddr, mfa?: Bool, now: datetime, wait: duration }
  };
)";

inline constexpr const char* kEntities = R"([
  {"uid": {"type": "User", "id": "a"},
   "attrs": {"name": "Al", "age": 17, "boss": {"type": "User", "id": "b"}, "home": {"city": "Graz", "zip": 8010},
             "keys": ["k", "l"], "joined": "2024-02-29", "rate": "1.5", "from": "10.0.0.0/8"},
   "parents": [{"type": "Group", "id": "g"}], "tags": {"t": 1}},
  {"uid": {"type": "User", "id": "b"},
   "attrs": {"name": "*", "age": 9223372036854775807, "home": {"city": ""}, "keys": [], "joined": "1969-12-31",
             "rate": "-0.0001", "from": "::1"},
   "parents": [], "tags": {}},
  {"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [{"type": "Group", "id": "h"}]},
  {"uid": {"type": "Group", "id": "h"}, "attrs": {}, "parents": []},
  {"uid": {"type": "Doc", "id": "d"},
   "attrs": {"owner": {"type": "User", "id": "b"}, "is_public": false, "readers": [{"type": "User", "id": "a"}]},
   "parents": [{"type": "Doc", "id": "e"}], "tags": {"t": ["x"]}},
  {"uid": {"type": "Doc", "id": "e"},
   "attrs": {"owner": {"type": "User", "id": "a"}, "is_public": true, "readers": []}, "parents": []}
])";

inline constexpr const char* kContext =
    R"({"ip": "10.1.2.3", "mfa": true, "now": "2026-01-01T00:00:00Z", "wait": "1h"})";

struct World {
  cedar::Schema schema = cedar::Schema::parse(kSchema, "world.cedarschema").value();
  cedar::Entities entities = cedar::Entities::from_json(kEntities, schema).value();
  cedar::Request request = {
      cedar::EntityUid::parse("User::\"a\"").value(), cedar::EntityUid::parse("Action::\"view\"").value(),
      cedar::EntityUid::parse("Doc::\"d\"").value(),
      cedar::context_from_json(kContext, schema, cedar::EntityUid::parse("Action::\"view\"").value())
          .value()};
};

}  // namespace fuzz
