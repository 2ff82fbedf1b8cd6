// A tenant at a glance, as clients see it: the overview, the map, and who holds each role.
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/tenant_scene.h"

namespace {

struct Scene : TenantScene {
  Scene() { caller = key(R"(["organization:administer"])"); }

  // A person, with a role for the whole tenant where one is named.
  std::string person(const std::string& name, const std::string& role = "") {
    const std::string id =
        id_of("POST /v1/users", R"({"name":")" + name + R"(","email":")" + name + R"(@x.example"})");
    if (!role.empty()) made("PUT /v1/users/" + id, R"({"roles":[")" + role + "\"]}");
    return id;
  }
  std::string slugs(const std::string& target) {
    std::string all;
    const RawResponse answer = ask("GET " + target);
    INFO(target << " " << answer.body);
    REQUIRE(answer.status == 200);
    const base::Json list = json_of(answer);
    for (const base::Json& row : *list.find("data")->array())
      if (to_text(*row.find("is_system")) == "false") all += *row.find("slug")->string() + "; ";
    return all;
  }
};

}  // namespace

TEST_CASE("overview: the whole answer", "[http][overview]") {
  Scene s;
  s.made("POST /v1/roles", R"({"name":"Boss","slug":"boss","scopes":["organization:administer"]})");
  const std::string user = s.person("ann", "boss");
  const base::Json all = json_of(s.ask("GET /v1/overview"));
  CHECK(to_text(*all.find("people")) == "1");
  CHECK(text_at(all, "administrators.scope") == "organization:administer");
  CHECK(to_text(*all.find("administrators")->find("holders")) ==
        R"({"people":1,"at_most":false,"direct":1,"groups":0,"memberships":0,"suspended":0,)"
        R"("service_users":0,"later":0})");
  CHECK(text_at(all.find("administrators")->find("first")->array()->front(), "id") == user);
  CHECK(to_text(*all.find("administrators")->find("complete")) == "true");
  CHECK(
      to_text(*all.find("mappings")) ==
      R"({"total":1,"active":1,"future":0,"expired":0,"exact":true,"expiring":0,"expiring_complete":true})");
  CHECK(to_text(*all.find("keys")) ==
        R"({"total":1,"expiring":0,"expired":0,"administrators":1,"complete":true})");
  CHECK(to_text(*all.find("roles")->find("complete")) == "true");
  CHECK(to_text(*all.find("activity")->find("chain")->find("whole")) == "true");
  CHECK(text_at(all.find("activity")->find("last")->array()->front(), "action") == "user:update");

  const base::Json part = json_of(s.ask("GET /v1/overview", "", s.key(R"(["organization:get"])")));
  CHECK(to_text(*part.find("keys")) == "null");
  CHECK(to_text(*part.find("activity")) == "null");
  CHECK(brief(s.ask("GET /v1/overview?x=1")).starts_with("400 invalid_input "));
}

TEST_CASE("access map: rows, columns and pages", "[http][access-map]") {
  Scene s;
  s.made("POST /v1/roles", R"({"name":"Boss","slug":"boss","scopes":["organization:get"]})");
  s.person("ann", "boss");
  s.person("bob", "boss");
  const RawResponse first = s.ask("GET /v1/access-map?limit=1");
  INFO(first.body);
  CHECK(without_ids(first.body)
            .starts_with(R"({"data":[{"type":"user","id":"ID","name":"ann","email":"ann@x.example",)"
                         R"("active":true,"direct":["boss"],"through_groups":[],"on_things":[],"timed":[]}],)"
                         R"("columns":[{"column":"boss","name":"Boss","risk":"low"}],"hidden":0,)"
                         R"("policies":0,"next_cursor":)"));
  const std::string cursor = text_at(json_of(first), "next_cursor");
  const base::Json second = json_of(s.ask("GET /v1/access-map?cols=scopes&cursor=" + cursor));
  CHECK(text_at(second.find("data")->array()->front(), "name") == "bob");
  check_answers({{"GET /v1/access-map?rows=groups", "",
                  R"(200 {"data":[],"columns":[],"hidden":0,"policies":0,"has_more":false})"},
                 {"GET /v1/access-map?rows=roles", "", "400 invalid_input rows: must be users or groups"},
                 {"GET /v1/access-map?cols=x", "", "400 invalid_input cols: must be roles or scopes"},
                 {"GET /v1/access-map?cursor=x", "", "400 invalid_input cursor: "},
                 {"GET /v1/access-map?limit=0", "", "400 invalid_input limit: "}},
                [&](const std::string& line, const std::string&) { return s.ask(line); });
}

TEST_CASE("roles: who holds each is told, and lists are narrowed by it", "[http][overview]") {
  Scene s;
  s.made("POST /v1/roles", R"({"name":"Reader","slug":"reader","scopes":["group:get"]})");
  s.made("POST /v1/roles", R"({"name":"Boss","slug":"boss","scopes":["organization:administer"]})");
  const std::string group = s.id_of("POST /v1/groups", R"({"name":"Staff"})");
  const std::string user = s.person("ann");
  s.made("POST /v1/groups/" + group + "/roles", R"({"role":"reader","reason":"rota"})");
  CHECK(s.slugs("/v1/roles?held=true").empty());  // nobody is in the group
  s.made("POST /v1/groups/" + group + "/members", R"({"user_id":")" + user + "\"}");
  CHECK(s.slugs("/v1/roles?held=true") == "reader; ");
  CHECK(s.slugs("/v1/roles?held=false") == "boss; ");
  CHECK(s.slugs("/v1/roles?kind=custom") == "boss; reader; ");
  CHECK(s.slugs("/v1/roles?kind=system").empty());
  CHECK(s.slugs("/v1/roles?level=admin") == "boss; ");
  CHECK(s.slugs("/v1/roles?scope=group:get") == "boss; reader; ");  // also implied
  CHECK(s.slugs("/v1/roles?scope=app_group_get&level=low") == "reader; ");
  CHECK(s.slugs("/v1/roles?q=read&held=true") == "reader; ");
  CHECK(s.slugs("/v1/roles?q=read&held=false").empty());
  CHECK(s.slugs("/v1/roles?held=true&limit=1") == "reader; ");
  CHECK(to_text(*json_of(s.ask("GET /v1/roles/reader")).find("holders")) ==
        R"({"people":1,"at_most":false,"direct":0,"groups":1,"memberships":1,"suspended":0,)"
        R"("service_users":0,"later":0})");
  CHECK_THAT(without_ids(s.ask("GET /v1/roles/reader/holders").body),
             ContainsSubstring(R"("ends_soon":false,"reason":"rota","created_by":)"));
  check_answers(
      {{"GET /v1/roles?level=huge", "", "400 invalid_input level: must be low, medium, high or admin"},
       {"GET /v1/roles?held=yes", "", "400 invalid_input held: must be true or false"},
       {"GET /v1/roles?kind=x", "", "400 invalid_input kind: must be system or custom"},
       {"GET /v1/roles?scope=group:gte", "",
        "400 invalid_input scope: must be a permission; did you mean `group:get`?"}},
      [&](const std::string& line, const std::string&) { return s.ask(line); });
}
