// Mappings as calls of /v1: what they answer, and that changes of them are tried, undone, told and repeated
// as all others are.
#include "base/encoding.h"
#include "dialects/cursor.h"
#include "tests/support/catch.h"
#include "tests/support/tenant_scene.h"

namespace {

struct Scene : TenantScene {
  std::string ann = id_of("POST /v1/users", R"({"email":"ann@acme.example","name":"Ann"})");
  std::string team = id_of("POST /v1/groups", R"({"name":"Team"})");

  Scene() { made("POST /v1/roles", R"({"slug":"reader","name":"Reader","scopes":["group:get"]})"); }

  std::string given(const std::string& more = "") const {
    return R"({"principal":{"type":"user","id":")" + ann + R"("},"role":"reader")" + more + "}";
  }
};

base::Json json_of(const RawResponse& response) {
  auto json = base::parse_json(response.body);
  REQUIRE(json.ok());
  return std::move(json).value();
}

// "400 /role is required | …"
std::string told(const RawResponse& response) {
  std::string text = std::to_string(response.status);
  if (response.status < 400) return text;
  const base::Json json = json_of(response);
  const base::Json* const details = json.find("details");
  const base::Json* const errors = details ? details->find("errors") : nullptr;
  if (!errors) return text + " " + text_at(json, "code");
  for (const base::Json& error : *errors->array())
    text += " | " + text_at(error, "pointer") + " " + text_at(error, "message");
  return text;
}

std::vector<std::string> ids_of(const base::Json& list) {
  std::vector<std::string> ids;
  for (const base::Json& row : *list.find("data")->array()) ids.push_back(text_at(row, "id"));
  return ids;
}

}  // namespace

TEST_CASE("mappings: made, shown, changed and taken away by their calls", "[http][mappings]") {
  Scene s;
  const auto made =
      s.ask("POST /v1/mappings",
            s.given(R"(,"resource":"Folder:7","expires_at":"2999-01-01T00:00:00Z","reason":"why")"));
  REQUIRE(made.status == 201);
  const base::Json json = json_of(made);
  const std::string id = text_at(json, "id");
  CHECK(made.header("location") == "/v1/mappings/" + id);
  CHECK(text_at(json, "principal.type") == "user");
  CHECK(text_at(json, "principal.name") == "Ann");
  CHECK(text_at(json, "principal.email") == "ann@acme.example");
  CHECK(text_at(json, "level") == "low");
  CHECK(text_at(json, "resource") == "Folder:7");
  CHECK(text_at(json, "state") == "active");
  CHECK(s.ask("GET /v1/mappings/" + id).body == made.body);
  CHECK(told(s.ask("POST /v1/mappings", s.given(R"(,"resource":"Folder:7")"))) == "409 already_exists");

  const std::string one = "/v1/mappings/" + id;
  CHECK(told(s.ask("PATCH " + one, R"({"reason":"x"})", "If-Match: \"1\"")) == "412 precondition_failed");
  const auto changed =
      s.ask("PATCH " + one, R"({"expires_at":null,"reason":"for good"})", "If-Match: " + made.header("etag"));
  REQUIRE(changed.status == 200);
  CHECK(json_of(changed).find("expires_at")->is_null());
  CHECK(text_at(json_of(changed), "reason") == "for good");
  CHECK(changed.header("etag") != made.header("etag"));
  CHECK(ids_of(json_of(s.ask("GET /v1/mappings?permanent=true&principal=user:" + s.ann))) ==
        std::vector<std::string>{id});
  CHECK(s.ask("DELETE " + one).status == 204);
  CHECK(told(s.ask("GET " + one)) == "404 not_found");
  CHECK(told(s.ask("PATCH " + one, "{}")) == "404 not_found");
}

TEST_CASE("mappings: what is wrong with a call is told, all of it", "[http][mappings]") {
  Scene s;
  struct Row {
    std::string line, body, told;
  };
  const std::string post = "POST /v1/mappings", nobody = "0190ffff-0000-7000-8000-00000000ffff";
  const std::string name = "must be an object with `type` and `id`, or both as `type:id`, not ";
  const std::string who = "must be a user, service_user or group, with its uuid";
  const std::string one = "PATCH /v1/mappings/" + nobody;
  const Row rows[] = {
      {post, "{}", "400 | /principal is required | /role is required"},
      {post, R"({"principal":7,"role":7})",
       "400 | /principal " + name + "an integer | /role must be a string, not an integer"},
      {post, R"({"principal":"user:x","role":"reader"})", "400 | /principal " + who},
      {post, R"({"principal":"platform:)" + nobody + R"(","role":"reader"})", "400 | /principal " + who},
      {post, R"({"principal":"user:)" + nobody + R"(","role":"raeder","resource":"app/group:x"})",
       "400 | /role `raeder` is no role; did you mean `reader`? | /principal there is no user:" + nobody +
           " | /resource there is no `app/group:x`"},
      {post, s.given(R"(,"resource":"tenant:)" + nobody + "\""),
       "400 | /resource must not be another tenant"},
      {post, s.given(R"(,"resource":"x")"),
       "400 | /resource must be a type and an id with a colon between them, such as `Folder:7`"},
      {post, s.given(R"(,"expires_at":"2001-01-01T00:00:00Z")"), "400 | /expires_at must lie in the future"},
      {post, s.given(R"(,"valid_form":null)"),
       "400 | /valid_form is not a known field; did you mean `valid_from`?"},
      {one, R"({"role":"reader"})", "400 | /role is not a known field"},
      {one, R"({"expires_at":7,"reason":[]})",
       "400 | /expires_at must be an RFC 3339 time, not an integer | /reason must be a string or null, not an array"},
      {"GET /v1/mappings?state=x&level=x&principal=x&resource=x&expires_before=x&permanent=x", "",
       "400 | principal " + who +
           " behind a colon | resource must be a type and an id with a colon between them, or an object of both"
           " | level must be low, medium, high or admin | state must be active, future or expired | "
           "expires_before must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z | permanent must be true or "
           "false"},
      {"GET /v1/mappings?cursor=x", "",
       "400 | cursor must be the next_cursor of the page before, of this list"},
  };
  for (const Row& row : rows) {
    INFO(row.line << " " << row.body);
    CHECK(told(s.ask(row.line, row.body)) == row.told);
  }
}

TEST_CASE("mappings: a cursor tells nothing of a mapping that isn't shown", "[http][mappings]") {
  Scene s;
  const base::Json hidden = s.made(
      "POST /v1/mappings", R"({"principal":"group:)" + s.team + R"(","role":"reader","resource":"Plan:x"})");
  s.made("POST /v1/mappings", s.given());
  const std::string clerk = s.key(R"(["organization:get"])");
  const auto list = [&](const std::string& query, const std::string& who) {
    return s.ask("GET /v1/mappings?limit=1" + query, "", who);
  };
  for (const std::string query : {"", "&role=reader"}) {
    // Whichever comes first, the page ends in front of the other, or behind it.
    const base::Json first = json_of(list(query, TestServer::platform()));
    const std::string cursor = text_at(first, "next_cursor");
    REQUIRE_FALSE(cursor.empty());
    const auto bytes = base::from_base64url(cursor);
    REQUIRE(bytes);
    for (const std::string& known : {text_at(hidden, "id"), s.team, s.ann, std::string("Plan:x")})
      CHECK(bytes->find(known) == std::string::npos);
    CHECK(ids_of(json_of(list(query + "&cursor=" + cursor, TestServer::platform()))).size() == 1);
    CHECK(list(query, clerk).status == 200);
    // One of their own making, with the check that cursors have: a place, but not sealed.
    const std::string own = dialects::make_cursor("list_mappings", "i" + text_at(hidden, "id"));
    CHECK(told(list(query + "&cursor=" + own, clerk)) ==
          "400 | cursor must be the next_cursor of the page before, of this list");
  }
  const std::string other = s.server.make_tenant("globex");
  const std::string cursor = text_at(json_of(list("", TestServer::platform())), "next_cursor");
  CHECK(s.server.ask({"GET /v1/mappings?cursor=" + cursor, "", {TestServer::tenant(other)}}).status == 400);
}

TEST_CASE("mappings: a change is tried, made as it was seen, told, and undone", "[http][mappings]") {
  Scene s;
  const auto tried = s.ask("POST /v1/mappings?dry_run=true", s.given());
  REQUIRE(tried.status == 200);
  const base::Json seen = json_of(tried);
  CHECK(to_text(*seen.find("impact")->find("gain")->find("principals")) == "1");
  CHECK(text_at(seen, "would.role") == "reader");
  CHECK(ids_of(json_of(s.ask("GET /v1/mappings"))).empty());
  const std::string as_seen = "X-If-Revision: " + to_text(*seen.find("revision"));
  const auto made = s.ask("POST /v1/mappings", s.given(), as_seen);
  REQUIRE(made.status == 201);
  CHECK(told(s.ask("POST /v1/mappings", s.given(R"(,"resource":"a:b")"), as_seen)) ==
        "412 precondition_failed");

  // Ends a while from now: by that nobody gains or loses anything yet.
  const std::string one = "/v1/mappings/" + text_at(json_of(made), "id");
  const std::string patch = R"({"expires_at":"2999-01-01T00:00:00Z"})";
  const base::Json later = json_of(s.ask("PATCH " + one + "?dry_run=true", patch));
  CHECK(to_text(*later.find("impact")->find("lose")->find("principals")) == "0");
  // Begins later: until then it is lost.
  const base::Json lost =
      json_of(s.ask("PATCH " + one + "?dry_run=true", R"({"valid_from":"2998-01-01T00:00:00Z"})"));
  CHECK(to_text(*lost.find("impact")->find("lose")->find("principals")) == "1");

  const auto before = s.server.store().revision();
  const auto changed = s.ask("PATCH " + one, patch);
  REQUIRE(changed.status == 200);
  const base::Json feed = json_of(s.ask("GET /v1/changes?after=" + std::to_string(before)));
  const base::Json& change = feed.find("data")->array()->front();
  CHECK(to_text(*change.find("changes")) == R"([{"resource_type":"mapping","resource_id":")" +
                                                text_at(json_of(made), "id") + R"(","change":"updated"}])");
  CHECK(s.ask("POST /v1/changes/" + changed.header("x-revision") + "/undo").status == 200);
  CHECK(json_of(s.ask("GET " + one)).find("expires_at")->is_null());
  // Asked for again by the same key, it is done once.
  const std::string key = "Idempotency-Key: again";
  const auto first = s.ask("PATCH " + one, R"({"reason":"x"})", key);
  CHECK(s.ask("PATCH " + one, R"({"reason":"x"})", key).header("x-revision") == first.header("x-revision"));
}
