#include <set>

#include "base/encoding.h"
#include "tests/support/answers.h"
#include "tests/support/server.h"
#include "tests/support/tenant_rules.h"

namespace {

struct Scene {
  explicit Scene(const TestServerOptions& options = {}) : server(options) {}

  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:decide"])"));
  TenantRules rules{server.store(), *domain::TenantId::parse(tenant)};

  RawResponse ask(const std::string& call, const std::string& body) {
    return server.ask({"POST /access/v1/search/" + call, body, {}}, key);
  }
  base::Json made(const std::string& call, const std::string& body) {
    const auto response = ask(call, body);
    INFO(body);
    CHECK(response.status == 200);
    return json_of(response);
  }
  std::string add_user(const std::string& name) {
    return text_at(server.made({"POST /v1/users",
                                R"({"email":")" + name + R"(@example.org","name":")" + name + "\"}",
                                {TestServer::tenant(tenant)}}),
                   "id");
  }
  void add_docs(int many) {
    for (int i = 0; i < many; ++i) rules.add_entity({"doc", (i < 10 ? "0" : "") + std::to_string(i)});
  }
};

std::string ids_of(const base::Json& answer) {
  std::string ids;
  for (const base::Json& result : *answer.find("results")->array())
    ids += (ids.empty() ? "" : " ") + text_at(result, result.find("id") ? "id" : "name");
  return ids;
}

const std::string kDocs =
    R"({"subject":{"type":"user","id":"ann"},"action":{"name":"view"},"resource":{"type":"doc"})";

}  // namespace

TEST_CASE("search: pages follow each other until there is no token", "[access]") {
  Scene s;
  s.add_docs(7);
  s.rules.add({R"(permit (principal, action == Action::"view", resource is doc);)",
               R"(forbid (principal, action, resource == doc::"03");)"});
  CHECK(s.ask("resource", kDocs + "}").body ==
        R"({"results":[{"type":"doc","id":"00"},{"type":"doc","id":"01"},{"type":"doc","id":"02"},)"
        R"({"type":"doc","id":"04"},{"type":"doc","id":"05"},{"type":"doc","id":"06"}]})");
  std::string all, token;
  int pages = 0;
  do {
    const auto page = s.made("resource", kDocs + R"(,"page":{"limit":2,"token":")" + token + "\"}}");
    all += (all.empty() ? "" : " ") + ids_of(page);
    token = text_at(page, "page.next_token");
    CHECK(*page.find("page")->find("count")->integer() == 2);
    REQUIRE(++pages < 10);
  } while (!token.empty());
  CHECK(all == "00 01 02 04 05 06");
  CHECK(pages == 3);
}

TEST_CASE("search: a token is bound to its question and its limit", "[access]") {
  Scene s;
  s.add_docs(5);
  s.rules.add({R"(permit (principal, action == Action::"view", resource is doc);)"});
  const auto first = s.made("resource", kDocs + R"(,"page":{"limit":2}})");
  const std::string token = text_at(first, "page.next_token");
  const auto with = [&](const std::string& question, const std::string& more) {
    return s.ask("resource", question + R"("page":{"token":")" + token + "\"" + more + "}}");
  };
  CHECK(ids_of(json_of(with(kDocs + ",", ""))) == "02 03");
  CHECK(ids_of(json_of(with(kDocs + ",", R"(,"limit":2)"))) == "02 03");
  CHECK(ids_of(json_of(with("{", ""))) == "02 03");
  CHECK_THAT(with(kDocs + ",", R"(,"limit":3)").body,
             ContainsSubstring("page/limit: must be that of the token, 2"));
  const std::string other =
      R"({"subject":{"type":"user","id":"bob"},"action":{"name":"view"},"resource":{"type":"doc"},)";
  CHECK_THAT(with(other, "").body, ContainsSubstring("page/token: is that of another question"));
  CHECK(
      s.ask("action",
            R"({"subject":{"type":"user","id":"ann"},"resource":{"type":"doc","id":"1"},"page":{"token":")" +
                token + "\"}}")
          .status == 400);
  CHECK(s.ask("resource", kDocs + R"(,"page":{"token":"nonsense"}})").status == 400);
  // It is sealed: nothing of it can be read, and no part of it changed.
  const auto bytes = base::from_base64url(token);
  REQUIRE(bytes);
  CHECK(bytes->find("subject") == std::string::npos);
  for (std::size_t i = 0; i < token.size(); i += 7) {
    std::string other_token = token;
    other_token[i] = other_token[i] == 'A' ? 'B' : 'A';
    CHECK(s.ask("resource", R"({"page":{"token":")" + other_token + "\"}}").status == 400);
  }
  const std::string globex = s.server.make_tenant("globex");
  CHECK_THAT(s.server
                 .ask({"POST /access/v1/search/resource", R"({"page":{"token":")" + token + "\"}}", {}},
                      TestServer::bearer(s.server.make_key(globex, R"(["organization:decide"])")))
                 .body,
             ContainsSubstring("page/token: is not a token that this search has given"));
  CHECK(s.ask("resource", kDocs + R"(,"page":{"token":7}})").status == 400);
  CHECK(s.ask("resource", kDocs + R"(,"page":{"limit":-1}})").status == 400);
  CHECK(s.ask("resource", kDocs + R"(,"page":{"limit":"2"}})").status == 400);
  CHECK(s.ask("resource", kDocs + R"(,"page":[]})").status == 400);

  // Nothing at once, and then as much as is asked for.
  const auto none = s.made("resource", kDocs + R"(,"page":{"limit":0}})");
  CHECK(ids_of(none).empty());
  CHECK(*none.find("page")->find("count")->integer() == 0);
  const std::string free = text_at(none, "page.next_token");
  REQUIRE_FALSE(free.empty());
  CHECK(ids_of(s.made("resource", kDocs + R"(,"page":{"limit":3,"token":")" + free + "\"}}")) == "00 01 02");
  CHECK(ids_of(s.made("resource", kDocs + R"(,"page":{"token":")" + free + "\"}}")) == "00 01 02 03 04");

  // A question that is too long to be in the token is repeated.
  const std::string large = kDocs + R"(,"context":{"a":")" + std::string(3'000, 'x') + "\"}";
  const std::string far = text_at(s.made("resource", large + R"(,"page":{"limit":2}})"), "page.next_token");
  CHECK(ids_of(s.made("resource", large + R"(,"page":{"token":")" + far + "\"}}")) == "02 03");
  CHECK_THAT(s.ask("resource", R"({"page":{"token":")" + far + "\"}}").body, ContainsSubstring("repeat it"));
}

TEST_CASE("search: people of the directory and of the application, by uuid or e-mail", "[access]") {
  for (const auto form : {api::UserIds::kUuid, api::UserIds::kEmail}) {
    TestServerOptions options;
    options.http.user_ids = form;
    Scene s(options);
    const std::string ann = s.add_user("ann"), bob = s.add_user("bob");
    s.rules.add_entity({"user", "zoe"});
    s.rules.add_entity({"user", ann}, R"({"team":"red"})");
    s.rules.add({R"(permit (principal is user, action == Action::"view", resource))"
                 R"( unless { principal has email && principal.email == "bob@example.org" };)"});
    const std::string question =
        R"({"subject":{"type":"user","id":"ignored","properties":{"email":"bob@example.org"}},)"
        R"("action":{"name":"view"},"resource":{"type":"doc","id":"1"}})";
    const std::string id = form == api::UserIds::kUuid ? ann : "ann@example.org";
    CHECK(ids_of(s.made("subject", question)) == id + " zoe");
    const auto asks = [&](const std::string& who) {
      return s.server
          .ask({"POST /access/v1/evaluation",
                R"({"subject":{"type":"user","id":")" + who +
                    R"("},"action":{"name":"view"},"resource":{"type":"doc","id":"1"}})",
                {}},
               s.key)
          .body;
    };
    CHECK(asks(id) == R"({"decision":true})");
    CHECK(asks(form == api::UserIds::kUuid ? bob : "bob@example.org") == R"({"decision":false})");
  }
}

TEST_CASE("search: actions are those of the rules, and then the permissions that roles give", "[access]") {
  Scene s;
  const std::string ann = s.add_user("ann");
  s.server.made({"PUT /v1/users/" + ann, R"({"roles":["approver"]})", {TestServer::tenant(s.tenant)}});
  s.rules.add({R"(permit (principal, action in [Action::"read", Action::"edit"], resource is doc);)"}, 1);
  s.rules.add({R"(permit (principal, action == Action::"print", resource is doc);)",
               R"(forbid (principal, action == Action::"edit", resource is doc);)"},
              2);
  const std::string question =
      R"({"subject":{"type":"user","id":")" + ann + R"("},"resource":{"type":"doc","id":"1"}})";
  CHECK(ids_of(s.made("action", question)) ==
        "print read grants:revoke group:get organization:auditview organization:check organization:get "
        "organization:grouplist project:get requests:approve");
  CHECK(s.ask("action", R"({"subject":{"type":"user"},"resource":{"type":"doc","id":"1"}})").status == 400);
  CHECK(s.ask("subject", R"({"subject":{"type":"user"},"resource":{"type":"doc","id":"1"}})").status == 400);
  CHECK(
      s.made("subject",
             R"({"subject":{"type":"nonsense"},"action":{"name":"view"},"resource":{"type":"doc","id":"1"}})")
          .find("results")
          ->array()
          ->empty());
}
