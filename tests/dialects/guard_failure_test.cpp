// A forbid of the guard that can't be evaluated, as callers of both dialects are told of it.
#include "app/definitions.h"
#include "authz/guard.h"
#include "base/file.h"
#include "tests/support/answers.h"

namespace {

// The shipped definitions, and a forbid that overflows on making groups and roles, and on listing groups.
api::Definitions definitions(authz::OnError on_error) {
  const config::Config defaults = config::defaults("config");
  auto loaded = app::load_definitions(defaults);
  REQUIRE(loaded.ok());
  const auto schema = authz::load_schema(defaults.schema);
  REQUIRE(schema.ok());
  const auto guard = authz::Guard::from_text(
      base::read_file("config/policies/guard.cedar", 1 << 20).value() +
          "@id(\"sum\") @notice(\"Untrue.\") forbid(principal, "
          "action in [Action::\"group:create\", Action::\"role:create\", Action::\"group:list\"], resource) "
          "when { 9223372036854775807 + 1 == 0 };",
      "guard.cedar", *schema, on_error);
  INFO((guard.ok() ? "" : guard.error().message));
  REQUIRE(guard.ok());
  loaded->guard = guard.value();
  return std::move(loaded).value();
}

}  // namespace

TEST_CASE("guard: a forbid that failed refuses in both dialects, and is audited", "[http]") {
  TestServer server;
  const std::string tenant = server.make_tenant("acme");
  const std::vector<std::string> header = {TestServer::tenant(tenant)};
  const std::string admin = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));
  const std::string maker =
      TestServer::bearer(server.make_key(tenant, R"(["organization:groupcreate","group:get"])"));
  REQUIRE(server.service().adopt(definitions(authz::OnError::kDeny)).ok());

  const std::string notice =
      "A policy of this server that may forbid this could not be evaluated. The server's log says why.";
  const std::string roles = "/v1beta1/organizations/" + tenant + "/roles";
  const auto v1 = [&](const std::string& action, const std::string& details) {
    return R"({"code":"forbidden","message":")" + action + R"(: not allowed","details":)" + details +
           R"(,"notices":[")" + notice + R"("]})";
  };
  const auto v1beta1 = [&](const std::vector<std::string>& notices) {
    std::string details;
    for (const std::string& text : notices)
      details +=
          (details.empty() ? "" : ",") +
          (R"({"@type":"type.googleapis.com/google.rpc.LocalizedMessage","locale":"en-US","message":")" +
           text) +
          R"("})";
    return R"({"code":7,"message":"role:create: not allowed","details":[)" + details + "]}";
  };
  struct Row {
    Ask ask;
    std::string credential, body;
  };
  const Row refused[] = {
      {{"POST /v1/groups", R"({"name":"g"})", header}, admin, v1("group:create", R"({"policies":["sum"]})")},
      {{"POST /v1/groups", R"({"name":"g"})", header}, maker, v1("group:create", "{}")},
      {{"POST /v1/groups", R"({"name":"g"})", header},
       TestServer::platform(),
       v1("group:create", R"({"policies":["sum"]})")},
      {{"GET /v1/groups", "", header}, admin, v1("group:list", R"({"policies":["sum"]})")},
      {{"POST " + roles, R"({"name":"role","permissions":["app_group_get"]})", {}}, maker, v1beta1({notice})},
      {{"POST " + roles, R"({"name":"role","permissions":["app_group_delete"]})", {}},
       maker,
       v1beta1({"You can't put permissions into a role that you don't hold yourself.", notice})},
  };
  for (const Row& row : refused) {
    INFO(row.ask.line);
    const auto answer = server.ask(row.ask, row.credential);
    CHECK(answer.status == 403);
    CHECK(answer.body == row.body);
  }
  CHECK(server.ask({"GET /v1/roles", "", header}, admin).status == 200);  // the policy's scope doesn't fit

  const base::Json entries = json_of(server.ask({"GET /v1/audit-log?limit=5", "", header}, admin));
  std::vector<std::string> said;
  for (const base::Json& entry : *entries.find("data")->array())
    said.push_back(text_at(entry, "action") + " " + text_at(entry, "outcome") + " " +
                   to_text(*entry.find("policies")));
  CHECK(said == std::vector<std::string>{R"(role:create refused ["no-escalation-by-role","sum"])",
                                         R"(role:create refused ["sum"])", R"(group:create refused ["sum"])",
                                         R"(group:create refused ["sum"])",
                                         R"(group:create refused ["sum"])"});

  REQUIRE(server.service().adopt(definitions(authz::OnError::kCedar)).ok());
  CHECK(server.ask({"POST /v1/groups", R"({"name":"g"})", header}, maker).status == 201);
  CHECK(server.ask({"GET /v1/groups", "", header}, admin).status == 200);
  CHECK(
      server.ask({"POST " + roles, R"({"name":"role","permissions":["app_group_get"]})", {}}, admin).status ==
      200);
}
