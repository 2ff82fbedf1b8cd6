// What is wrong with a body is told in one answer: fields that are unknown, missing or of a wrong type, and
// the values of the others.
#include <algorithm>
#include <map>

#include "dialects/access/dialect.h"
#include "dialects/router.h"
#include "dialects/routes.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

constexpr const char* kNobody = "0190ffff-0000-7000-8000-00000000ffff";

std::string path_of(const dialects::Route& route) {
  std::string path;
  for (const auto segment : dialects::segments_of(route.path)) {
    const auto name = dialects::parameter_name(segment);
    path += "/";
    path += name.empty() ? segment : name == "org_id" ? "example" : name == "slug" ? "mine" : kNobody;
  }
  return path;
}

// "pointer message" of each, one a line, in either dialect.
std::string errors_in(const RawResponse& response) {
  const base::Json body = json_of(response);
  const base::Json* details = body.find("details");
  if (response.status != 400 || !details) return std::to_string(response.status) + " " + response.body;
  std::string text;
  if (const base::Json* errors = details->find("errors"))
    for (const base::Json& error : *errors->array())
      text += text_at(error, "pointer") + " " + text_at(error, "message") + "\n";
  if (details->array())
    for (const base::Json& detail : *details->array())
      if (const base::Json* violations = detail.find("fieldViolations"))
        for (const base::Json& violation : *violations->array())
          text += text_at(violation, "field") + " " + text_at(violation, "description") + "\n";
  return text;
}

std::string repeated(std::size_t n, const std::string& element) {
  std::string text = "[";
  for (std::size_t i = 0; i < n; ++i) text += (i ? "," : "") + element;
  return text + "]";
}

const std::string kLong(201, 'x');

struct Row {
  std::string operation, body, expected;
};

// Each has a mistake that keeps the body from being read, and every mistake of value that its fields can
// have.
std::vector<Row> rows() {
  const std::string long_text(2001, 'x');
  const std::string big = R"({"a":")" + std::string(16 * 1024, 'x') + R"("})";
  return {
      {"create_role",
       R"({"slug":"-","name":")" + kLong + R"(","description":7,"scopes":)" + repeated(1001, R"("a:b")") +
           "}",
       "/description must be a string, not an integer\n"
       "/slug must be 1 to 64 letters, digits, `_` and `-`, and begin with a letter or digit\n"
       "/name must be 1 to 200 characters\n"
       "/scopes must be at most 1000 permissions\n"},
      {"update_role",
       R"({"slug":"x","name":"a\nb","description":")" + long_text + R"(","scopes":)" +
           repeated(1001, R"("a:b")") + "}",
       "/slug is not a known field\n"
       "/name must not have U+000A, a control character, at character 2\n"
       "/description must be at most 2000 characters\n"
       "/scopes must be at most 1000 permissions\n"},
      {"create_group", R"({"name":" ","descriptoin":"x","description":")" + long_text + "\"}",
       "/descriptoin is not a known field; did you mean `description`?\n"
       "/name must be 1 to 200 characters\n"
       "/description must be at most 2000 characters\n"},
      {"update_group", R"({"name":null,"description":"a\u0000"})",
       "/name must be a string, not null\n"
       "/description must not have U+0000, a control character, at character 2\n"},
      {"add_group_role",
       R"({"valid_from":7,"expires_at":"2001-01-01T00:00:00Z","reason":")" + std::string(501, 'x') + "\"}",
       "/role is required\n"
       "/valid_from must be an RFC 3339 time, not an integer\n"
       "/expires_at must lie in the future\n"
       "/reason must be at most 500 characters\n"},
      {"create_tenant", R"({"name":7,"slug":"2489e9ad-2ee2-8e00-8ec9-32d5f69181c0"})",
       "/name must be a string, not an integer\n"
       "/slug must not be a uuid\n"},
      {"update_tenant", R"({"name":"","slug":"a b","state":1})",
       "/state must be a string, not an integer\n"
       "/state must be `enabled` or `disabled`\n"
       "/slug must be 1 to 64 lower-case letters, digits, `_` and `-`, and begin with a letter or digit\n"
       "/name must be 1 to 200 characters\n"},
      {"create_user", R"({"email":"ada","name":[]})",
       "/name must be a string, not an array\n"
       "/email must be an e-mail address of at most 254 bytes, like `ann@example.org`\n"},
      {"update_user", R"({"name":7,"roles":)" + repeated(101, R"("user")") + "}",
       "/name must be a string, not an integer\n"
       "/roles must be at most 100 roles\n"},
      {"create_api_key", R"({"name":"","scopes":["a",7],"expires_at":"2001-01-01T00:00:00Z"})",
       "/scopes/1 must be a string, not an integer\n"
       "/name must be 1 to 200 characters\n"
       "/expires_at must lie in the future\n"},
      {"put_entity", R"({"attr":{},"attrs":7,"parents":[7,{"type":"","id":7}],"tags":{"f":1.5}})",
       "/attrs must be an object, not an integer\n"
       "/parents/0 must be an object with `type` and `id`, or both as `type:id`, not an integer\n"
       "/parents/1/id must be a string, not an integer\n"
       "/attr is not a known field; did you mean `attrs`?\n"
       "/tags/f numbers are integers from -2^63 to 2^63 - 1\n"},

      {"create_organization", R"({"name":"a b","title":7,"metadata":)" + big + "}",
       "title must be a string, not an integer\n"
       "name must be 1 to 64 lower-case letters, digits, `_` and `-`, and begin with a letter or digit\n"
       "metadata must be at most 16384 bytes of JSON\n"},
      {"update_organization", R"({"body":{"name":"a b","title":" ","state":"gone","metadata":)" + big + "}}",
       "body.state must be enabled or disabled\n"
       "body.name must be 1 to 64 lower-case letters, digits, `_` and `-`, and begin with a letter or digit\n"
       "body.title must be 1 to 200 characters\n"
       "body.metadata must be at most 16384 bytes of JSON\n"},
      {"create_organization_role", R"({"name":"x","permissions":["a",7],"title":" "})",
       "permissions[1] must be a string, not an integer\n"
       "name must be 2 to 64 letters, digits, `_` and `-`\n"
       "title must be 1 to 200 characters\n"},
      {"update_organization_role",
       R"({"name":"x","permissions":[],"title":7,"metadata":{"description":")" + long_text + "\"}}",
       "title must be a string, not an integer\n"
       "name must be 2 to 64 letters, digits, `_` and `-`\n"
       "permissions must have at least one permission\n"
       "metadata.description must be at most 2000 characters\n"},
      {"create_platform_role", R"({"body":{"name":"x","metadata":7}})",
       "body.permissions is required\n"
       "body.metadata must be an object, not an integer\n"
       "body.name must be 2 to 64 letters, digits, `_` and `-`\n"},
      {"update_platform_role", R"({"title":" ","permissions":)" + repeated(1001, R"("a:b")") + "}",
       "name is required\n"
       "permissions must be at most 1000 permissions\n"
       "title must be 1 to 200 characters\n"},
      {"create_permissions",
       R"({"bodies":[7,{"key":"nothing","title":" "},{"name":"pay!","namespace":"billing","metadata":)" +
           big + R"(},{"name":"pay","namespace":"billing/invoice","title":7}]})",
       "bodies[0] must be an object, not an integer\n"
       "bodies[2].name must be a letter and up to 63 letters and digits\n"
       "bodies[2].namespace must be service/resource, each in lower-case letters and digits\n"
       "bodies[3].title must be a string, not an integer\n"
       "bodies[1].key permission `nothing`: must be spelled resource:verb, service/resource:verb, "
       "service_resource_verb or service.resource.verb, each part of lower-case letters and digits; a verb "
       "may have capital letters\n"
       "bodies[1].title must be 1 to 200 characters\n"
       "bodies[2].metadata must be at most 16384 bytes of JSON\n"},
      {"create_service_user", R"({"body":{"title":7,"metadata":)" + big + "}}",
       "body.title must be a string, not an integer\n"
       "body.metadata must be at most 16384 bytes of JSON\n"},
      {"create_service_user_older", R"({"orgId":7,"title":" ","metadata":7})",
       "orgId must be a string, not an integer\n"
       "metadata must be an object, not an integer\n"
       "title must be 1 to 200 characters\n"},
      {"update_permission", R"({"title":7,"metadata":{"description":")" + long_text + "\"}}",
       "title must be a string, not an integer\n"
       "metadata.description must be at most 2000 characters\n"},
      {"create_organization_policy",
       R"({"body":{"role_id":7,"resource":"x","principal":"user:x","title":" ",)"
       R"("expires_at":"2001-01-01T00:00:00Z"}})",
       "body.role_id must be a string, not an integer\n"
       "body.resource must be namespace:id, such as app/organization:<uuid>\n"
       "body.principal must be namespace:id, such as app/user:<uuid>, of a user, service user or group\n"
       "body.expires_at must lie in the future\n"
       "body.title must be 1 to 200 characters\n"},
      {"check_permission", R"({"permission":7,"resource":"x"})",
       "permission must be a string, not an integer\n"
       "resource must be namespace:id, such as app/organization:<uuid>\n"},
      {"check_permissions", R"({"bodies":[7,{"permission":7,"resource":"x"}],"orgId":7})",
       "orgId must be a string, not an integer\n"
       "bodies[0] must be an object, not an integer\n"
       "bodies[1].permission must be a string, not an integer\n"
       "bodies[1].resource must be namespace:id, such as app/organization:<uuid>\n"},
      {"check_subject", R"({"permission":"get","resource":7,"subject":"ann"})",
       "resource must be a string, not an integer\n"
       "subject must be namespace:uuid, such as app/user:<uuid>\n"},
      {"create_project", R"({"body":{"name":"x","title":7,"orgId":7}})",
       "body.orgId must be a string, not an integer\n"
       "body.title must be a string, not an integer\n"
       "body.name must be 2 to 64 letters, digits, `_` and `-`\n"},
      {"update_project",
       R"({"name":"2489e9ad-2ee2-8e00-8ec9-32d5f69181c0","title":7,"metadata":)" + big + "}",
       "title must be a string, not an integer\n"
       "name must not be a uuid\n"
       "metadata must be at most 16384 bytes of JSON\n"},
      {"create_organization_group",
       R"({"name":" ","title":7,"metadata":{"description":")" + long_text + "\"}}",
       "title must be a string, not an integer\n"
       "name must be 1 to 200 characters\n"
       "metadata.description must be at most 2000 characters\n"},
      {"update_organization_group", R"({"name":7,"title":" "})",
       "name must be a string, not an integer\n"
       "title must be 1 to 200 characters\n"},
      {"add_group_users", R"({"userIds":["x",7]})", "userIds[1] must be a string, not an integer\n"},
      {"create_grant", R"({"principal":"ann","template":"7","resource":7,"expires_at":"soon","reason":1})",
       "/principal must be a type and an id with a colon between them, such as `Folder:7`\n"
       "/template must be the id of a rule, a uuid\n"
       "/resource must be an object with `type` and `id`, or both as `type:id`, not an integer\n"
       "/expires_at must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z\n"
       "/reason must be a string, not an integer\n"
       "/role is required, or else `template`\n"},
      {"create_policy",
       R"({"name":")" + kLong +
           R"(","priority":2147483648,"enabled":"yes","rules":[{"effect":1},{"efect":"permit"}]})",
       "/enabled must be true or false, not a string\n"
       "/priority must be within 32 bits, -2147483648 to 2147483647\n"
       "/rules/0/effect must be a string, not an integer\n"
       "/rules/1/efect is not a known field; did you mean `effect`?\n"
       "/name must be 1 to 200 characters\n"
       "/rules/1/effect must be permit or forbid\n"},
      {"update_policy", R"({"name":" ","description":")" + long_text + R"(","enabled":null,"priority":"1"})",
       "/enabled must be true or false, not null\n"
       "/priority must be a whole number, not a string\n"
       "/name must be 1 to 200 characters\n"
       "/description must be at most 2000 characters\n"},
      {"create_rule", R"({"policy_text":1,"annotations":{"a":1},"action_ids":"view"})",
       "/policy_text must be a string, not an integer\n"
       "/action_ids must be an array of strings, not a string\n"
       "/annotations/a must be a string, not an integer\n"
       "/effect must be permit or forbid\n"},
      {"update_rule", R"({"policy_text":null,"conditions":1,"annotations":[]})",
       "/policy_text must be a string, not null\n"
       "/conditions must be a string or null, not an integer\n"
       "/annotations must be an object, not an array\n"},
      {"reorder_policies", R"({"ids":["x",1]})",
       "/ids/0 must be a uuid\n/ids/1 must be a string, not an integer\n"},
      {"reorder_policies_by_post", "{}", "/ids is required\n"},
      {"reorder_rules", R"({"ids":)" + repeated(1001, R"("x")") + "}", "/ids must be at most 1000 rules\n"},
      {"reorder_rules_by_post", R"({"id":[]})",
       "/ids is required\n/id is not a known field; did you mean `ids`?\n"},
      {"rotate_api_key", R"({"keep_old_for":7,"keep":"1h"})",
       "/keep_old_for must be a string, not an integer\n"
       "/keep is not a known field\n"},
      {"validate_rules", R"({"policy_text":1})",
       "/policy_text must be a string, not an integer\n/effect must be permit or forbid\n"},
      {"evaluate_policies", R"({"principal":"ann","groups":["x",1],"action":7})",
       "/principal must be a type and an id with a colon between them, such as `Folder:7`\n"
       "/action must be a string, not an integer\n"
       "/resource is required\n"
       "/groups/1 must be a string, not an integer\n"
       "/groups/0 must be a uuid\n"},
      {"set_decision_settings", R"({"on_error":"allow","reasons":1,"type_names":{"a":1,"b":"no name"}})",
       "/on_error must be deny or cedar\n"
       "/reasons must be a string, not an integer\n"
       "/type_names/a must be a string, not an integer\n"
       "/type_names/b must be a name of Cedar's, such as Doc or App::Doc, of at most 128 bytes\n"},
      {"set_decision_settings",
       R"({"log":"sample:2","log_keep":{"entries":0,"days":"x","weeks":1},"log_mask":["/context","token"],"log_strict":1})",
       "/log must be off, denied, all, or sample: and a part such as 0.01\n"
       "/log_keep/days must be a whole number, not a string\n"
       "/log_keep/weeks is not a known field\n"
       "/log_strict must be true or false, not an integer\n"
       "/log_keep/entries must be from 1 to 10000000\n"
       "/log_mask/1 must be a JSON pointer of at most 512 bytes to /context or below /subject, /action, "
       "/resource or /context\n"},
      {"plan",
       R"({"subject":1,"action":{"name":1},"sql":{"dialect":"oracle","columns":{"a":"x;y","b":1}},"more":1})",
       "/subject must be an object, not an integer\n"
       "/action/name must be a string, not an integer\n"
       "/resource is required\n"
       "/sql/dialect must be `postgres`, `sqlite` or `mysql`\n"
       "/sql/columns/a must be a column's name: one to three identifiers with dots between them\n"
       "/sql/columns/b must be a string, not an integer\n"
       "/more is not a known field\n"},
      {"explain", R"({"subject":1,"action":{},"more":1})",
       "/subject must be an object, not an integer\n"
       "/action/name is required\n"
       "/resource is required\n"
       "/more is not a known member\n"},
      {"set_schema", R"({"schema":1,"more":1})",
       "/schema must be a string, not an integer\n/more is not a known field\n"},
      {"create_policy_test", R"({"name":1,"request":{"subject":1},"expected":"yes"})",
       "/name must be a string, not an integer\n"
       "/expected must be true, false or an object with `decision`, not a string\n"
       "/request/subject must be an object, not an integer\n"
       "/request/action is required\n"
       "/request/resource is required\n"},
      {"update_policy_test", R"({"name":"","expected":{"decision":1}})",
       "/expected/decision must be true or false, not an integer\n"
       "/name must be 1 to 200 characters\n"},
      {"create_mapping", R"({"principal":"ann","role":1,"expires_at":"2001-01-01T00:00:00Z"})",
       "/principal must be a type and an id with a colon between them, such as `Folder:7`\n"
       "/role must be a string, not an integer\n"
       "/expires_at must lie in the future\n"},
      {"update_mapping", R"({"valid_from":1,"expires_at":"2001-01-01T00:00:00Z"})",
       "/valid_from must be an RFC 3339 time, not an integer\n"
       "/expires_at must lie in the future\n"},
      {"change_mappings",
       R"({"create":[{"role":1,"expires_at":"2001-01-01T00:00:00Z"}],"update":[{"id":"x","to":1}],"delete":[1]})",
       "/create/0/principal is required\n"
       "/create/0/role must be a string, not an integer\n"
       "/update/0/id must be a uuid, such as 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0\n"
       "/update/0/to is not a known field\n"
       "/delete/0 must be a string, not an integer\n"
       "/create/0/expires_at must lie in the future\n"},
      {"add_members", R"({"members":[{"user_id":"x"},{"email":1},{}],"skip_unknown":1})",
       "/members/0/user_id must be a uuid, such as 2489e9ad-2ee2-8e00-8ec9-32d5f69181c0\n"
       "/members/1/email must be a string, not an integer\n"
       "/skip_unknown must be true or false, not an integer\n"
       "/members/2 must have either user_id or email\n"},
  };
}

}  // namespace

TEST_CASE("field errors: mistakes of type and of value are told at once, by every call", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("example");
  // Of one field each, which is read or isn't; but for an import, which tests/dialects/import_test.cpp has.
  std::map<std::string, std::size_t> told = {{"add_member", 0},
                                             {"suspend_user", 0},
                                             {"create_secret", 0},
                                             {"create_secret_older", 0},
                                             {"import_entities", 0}};
  const auto all = dialects::all_routes();
  for (const Row& row : rows()) {
    INFO(row.operation);
    const auto route =
        std::find_if(all.begin(), all.end(), [&](const dialects::Route& r) { return r.id == row.operation; });
    REQUIRE(route != all.end());
    ++told[row.operation];
    const std::string line = std::string(http::name_of(route->method)) + " " + path_of(*route);
    std::vector<std::string> headers;
    if (dialects::takes_tenant(route->required_access())) headers.push_back(TestServer::tenant(tenant));
    CHECK(errors_in(server.ask({line, row.body, headers})) == row.expected);
  }
  for (const dialects::Route& route : all)
    // Errors of /access have no pointers, and are in tests/dialects/access.
    if (!route.body.empty() && route.dialect != &dialects::access::kDialect)
      CHECK(told.contains(std::string(route.id)));
}

// A body that reads well goes to its operation: the guard is asked after its values, and the store after the
// guard.
TEST_CASE("field errors: who may not make the call learns of the body alone", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("example");
  const std::string header = TestServer::tenant(tenant);
  const std::string nobody = TestServer::bearer(server.make_key(tenant, "[]"));
  server.made({"POST /v1/roles", R"({"slug":"taken","name":"x","scopes":[]})", {header}});
  const auto ask = [&](const char* body) {
    return brief(server.ask({"POST /v1/roles", body, {header}}, nobody));
  };
  CHECK(ask(R"({"slug":"taken","name":"","scopes":["no:such"],"more":1})") ==
        "400 invalid_input more: is not a known field (and 1 more)");
  CHECK(ask(R"({"slug":"taken","name":"","scopes":["no:such"]})") ==
        "400 invalid_input name: must be 1 to 200 characters");
  CHECK(ask(R"({"slug":"taken","name":"x","scopes":["no:such"]})").starts_with("403 forbidden "));
}

TEST_CASE("field errors: a repeated request is answered as before, though its times have passed", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("example");
  const std::string soon = to_string(base::Timestamp{server.clock().now().ms + 60'000});
  const Ask key{"POST /v1/api-keys",
                R"({"name":"Bot","expires_at":")" + soon + "\"}",
                {TestServer::tenant(tenant), "Idempotency-Key: k"}};
  const auto first = server.ask(key);
  REQUIRE(first.status == 201);
  server.clock().advance(3'600'000);
  const auto again = server.ask(key);
  CHECK(again.status == 201);
  CHECK(text_at(json_of(again), "id") == text_at(json_of(first), "id"));
}
