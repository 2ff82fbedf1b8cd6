#include "authz/described_calls.h"

#include "base/file.h"
#include "tests/support/catch.h"

namespace {

cedar::Schema parse(const std::string& text) {
  auto schema = cedar::Schema::parse(text, "test.cedarschema");
  INFO((schema.ok() ? "" : schema.error().message));
  REQUIRE(schema.ok());
  return std::move(schema).value();
}

cedar::Record record(std::vector<cedar::Record::Field> fields) {
  return cedar::Record(std::move(fields));
}

const std::string kTypes = "entity User, Robot, Role; ";

}  // namespace

TEST_CASE("described calls: what the table lets pass the schema describes, whatever the values", "[authz]") {
  const auto file = base::read_file("config/reeve.cedarschema", 1 << 20);
  REQUIRE(file.ok());
  const cedar::Schema schema = parse(*file);
  const auto context = [](const std::string& text, std::vector<cedar::Value> scopes, bool has_ip) {
    std::vector<cedar::Record::Field> fields;
    if (has_ip) fields.emplace_back("ip", cedar::Value(*cedar::IpAddr::parse("192.0.2.7")));
    fields.emplace_back("now", cedar::Value(cedar::Datetime{static_cast<std::int64_t>(text.size())}));
    fields.emplace_back("proposed", cedar::Value(cedar::Record()));
    fields.emplace_back("request_id", cedar::Value(text));
    fields.emplace_back("scope", cedar::Value(text));
    fields.emplace_back("scopes_here", cedar::Value(cedar::Set(std::move(scopes))));
    fields.emplace_back("tenant", cedar::Value(cedar::EntityUid(cedar::Name::unchecked("Tenant"), text)));
    return record(std::move(fields));
  };
  const cedar::Record examples[] = {context("", {cedar::Value("a")}, true),
                                    context("", {cedar::Value("a")}, false)};
  const authz::DescribedCalls calls(schema, examples);
  std::size_t known = 0;
  for (const cedar::SchemaAction& action : schema.actions()) {
    const authz::DescribedCall* call = calls.find(action.uid.id());
    if (!call) continue;
    ++known;
    CHECK(call->action == action.uid);
    for (const cedar::SchemaEntityType& principal : schema.entity_types())
      for (const cedar::SchemaEntityType& resource : schema.entity_types())
        for (const bool has_ip : {false, true}) {
          const cedar::Request request{cedar::EntityUid(principal.name, "p"), action.uid,
                                       cedar::EntityUid(resource.name, "r"), context("other", {}, has_ip)};
          INFO(action.uid.id() << " " << principal.name.text() << " " << resource.name.text());
          CHECK(call->describes(request.principal, request.resource) == check_request(request, schema).ok());
        }
  }
  // All that propose nothing: the reads are among them.
  CHECK(known >= 20);
  CHECK(calls.find("role:get") != nullptr);
  CHECK(calls.find("role:create") == nullptr);
  CHECK(calls.find("no:such") == nullptr);
  CHECK(calls.find("read") == nullptr);  // groups others, applies to nothing
}

TEST_CASE("described calls: where an example isn't described, or values count, the table knows nothing",
          "[authz]") {
  const cedar::Record empty;
  const cedar::Record number = record({{"n", cedar::Value(std::int64_t{1})}});
  struct Row {
    const char* name;
    std::string schema;
    std::vector<cedar::Record> examples;
    bool known;
  };
  const Row rows[] = {
      {"as declared",
       kTypes + "action a appliesTo { principal: User, resource: Role, context: { n?: Long } };",
       {empty, number},
       true},
      {"one example lacks what is required",
       kTypes + "action a appliesTo { principal: User, resource: Role, context: { n: Long } };",
       {empty, number},
       false},
      {"one has another kind",
       kTypes + "action a appliesTo { principal: User, resource: Role, context: { n?: String } };",
       {empty, number},
       false},
      {"an enumeration somewhere",
       kTypes + "entity Color enum [\"red\"]; action a appliesTo { principal: User, resource: Role };",
       {empty},
       false},
      {"applies to nothing", kTypes + "action a;", {empty}, false},
      {"in a namespace",
       "namespace N { entity User; action a appliesTo { principal: User, resource: User }; }",
       {empty},
       false},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const cedar::Schema schema = parse(row.schema);
    CHECK((authz::DescribedCalls(schema, row.examples).find("a") != nullptr) == row.known);
  }
  CHECK(authz::DescribedCalls().find("a") == nullptr);
}
