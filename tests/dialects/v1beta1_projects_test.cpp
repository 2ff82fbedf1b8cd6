// Projects, groups and the platform's lists in /v1beta1: what each call answers, whole, and the errors that
// are its own.
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

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

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, {}}, key);
  }
  void check(const std::string& credential, const std::vector<AnswerRow>& rows) {
    check_answers(rows, [&](const std::string& line, const std::string& body) {
      return server.ask({line, body, {}}, credential);
    });
  }
};

std::string project_shape(const std::string& name, const std::string& title,
                          const std::string& state = "enabled") {
  return R"({"id":"ID","name":")" + name + R"(","title":")" + title +
         R"(","orgId":"ID","metadata":{},"state":")" + state + R"(","createdAt":"TIME","updatedAt":"TIME"})";
}

std::string group_shape(const std::string& name, const std::string& title, const std::string& metadata,
                        const std::string& state = "enabled") {
  return R"({"id":"ID","name":")" + name + R"(","title":")" + title + R"(","orgId":"ID","metadata":)" +
         metadata + R"(,"state":")" + state + R"(","createdAt":"TIME","updatedAt":"TIME"})";
}

const std::string kAnn =
    R"({"id":"ID","name":"A","title":"A","email":"a@example.com","avatar":"","metadata":{},"orgId":"ID",)"
    R"("state":"enabled","createdAt":"TIME","updatedAt":"TIME"})";

}  // namespace

TEST_CASE("v1beta1: projects", "[http]") {
  Scene s;
  const base::Json made = json_of(s.ask("POST /v1beta1/projects", R"({"name":"web","orgId":"example"})"));
  const std::string id = text_at(made, "project.id"), path = " /v1beta1/projects/" + id;
  const std::string one = R"(200 {"project":)";
  s.check(s.key, {
                     {"POST /v1beta1/projects",
                      R"({"body":{"name":"Shop","title":"The shop","org_id":")" + s.tenant + "\"}}",
                      one + project_shape("Shop", "The shop") + "}"},
                     {"POST /v1beta1/projects", R"({"name":"WEB"})", "409 6 name: `WEB` is taken"},
                     {"POST /v1beta1/projects", R"({"name":"w"})", "400 3 name: must be 2 to 64 letters"},
                     {"POST /v1beta1/projects", R"({"title":"x"})", "400 3 name: is required"},
                     {"POST /v1beta1/projects", R"({"name":"xx","orgId":"nothing"})",
                      "404 5 organization nothing: not found"},
                     {"POST /v1beta1/projects", R"({"body":{"name":"xx","orgId":"nothing"}})",
                      "404 5 organization nothing: not found"},
                     {"GET" + path, "", one + project_shape("web", "web") + "}"},
                     {"GET /v1beta1/projects/WEB", "", one + project_shape("web", "web") + "}"},
                     {"GET /v1beta1/projects/nothing", "", "404 5 project nothing: not found"},
                     {"GET /v1beta1/projects/" + std::string(kNobody), "",
                      "404 5 project " + std::string(kNobody) + ": not found"},
                     {"PUT" + path, R"({"name":"site","title":"Site","orgId":"example"})",
                      one + project_shape("site", "Site") + "}"},
                     {"PUT" + path, R"({"name":"shop"})", "409 6 name: `shop` is taken"},
                     {"PUT" + path, R"({"metadata":[]})", "400 3 metadata: must be an object"},
                     {"POST" + path + "/disable", "{}", "200 {}"},
                     {"GET /v1beta1/organizations/example/projects", "",
                      R"(200 {"projects":[)" + project_shape("site", "Site", "disabled") + "," +
                          project_shape("Shop", "The shop") + "]}"},
                     {"GET /v1beta1/organizations/example/projects?state=enabled", "",
                      R"(200 {"projects":[)" + project_shape("Shop", "The shop") + "]}"},
                     {"GET /v1beta1/organizations/example/projects?state=off", "", "400 3 state: must be "},
                     {"POST /v1beta1/check", R"({"permission":"get","resource":"project:site"})",
                      R"(200 {"status":false})"},
                     {"POST" + path + "/enable", "", "200 {}"},
                     {"POST /v1beta1/check", R"({"permission":"get","resource":"app/project:)" + id + "\"}",
                      R"(200 {"status":true})"},
                     {"PATCH" + path, "{}", "501 12 "},
                 });
  const std::string policy =
      R"({"roleId":"app_project_viewer","resource":"project:site","principal":"user:)" + s.user + "\"}";
  const base::Json roles = json_of(s.server.ask({"GET /v1beta1/roles", "", {}}, s.key));
  const std::string viewer =
      R"({"id":"ID","name":"app_project_viewer","permissions":["app_project_get"],"title":"Project Viewer",)"
      R"("metadata":{"description":"Sees a project."},"createdAt":"TIME","updatedAt":"TIME","orgId":"NIL","state":"enabled"})";
  s.check(
      s.key,
      {
          {"POST /v1beta1/policies", policy,
           R"(200 {"policy":{"id":"ID","roleId":"ID","resource":"app/project:ID","principal":"app/user:ID","title":"",)"
           R"("metadata":{},"validFrom":null,"expiresAt":null,"createdAt":"TIME","updatedAt":"TIME"}})"},
          {"GET" + path + "/users", "", R"(200 {"users":[)" + kAnn + R"(],"rolePairs":[]})"},
          {"GET" + path + "/users?with_roles=true", "",
           R"(200 {"users":[)" + kAnn + R"(],"rolePairs":[{"userId":"ID","roles":[)" + viewer + "]}]}"},
          {"GET" + path + "/serviceusers", "", R"(200 {"serviceusers":[],"rolePairs":[]})"},
          {"GET" + path + "/groups?limit=1", "",
           R"(200 {"groups":[],"rolePairs":[],"nextCursor":"","hasMore":false})"},
          {"GET /v1beta1/policies?project_id=" + id + "&group_id=" + id, "", "400 3 project_id: can't be "},
          {"DELETE" + path, "", "200 {}"},
          {"DELETE" + path, "", "404 5 project " + id + ": not found"},
          {"GET /v1beta1/policies?project_id=" + id, "", R"(200 {"policies":[]})"},
      });
}

TEST_CASE("v1beta1: another organization's project is as absent as one that never was", "[http]") {
  Scene s;
  const std::string other = s.server.make_tenant("other");
  const std::string theirs = text_at(
      s.server.made({"POST /v1beta1/projects", R"({"name":"theirs","orgId":"other"})", {}}), "project.id");
  const auto same = [&](const std::string& line, const std::string& behind, const std::string& body) {
    INFO(line << behind);
    std::string of_theirs = s.ask(line + theirs + behind, body).body;
    if (const std::size_t at = of_theirs.find(theirs); at != std::string::npos)
      of_theirs.replace(at, theirs.size(), kNobody);
    const auto of_nobody = s.ask(line + kNobody + behind, body);
    CHECK(of_nobody.status == 404);
    CHECK(of_theirs == of_nobody.body);
  };
  same("GET /v1beta1/projects/", "", "");
  same("GET /v1beta1/projects/", "/users", "");
  same("PUT /v1beta1/projects/", "", R"({"title":"x"})");
  same("POST /v1beta1/projects/", "/disable", "");
  same("DELETE /v1beta1/projects/", "", "");
  s.check(s.key,
          {{"GET /v1beta1/projects/theirs", "", "404 5 project theirs: not found"},
           {"GET /v1beta1/projects/" + theirs + "?org_id=other", "", "404 5 organization other: not found"},
           {"POST /v1beta1/check", R"({"permission":"get","resource":"project:theirs"})",
            R"(200 {"status":false})"},
           {"POST /v1beta1/policies",
            R"({"roleId":"app_project_viewer","resource":"project:)" + theirs + R"(","principal":"user:)" +
                s.user + "\"}",
            "400 3 resource: there is no `app/project:" + theirs + "`"}});
  s.check(TestServer::platform(),
          {{"GET /v1beta1/projects/" + theirs, "",
            R"(200 {"project":)" + project_shape("theirs", "theirs") + "}"},
           {"GET /v1beta1/projects/theirs", "", "400 3 orgId: is required"},
           {"GET /v1beta1/projects/theirs?org_id=other", "",
            R"(200 {"project":)" + project_shape("theirs", "theirs") + "}"},
           {"GET /v1beta1/projects/" + std::string(kNobody), "", "404 5 project "},
           {"GET /v1beta1/policies?project_id=" + theirs, "", R"(200 {"policies":[]})"},
           {"POST /v1beta1/check", R"({"permission":"get","resource":"project:)" + theirs + "\"}",
            R"(200 {"status":true})"}});
}

TEST_CASE("v1beta1: groups and the people in them", "[http]") {
  Scene s;
  const std::string groups = " /v1beta1/organizations/example/groups";
  const base::Json made = json_of(s.ask("POST" + groups, R"({"body":{"name":"Ops","title":"Operations"}})"));
  const std::string id = text_at(made, "group.id"), path = groups + "/" + id;
  const std::string one = R"(200 {"group":)";
  s.check(s.key,
          {
              {"POST" + groups, R"({"name":"plain","metadata":{"description":"D","a":1}})",
               one + group_shape("plain", "plain", R"({"description":"D","a":1})") + "}"},
              {"POST" + groups, R"({"name":"OPS"})", "409 6 name: "},
              {"POST" + groups, R"({})", "400 3 name: is required"},
              {"POST" + groups, R"({"name":"x","metadata":{"description":7}})",
               "400 3 metadata/description: must be "},
              {"GET" + path, "", one + group_shape("Ops", "Operations", "{}") + "}"},
              {"PUT" + path, R"({"title":"On call","metadata":{"description":"N"}})",
               one + group_shape("Ops", "On call", R"({"description":"N"})") + "}"},
              {"PUT" + path, R"({"name":"Duty"})",
               one + group_shape("Duty", "On call", R"({"description":"N"})") + "}"},
              {"GET" + groups, "",
               R"(200 {"groups":[)" + group_shape("Duty", "On call", R"({"description":"N"})") + "," +
                   group_shape("plain", "plain", R"({"description":"D","a":1})") + "]}"},
              {"POST" + path + "/users", R"({"userIds":[")" + s.user + "\"]}", "200 {}"},
              {"POST" + path + "/users", R"({"user_ids":[")" + s.user + "\"]}", "200 {}"},
              {"POST" + path + "/users", R"({"userIds":[")" + s.user + R"(",")" + kNobody + "\"]}",
               "400 3 userIds/1: " + std::string(kNobody) + " is no user"},
              {"POST" + path + "/users", R"({"userIds":["ann"]})", "400 3 userIds/0: must be a uuid"},
              {"POST" + path + "/users", R"({"userIds":[]})", "400 3 userIds: must have a user"},
              {"GET" + path + "/users", "", R"(200 {"users":[)" + kAnn + "]}"},
              {"POST" + path + "/disable", "", "200 {}"},
              {"POST" + path + "/disable", "", "200 {}"},
              {"GET" + groups + "?state=disabled", "",
               R"(200 {"groups":[)" + group_shape("Duty", "On call", R"({"description":"N"})", "disabled") +
                   "]}"},
              {"GET" + groups + "?state=enabled", "",
               R"(200 {"groups":[)" + group_shape("plain", "plain", R"({"description":"D","a":1})") + "]}"},
              {"GET" + groups + "?state=off", "", "400 3 state: must be enabled or disabled"},
              {"GET" + path + "/users", "", R"(200 {"users":[)" + kAnn + "]}"},
              {"POST" + path + "/enable", "", "200 {}"},
              {"GET" + groups + "?state=disabled", "", R"(200 {"groups":[]})"},
              {"POST" + groups + "/nothing/enable", "", "404 5 group nothing: not found"},
              {"DELETE" + path + "/users/" + s.user, "", "200 {}"},
              {"DELETE" + path + "/users/" + s.user, "", "404 5 member " + s.user + ": not found"},
              {"DELETE" + path + "/users/ann", "", "404 5 member ann: not found"},
              {"GET" + path + "/users", "", R"(200 {"users":[]})"},
              {"DELETE" + path, "", "200 {}"},
              {"GET" + path, "", "404 5 group " + id + ": not found"},
              {"GET" + groups + "/nothing", "", "404 5 group nothing: not found"},
          });
}

TEST_CASE("v1beta1: users are added to a group all together or not at all", "[http]") {
  Scene s;
  const std::string path =
      " /v1beta1/organizations/example/groups/" +
      text_at(json_of(s.ask("POST /v1beta1/organizations/example/groups", R"({"name":"g"})")), "group.id") +
      "/users";
  const std::string bob = text_at(
      s.server.made(
          {"POST /v1/users", R"({"email":"b@example.com","name":"B"})", {TestServer::tenant(s.tenant)}}),
      "id");
  s.check(s.key, {{"POST" + path, R"({"userIds":[")" + s.user + R"(",")" + kNobody + R"(",")" + bob + "\"]}",
                   "400 3 userIds/1: "},
                  {"GET" + path, "", R"(200 {"users":[]})"}});
  s.check(s.key, {{"POST" + path, R"({"userIds":[")" + s.user + R"(",")" + bob + "\"]}", "200 {}"}});
  CHECK(json_of(s.ask("GET" + path)).find("users")->array()->size() == 2);
}

TEST_CASE("v1beta1: the platform's lists, and organizations enabled and disabled", "[http]") {
  Scene s;
  s.server.make_tenant("other");
  s.server.made({"POST /v1beta1/projects", R"({"name":"web","orgId":"example"})", {}});
  s.server.made({"POST /v1beta1/projects", R"({"name":"web","orgId":"other"})", {}});
  s.server.made({"POST /v1beta1/organizations/other/groups", R"({"name":"g"})", {}});
  s.server.made({"POST /v1beta1/organizations/other/serviceusers", R"({"title":"bot"})", {}});
  const std::string bot =
      R"({"id":"ID","title":"bot","metadata":{},"orgId":"ID","state":"enabled","createdAt":"TIME","updatedAt":"TIME"})";
  s.check(
      TestServer::platform(),
      {
          {"GET /v1beta1/admin/projects", "",
           R"(200 {"projects":[)" + project_shape("web", "web") + "," + project_shape("web", "web") + "]}"},
          {"GET /v1beta1/admin/projects?org_id=other", "",
           R"(200 {"projects":[)" + project_shape("web", "web") + "]}"},
          {"GET /v1beta1/admin/projects?org_id=nothing", "", "404 5 organization nothing: not found"},
          {"GET /v1beta1/admin/projects?state=disabled", "", R"(200 {"projects":[]})"},
          {"GET /v1beta1/admin/groups?orgId=other", "",
           R"(200 {"groups":[)" + group_shape("g", "g", "{}") + "]}"},
          {"GET /v1beta1/admin/groups?orgId=example", "", R"(200 {"groups":[]})"},
          {"GET /v1beta1/admin/serviceusers?org_id=other", "", R"(200 {"serviceusers":[)" + bot + "]}"},
          {"POST /v1beta1/organizations/other/disable", "{}", "200 {}"},
          {"GET /v1beta1/admin/organizations?state=disabled", "",
           R"(200 {"organizations":[{"id":"ID","name":"other","title":"other","metadata":{},"state":"disabled",)"
           R"("avatar":"","createdAt":"TIME","updatedAt":"TIME"}]})"},
          {"POST /v1beta1/organizations/other/enable", "", "200 {}"},
          {"GET /v1beta1/admin/organizations?state=disabled", "", R"(200 {"organizations":[]})"},
          {"POST /v1beta1/organizations/nothing/enable", "", "404 5 organization nothing: not found"},
      });
  const std::string editor = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:update"])"));
  s.check(editor, {{"POST /v1beta1/organizations/example/disable", "", "403 7 tenant:update: not allowed"},
                   {"POST /v1beta1/organizations/other/disable", "", "404 5 organization other: not found"}});
  s.check(s.key, {{"GET /v1beta1/admin/organizations", "", "403 7 "},
                  {"GET /v1beta1/admin/groups", "", "403 7 "},
                  {"POST /v1beta1/organizations/example/disable", "", "200 {}"},
                  {"POST /v1beta1/organizations/example/enable", "", "200 {}"}});
}
