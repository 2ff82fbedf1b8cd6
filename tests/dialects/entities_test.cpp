// Entities of applications, and mappings on them, in the words of /v1.
#include <string>
#include <vector>

#include "tests/support/answers.h"

namespace {

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("acme");
  std::vector<std::string> ours = {TestServer::tenant(tenant)};

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, ours});
  }
  RawResponse ask_as(const std::string& credential, const std::string& line, const std::string& body = "") {
    return server.ask({line, body, ours}, credential);
  }
};

}  // namespace

TEST_CASE("v1: entities", "[http]") {
  Scene s;
  const auto shape = [](const std::string& id, const std::string& rest) {
    return R"({"type":"App::Doc","id":")" + id + R"(",)" + rest +
           R"(,"created_at":"TIME","updated_at":"TIME"})";
  };
  const std::string empty = R"("attrs":{},"parents":[],"tags":{})";
  const std::string full = R"("attrs":{"n":1,"owner":{"__entity":{"id":"x","type":"Owner"}}},)"
                           R"("parents":[{"type":"Folder","id":"7"}],"tags":{"t":"x"})";
  check_answers(
      {
          {"PUT /v1/entities/App::Doc/a%2Fb",
           R"({"attrs":{"owner":{"__entity":{"type":"Owner","id":"x"}},"n":1},)"
           R"("parents":[{"type":"Folder","id":"7"}],"tags":{"t":"x"}})",
           "200 " + shape("a/b", full)},
          {"GET /v1/entities/App::Doc/a%2Fb", "", "200 " + shape("a/b", full)},
          {"PUT /v1/entities/App::Doc/2", "{}", "200 " + shape("2", empty)},
          {"GET /v1/entities/App::Doc/3", "", "404 not_found entity App::Doc:3: not found"},
          {"GET /v1/entities?type=App::Doc&limit=1", "",
           R"(200 {"data":[)" + shape("2", empty) +
               R"(],"next_cursor":"GvE4tEFwcDo6RG9jOjI","has_more":true})"},
          {"GET /v1/entities?parent=Folder:7", "",
           R"(200 {"data":[)" + shape("a/b", full) + R"(],"has_more":false})"},
          {"GET /v1/entities?parent=Folder", "",
           "400 invalid_input parent: must be a type and an id with a colon"},
          {"GET /v1/entities?typ=x", "", "400 invalid_input typ: "},
          {"PUT /v1/entities/App::Doc/2", R"({"attrs":{"f":1.5},"parnts":[],"parents":[{"type":"x"}]})",
           "400 invalid_input parents/0/id: is required (and 2 more)"},
          {"PUT /v1/entities/App::Doc/2", R"({"parents":["Folder:7",7]})",
           "400 invalid_input parents/1: must be"},
          {"PUT /v1/entities/group/2", "{}", "400 invalid_input type: must be another than `group`"},
          {"PUT /v1/entities/Folder/7", R"({"parents":[{"type":"App::Doc","id":"a/b"}]})",
           "400 invalid_input parents: the entities would be in a circle: Folder:7 -> App::Doc:a/b -> Folder:7"},
          {"PUT /v1/entities/Folder/7", "{}",
           R"(200 {"type":"Folder","id":"7",)" + empty + R"(,"created_at":"TIME","updated_at":"TIME"})"},
          {"DELETE /v1/entities/Folder/7", "",
           "409 in_use entity Folder:7: in use by 0 mappings, 0 grants and 1 children"},
          {"DELETE /v1/entities/Folder/7?force=true", "", "204 "},
          {"DELETE /v1/entities/Folder/7", "", "404 not_found entity Folder:7: not found"},
          {"PATCH /v1/entities/Folder/7", "{}", "405 method_not_allowed"},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
  const auto read = s.ask("GET /v1/entities/App::Doc/2");
  const auto stale =
      s.server.ask({"PUT /v1/entities/App::Doc/2", R"({"attrs":{"a":1}})", {s.ours[0], "If-Match: \"1\""}});
  CHECK(stale.status == 412);
  const auto fresh = s.server.ask({"PUT /v1/entities/App::Doc/2",
                                   R"({"attrs":{"a":1}})",
                                   {s.ours[0], "If-Match: " + read.header("etag")}});
  CHECK(fresh.status == 200);
  CHECK(fresh.header("etag") != read.header("etag"));
}

TEST_CASE("v1: entities are nobody's but their tenant's, and for whoever may", "[http]") {
  Scene s;
  CHECK(s.ask("PUT /v1/entities/Doc/1", "{}").status == 200);
  const std::string reader = TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:get"])"));
  const std::string nobody = TestServer::bearer(s.server.make_key(s.tenant, "[]"));
  CHECK(s.ask_as(reader, "GET /v1/entities/Doc/1").status == 200);
  CHECK(s.ask_as(reader, "PUT /v1/entities/Doc/1", "{}").status == 403);
  CHECK(s.ask_as(reader, "DELETE /v1/entities/Doc/1").status == 403);
  CHECK(s.ask_as(nobody, "GET /v1/entities/Doc/1").status == 403);
  CHECK(s.ask_as(nobody, "GET /v1/entities").status == 403);
  const std::string other = s.server.make_tenant("globex");
  const std::string theirs = TestServer::bearer(s.server.make_key(other, R"(["organization:administer"])"));
  CHECK(brief(s.ask_as(theirs, "GET /v1/entities/Doc/1")).starts_with("403 tenant_mismatch"));
  const auto absent = s.server.ask({"GET /v1/entities/Doc/1", "", {TestServer::tenant(other)}}, theirs);
  CHECK(brief(absent) == "404 not_found entity Doc:1: not found");
}

TEST_CASE("v1: a group's role on an entity", "[http]") {
  Scene s;
  const std::string group = text_at(json_of(s.ask("POST /v1/groups", R"({"name":"Team"})")), "id");
  const std::string path = "/v1/groups/" + group + "/roles";
  const auto shape = [](const std::string& resource) {
    return R"({"role":"user","created_at":"TIME","created_by":"ID","valid_from":null,"expires_at":null,"reason":null)" +
           (resource.empty() ? "" : ",\"resource\":" + resource) + "}";
  };
  check_answers(
      {
          {"POST " + path, R"({"role":"user"})", "201 " + shape("")},
          {"POST " + path, R"({"role":"user","resource":""})", "409 already_exists"},
          {"POST " + path, R"({"role":"user","resource":"Folder:7"})", "201 " + shape("\"Folder:7\"")},
          {"POST " + path, R"({"role":"user","resource":{"type":"Folder","id":"7"}})", "409 already_exists"},
          {"POST " + path, R"({"role":"user","resource":{"type":"a:b","id":"7"}})",
           "201 " + shape(R"({"type":"a:b","id":"7"})")},
          {"POST " + path, R"({"role":"user","resource":"Folder"})",
           "400 invalid_input resource: must be a type"},
          {"POST " + path, R"({"role":"user","resource":7})",
           "400 invalid_input resource: must be an object with"},
          {"GET " + path, "",
           R"(200 {"data":[)" + shape("") + "," + shape("\"Folder:7\"") + "," +
               shape(R"({"type":"a:b","id":"7"})") + "]}"},
          {"DELETE " + path + "/user?resource=Folder:8", "", "404 not_found role mapping"},
          {"DELETE " + path + "/user?resource=Folder", "", "400 invalid_input resource: must be"},
          {"DELETE " + path + "/user?resource=Folder:7", "", "204 "},
          {"DELETE " + path + "/user", "", "204 "},
      },
      [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
  const auto made = s.ask("POST " + path, R"({"role":"user","resource":"App::Doc:a b"})");
  CHECK(made.header("location") == path + "/user?resource=App%3A%3ADoc%3Aa%20b");
}
