// The table of /v1beta1: what each call answers, whole, and the errors that are its own.
#include "base/encoding.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

struct Scene {
  explicit Scene(const TestServerOptions& options = {}) : server(options) {}
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, {}}, key);
  }
};

void check(Scene& s, const std::string& credential, const std::vector<AnswerRow>& rows) {
  check_answers(rows, [&](const std::string& line, const std::string& body) {
    return s.server.ask({line, body, {}}, credential);
  });
}

constexpr const char* kNobody = "0190ffff-0000-7000-8000-00000000ffff";

std::string role_shape(const std::string& name, const std::string& permissions, const std::string& title,
                       const std::string& org = "ID") {
  return R"({"id":"ID","name":")" + name + R"(","permissions":[)" + permissions + R"(],"title":")" + title +
         R"(","metadata":{},"createdAt":"TIME","updatedAt":"TIME","orgId":")" + org +
         R"(","state":"enabled"})";
}

}  // namespace

TEST_CASE("v1beta1: organizations", "[http]") {
  Scene s;
  const std::string shape =
      R"({"id":"ID","name":"example","title":"example","metadata":{},"state":"enabled","avatar":"",)"
      R"("createdAt":"TIME","updatedAt":"TIME"})";
  const std::string made =
      R"({"id":"ID","name":"acme","title":"Acme","metadata":{"plan":"small"},"state":"enabled","avatar":"","createdAt":"TIME","updatedAt":"TIME"})";
  check(s, TestServer::platform(),
        {
            {"POST /v1beta1/organizations", R"({"name":"ACME","title":"Acme","metadata":{"plan":"small"}})",
             R"(200 {"organization":)" + made + "}"},
            {"POST /v1beta1/organizations", R"({"name":"acme"})", "409 6 name: "},
            {"POST /v1beta1/organizations", R"({"title":"x"})", "400 3 name: is required"},
            {"POST /v1beta1/organizations", R"({"name":"a b"})", "400 3 name: "},
            {"GET /v1beta1/organizations", "", R"(200 {"organizations":[)" + shape + "," + made + "]}"},
            {"GET /v1beta1/organizations/Acme", "", R"(200 {"organization":)" + made + "}"},
            {"PUT /v1beta1/organizations/acme", R"({"state":"off"})",
             "400 3 state: must be enabled or disabled"},
            {"DELETE /v1beta1/organizations/acme", "", "200 {}"},
            {"GET /v1beta1/organizations/acme", "", "404 5 organization acme: not found"},
        });
  check(
      s, s.key,
      {
          {"GET /v1beta1/organizations/example", "", R"(200 {"organization":)" + shape + "}"},
          {"GET /v1beta1/organizations/" + s.tenant, "", R"(200 {"organization":)" + shape + "}"},
          {"PUT /v1beta1/organizations/example", R"({"title":"Example Ltd","unknown":1})",
           R"(200 {"organization":{"id":"ID","name":"example","title":"Example Ltd","metadata":{},"state":"enabled","avatar":"",)"
           R"("createdAt":"TIME","updatedAt":"TIME"}})"},
          {"GET /v1beta1/organizations", "", "403 7 "},
          {"POST /v1beta1/organizations", R"({"name":"mine"})", "403 7 "},
          {"GET /v1beta1/organizations/" + std::string(kNobody), "", "404 5 organization "},
      });
}

TEST_CASE("v1beta1: an organization's roles", "[http]") {
  Scene s;
  const std::string path = " /v1beta1/organizations/example/roles";
  const base::Json role = json_of(
      s.ask("POST" + path, R"({"body":{"name":"viewer","permissions":["group:get","app.group.get"]}})"));
  const std::string id = text_at(role, "role.id");
  s.ask("POST" + path, R"({"name":"other","permissions":["app_group_get"]})");
  const std::string viewer = role_shape("viewer", R"("app_group_get")", "viewer");
  const std::string good =
      R"({"name":"viewer2","permissions":["app_organization_get","app_group_get"],"title":"V"})";
  const base::Json roles = json_of(s.server.ask({"GET /v1beta1/roles", "", {}}, s.key));
  const std::string system = text_at(roles.find("roles")->array()->front(), "id");
  check(
      s, s.key,
      {
          {"GET" + path + "/" + id, "", R"(200 {"role":)" + viewer + "}"},
          {"GET" + path, "",
           R"(200 {"roles":[)" + role_shape("other", R"("app_group_get")", "other") + "," + viewer + "]}"},
          {"PUT" + path + "/" + id, R"({"name":"other","permissions":["app_group_get"]})", "409 6 "},
          {"PUT" + path + "/" + id, good,
           R"(200 {"role":)" + role_shape("viewer2", R"("app_group_get","app_organization_get")", "V") + "}"},
          {"PUT" + path + "/" + id, R"({"name":"viewer2","permissions":[]})", "400 3 permissions: "},
          {"PUT" + path + "/" + id, R"({"name":"viewer2","permissions":["app_group_gte"]})",
           "400 3 permissions/0: "},
          {"PUT" + path + "/" + kNobody, good, "404 5 role "},
          {"PUT" + path + "/" + system, good, "403 7 "},
          {"DELETE" + path + "/" + system, "", "403 7 "},
          {"POST" + path, R"({"body":{"name":"v","permissions":["app_group_get"]}})", "400 3 body/name: "},
          {"POST" + path, R"({"name":"vv","permissions":["app_group_get"],"metadata":{"description":7}})",
           "400 3 metadata/description: must be a string"},
      });
  const std::string group =
      text_at(s.server.made({"POST /v1/groups", R"({"name":"g"})", {TestServer::tenant(s.tenant)}}), "id");
  s.server.made(
      {"POST /v1/groups/" + group + "/roles", R"({"role":"viewer2"})", {TestServer::tenant(s.tenant)}});
  check(s, s.key, {{"DELETE" + path + "/" + id, "", "400 9 "}});
  s.server.made({"DELETE /v1/groups/" + group, "", {TestServer::tenant(s.tenant)}});
  check(s, s.key, {{"DELETE" + path + "/" + id, "", "200 {}"}, {"GET" + path + "/" + id, "", "404 5 role "}});
}

TEST_CASE("v1beta1: an error with fields, whole", "[http]") {
  Scene s;
  const auto answer = s.ask("POST /v1beta1/organizations/example/roles", R"({"permissions":[1],"title":2})");
  CHECK(answer.status == 400);
  CHECK(answer.body == R"x({"code":3,"message":"name: is required (and 2 more)","details":[)x"
                       R"({"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[)"
                       R"({"field":"name","description":"is required"},)"
                       R"({"field":"permissions[0]","description":"must be a string, not an integer"},)"
                       R"({"field":"title","description":"must be a string, not an integer"}]}]})");
  const std::string bare = TestServer::bearer(s.server.make_key(s.tenant, "[]"));
  const auto refused = s.server.ask(
      {"POST /v1beta1/organizations/example/roles", R"({"name":"xx","permissions":["app_group_get"]})", {}},
      bare);
  CHECK(refused.status == 403);
  CHECK_THAT(
      refused.body,
      ContainsSubstring(R"({"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"en-US",)"));
}

TEST_CASE("v1beta1: platform roles exist in every organization", "[http]") {
  Scene s;
  const std::string shape = role_shape("auditor", R"("app_organization_auditview")", "Auditor", "NIL");
  const base::Json made = json_of(
      s.server.ask({"POST /v1beta1/roles",
                    R"({"name":"auditor","permissions":["organization:auditview"],"title":"Auditor"})",
                    {}}));
  const std::string path = "/v1beta1/roles/" + text_at(made, "role.id");
  check(s, s.key,
        {
            {"POST /v1beta1/roles", R"({"name":"x1","permissions":["app_group_get"]})", "403 7 "},
            {"PUT " + path, R"({"name":"x1","permissions":["app_group_get"]})", "403 7 "},
            {"DELETE " + path, "", "403 7 "},
            {"POST /v1beta1/organizations/example/roles",
             R"({"name":"auditor","permissions":["app_group_get"]})", "409 6 "},
            {"GET /v1beta1/organizations/example" + path.substr(8), "", R"(200 {"role":)" + shape + "}"},
        });
  const std::string listed = without_ids(s.ask("GET /v1beta1/roles").body);
  CHECK_THAT(listed, ContainsSubstring(shape));
  CHECK_THAT(listed, ContainsSubstring(R"("name":"app_organization_owner")"));
  check(s, TestServer::platform(),
        {
            {"PUT " + path, R"({"name":"auditor","permissions":["organization:auditview","group:get"]})",
             R"(200 {"role":)" +
                 role_shape("auditor", R"("app_group_get","app_organization_auditview")", "auditor", "NIL") +
                 "}"},
            {"GET " + path, "", "501 12 GET: not allowed for this path, which takes PUT, DELETE, OPTIONS"},
            {"DELETE " + path, "", "200 {}"},
            {"DELETE " + path, "", "404 5 role "},
        });
}

TEST_CASE("v1beta1: the catalogue of permissions", "[http]") {
  Scene s;
  const auto one = s.ask("GET /v1beta1/permissions/app_organization_get");
  CHECK(one.status == 200);
  const base::Json permission = json_of(one);
  CHECK(text_at(permission, "permission.name") == "get");
  CHECK(text_at(permission, "permission.namespace") == "app/organization");
  CHECK(text_at(permission, "permission.key") == "app.organization.get");
  CHECK(text_at(permission, "permission.slug") == "app_organization_get");
  for (const std::string& spelling : {text_at(permission, "permission.id"), std::string("organization:get"),
                                      std::string("app.organization.get")})
    CHECK(s.ask("GET /v1beta1/permissions/" + spelling).body == one.body);
  const std::string made =
      R"({"id":"ID","name":"pay","title":"Pay","namespace":"billing/invoice","key":"billing.invoice.pay",)"
      R"("slug":"billing_invoice_pay","metadata":{"description":"Pays."},"createdAt":"TIME","updatedAt":"TIME"})";
  const std::string body =
      R"({"bodies":[{"key":"billing.invoice.pay","title":"Pay","metadata":{"description":"Pays."}}]})";
  check(s, s.key,
        {
            {"GET /v1beta1/permissions/app_organization_gte", "", "404 5 "},
            {"GET /v1beta1/permissions/nothing", "", "404 5 "},
            {"POST /v1beta1/permissions", body, "403 7 "},
        });
  check(s, TestServer::platform(),
        {
            {"POST /v1beta1/permissions", body, R"(200 {"permissions":[)" + made + "]}"},
            {"POST /v1beta1/permissions", body, R"(200 {"permissions":[)" + made + "]}"},
            {"POST /v1beta1/permissions", R"({"bodies":[{"key":"x.y.z"},{"key":"Bad"}]})",
             "400 3 bodies/1/key: "},
            {"POST /v1beta1/permissions", R"({"bodies":[{}]})", "400 3 bodies/0/key: is required"},
            {"POST /v1beta1/permissions", R"({"bodies":{}})",
             "400 3 bodies: must be an array of objects, not an object"},
            {"GET /v1beta1/permissions/billing_invoice_pay", "", R"(200 {"permission":)" + made + "}"},
            {"GET /v1beta1/permissions/x.y.z", "", "404 5 "},
        });
}

TEST_CASE("v1beta1: service users and their secrets, on both paths", "[http]") {
  Scene s;
  for (const std::string& base :
       {std::string("/v1beta1/organizations/example/serviceusers"), std::string("/v1beta1/serviceusers")}) {
    INFO(base);
    const base::Json made =
        json_of(s.ask("POST " + base, R"({"body":{"title":"Bot","metadata":{"a":1}},"orgId":"example"})"));
    const std::string id = text_at(made, "serviceuser.id");
    const std::string path = base + "/" + id;
    const std::string shape = R"({"id":"ID","title":"Bot","metadata":{"a":1},"orgId":"ID","state":"enabled",)"
                              R"("createdAt":"TIME","updatedAt":"TIME"})";
    CHECK(without_ids(to_text(made)) == R"({"serviceuser":)" + shape + "}");
    const auto secret = s.ask("POST " + path + "/secrets", R"({"title":"First"})");
    CHECK(without_ids(secret.body) ==
          R"({"secret":{"id":"ID","title":"First","secret":"rvs_SECRET","createdAt":"TIME"}})");
    const base::Json pair = json_of(secret);
    const std::string basic = "Authorization: Basic " + base::to_base64(text_at(pair, "secret.id") + ":" +
                                                                        text_at(pair, "secret.secret"));
    check(s, basic, {{"GET /v1beta1/users/self", "", R"(200 {"user":null,"serviceuser":)" + shape + "}"}});
    check(
        s, s.key,
        {
            {"GET " + path, "", R"(200 {"serviceuser":)" + shape + "}"},
            {"GET " + path + "/secrets", "",
             R"(200 {"secrets":[{"id":"ID","title":"First","secret":"","createdAt":"TIME"}]})"},
            {"POST " + base, R"({"body":{"title":7}})", "400 3 body/title: must be a string, not an integer"},
            {"POST " + base, R"({"title":" "})", "400 3 title: "},
            {"POST " + path + "/secrets", R"({"title":1})", "400 3 title: must be a string, not an integer"},
            {"DELETE " + path + "/secrets/" + text_at(pair, "secret.id"), "", "200 {}"},
            {"DELETE " + path + "/secrets/" + text_at(pair, "secret.id"), "", "404 5 "},
        });
    check(s, basic, {{"GET /v1beta1/users/self", "", "401 16 credential: not valid"}});
    CHECK_THAT(s.ask("GET " + base).body, ContainsSubstring(id));
    check(s, s.key,
          {
              {"DELETE " + path, "", "200 {}"},
              {"GET " + path, "", "404 5 service user "},
              {"GET " + path + "/secrets", "", "404 5 service user "},
          });
  }
  check(s, TestServer::platform(),
        {
            {"GET /v1beta1/serviceusers", "", "400 3 "},
            {"GET /v1beta1/serviceusers?orgId=nothing", "", "404 5 organization nothing: not found"},
            {"GET /v1beta1/users/self", "",
             R"(200 {"user":null,"serviceuser":{"id":"ID","title":"bootstrap","metadata":{},"orgId":"NIL",)"
             R"("state":"enabled","createdAt":"TIME","updatedAt":"TIME"}})"},
        });
  CHECK(s.server.ask({"GET /v1beta1/serviceusers?org_id=example", "", {}}).status == 200);
  CHECK(s.server.ask({"GET /v1beta1/serviceusers?orgId=example", "", {}}).status == 200);
}

TEST_CASE("v1beta1: names as the protocol's files have them, where so configured", "[http]") {
  TestServerOptions options;
  options.http.v1beta1_names = dialects::FieldNames::kProto;
  Scene s(options);
  const auto made =
      s.ask("POST /v1beta1/organizations/example/roles", R"({"name":"viewer","permissions":["group:get"]})");
  CHECK(
      without_ids(made.body) ==
      R"({"role":{"id":"ID","name":"viewer","permissions":["app_group_get"],"title":"viewer","metadata":{},)"
      R"("created_at":"TIME","updated_at":"TIME","org_id":"ID","state":"enabled"}})");
  CHECK(s.ask("POST /v1beta1/serviceusers", R"({"org_id":"example","body":{"title":"t"}})").status == 200);
  CHECK(s.ask("POST /v1beta1/serviceusers", R"({"orgId":"example","body":{"title":"t"}})").status == 200);
  CHECK_THAT(s.ask("GET /v1beta1/organizations/example/roles?limit=1").body,
             ContainsSubstring(R"("next_cursor":"","has_more":false})"));
  CHECK_THAT(s.ask("POST /v1beta1/organizations/example/roles", "{}").body,
             ContainsSubstring("field_violations"));
}

TEST_CASE("v1beta1: a service user by its id alone, where the path names no organization", "[http]") {
  Scene s;
  const std::string other = s.server.make_tenant("other");
  const std::string others = TestServer::bearer(s.server.make_key(other, R"(["organization:administer"])"));
  const std::string bare = TestServer::bearer(s.server.make_key(s.tenant, "[]"));
  const std::string user =
      text_at(json_of(s.ask("POST /v1beta1/serviceusers", R"({"title":"Bot"})")), "serviceuser.id");
  const std::string path = "/v1beta1/serviceusers/" + user;
  const std::string secret =
      text_at(json_of(s.server.ask({"POST " + path + "/secrets", "{}", {}})), "secret.id");
  const std::string shape = R"({"id":"ID","title":"Bot","metadata":{},"orgId":"ID","state":"enabled",)"
                            R"("createdAt":"TIME","updatedAt":"TIME"})";
  const auto replaced = [](std::string text, const std::string& what, const std::string& with) {
    for (std::size_t at; (at = text.find(what)) != std::string::npos;) text.replace(at, what.size(), with);
    return text;
  };

  // To another tenant it is as absent as one that never was, whatever its rights; refused to who has none.
  for (const auto& [line, body] : std::vector<std::pair<std::string, std::string>>{
           {"GET " + path, ""},
           {"GET " + path + "/secrets", ""},
           {"POST " + path + "/secrets", "{}"},
           {"DELETE " + path + "/secrets/" + secret, ""},
           {"DELETE " + path, ""},
           {"GET " + path + "?org_id=other", ""},
       }) {
    INFO(line);
    const auto of_theirs = s.server.ask({line, body, {}}, others);
    CHECK(brief(of_theirs) == "404 5 service user " + user + ": not found");
    const auto of_nobodys = s.server.ask({replaced(line, user, kNobody), body, {}}, others);
    CHECK(replaced(of_nobodys.body, kNobody, user) == of_theirs.body);
    // The platform is told the same of one that nobody has.
    CHECK(s.server.ask({replaced(line, user, kNobody), body, {}}).body == of_nobodys.body);
    if (line.find('?') == std::string::npos) CHECK(s.server.ask({line, body, {}}, bare).status == 403);
  }
  check(s, TestServer::platform(),
        {
            {"GET " + path, "", R"(200 {"serviceuser":)" + shape + "}"},
            {"GET " + path + "/secrets", "",
             R"(200 {"secrets":[{"id":"ID","title":"","secret":"","createdAt":"TIME"}]})"},
            {"GET " + path + "?org_id=other", "", "404 5 service user " + user + ": not found"},
            {"DELETE " + path + "/secrets/" + secret, "", "200 {}"},
            {"DELETE " + path, "", "200 {}"},
            {"GET " + path, "", "404 5 service user " + user + ": not found"},
            {"GET /v1beta1/serviceusers", "",
             "400 3 orgId: is required: a credential of the platform has no organization of its own"},
        });
  // With its tenant it goes from the index too.
  const std::string last = text_at(
      json_of(s.server.ask({"POST /v1beta1/serviceusers", R"({"org_id":"other"})", {}})), "serviceuser.id");
  check(s, TestServer::platform(),
        {
            {"DELETE /v1beta1/organizations/other", "", "200 {}"},
            {"GET /v1beta1/serviceusers/" + last, "", "404 5 service user " + last + ": not found"},
        });
}

TEST_CASE("v1beta1: \"\" and null mean that a field is not given", "[http]") {
  Scene s;
  const std::string users = "POST /v1beta1/serviceusers";
  const std::string roles = "POST /v1beta1/organizations/example/roles";
  const std::string untitled = R"(200 {"serviceuser":{"id":"ID","title":"","metadata":{},"orgId":"ID",)"
                               R"("state":"enabled","createdAt":"TIME","updatedAt":"TIME"}})";
  check(
      s, s.key,
      {
          {users, R"({"orgId":"example"})", untitled},
          {users, R"({"orgId":null,"org_id":"","body":null})", untitled},
          {users, R"({"org_id":"","orgId":"example","body":{"title":"","metadata":null}})", untitled},
          {users, "{}", untitled},
          {roles, R"({"name":"viewer","permissions":["group:get"],"title":"","metadata":{"description":""}})",
           R"(200 {"role":)" + role_shape("viewer", R"("app_group_get")", "viewer") + "}"},
          {roles, R"({"name":"","permissions":null})", "400 3 name: is required (and 1 more)"},
          {"PUT /v1beta1/organizations/example",
           R"({"title":"","name":null,"state":"","metadata":{"description":"","n":null}})",
           R"(200 {"organization":{"id":"ID","name":"example","title":"example",)"
           R"("metadata":{"description":"","n":null},"state":"enabled","avatar":"",)"
           R"("createdAt":"TIME","updatedAt":"TIME"}})"},
      });
  check(s, TestServer::platform(),
        {{"POST /v1beta1/organizations", R"({"name":"acme","title":"","metadata":null})",
          R"(200 {"organization":{"id":"ID","name":"acme","title":"acme","metadata":{},"state":"enabled",)"
          R"("avatar":"","createdAt":"TIME","updatedAt":"TIME"}})"}});
}

TEST_CASE("v1beta1: a role's permissions by uuid and as relations are written", "[http]") {
  Scene s;
  const base::Json get = json_of(s.ask("GET /v1beta1/permissions/app_group_get"));
  const std::string id = text_at(get, "permission.id");
  const std::string roles = "/v1beta1/organizations/example/roles";
  const std::string both = role_shape("viewer", R"("app_group_get","app_organization_get")", "viewer");
  const base::Json made = json_of(s.ask("POST " + roles, R"({"name":"viewer","permissions":["group:get"]})"));
  const std::string role = text_at(made, "role.id");
  check(s, s.key,
        {
            {"POST " + roles, R"({"name":"viewer","permissions":[")" + id + R"(","app/organization#get"]})",
             R"(200 {"role":)" + both + "}"},
            {"PUT " + roles + "/" + role,
             R"({"name":"viewer","permissions":["organization#get",")" + id + R"(","app_group_get"]})",
             R"(200 {"role":)" + both + "}"},
            {"POST " + roles, R"({"name":"viewer","permissions":[")" + std::string(kNobody) + R"("]})",
             "400 3 permissions/0: `" + std::string(kNobody) + "` is no permission"},
            {"POST " + roles, R"({"name":"viewer","permissions":["app/organization#gte"]})",
             "400 3 permissions/0: `app/organization#gte` is no permission"},
            {"POST " + roles, R"({"name":"viewer","permissions":["app/organization#get#get"]})",
             "400 3 permissions/0: `app/organization#get#get` is no permission"},
        });
}

TEST_CASE("v1beta1: permissions by name and namespace, their verbs in any case", "[http]") {
  Scene s;
  const std::string line = "POST /v1beta1/permissions";
  const auto shape = [](const std::string& verb) {
    return R"({"id":"ID","name":")" + verb + R"(","title":"compute/instance:)" + verb +
           R"(","namespace":"compute/instance","key":"compute.instance.)" + verb +
           R"(","slug":"compute_instance_)" + verb +
           R"(","metadata":{},"createdAt":"TIME","updatedAt":"TIME"})";
  };
  const auto body = [](const std::string& fields) { return R"({"bodies":[{)" + fields + "}]}"; };
  check(s, TestServer::platform(),
        {
            {line, body(R"("name":"getAll","namespace":"compute/instance")"),
             R"(200 {"permissions":[)" + shape("getAll") + "]}"},
            // The same in other case, spelled otherwise, and twice in one call.
            {line, body(R"("name":"GETALL","namespace":"compute/instance","key":"")"),
             R"(200 {"permissions":[)" + shape("getAll") + "]}"},
            {line, body(R"("key":"compute.instance.getall")"),
             R"(200 {"permissions":[)" + shape("getAll") + "]}"},
            {line,
             R"({"bodies":[{"key":"compute.instance.Stop"},{"name":"stop","namespace":"compute/instance"}]})",
             R"(200 {"permissions":[)" + shape("Stop") + "," + shape("Stop") + "]}"},
            {line, body(R"("key":"compute.instance.run","name":"run","namespace":"compute/instance")"),
             R"(200 {"permissions":[)" + shape("run") + "]}"},
            {line, body(R"("key":"compute.instance.run","name":"stop","namespace":"compute/disk")"),
             "400 3 bodies/0/name: differs from the verb in `key` (and 1 more)"},
            {line, body(R"("name":"run")"), "400 3 bodies/0/namespace: is required"},
            {line, body(R"("namespace":"compute/instance")"), "400 3 bodies/0/name: is required"},
            {line, body(R"("name":"r-n","namespace":"compute")"),
             "400 3 bodies/0/name: must be a letter and up to 63 letters and digits (and 1 more)"},
            {line, body(R"("name":"run","namespace":"Compute/instance")"),
             "400 3 bodies/0/namespace: must be service/resource, each in lower-case letters and digits"},
            {line, body(R"("name":"run","namespace":"app/organization")"),
             "400 3 bodies/0/namespace: must not belong to the service `app`, which is the server's own"},
            {line, body(R"("key":"organization:run")"),
             "400 3 bodies/0/key: must not belong to the service `app`, which is the server's own"},
        });
  CHECK(s.server.ask({line, body(R"("key":"app.organization.get")"), {}}).status == 200);  // it was there
  // Every spelling finds it, in the path, in roles of both dialects, and after a restart of the definitions.
  for (const char* spelling :
       {"compute_instance_getAll", "compute.instance.GETALL", "compute%2Finstance:getall"}) {
    INFO(spelling);
    const base::Json found = json_of(s.ask(std::string("GET /v1beta1/permissions/") + spelling));
    CHECK(text_at(found, "permission.slug") == "compute_instance_getAll");
  }
  const auto role = s.server.ask({"POST /v1beta1/organizations/example/roles",
                                  R"({"name":"runner","permissions":["compute_instance_getall",)"
                                  R"("compute/instance#GetAll","compute.instance.stop"]})",
                                  {}});
  CHECK(without_ids(role.body) ==
        R"({"role":)" +
            role_shape("runner", R"("compute_instance_Stop","compute_instance_getAll")", "runner") + "}");
  CHECK_THAT(s.server.ask({"GET /v1/roles/runner", "", {TestServer::tenant(s.tenant)}}).body,
             ContainsSubstring(R"("scopes":["compute/instance:Stop","compute/instance:getAll"])"));
}

TEST_CASE("v1beta1: an id that is no uuid is named as it was sent", "[http]") {
  Scene s;
  const std::string base = "/v1beta1/organizations/example";
  const std::string user = text_at(json_of(s.ask("POST /v1beta1/serviceusers", "{}")), "serviceuser.id");
  const std::string role = R"({"name":"viewer","permissions":["app_group_get"]})";
  check(s, s.key,
        {
            {"GET " + base + "/roles/viewer", "", "404 5 role viewer: not found"},
            {"PUT " + base + "/roles/viewer", role, "404 5 role viewer: not found"},
            {"DELETE " + base + "/roles/vi%20%22ewer", "", "404 5 role vi \"ewer: not found"},
            {"GET " + base + "/serviceusers/bot", "", "404 5 service user bot: not found"},
            {"GET /v1beta1/serviceusers/bot", "", "404 5 service user bot: not found"},
            {"DELETE /v1beta1/serviceusers/bot/secrets/first", "", "404 5 service user bot: not found"},
            {"DELETE /v1beta1/serviceusers/" + user + "/secrets/first", "", "404 5 secret first: not found"},
            {"GET " + base + "/roles/00000000-0000-0000-0000-000000000000", "",
             "404 5 role 00000000-0000-0000-0000-000000000000: not found"},
        });
  check(s, TestServer::platform(),
        {
            {"GET /v1beta1/serviceusers/bot", "", "404 5 service user bot: not found"},
            {"DELETE /v1beta1/roles/auditor", "", "404 5 role auditor: not found"},
        });
  const std::string tenant = TestServer::tenant(s.tenant);
  const std::string group = text_at(s.server.made({"POST /v1/groups", R"({"name":"g"})", {tenant}}), "id");
  CHECK(brief(s.server.ask({"GET /v1/groups/devs", "", {tenant}}, s.key)) ==
        "404 not_found group devs: not found");
  CHECK(brief(s.server.ask({"DELETE /v1/groups/" + group + "/members/ada", "", {tenant}}, s.key)) ==
        "404 not_found member ada: not found");
  CHECK(brief(s.server.ask({"DELETE /v1/groups/devs/members/ada", "", {tenant}}, s.key)) ==
        "404 not_found group devs: not found");
}
