// POST /v1/changes/{revision}/undo, as callers see it.
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

struct Scene {
  TestServer server;
  std::string acme = server.make_tenant("acme"), globex = server.make_tenant("globex");

  RawResponse ask(const std::string& line, const std::string& body = "", std::vector<std::string> more = {}) {
    more.push_back(TestServer::tenant(acme));
    return server.ask({line, body, more});
  }
  RawResponse undo(std::uint64_t revision, const std::string& query = "",
                   std::vector<std::string> more = {}) {
    return ask("POST /v1/changes/" + std::to_string(revision) + "/undo" + query, "", std::move(more));
  }
  std::uint64_t revision() { return server.store().revision(); }
};

std::string said(const RawResponse& answer) {
  return std::to_string(answer.status) + " " + answer.body;
}

}  // namespace

TEST_CASE("undo: the whole answer, tried and made, once for a key", "[http][undo]") {
  Scene s;
  REQUIRE(s.ask("POST /v1/roles", R"({"slug":"lead","name":"Lead","scopes":["group:get"]})").status == 201);
  REQUIRE(s.ask("PATCH /v1/roles/lead", R"({"name":"Leads","scopes":[]})").status == 200);
  const auto changed = s.revision();
  const std::string number = std::to_string(changed);
  const std::string undone =
      R"({"undone":)" + number +
      R"(,"changes":[{"resource_type":"role","resource_id":"lead","change":"updated"}],"left":[]})";

  CHECK(said(s.undo(changed, "?dry_run=true")) ==
        R"(200 {"would":)" + undone +
            R"(,"impact":{"gain":{"principals":0,"rows":0,"data":[],"more":false},)"
            R"("lose":{"principals":0,"rows":0,"data":[],"more":false},"flips":null},"revision":)" +
            number + "}");
  CHECK(s.revision() == changed);

  const auto stale = s.undo(changed, "", {"X-If-Revision: " + std::to_string(changed - 1)});
  CHECK(stale.status == 412);
  const auto first = s.undo(changed, "", {"Idempotency-Key: once", "X-If-Revision: " + number});
  CHECK(said(first) == "200 " + undone);
  CHECK(s.revision() == changed + 1);
  CHECK(said(s.undo(changed, "", {"Idempotency-Key: once"})) == "200 " + undone);
  CHECK(s.revision() == changed + 1);
  const auto role = base::parse_json(s.ask("GET /v1/roles/lead").body);
  REQUIRE(role.ok());
  CHECK(text_at(*role, "name") == "Lead");

  // Undone already: what the change left isn't there any more.
  CHECK(said(s.undo(changed)) ==
        R"(409 {"code":"built_upon","message":"change )" + number +
            ": role lead depends on it, since revision " + std::to_string(changed + 1) +
            R"(","details":{"conflicts":[{"revision":)" + std::to_string(changed + 1) +
            R"(,"resource_type":"role","resource_id":"lead"}]},"notices":[]})");
}

TEST_CASE("undo: no revision, one of nobody's and another tenant's answer alike", "[http][undo]") {
  Scene s;
  REQUIRE(s.server.ask({"POST /v1/groups", R"({"name":"Theirs"})", {TestServer::tenant(s.globex)}}).status ==
          201);
  const std::uint64_t theirs = s.revision();
  const auto none = [](const std::string& revision) {
    return R"(404 {"code":"not_found","message":"change )" + revision +
           R"(: not found","details":{},"notices":[]})";
  };
  CHECK(said(s.undo(theirs)) == none(std::to_string(theirs)));
  CHECK(said(s.undo(theirs + 100)) == none(std::to_string(theirs + 100)));
  CHECK(said(s.undo(theirs, "?dry_run=true")) == none(std::to_string(theirs)));
  CHECK(said(s.ask("POST /v1/changes/x/undo")) == none("x"));
  CHECK(s.ask("GET /v1/changes/7/undo").status == 405);
  CHECK(s.undo(theirs, "?force=true").status == 400);
  CHECK(s.undo(theirs, "", {"If-Match: \"1\""}).status == 400);
}
