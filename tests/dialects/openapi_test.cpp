// The document and the routes table say the same.
#include "dialects/openapi.h"

#include <yaml-cpp/yaml.h>

#include <set>

#include "dialects/router.h"
#include "dialects/routes.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

const base::Json& document() {
  static const base::Json json = [] {
    auto parsed = base::parse_json(dialects::openapi_json());
    return parsed.ok() ? std::move(parsed).value() : base::Json();
  }();
  return json;
}

// What a JSON pointer in a $ref leads to; null where it leads nowhere.
const base::Json* follow(std::string_view ref) {
  const base::Json* at = &document();
  for (std::size_t i = 2; at && i <= ref.size();) {
    const std::size_t end = std::min(ref.find('/', i), ref.size());
    at = at->find(ref.substr(i, end - i));
    i = end + 1;
  }
  return at;
}

const base::Json& resolved(const base::Json& json) {
  const base::Json* ref = json.find("$ref");
  const base::Json* target = ref && ref->string() ? follow(*ref->string()) : nullptr;
  return target ? *target : json;
}

template <typename Visit>
void each_ref(const base::Json& json, const Visit& visit) {
  if (json.array())
    for (const base::Json& element : *json.array()) each_ref(element, visit);
  if (!json.object()) return;
  for (const auto& [name, value] : *json.object()) {
    if (name == "$ref" && value.string()) visit(*value.string());
    each_ref(value, visit);
  }
}

std::string lower(std::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  return out;
}

// "in name" of each parameter, as a set.
std::set<std::string> parameters_of(const base::Json& operation) {
  std::set<std::string> found;
  if (const base::Json* parameters = operation.find("parameters"))
    for (const base::Json& parameter : *parameters->array())
      found.insert(text_at(resolved(parameter), "in") + " " + text_at(resolved(parameter), "name"));
  return found;
}

std::set<std::string> parameters_of(const dialects::Route& route) {
  std::set<std::string> found;
  for (const auto segment : dialects::segments_of(route.path))
    if (const auto name = dialects::parameter_name(segment); !name.empty())
      found.insert("path " + std::string(name));
  for (const auto name : route.parameters) found.insert("query " + std::string(name));
  if (dialects::takes_tenant(route.required_access())) found.insert("header X-Tenant-ID");
  if (route.required_access() != dialects::Access::kPublic) found.insert("header X-Request-ID");
  const bool changes = std::holds_alternative<dialects::ChangeHandler>(route.handle) ||
                       std::holds_alternative<dialects::LongChangeHandler>(route.handle);
  // What an import puts again it leaves as it is.
  const bool is_import = std::holds_alternative<dialects::ImportHandler>(route.handle);
  if (route.method == http::Method::kPost && changes) found.insert("header Idempotency-Key");
  if (!changes && !is_import && route.required_access() != dialects::Access::kPublic)
    found.insert("header X-Min-Revision");
  if (route.takes_if_match) found.insert("header If-Match");
  if (route.takes_at != dialects::TakesAt::kNo) found.insert("query at");
  if (route.takes_dry_run) found.insert({"query dry_run", "header X-If-Revision"});
  return found;
}

// Where the two differ; "" where they don't. YAML has texts alone, of which those in quotes have the tag "!".
std::string first_difference(const YAML::Node& yaml, const base::Json& json, const std::string& at) {
  if (const auto* object = json.object()) {
    if (!yaml.IsMap() || yaml.size() != object->size()) return at;
    for (const auto& [name, value] : *object)
      if (auto found = first_difference(yaml[name], value, at + "/" + name); !found.empty()) return found;
  } else if (const auto* array = json.array()) {
    if (!yaml.IsSequence() || yaml.size() != array->size()) return at;
    for (std::size_t i = 0; i < array->size(); ++i)
      if (auto found = first_difference(yaml[i], (*array)[i], at + "/" + std::to_string(i)); !found.empty())
        return found;
  } else if (json.is_null()) {
    if (!yaml.IsNull()) return at;
  } else {
    const std::string* text = json.string();
    if (!yaml.IsScalar() || yaml.Scalar() != (text ? *text : to_text(json))) return at;
    // What is no string must not be quoted, and a string that looks like something else must be.
    const bool quoted = yaml.Tag() == "!";
    if (!text && quoted) return at;
    if (text && !quoted && base::parse_json(*text).ok()) return at;
  }
  return "";
}

}  // namespace

TEST_CASE("openapi: every route is in the document, as the table has it", "[http]") {
  for (const dialects::Route& route : dialects::all_routes()) {
    INFO(http::name_of(route.method) << " " << route.path);
    const base::Json* path = document().find("paths")->find(route.path);
    REQUIRE(path);
    const base::Json* operation = path->find(lower(http::name_of(route.method)));
    REQUIRE(operation);
    CHECK(text_at(*operation, "operationId") == route.id);
    CHECK(parameters_of(*operation) == parameters_of(route));
    CHECK((operation->find("responses")->find("412") != nullptr) ==
          (route.takes_if_match || route.takes_dry_run));
    CHECK((operation->find("security") != nullptr) == (route.required_access() == dialects::Access::kPublic));
    CHECK((operation->find("x-needs") != nullptr) == route.operation.has_value());
    if (route.operation) CHECK(text_at(*operation, "x-needs") == route.operation->scope);

    const base::Json* body = operation->find("requestBody");
    CHECK((body != nullptr) == !route.body.empty());
    if (body) {
      const base::Json* schema = body->find("content")->find("application/json")->find("schema");
      CHECK(text_at(*schema, "$ref") == "#/components/schemas/" + std::string(route.body));
    }

    std::set<std::string> successes;
    for (const auto& [status, response] : *operation->find("responses")->object()) {
      if (status.front() == '2' || status == "308") successes.insert(status);
      const base::Json& answer = resolved(response);
      CHECK(answer.find("description"));
      const bool has_body = status != "204" && status.front() != '3';
      CHECK((answer.find("content") != nullptr) == has_body);
    }
    std::set<std::string> expected = {std::to_string(route.success)};
    if (route.takes_dry_run) expected.insert("200");
    if (route.id == "verify_audit_log") expected.insert("202");  // of a long log, which goes on
    CHECK(successes == expected);
    const bool asks = route.required_access() != dialects::Access::kPublic;
    for (const char* status : {"401", "429", "500"})
      CHECK((operation->find("responses")->find(status) != nullptr) == asks);
  }
}

TEST_CASE("openapi: every call of the document is a route", "[http]") {
  std::set<std::string> routes;
  for (const dialects::Route& route : dialects::all_routes())
    routes.insert(lower(http::name_of(route.method)) + " " + std::string(route.path));
  std::size_t calls = 0;
  for (const auto& [pattern, path] : *document().find("paths")->object())
    for (const auto& [method, operation] : *path.object()) {
      ++calls;
      CHECK(routes.contains(method + " " + pattern));
    }
  CHECK(calls == routes.size());
}

TEST_CASE("openapi: every reference leads somewhere, and everything in it is used", "[http]") {
  std::set<std::string> used;
  each_ref(document(), [&](const std::string& ref) {
    INFO(ref);
    CHECK(follow(ref) != nullptr);
    used.insert(ref);
  });
  for (const auto& [kind, members] : *document().find("components")->object()) {
    if (kind == "securitySchemes") continue;
    for (const auto& [name, value] : *members.object()) {
      const std::string ref = "#/components/" + kind + "/" + name;
      INFO(ref);
      CHECK(used.contains(ref));
    }
  }
}

TEST_CASE("openapi: every schema of a body has an example with every required field and no other", "[http]") {
  std::set<std::string_view> names;
  for (const dialects::Route& route : dialects::all_routes())
    if (!route.body.empty()) names.insert(route.body);
  REQUIRE(names.erase("NewEntities") == 1);  // which is an array of
  names.insert("NewEntity");
  for (const std::string_view name : names) {
    INFO(name);
    const base::Json* schema = follow("#/components/schemas/" + std::string(name));
    REQUIRE(schema);
    const base::Json* examples = schema->find("examples");
    REQUIRE(examples);
    for (const base::Json& example : *examples->array()) {
      if (const base::Json* required = schema->find("required"))
        for (const base::Json& field : *required->array()) CHECK(example.find(*field.string()));
      for (const auto& [field, value] : *example.object()) CHECK(schema->find("properties")->find(field));
    }
  }
}

// Pages that show the document fill in what it gives as examples, and the tenant that it names is that of
// `reeve dev`.
TEST_CASE("openapi: nobody deletes anything by trying a call as it is shown", "[http]") {
  for (const auto& [pattern, path] : *document().find("paths")->object())
    if (const base::Json* operation = path.find("delete"))
      for (const base::Json& parameter : *operation->find("parameters")->array()) {
        const base::Json& said = resolved(parameter);
        INFO(pattern << " " << text_at(said, "name"));
        if (text_at(said, "in") == "path") CHECK_FALSE((said.find("example") || said.find("examples")));
      }
}

TEST_CASE("openapi: the YAML form, read by another's parser, is the JSON form", "[http]") {
  CHECK(first_difference(YAML::Load(std::string(dialects::openapi_yaml())), document(), "") == "");
}

TEST_CASE("openapi: both forms are served, without a credential", "[http]") {
  TestServer server;
  const auto json = server.ask({"GET /openapi.json", "", {}}, "");
  CHECK(json.status == 200);
  CHECK(json.header("content-type") == "application/json");
  CHECK(json.body == dialects::openapi_json());
  const auto yaml = server.ask({"GET /openapi.yaml", "", {}}, "");
  CHECK(yaml.status == 200);
  CHECK(yaml.header("content-type") == "application/yaml");
  CHECK(yaml.body.starts_with("openapi: \"3.1.0\"\ninfo:\n  title: Reeve\n"));
}

TEST_CASE("openapi: names the fields of /v1beta1 as the server writes them", "[http]") {
  const auto fields_of = [](const base::Json& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : *object.object()) names.insert(name);
    return names;
  };
  for (const auto names : {dialects::FieldNames::kCamel, dialects::FieldNames::kProto}) {
    INFO((names == dialects::FieldNames::kCamel ? "camel" : "proto"));
    TestServerOptions options;
    options.http.v1beta1_names = names;
    TestServer server(options);
    const std::string text = server.ask({"GET /openapi.json", "", {}}, "").body;
    auto parsed = base::parse_json(text);
    REQUIRE(parsed.ok());
    const base::Json& whole = parsed.value();
    const base::Json& schemas = *whole.find("components")->find("schemas");
    server.make_tenant("example");
    const base::Json user = server.made({"POST /v1beta1/serviceusers", R"({"orgId":"example"})", {}});
    const std::string path = "/v1beta1/serviceusers/" + text_at(user, "serviceuser.id") + "/secrets";
    const struct {
      const char* schema;
      base::Json shown;
    } rows[] = {
        {"Organization", *server.made({"GET /v1beta1/organizations/example", "", {}}).find("organization")},
        {"OrganizationRole", *server
                                  .made({"POST /v1beta1/organizations/example/roles",
                                         R"({"name":"viewer","permissions":["group:get"]})",
                                         {}})
                                  .find("role")},
        {"CataloguePermission",
         *server.made({"GET /v1beta1/permissions/app_group_get", "", {}}).find("permission")},
        {"ServiceUser", *user.find("serviceuser")},
        {"CreatedSecret", *server.made({"POST " + path, "{}", {}}).find("secret")},
        {"Secret", server.made({"GET " + path, "", {}}).find("secrets")->array()->front()},
        {"OrganizationList", server.made({"GET /v1beta1/organizations?limit=1", "", {}})},
    };
    for (const auto& row : rows) {
      INFO(row.schema);
      const base::Json& schema = *schemas.find(row.schema);
      CHECK(fields_of(*schema.find("properties")) == fields_of(row.shown));
      for (const base::Json& field : *schema.find("required")->array())
        CHECK(row.shown.find(*field.string()));
      for (const base::Json& example : *schema.find("examples")->array())
        for (const std::string& field : fields_of(example)) CHECK(row.shown.find(field));
    }
    const bool proto = names == dialects::FieldNames::kProto;
    CHECK((text.find("\"fieldViolations\"") == std::string::npos) == proto);
    CHECK((text.find("\"field_violations\"") == std::string::npos) == !proto);
    // Of the document's own words and of /v1 nothing changes.
    CHECK(text.find("\"operationId\"") != std::string::npos);
    CHECK(text.find("\"max_length\"") == std::string::npos);
    CHECK(to_text(*schemas.find("Role")) == to_text(*follow("#/components/schemas/Role")));
  }
}
