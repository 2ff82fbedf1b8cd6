// Policies and checks of /v1beta1: what each call answers, whole, and the errors that are its own.
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"
#include "tests/support/tenant_rules.h"

namespace {

constexpr const char* kNobody = "0190ffff-0000-7000-8000-00000000ffff";

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  std::string user = text_at(
      server.made(
          {"POST /v1/users", R"({"email":"a@example.com","name":"A"})", {TestServer::tenant(tenant)}}),
      "id");
  std::string group =
      text_at(server.made({"POST /v1/groups", R"({"name":"g"})", {TestServer::tenant(tenant)}}), "id");

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, {}}, key);
  }
  void check(const std::string& credential, const std::vector<AnswerRow>& rows) {
    check_answers(rows, [&](const std::string& line, const std::string& body) {
      return server.ask({line, body, {}}, credential);
    });
  }
};

std::string policy_on(const std::string& role, const std::string& resource, const std::string& principal) {
  return R"({"role_id":")" + role + R"(","resource":")" + resource + R"(","principal":")" + principal + "\"}";
}

std::string shape(const std::string& resource, const std::string& principal) {
  return R"({"id":"ID","roleId":"ID","resource":")" + resource + R"(","principal":")" + principal +
         R"(","title":"","metadata":{},"validFrom":null,"expiresAt":null,"createdAt":"TIME","updatedAt":"TIME"})";
}

}  // namespace

TEST_CASE("v1beta1: policies, by every alias of what they name", "[http]") {
  Scene s;
  const std::string org = shape("app/organization:ID", "app/user:ID"), one = R"(200 {"policy":)";
  s.check(s.key,
          {
              {"POST /v1beta1/policies", policy_on("user", "organization:example", "user:" + s.user),
               one + org + "}"},
              {"POST /v1beta1/policies", policy_on("user", "org:" + s.tenant, "app/user:" + s.user),
               one + org + "}"},
              {"POST /v1beta1/policies",
               R"({"body":)" + policy_on("app_group_owner", "app/group:" + s.group, "group:" + s.group) + "}",
               one + shape("app/group:ID", "app/group:ID") + "}"},
              {"POST /v1beta1/policies", policy_on("user", "compute/instance:i-7", "user:" + s.user),
               one + shape("compute/instance:i-7", "app/user:ID") + "}"},
              {"GET /v1beta1/policies?org_id=example", "", R"(200 {"policies":[)" + org + "]}"},
              {"GET /v1beta1/policies?group_id=" + s.group, "",
               R"(200 {"policies":[)" + shape("app/group:ID", "app/group:ID") + "]}"},
              {"GET /v1beta1/policies?userId=" + s.user + "&role_id=user", "",
               R"(200 {"policies":[)" + org + "," + shape("compute/instance:i-7", "app/user:ID") + "]}"},
              {"GET /v1beta1/policies?user_id=x", "", "400 3 user_id: must be a uuid"},
          });
  // The first two were one.
  const base::Json all = json_of(s.ask("GET /v1beta1/policies"));
  CHECK(all.find("policies")->array()->size() == 3);
  const std::string id = text_at(all.find("policies")->array()->front(), "id");
  s.check(s.key, {{"GET /v1beta1/policies/" + id, "", one + org + "}"},
                  {"PUT /v1beta1/policies/" + id, "{}", "501 12 "},
                  {"DELETE /v1beta1/policies/" + id, "", "200 {}"},
                  {"GET /v1beta1/policies/" + id, "", "404 5 policy " + id + ": not found"},
                  {"DELETE /v1beta1/policies/" + id, "", "404 5 policy " + id + ": not found"}});
  // The platform finds one by its id alone.
  const std::string last = text_at(all.find("policies")->array()->back(), "id");
  CHECK(brief(s.server.ask({"DELETE /v1beta1/policies/" + last, "", {}}, TestServer::platform())) ==
        "200 {}");
  CHECK(brief(s.ask("GET /v1beta1/policies/" + last)) == "404 5 policy " + last + ": not found");
  // What was given here is a role of the group in /v1 too, if it is for the whole tenant.
  s.ask("POST /v1beta1/policies", policy_on("approver", "organization:example", "group:" + s.group));
  const base::Json group = s.server.made({"GET /v1/groups/" + s.group, "", {TestServer::tenant(s.tenant)}});
  CHECK(to_text(*group.find("role_mappings")) == R"(["approver"])");
}

TEST_CASE("v1beta1: every refusal of a policy", "[http]") {
  Scene s;
  const std::string other = s.server.make_tenant("other"), user = "user:" + s.user;
  const std::string line = "POST /v1beta1/policies", org = "organization:example";
  s.check(
      s.key,
      {
          {line, policy_on("usr", org, user), "400 3 role_id: `usr` is no role; did you mean `user`?"},
          {line, R"({"roleId":"usr","resource":")" + org + R"(","principal":")" + user + "\"}",
           "400 3 roleId: `usr` is no role"},
          {line, R"({"body":)" + policy_on("usr", org, user) + "}", "400 3 body/role_id: `usr` is no role"},
          {line, policy_on("user", org, "user:" + std::string(kNobody)),
           "400 3 principal: there is no user:" + std::string(kNobody)},
          {line, policy_on("user", "organization:" + other, user),
           "400 3 resource: there is no `app/organization:" + other + "`"},
          {line, policy_on("user", "group:" + s.user, user), "400 3 resource: there is no `app/group:"},
          {line, policy_on("user", "nothing", user), "400 3 resource: must be namespace:id"},
          {line, policy_on("user", "a/b:" + std::string(257, 'x'), user),
           "400 3 resource: must have a namespace of 1 to 128 bytes and an id of 1 to 256"},
          {line, policy_on("user", std::string(129, 'x') + ":1", user),
           "400 3 resource: must have a namespace"},
          {line, policy_on("user", "app/foo:x", user), "400 3 resource: there is no `app/foo:x`"},
          {line, policy_on("user", org, "user:ann"), "400 3 principal: must be namespace:id"},
          {line, policy_on("user", org, "compute/instance:" + s.user), "400 3 principal: must be "},
          {line, "{}", "400 3 roleId: is required (and 2 more)"},
          {line + "?org_id=other", policy_on("user", org, user), "404 5 organization other: not found"},
          {line + "?org_id=nothing", policy_on("user", org, user), "404 5 organization nothing: not found"},
      });
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  s.check(reader,
          {{line, policy_on("user", org, user), "403 7 mapping:create: not allowed"},
           {"DELETE /v1beta1/policies/" + std::string(kNobody), "", "403 7 mapping:delete: not allowed"},
           {"GET /v1beta1/policies", "", R"(200 {"policies":[]})"}});
  s.check(TestServer::platform(),
          {{line, policy_on("user", "organization:nothing", user),
            "400 3 resource: organization nothing: not found"},
           {line, policy_on("user", "group:" + s.group, user), "400 3 orgId: is required"},
           {line + "?org_id=example", policy_on("user", "group:" + s.group, user),
            R"(200 {"policy":)" + shape("app/group:ID", "app/user:ID") + "}"},
           {"GET /v1beta1/policies/" + std::string(kNobody), "", "404 5 policy " + std::string(kNobody)},
           {"DELETE /v1beta1/policies/nothing", "", "404 5 policy nothing: not found"},
           {"GET /v1beta1/policies", "", "400 3 orgId: is required"},
           {"GET /v1beta1/policies?org_id=example&group_id=" + s.group, "",
            R"(200 {"policies":[)" + shape("app/group:ID", "app/user:ID") + "]}"}});
}

TEST_CASE("v1beta1: checks, one by one, many, and of others", "[http]") {
  Scene s;
  s.server.make_tenant("other");
  const std::string group = "group:" + s.group;
  const std::string asker =
      TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:check","group:get"])"));
  s.check(
      asker,
      {
          {"POST /v1beta1/check", R"({"permission":"get","resource":")" + group + "\"}",
           R"(200 {"status":true})"},
          {"POST /v1beta1/check", R"({"permission":"update","resource":")" + group + "\"}",
           R"(200 {"status":false})"},
          {"POST /v1beta1/check",
           R"({"permission":"get","objectId":")" + s.group + R"(","objectNamespace":"app/group"})",
           R"(200 {"status":true})"},
          {"POST /v1beta1/check", R"({"permission":"check","resource":"organization:other"})",
           R"(200 {"status":false})"},
          {"POST /v1beta1/check", R"({"permission":"check","resource":"organization:other","orgId":"other"})",
           "404 5 organization other: not found"},
          {"POST /v1beta1/check", R"({"permission":"gte","resource":")" + group + "\"}",
           "404 5 permission `gte`: not found"},
          {"POST /v1beta1/check", R"({"permission":"get"})", "400 3 resource: is required"},
          {"POST /v1beta1/check", "", "400 3 body: is missing"},
          {"POST /v1beta1/check", "[]", "400 3 body: must be an object"},
          {"GET /v1beta1/check", "", "501 12 "},
          {"POST /v1beta1/batchcheck",
           R"({"bodies":[{"permission":"app_group_get","resource":")" + group +
               R"("},{"permission":"delete","resource":")" + group + R"("}]})",
           R"(200 {"pairs":[{"body":{"permission":"app_group_get","resource":"group:ID"},"status":true},)"
           R"({"body":{"permission":"delete","resource":"group:ID"},"status":false}]})"},
          {"POST /v1beta1/batchcheck", R"({"bodies":[]})", "400 3 bodies: must have a check"},
          {"POST /v1beta1/batchcheck", R"({"bodies":[{"permission":"get"}]})",
           "400 3 bodies/0/resource: is required"},
          {"POST /v1beta1/admin/check",
           R"({"permission":"get","subject":"user:)" + s.user + R"(","resource":")" + group + "\"}",
           "403 7 check:others: not allowed"},
      });
  std::string many = R"({"bodies":[)";
  for (int i = 0; i < 21; ++i)
    many += std::string(i > 0 ? "," : "") + R"({"permission":"get","resource":")" + group + "\"}";
  s.check(asker, {{"POST /v1beta1/batchcheck", many + "]}", "400 3 bodies: must be at most 20 checks"}});

  const std::string about = R"({"permission":"get","subject":"user:)" + s.user + R"(","resource":")";
  s.check(
      TestServer::platform(),
      {
          {"POST /v1beta1/admin/check", about + "organization:example\"}", R"(200 {"status":false})"},
          {"POST /v1beta1/policies?org_id=example", policy_on("user", "org:example", "user:" + s.user),
           R"(200 {"policy":)" + shape("app/organization:ID", "app/user:ID") + "}"},
          {"POST /v1beta1/admin/check", about + "organization:example\"}", R"(200 {"status":true})"},
          {"POST /v1beta1/admin/check", about + "organization:other\"}", R"(200 {"status":false})"},
          {"POST /v1beta1/admin/check", about + "organization:nothing\"}",
           "404 5 organization nothing: not found"},
          {"POST /v1beta1/admin/check", about + group + R"(","orgId":"example"})", R"(200 {"status":true})"},
          {"POST /v1beta1/admin/check", about + group + "\"}", "400 3 orgId: is required"},
      });
}

TEST_CASE("v1beta1: checks on things of applications are decided as evaluations are", "[http]") {
  Scene s;
  const std::string header = TestServer::tenant(s.tenant);
  s.server.made({"POST /v1beta1/permissions",
                 R"({"bodies":[{"key":"compute.instance.get"},{"key":"compute.instance.drop"}]})",
                 {}});
  s.server.made({"POST /v1/roles",
                 R"({"name":"Runner","slug":"runner","scopes":["compute/instance:drop"]})",
                 {header}});
  const std::string asker = TestServer::bearer(
      s.server.make_key(s.tenant, R"(["organization:check","organization:decide","compute/instance:drop"])"));
  const auto body = [](const std::string& permission, const std::string& resource) {
    return R"({"permission":")" + permission + R"(","resource":")" + resource + "\"}";
  };
  const auto yes = [&](const std::string& permission, const std::string& resource) {
    return brief(s.server.ask({"POST /v1beta1/check", body(permission, resource), {}}, asker));
  };
  const std::string kTrue = R"(200 {"status":true})", kFalse = R"(200 {"status":false})";
  CHECK(yes("get", "compute/instance:7") == kFalse);
  CHECK(yes("drop", "compute/instance:7") == kTrue);
  TenantRules rules(s.server.store(), *domain::TenantId::parse(s.tenant));
  rules.add_entity({"compute/instance", "7"}, "{}", {{"Zone", "a"}});
  rules.add({R"(permit (principal, action == Action::"compute/instance:get", resource in Zone::"a");)",
             R"(permit (principal, action == Action::"organization:get", resource);)",
             R"(permit (principal, action == Action::"group:get", resource);)",
             R"(permit (principal, action == Action::"project:get", resource);)",
             R"(forbid (principal, action == Action::"compute/instance:drop", resource in Zone::"a");)",
             R"(forbid (principal, action == Action::"organization:check", resource);)"});
  const std::string project = text_at(
      s.server.made({"POST /v1beta1/projects", R"({"body":{"name":"web","orgId":")" + s.tenant + "\"}}", {}}),
      "project.id");
  struct Row {
    std::string permission, resource, expected;
  };
  const Row rows[] = {
      {"get", "compute/instance:7", kTrue},  // by a rule
      {"get", "compute/instance:8", kFalse},
      {"drop", "compute/instance:7", kFalse},  // against the key's own scope
      {"drop", "compute/instance:8", kTrue},
      {"compute_instance_get", "compute/instance:7", kTrue},
      {"organization:get", "compute/instance:7", kTrue},
      {"organization:check", "compute/instance:7", kFalse},
      // In Reeve itself no rule gives anything, or takes it away.
      {"get", "organization:example", kFalse},
      {"check", "organization:example", kTrue},
      {"get", "group:" + s.group, kFalse},
      {"organization:check", "group:" + s.group, kTrue},
      {"get", "project:" + project, kFalse},
      {"organization:check", "project:web", kTrue},
      {"compute/instance:get", "app/nothing:7", kFalse},
  };
  std::string many, statuses;
  for (const Row& row : rows) {
    INFO(row.permission << " on " << row.resource);
    CHECK(yes(row.permission, row.resource) == row.expected);
    many += (many.empty() ? "" : ",") + body(row.permission, row.resource);
    statuses += row.expected == kTrue ? "yes " : "no ";
  }
  const base::Json all =
      json_of(s.server.ask({"POST /v1beta1/batchcheck", R"({"bodies":[)" + many + "]}", {}}, asker));
  std::string found;
  for (const base::Json& pair : *all.find("pairs")->array())
    found += *pair.find("status")->boolean() ? "yes " : "no ";
  CHECK(found == statuses);

  // A role on what a thing is in; an evaluation says the same.
  const std::string about = R"("subject":"user:)" + s.user + "\",";
  const auto others = [&](const std::string& permission, const std::string& resource) {
    return brief(s.server.ask({"POST /v1beta1/admin/check",
                               "{" + about + R"("orgId":"example",)" + body(permission, resource).substr(1),
                               {}},
                              TestServer::platform()));
  };
  rules.add_entity({"compute/instance", "9"}, "{}", {{"Zone", "b"}});
  CHECK(others("drop", "compute/instance:9") == kFalse);
  s.ask("POST /v1beta1/policies", policy_on("runner", "Zone:b", "user:" + s.user));
  for (const auto& [id, expected] : {std::pair("7", false), {"8", false}, {"9", true}}) {
    INFO(id);
    CHECK(others("drop", std::string("compute/instance:") + id) == (expected ? kTrue : kFalse));
    const auto evaluated = s.server.ask(
        {"POST /access/v1/evaluation",
         R"({"subject":{"type":"user","id":")" + s.user +
             R"("},"action":{"name":"compute/instance:drop"},"resource":{"type":"compute/instance","id":")" +
             id + "\"}}",
         {}},
        asker);
    CHECK(evaluated.body == std::string(R"({"decision":)") + (expected ? "true}" : "false}"));
  }
  // The platform may everything.
  CHECK(brief(s.server.ask({"POST /v1beta1/check",
                            R"({"permission":"drop","resource":"compute/instance:7","orgId":"example"})",
                            {}},
                           TestServer::platform())) == kTrue);
}
