#include "authz/request_values.h"

#include <string>

#include "cedar/cedar.h"
#include "tests/support/catch.h"

namespace {

base::Json json_of(const std::string& text) {
  auto json = base::parse_json(text);
  INFO(text);
  REQUIRE(json.ok());
  return std::move(json).value();
}

// The record as policies write it, and what was noted, a line each; or the mistake.
std::string read(const std::string& text, const cedar::Schema* schema = nullptr,
                 cedar::TypeRef type = nullptr) {
  std::vector<authz::NotHeld> notes;
  const auto fields = authz::RequestValues(schema, notes).members(json_of(text), "/context", type);
  if (!fields.ok()) return fields.error().message;
  std::string out = cedar::to_text(cedar::Value(cedar::Record(fields.value())));
  for (const auto& note : notes) out += "\n" + note.pointer + " " + note.why;
  return out;
}

}  // namespace

TEST_CASE("request values: what JSON is in policies", "[decisions]") {
  struct Row {
    const char* json;
    std::string expected;
  };
  const std::string too_large = "is a number beyond those that policies can hold";
  const Row rows[] = {
      {R"({})", "{}"},
      {R"({"a":true,"b":"x","c":-7})", R"({a: true, b: "x", c: -7})"},
      {R"({"a":null,"b":[1,null,2],"c":{"d":null}})", "{b: [1, 2], c: {}}"},
      {R"({"a":2.0,"b":1e3,"c":-0.0})", "{a: 2, b: 1000, c: 0}"},
      {R"({"a":9223372036854775807,"b":-9223372036854775808})",
       "{a: 9223372036854775807, b: -9223372036854775808}"},
      {R"({"a":1.5,"b":-0.25})", R"({a: decimal("1.5"), b: decimal("-0.25")})"},
      {R"({"a":0.00005,"b":0.00015,"c":0.00025,"d":0.000051})",
       R"({a: decimal("0.0"), b: decimal("0.0002"), c: decimal("0.0002"), d: decimal("0.0001")})"},
      {R"({"a":12.34567,"b":1e-9,"c":0.99999})",
       R"({a: decimal("12.3457"), b: decimal("0.0"), c: decimal("1.0")})"},
      {R"({"a":922337203685477.5,"b":-922337203685477.5})",
       R"({a: decimal("922337203685477.5"), b: decimal("-922337203685477.5")})"},
      {R"({"a":1e300,"b":[1e19]})", "{b: []}\n/context/a " + too_large + "\n/context/b/0 " + too_large},
      {R"({"a":[[1,1],[1]],"b/c":{"~":1}})", R"({a: [[1]], "b/c": {"~": 1}})"},
      {R"({"a":{"__entity":{"type":"User","id":"u"}}})", R"({a: User::"u"})"},
      {R"({"a":{"__extn":{"fn":"ip","arg":"10.0.0.1"}}})", R"({a: ip("10.0.0.1")})"},
      {R"({"a":{"__entity":{"type":"User","id":"u"},"b":1}})",
       R"({a: {__entity: {id: "u", type: "User"}, b: 1}})"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    CHECK(read(row.json) == row.expected);
  }
  CHECK_THAT(read(R"({"a":{"__extn":{"fn":"ip","arg":"x"}},"b":1})"),
             ContainsSubstring("{b: 1}\n/context/a "));
  CHECK_THAT(read(R"({"a":{"__entity":{"type":"a b","id":"x"}}})"), ContainsSubstring("/context/a "));
}

TEST_CASE("request values: with a schema texts become what it says", "[decisions]") {
  const auto schema = cedar::Schema::parse(
      R"(entity User { at?: datetime, ip?: ipaddr, price?: decimal, who?: User, list?: Set<ipaddr>,
                       n?: Long, address?: { zip?: String } };)",
      "test");
  REQUIRE(schema.ok());
  const cedar::TypeRef type = schema->entity_types()[0].shape;
  struct Row {
    const char* json;
    const char* expected;
  };
  const Row rows[] = {
      {R"({"ip":"10.0.0.1","list":["::1"]})", R"({ip: ip("10.0.0.1"), list: [ip("0:0:0:0:0:0:0:1")]})"},
      {R"({"at":"2026-04-15","price":"1.50"})", R"({at: datetime("2026-04-15"), price: decimal("1.5")})"},
      {R"({"price":5})", R"({price: decimal("5.0")})"},
      {R"({"who":{"type":"User","id":"u"}})", R"({who: User::"u"})"},
      {R"({"unknown":1,"address":{"zip":"1","more":2},"n":3})", R"({address: {zip: "1"}, n: 3})"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    CHECK(read(row.json, &schema.value(), type) == row.expected);
  }
  CHECK_THAT(read(R"({"n":"x"})", &schema.value(), type), ContainsSubstring("context/n: "));
  CHECK_THAT(read(R"({"ip":"nowhere"})", &schema.value(), type), ContainsSubstring("context/ip: "));
  CHECK_THAT(read(R"({"address":{"zip":1}})", &schema.value(), type), ContainsSubstring("context/address: "));
}
