// Finding by name, as clients see it.
#include <string>
#include <vector>

#include "base/encoding.h"
#include "tests/support/answers.h"

namespace {

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme"), other = server.make_tenant("globex");
  std::vector<std::string> ours = {TestServer::tenant(tenant)}, theirs = {TestServer::tenant(other)};
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));

  base::Json made(const std::string& line, const std::string& body) {
    return server.made({line, body, ours});
  }
  RawResponse ask(const std::string& line) { return server.ask({line, "", ours}, key); }

  // The names, or slugs, of a list's rows, and whether there are more.
  std::string names(const std::string& target, const char* member = "name") {
    const RawResponse answer = ask("GET " + target);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    const auto json = base::parse_json(answer.body);
    REQUIRE(json.ok());
    std::string all;
    for (const base::Json& row : *json->find("data")->array()) all += *row.find(member)->string() + "; ";
    return all;
  }
};

}  // namespace

TEST_CASE("q: lists of users, groups and roles, narrowed by the beginning of a word", "[http]") {
  Scene s;
  for (const char* const name : {"Alice Smith", "Bob Smithers", "Carol Jones"})
    s.made("POST /v1/users",
           std::string(R"({"name":")") + name + R"(","email":")" + name[0] + R"(@smi.example"})");
  for (const char* const name : {"On Call", "Office", "Call Centre"})
    s.made("POST /v1/groups", std::string(R"({"name":")") + name + R"("})");
  s.made("POST /v1/roles", R"({"name":"Billing viewer","slug":"bills","scopes":["organization:get"]})");
  s.server.ask({"POST /v1/users", R"({"name":"Smith of Globex","email":"s@smi.example"})", s.theirs},
               s.server.platform());
  CHECK(s.names("/v1/users?q=smi") == "Alice Smith; Bob Smithers; ");
  CHECK(s.names("/v1/users?q=SMITHE") == "Bob Smithers; ");
  CHECK(s.names("/v1/users?q=example").empty());
  CHECK(s.names("/v1/groups?q=call") == "Call Centre; On Call; ");
  CHECK(s.names("/v1/groups?q=call&name=centre") == "Call Centre; ");
  CHECK(s.names("/v1/groups?q=call&source=scim").empty());
  CHECK(s.names("/v1/roles?q=bill", "slug") == "bills; ");
  CHECK(s.names("/v1/roles?q=viewer", "slug").find("bills; ") != std::string::npos);

  // Pages of one go through all, and their cursors are good for the same list alone.
  const RawResponse first = s.ask("GET /v1/users?q=smi&limit=1");
  CHECK(first.body.find("Alice Smith") != std::string::npos);
  const std::string cursor = *base::parse_json(first.body)->find("next_cursor")->string();
  CHECK(s.names("/v1/users?q=smi&limit=1&cursor=" + cursor) == "Bob Smithers; ");
  CHECK(s.ask("GET /v1/groups?q=smi&cursor=" + cursor).status == 400);

  const auto wrong = [](const std::string& what) {
    return R"({"code":"invalid_input","message":"q: )" + what +
           R"(","details":{"errors":[{"pointer":"q","message":")" + what + R"("}]},"notices":[]})";
  };
  CHECK(s.ask("GET /v1/users?q=").body == wrong("must have the beginning of a word"));
  CHECK(s.ask("GET /v1/roles?q=%20%20").body == wrong("must have the beginning of a word"));
  CHECK(s.ask("GET /v1/groups?q=" + std::string(257, 'x')).body == wrong("must not be longer than 256"));
  CHECK(s.ask("GET /v1/search").body == wrong("is required"));
  CHECK(s.ask("GET /v1/users?q=smi&cursor=AAAA").status == 400);
}

TEST_CASE("search: any kind at once, each with its share, and what may not be listed is named", "[http]") {
  Scene s;
  for (int n = 0; n < 40; ++n)
    s.made("POST /v1/users", R"({"name":"Ops )" + std::to_string(n) + R"(","email":"u)" + std::to_string(n) +
                                 R"(@example.com"})");
  const base::Json group = s.made("POST /v1/groups", R"({"name":"The Ops"})");
  s.made("POST /v1/roles", R"({"name":"Ops lead","slug":"lead","scopes":["organization:get"]})");
  s.made("POST /v1/policies", R"({"name":"devops"})");
  s.server.ask({"PUT /v1/entities/Folder/ops-1", R"({})", s.ours}, s.key);
  s.server.ask({"PUT /v1/entities/Folder/ops-2", R"({})", s.ours}, s.key);

  const auto search = [&](const std::string& typed, const std::string& key) {
    const RawResponse answer =
        s.server.ask({"GET /v1/search?q=" + base::percent_encoded(typed), "", s.ours}, key);
    INFO(answer.body);
    REQUIRE(answer.status == 200);
    return *base::parse_json(answer.body);
  };
  const auto kinds = [](const base::Json& found) {
    std::string all;
    for (const base::Json& hit : *found.find("data")->array())
      all += *hit.find("resource_type")->string() + ":" +
             (hit.find("name") ? *hit.find("name")->string() : *hit.find("id")->string()) + "; ";
    return all;
  };
  const base::Json all = search("ops", s.key);
  CHECK(all.find("data")->array()->size() == 20);
  CHECK(kinds(all).starts_with("role:Ops lead; group:The Ops; user:Ops 0; user:Ops 1; "));
  CHECK(kinds(all).ends_with("policy:devops; "));
  CHECK(*all.find("has_more")->boolean());
  CHECK(all.find("withheld")->array()->empty());

  CHECK(kinds(search("Folder:ops", s.key)) == "entity:Folder:ops-1; entity:Folder:ops-2; ");
  CHECK(kinds(search(*group.find("id")->string(), s.key)) == "group:The Ops; ");
  CHECK(kinds(search("grouplist", s.key)) == "permission:organization:grouplist; ");
  CHECK(kinds(search("u7@ex", s.key)) == "user:Ops 7; ");

  // Whoever may read the tenant, but neither groups nor policies.
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  const base::Json some = search("ops", reader);
  CHECK(kinds(some).starts_with("role:Ops lead; user:Ops 0; "));
  std::string withheld;
  for (const base::Json& kind : *some.find("withheld")->array()) withheld += *kind.string() + "; ";
  CHECK(withheld == "group; policy; entity; ");

  const std::string nobody = TestServer::bearer(s.server.make_key(s.tenant, R"(["group:get"])"));
  CHECK(s.server.ask({"GET /v1/search?q=ops", "", s.ours}, nobody).status == 403);
  CHECK(s.server.ask({"GET /v1/search?q=ops", "", s.theirs}, s.key).status == 403);
}
