// What the document says of values is what the server takes: every field of every body, every parameter with
// a limit, tried with values on both sides of each.
#include <algorithm>
#include <regex>

#include "dialects/access/dialect.h"
#include "dialects/openapi.h"
#include "dialects/router.h"
#include "dialects/routes.h"
#include "dialects/v1beta1/dialect.h"
#include "dialects/v1beta1/error.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

constexpr const char* kNobody = "0190ffff-0000-7000-8000-00000000ffff";

const base::Json& document() {
  static const base::Json json = [] {
    auto parsed = base::parse_json(dialects::openapi_json());
    return parsed.ok() ? std::move(parsed).value() : base::Json();
  }();
  return json;
}

const base::Json& resolved(const base::Json& schema) {
  const base::Json* ref = schema.find("$ref");
  if (!ref) return schema;
  const base::Json* at = &document();
  const std::string& text = *ref->string();
  for (std::size_t i = 2; i <= text.size();) {
    const std::size_t end = std::min(text.find('/', i), text.size());
    at = at->find(text.substr(i, end - i));
    REQUIRE(at);
    i = end + 1;
  }
  return *at;
}

bool has_text(const base::Json* array, std::string_view text) {
  if (!array) return false;
  if (array->string()) return *array->string() == text;
  const auto& all = *array->array();
  return std::any_of(all.begin(), all.end(),
                     [&](const base::Json& e) { return e.string() && *e.string() == text; });
}

std::size_t characters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::size_t number(const base::Json& schema, std::string_view name, std::size_t otherwise) {
  const base::Json* value = schema.find(name);
  return value ? static_cast<std::size_t>(*value->integer()) : otherwise;
}

bool allows(const base::Json& schema, const std::string& text) {
  if (!has_text(schema.find("type"), "string")) return false;
  if (characters(text) < number(schema, "minLength", 0)) return false;
  if (characters(text) > number(schema, "maxLength", 1'000'000)) return false;
  if (const base::Json* values = schema.find("enum"); values && !has_text(values, text)) return false;
  const std::string format = text_at(schema, "format");
  if (format == "uuid" && !base::Uuid::parse(text)) return false;
  if (format == "date-time" && !base::parse_timestamp(text)) return false;
  const base::Json* pattern = schema.find("pattern");
  // The other way of matching takes a level of the stack for each character.
  const auto flags = std::regex_constants::ECMAScript | std::regex_constants::__polynomial;
  return !pattern || std::regex_search(text, std::regex(*pattern->string(), flags));
}

bool allows(const base::Json& schema, const base::Json& value) {
  if (const std::string* text = value.string()) return allows(schema, *text);
  if (const base::Json::Array* array = value.array())
    return has_text(schema.find("type"), "array") && array->size() >= number(schema, "minItems", 0) &&
           array->size() <= number(schema, "maxItems", 1'000'000);
  const base::Json* type = schema.find("type");
  return value.is_null() ? has_text(type, "null") : value.object() ? has_text(type, "object") : false;
}

// Values on both sides of every limit there is.
std::vector<std::string> texts() {
  std::vector<std::string> all = {"",
                                  " ",
                                  "a",
                                  "A",
                                  "-a",
                                  "_a",
                                  "a-_B9",
                                  "a b",
                                  "a\nb",
                                  "a\tb",
                                  "a\x7f",
                                  "a\x1f",
                                  "é",
                                  std::string("a\0", 2),
                                  "a@b",
                                  "a@b@c",
                                  "@b",
                                  "a@",
                                  "a @b",
                                  "a,b@c",
                                  "enabled",
                                  "pay",
                                  "billing:pay",
                                  "billing/invoice:pay",
                                  "billing/invoice",
                                  "billing_invoice_pay",
                                  "billing.invoice.pay",
                                  "billing.invoice",
                                  "Billing:pay",
                                  "billing:Pay",
                                  "billing:9pay",
                                  "0190FFFF-0000-7000-8000-00000000ffff",
                                  "0190ffff-0000-7000-8000-00000000fffg"};
  for (const std::size_t n : {64, 200, 500, 2000}) {
    all.push_back(std::string(n, 'x'));
    all.push_back(std::string(n + 1, 'x'));
  }
  for (const std::size_t n : {64, 65}) {
    const std::string part(n, 'x');
    all.insert(all.end(), {part + ":a", "a:" + part, part + "_a_a", part + "/a"});
  }
  for (const std::size_t n : {199, 200}) {
    std::string text = "x";
    for (std::size_t i = 0; i < n; ++i) text += "é";
    all.push_back(text);
  }
  for (const std::size_t n : {252, 253}) all.push_back("a@" + std::string(n, 'b'));
  return all;
}

// Names of members, or indexes into arrays.
using Path = std::vector<std::string>;

void set(base::Json& json, const Path& path, std::size_t at, const std::optional<base::Json>& value) {
  if (json.array()) return set((*json.array())[std::stoul(path[at])], path, at + 1, value);
  if (!json.object()) json = base::Json(base::Json::Object{});
  base::Json::Object& object = *json.object();
  auto member =
      std::find_if(object.begin(), object.end(), [&](const auto& m) { return m.first == path[at]; });
  if (at + 1 == path.size() && !value) {
    if (member != object.end()) object.erase(member);
    return;
  }
  if (member == object.end()) member = object.insert(member, {path[at], base::Json()});
  if (at + 1 < path.size()) return set(member->second, path, at + 1, value);
  member->second = *value;
}

// Tries the fields of one call's body. The caller may nothing, so that what is well said ends at the guard.
class Trial {
 public:
  Trial(TestServer& server, const dialects::Route& route, const std::string& tenant,
        const std::string& credential)
      : server_(server), route_(route), credential_(credential) {
    line_ = std::string(http::name_of(route.method)) + " ";
    for (const auto segment : dialects::segments_of(route.path)) {
      const auto name = dialects::parameter_name(segment);
      line_ += "/";
      const bool own = name == "org_id" || route.path == "/v1/tenants/{id}";
      line_ += name.empty() ? segment : own ? std::string_view(tenant) : kNobody;
    }
    if (dialects::takes_tenant(route.required_access())) headers_.push_back(TestServer::tenant(tenant));
    schema_ = document().find("components")->find("schemas")->find(route.body);
    example_ = schema_->find("examples")->array()->front();
  }

  void run() {
    for (const base::Json& example : *schema_->find("examples")->array()) {
      const auto answer = server_.ask({line_, to_text(example), headers_}, credential_);
      INFO(line_ << " " << to_text(example) << ": " << answer.body);
      CHECK(answer.status == 403);
    }
    object(*schema_, {}, &example_);
  }

 private:
  // `example` is what stands there in the example, or null.
  void object(const base::Json& schema, const Path& path, const base::Json* example) {
    for (const auto& [name, member] : *schema.find("properties")->object()) {
      Path inner = path;
      inner.push_back(name);
      // One of several forms: another test has them.
      if (!schema.find("anyOf")) value(inner, {}, !has_text(schema.find("required"), name));
      field(resolved(member), inner, example ? example->find(name) : nullptr);
    }
    Path unknown = path;
    unknown.push_back("nonsense");
    const base::Json* additional = schema.find("additionalProperties");
    value(unknown, base::Json(true), !additional || *additional->boolean());
  }

  void field(const base::Json& schema, const Path& path, const base::Json* example) {
    // Which roles there are is no property of a text, nor how many bytes it has; a template isn't given with
    // one.
    if (path.back() == "role" || path.back() == "template" || (path.front() == "parents" && path.size() > 1))
      return;
    if (has_text(schema.find("type"), "string")) {
      for (const std::string& text : texts()) {
        // Not given, which the dialect takes for any field that may be absent.
        const bool may_be_blank = schema.find("enum") || schema.find("format");
        if (text.empty() && route_.dialect == &dialects::v1beta1::kDialect && may_be_blank) continue;
        value(path, base::Json(text), allows(schema, text));
      }
      value(path, base::Json(std::int64_t{7}), false);
      if (has_text(schema.find("type"), "null")) value(path, base::Json(), true);
    } else if (has_text(schema.find("type"), "array")) {
      array(schema, path, example);
    } else {
      value(path, base::Json("text"), false);
      if (schema.find("properties")) object(schema, path, example);
    }
  }

  void array(const base::Json& schema, const Path& path, const base::Json* example) {
    value(path, base::Json("text"), false);
    const base::Json& items = resolved(*schema.find("items"));
    const base::Json element = example && example->array() ? example->array()->front() : base::Json("user");
    for (const std::size_t n : {0, 1, 100, 101, 1000, 1001}) {
      const base::Json many(base::Json::Array(n, element));
      value(path, many, allows(schema, many));
    }
    if (!items.find("properties") || !example) return;
    // In the first element that has the field, since others may take another form.
    for (const auto& [name, member] : *items.find("properties")->object()) {
      const base::Json::Array& elements = *example->array();
      std::size_t n = 0;
      while (n < elements.size() && !elements[n].find(name)) ++n;
      if (n == elements.size()) n = 0;
      Path inner = path;
      inner.insert(inner.end(), {std::to_string(n), name});
      field(resolved(member), inner, elements[n].find(name));
    }
  }

  // Whether the field is refused, which the rest of the body is no reason for.
  void value(const Path& path, const std::optional<base::Json>& value, bool allowed) {
    base::Json body = example_;
    set(body, path, 0, value);
    std::string pointer;
    for (const std::string& part : path) pointer += "/" + part;
    if (route_.dialect == &dialects::v1beta1::kDialect) pointer = dialects::v1beta1::field_path(pointer);
    const auto answer = server_.ask({line_, to_text(body), headers_}, credential_);
    const bool refused = answer.status == 400 && answer.body.find("\"" + pointer + "\"") != std::string::npos;
    // An organization that there isn't is asked for before the guard is.
    const bool expected =
        answer.status == 403 || answer.status == (pointer == "orgId" && !refused ? 404 : 400);
    if (refused != allowed && expected) return;
    const std::string sent = value ? to_text(*value).substr(0, 300) : "nothing";
    UNSCOPED_INFO(line_ << " " << pointer << ": " << sent << " is " << (allowed ? "" : "not ")
                        << "allowed by the document; " << answer.status << " " << answer.body.substr(0, 300));
    CHECK(refused != allowed);
    CHECK(expected);
  }

  TestServer& server_;
  const dialects::Route& route_;
  const std::string credential_;
  std::string line_;
  std::vector<std::string> headers_;
  const base::Json* schema_ = nullptr;
  base::Json example_;
};

}  // namespace

TEST_CASE("schemas: every field is taken and refused as the document says", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("example");
  const std::string credential = TestServer::bearer(server.make_key(tenant, "[]"));
  // No example is one for some years only.
  server.clock().advance(std::int64_t{50} * 365 * 24 * 3600 * 1000);
  for (const dialects::Route& route : dialects::all_routes())
    // Errors of /access have no pointers; tests/dialects/access has the tables.
    if (!route.body.empty() && route.dialect != &dialects::access::kDialect && route.id != "import_entities")
      Trial(server, route, tenant, credential).run();
}

TEST_CASE("schemas: parameters with limits are taken and refused as the document says", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("example");
  const std::string credential = TestServer::bearer(server.make_key(tenant, "[]"));
  const std::string header = TestServer::tenant(tenant);
  const base::Json& parameters = *document().find("components")->find("parameters");
  const base::Json& limit = *parameters.find("limit")->find("schema");
  for (const std::size_t n : {0, 1, 250, 251}) {
    INFO(n);
    const bool allowed = n >= number(limit, "minimum", 0) && n <= number(limit, "maximum", 1'000'000);
    for (const char* list : {"/v1/groups", "/v1/roles", "/v1beta1/organizations"}) {
      const auto answer =
          server.ask({std::string("GET ") + list + "?limit=" + std::to_string(n), "", {header}}, credential);
      CHECK((answer.status == 400) != allowed);
    }
  }
  const struct {
    const char* parameter;
    const char* line;
    std::vector<std::string> values;
  } rows[] = {
      {"idempotency_key",
       "POST /v1/groups",
       {"", "a", "!~", "a b", "é", std::string(128, 'x'), std::string(129, 'x')}},
      {"if_match",
       "PATCH /v1/groups/0190ffff-0000-7000-8000-00000000ffff",
       {"*", "42", "\"42\"", "\"42\", W/\"a,b\"", "\"42\",\"43\"", "\"42", "\"42\",", "* , \"42\""}},
  };
  for (const auto& row : rows) {
    const base::Json& parameter = *parameters.find(row.parameter);
    for (const std::string& value : row.values) {
      const auto answer = server.ask(
          {row.line, R"({"name":"x"})", {header, text_at(parameter, "name") + ": " + value}}, credential);
      INFO(value << ": " << answer.status << " " << answer.body);
      CHECK(answer.status == (allows(*parameter.find("schema"), value) ? 403 : 400));
    }
  }
}
