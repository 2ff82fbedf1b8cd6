// The table of /v1: what each call answers, whole, and the errors that are its own.
#include "base/encoding.h"
#include "base/json.h"
#include "domain/audit_cut.h"
#include "tests/support/answers.h"
#include "tests/support/catch.h"
#include "tests/support/server.h"

namespace {

struct Scene {
  TestServer server;
  std::string tenant = server.make_tenant("example");
  std::string header = TestServer::tenant(tenant);
  std::string key = TestServer::bearer(server.make_key(tenant, R"(["organization:administer"])"));

  RawResponse ask(const std::string& line, const std::string& body = "") {
    return server.ask({line, body, {header}}, key);
  }
  std::string id_of(const std::string& line, const std::string& body) {
    return text_at(json_of(ask(line, body)), "id");
  }
};

void check(Scene& s, const std::vector<AnswerRow>& rows) {
  check_answers(rows, [&](const std::string& line, const std::string& body) { return s.ask(line, body); });
}

constexpr const char* kNobody = "0190ffff-0000-7000-8000-00000000ffff";

}  // namespace

TEST_CASE("v1: roles", "[http]") {
  Scene s;
  const std::string role =
      R"({"id":"ID","slug":"billing-viewer","name":"Billing viewer","description":"Sees invoices.",)"
      R"("scopes":["organization:billingview","organization:get"],"is_system":false,"blast_radius":)";
  const auto made =
      s.ask("POST /v1/roles",
            R"({"name":"Billing viewer","description":"Sees invoices.",)"
            R"("scopes":["app_organization_get","organization:billingview","app.organization.get"]})");
  CHECK(made.status == 201);
  CHECK(made.header("location") == "/v1/roles/billing-viewer");
  CHECK(without_ids(made.body).starts_with(role));
  CHECK_THAT(
      without_ids(made.body),
      ContainsSubstring(R"("created_by":"ID","updated_by":"ID","created_at":"TIME","updated_at":"TIME"})") ||
          ContainsSubstring(
              R"("created_by":"ID","updated_by":null,"created_at":"TIME","updated_at":"TIME"})"));
  CHECK(s.ask("GET /v1/roles/billing-viewer").body == made.body);
  const auto group = s.id_of("POST /v1/groups", R"({"name":"g"})");
  s.ask("POST /v1/groups/" + group + "/roles", R"({"role":"billing-viewer"})");
  check(
      s,
      {
          {"POST /v1/roles", R"({"slug":"billing-viewer","name":"x","scopes":[]})", "409 already_exists "},
          {"POST /v1/roles", R"({"slug":"user","name":"x","scopes":[]})", "409 already_exists "},
          {"POST /v1/roles", R"({"slug":"-x","name":"x","scopes":[]})", "400 invalid_input slug: "},
          {"POST /v1/roles", R"({"name":"","scopes":[]})", "400 invalid_input name: "},
          {"POST /v1/roles", R"({"name":")" + std::string(201, 'x') + R"(","scopes":[]})",
           "400 invalid_input name: "},
          {"POST /v1/roles", R"({"name":"x","description":")" + std::string(2001, 'x') + R"(","scopes":[]})",
           "400 invalid_input description: "},
          {"POST /v1/roles", R"({"name":"x","scopes":["organization:gte","group:get"]})",
           "422 invalid_scopes scopes/0: "},
          {"POST /v1/roles", R"({"name":"x"})", "400 invalid_input scopes: is required"},
          {"GET /v1/roles/Billing-viewer", "", "404 not_found role "},
          {"DELETE /v1/roles/user", "", "403 system_role role:delete: a system role can't be changed | "},
          {"DELETE /v1/roles/billing-viewer", "", "409 in_use "},
          {"DELETE /v1/roles/billing-viewer?force=perhaps", "",
           "400 invalid_input force: must be true or false"},
          {"DELETE /v1/roles/billing-viewer?force=true", "", "204 "},
          {"DELETE /v1/roles/billing-viewer", "", "404 not_found role "},
          {"GET /v1/groups/" + group + "/roles", "", R"(200 {"data":[]})"},
      });
  const auto permissions = json_of(s.ask("GET /v1/permissions"));
  const base::Json& first = permissions.find("data")->array()->front();
  CHECK(text_at(first, "resource") == "grants");
  CHECK(to_text(first.find("scopes")->array()->front())
            .starts_with(R"({"scope":"grants:revoke","resource":"grants","action":"revoke","name":)"));
}

TEST_CASE("v1: groups, their members and their roles", "[http]") {
  Scene s;
  const auto group = s.id_of("POST /v1/groups", R"({"name":"Engineering","description":"Builds it."})");
  const auto ada = s.id_of("POST /v1/users", R"({"email":"ada@example.com","name":"Ada"})");
  const auto inner = s.id_of("POST /v1/groups", R"({"name":"Inner"})");
  const auto bob = s.id_of("POST /v1/users", R"({"email":"bob@example.com","name":"Bob"})");
  const std::string path = " /v1/groups/" + group;
  const std::string member_group = R"({"type":"group","id":"ID","name":"Inner","membership_source":"local",)"
                                   R"("joined_at":"TIME","direct":true})";
  const std::string shape =
      R"({"id":"ID","name":"Engineering","source":"local","state":"enabled","description":"Builds it.","member_count":0,)"
      R"("role_mappings":[],"created_at":"TIME","updated_at":"TIME"})";
  const std::string member =
      R"({"type":"user","id":"ID","email":"ada@example.com","name":"Ada","active":true,)"
      R"("membership_source":"local","joined_at":"TIME","direct":true})";
  const std::string mapping =
      R"({"role":"user","created_at":"TIME","created_by":"ID","valid_from":null,"expires_at":null,"reason":null})";
  const std::string timed =
      R"({"role":"approver","created_at":"TIME","created_by":"ID","valid_from":"TIME","expires_at":"TIME","reason":"May."})";
  check(
      s,
      {
          {"GET" + path, "", "200 " + shape},
          {"GET /v1/groups?name=engineering", "", R"(200 {"data":[)" + shape + R"(],"has_more":false})"},
          {"GET /v1/groups?name=gineer&source=local", "",
           R"(200 {"data":[)" + shape + R"(],"has_more":false})"},
          {"GET /v1/groups?name=sales", "", R"(200 {"data":[],"has_more":false})"},
          {"GET /v1/groups?source=scim", "", R"(200 {"data":[],"has_more":false})"},
          {"GET /v1/groups?source=ldap", "", "400 invalid_input source: must be local or scim"},
          {"POST /v1/groups", R"({"name":"engineering"})", "409 already_exists "},
          {"GET /v1/groups/" + std::string(kNobody), "", "404 not_found group "},
          {"GET /v1/groups/nothing", "", "404 not_found group "},

          {"POST" + path + "/members", R"({"user_id":")" + ada + "\"}", "201 " + member},
          {"POST" + path + "/members", R"({"user_id":")" + ada + "\"}", "409 already_exists "},
          {"POST" + path + "/members", R"({"user_id":")" + std::string(kNobody) + "\"}",
           "400 invalid_input user_id: "},
          {"POST" + path + "/members", R"({"user_id":"ada"})", "400 invalid_input user_id: must be a uuid"},
          {"GET" + path + "/members", "", R"(200 {"data":[)" + member + "]}"},
          {"GET /v1/groups/" + std::string(kNobody) + "/members", "", "404 not_found group "},

          {"POST" + path + "/members", R"({"group_id":")" + inner + "\"}", "201 " + member_group},
          {"POST" + path + "/members", R"({"group_id":")" + inner + "\"}",
           "409 already_exists group " + inner + ": is a member of the group already"},
          {"POST /v1/groups/" + inner + "/members", R"({"group_id":")" + group + "\"}",
           "400 invalid_input group_id: the groups would be in a circle: Inner in Engineering already"},
          {"POST" + path + "/members", R"({"group_id":")" + group + "\"}",
           "400 invalid_input group_id: a group can't be a member of itself"},
          {"POST" + path + "/members", R"({"group_id":")" + std::string(kNobody) + "\"}",
           "400 invalid_input group_id: " + std::string(kNobody) + " is no group"},
          {"POST" + path + "/members", R"({"user_id":")" + ada + R"(","group_id":")" + inner + "\"}",
           "400 invalid_input user_id: must not stand beside group_id: a member is a user or a group"},
          {"POST" + path + "/members", "{}", "400 invalid_input user_id: "},
          {"POST /v1/groups/" + inner + "/members", R"({"user_id":")" + bob + "\"}",
           R"(201 {"type":"user","id":"ID","email":"bob@example.com","name":"Bob","active":true,)"
           R"("membership_source":"local","joined_at":"TIME","direct":true})"},
          {"GET" + path + "/members?effective=true", "",
           R"(200 {"data":[)" + member +
               R"(,{"type":"user","id":"ID","email":"bob@example.com","name":"Bob",)" +
               R"("active":true,"membership_source":"local","joined_at":"TIME","direct":false}]})"},
          {"GET" + path + "/members?effective=perhaps", "", "400 invalid_input effective: "},
          {"DELETE" + path + "/members/" + inner, "", "204 "},
          {"DELETE" + path + "/members/" + inner, "", "404 not_found "},
          {"GET" + path + "/members", "", R"(200 {"data":[)" + member + "]}"},

          {"POST" + path + "/roles", R"({"role":"user"})", "201 " + mapping},
          {"POST" + path + "/roles",
           R"({"role":"approver","valid_from":"2026-05-01T00:00:00Z","expires_at":"2199-06-01T02:00:00+02:00","reason":"May."})",
           "201 " + timed},
          {"POST" + path + "/roles",
           R"({"role":"admin","valid_from":"2199-05-01T00:00:00Z","expires_at":"2199-04-01T00:00:00Z"})",
           "400 invalid_input "},
          {"GET" + path + "/roles?limit=1&cursor=x", "", "400 invalid_input cursor: "},
          {"DELETE" + path + "/roles/approver", "", "204 "},
          {"DELETE" + path + "/roles/approver", "", "404 not_found "},
          {"GET" + path + "/roles", "", R"(200 {"data":[)" + mapping + "]}"},

          {"DELETE" + path + "/members/" + ada, "", "204 "},
          {"DELETE" + path + "/members/" + ada, "", "404 not_found "},
          {"PATCH" + path, R"({"description":null,"name":"Engineers"})",
           R"(200 {"id":"ID","name":"Engineers","source":"local","state":"enabled","description":null,"member_count":0,)"
           R"("role_mappings":["user"],"created_at":"TIME","updated_at":"TIME"})"},
          {"PATCH" + path, R"({"state":"disabled"})",
           R"(200 {"id":"ID","name":"Engineers","source":"local","state":"disabled","description":null,)"
           R"("member_count":0,"role_mappings":["user"],"created_at":"TIME","updated_at":"TIME"})"},
          {"PATCH" + path, R"({"state":"off"})", "400 invalid_input state: must be enabled or disabled"},
          {"GET /v1/groups?state=off", "", "400 invalid_input state: must be enabled or disabled"},
          {"GET /v1/groups?state=disabled&name=inner", "", R"(200 {"data":[],"has_more":false})"},
          {"DELETE" + path, "", "204 "},
          {"GET" + path, "", "404 not_found group "},
      });
}

TEST_CASE("v1: a role on what no text can name is listed, and removed where the answer says", "[http]") {
  Scene s;
  const std::string path = "/v1/groups/" + s.id_of("POST /v1/groups", R"({"name":"g"})") + "/roles";
  const std::string names[] = {R"({"type":"a:b","id":"c"})", R"({"type":"Folder","id":":7"})",
                               R"({"type":"{a","id":"b"})", R"({"type":"Folder","id":"ö 7&x=\"%"})"};
  for (const std::string& name : names) {
    INFO(name);
    const auto made = s.ask("POST " + path, R"({"role":"user","resource":)" + name + "}");
    CHECK(made.status == 201);
    const base::Json listed = json_of(s.ask("GET " + path));
    const base::Json& on = *listed.find("data")->array()->front().find("resource");
    CHECK(to_text(on) == (on.string() ? R"("Folder:ö 7&x=\"%")" : name));
    const std::string place = made.header("location");
    CHECK(s.ask("DELETE " + place).status == 204);
    CHECK(s.ask("DELETE " + place).status == 404);
  }
  check(s, {{"DELETE " + path + "/user?resource=%7B%22type%22:%22a:b%22%7D", "",
             "400 invalid_input resource: must be a type and an id with a colon between them, or an object"},
            {"DELETE " + path + "/user?resource=%7Ba:b", "", "400 invalid_input resource: "}});
}

TEST_CASE("v1: a body has up to 20,000 values", "[http]") {
  Scene s;
  const auto with = [](std::size_t values) {  // these, and the object, a name and the list
    std::string scopes;
    for (std::size_t i = 3; i < values; ++i) scopes += i == 3 ? "1" : ",1";
    return R"({"name":"x","scopes":[)" + scopes + "]}";
  };
  CHECK_THAT(s.ask("POST /v1/roles", with(20'000)).body, ContainsSubstring("scopes"));
  CHECK_THAT(s.ask("POST /v1/roles", with(20'001)).body, ContainsSubstring("more than 20000 values"));
}

TEST_CASE("v1: tenants", "[http]") {
  Scene s;
  const std::string shape =
      R"({"id":"ID","slug":"example","name":"example","state":"enabled","limits":{},"created_at":"TIME","updated_at":"TIME"})";
  check(
      s,
      {
          {"GET /v1/tenants/" + s.tenant, "", "200 " + shape},
          {"GET /v1/tenants/example", "", "404 not_found tenant "},
          {"GET /v1/tenants/example/usage", "", "404 not_found tenant "},
          {"PUT /v1/tenants/" + s.tenant, R"({"name":"Example Ltd"})",
           R"(200 {"id":"ID","slug":"example","name":"Example Ltd","state":"enabled","limits":{},"created_at":"TIME","updated_at":"TIME"})"},
          {"PUT /v1/tenants/" + s.tenant, R"({"state":"off"})",
           "400 invalid_input state: must be `enabled` or `disabled`"},
          {"GET /v1/tenants", "", "403 forbidden "},
          {"POST /v1/tenants", R"({"name":"x"})", "403 forbidden "},
      });
  const auto usage = s.server.ask({"GET /v1/tenants/" + s.tenant + "/usage", "", {}});
  const auto counts = base::parse_json(usage.body);
  REQUIRE(counts.ok());
  std::string members;
  for (const auto& [name, value] : *counts->object()) members += name + (value.integer() ? "# " : " ");
  CHECK(members ==
        "tenant_id roles groups users service_users mappings memberships credentials audit_bytes "
        "policies rules entities projects grants policy_tests audit_entries# ");
  CHECK(*counts->find_string("tenant_id") == s.tenant);
  CHECK(*counts->find("audit_entries")->integer() > 0);
  CHECK(*counts->find("audit_bytes")->find("used")->integer() > 0);
  CHECK(base::to_text(*counts->find("credentials")) == R"({"used":1,"limit":10000})");
  const auto taken = s.server.ask({"POST /v1/tenants", R"({"name":"x","slug":"Example"})", {}});
  CHECK(brief(taken).starts_with("409 already_exists slug: "));
  const auto list = s.server.ask({"GET /v1/tenants?limit=1", "", {}});
  CHECK(list.status == 200);
  CHECK(without_ids(list.body).ends_with(R"("created_at":"TIME","updated_at":"TIME"}],"has_more":false})"));
  CHECK(brief(s.server.ask({"GET /v1/roles", "", {TestServer::tenant(kNobody)}}))
            .starts_with("404 not_found tenant "));
}

TEST_CASE("v1: users", "[http]") {
  Scene s;
  const auto ada = s.id_of("POST /v1/users", R"({"email":"ada@example.com","name":"Ada"})");
  const auto group = s.id_of("POST /v1/groups", R"({"name":"Engineering"})");
  s.ask("POST /v1/groups/" + group + "/members", R"({"user_id":")" + ada + "\"}");
  const auto shape = [](const std::string& roles, const std::string& active) {
    return R"({"id":"ID","email":"ada@example.com","name":"Ada","roles":[)" + roles +
           R"(],"groups":[{"id":"ID","name":"Engineering"}],"auth_provider":"local","active":)" + active +
           R"(,"email_verified":false,"is_owner":false,"created_at":"TIME","updated_at":"TIME"})";
  };
  const std::string path = " /v1/users/" + ada;
  check(s, {
               {"GET" + path, "", "200 " + shape("", "true")},
               {"GET /v1/users", "", R"(200 {"data":[)" + shape("", "true") + R"(],"has_more":false})"},
               {"POST /v1/users", R"({"email":"ADA@example.com","name":"x"})", "409 already_exists "},
               {"POST /v1/users", R"({"email":"ada","name":""})", "400 invalid_input email: "},
               {"PUT" + path, R"({"roles":["user","approver"]})",
                "200 " + shape(R"("approver","user")", "true")},
               {"PUT" + path, R"({"roles":["user"]})", "200 " + shape(R"("user")", "true")},
               {"PUT" + path, R"({"roles":["user","usr"]})", "400 invalid_input roles/1: "},
               {"POST" + path + "/suspend", R"({"active":false})", "200 " + shape(R"("user")", "false")},
               {"POST" + path + "/suspend", R"({"active":true})", "200 " + shape(R"("user")", "true")},
               {"POST" + path + "/suspend", R"({"active":"no"})",
                "400 invalid_input active: must be true or false, not a string"},
               {"POST /v1/users/" + std::string(kNobody) + "/suspend", R"({"active":true})",
                "404 not_found user "},
               {"DELETE" + path, "", "204 "},
               {"GET" + path, "", "404 not_found user "},
           });
}

TEST_CASE("v1: whoever holds an API key is out with it, also by a secret made for it", "[http]") {
  Scene s;
  const base::Json key = json_of(s.ask("POST /v1/api-keys", R"({"name":"Bot"})"));
  const std::string secrets =
      "/v1beta1/organizations/" + s.tenant + "/serviceusers/" + text_at(key, "id") + "/secrets";
  const base::Json secret = json_of(s.ask("POST " + secrets, R"({"title":"x"})"));
  const std::string pair = "Authorization: Basic " + base::to_base64(text_at(secret, "secret.id") + ":" +
                                                                     text_at(secret, "secret.secret"));
  CHECK(s.server.ask({"GET /v1/me", "", {s.header}}, pair).status == 200);
  CHECK_THAT(s.ask("GET /v1/api-keys").body, ContainsSubstring(R"("other_secrets":1)"));
  for (int i = 0; i < 2; ++i) {
    CHECK(s.ask("DELETE /v1/api-keys/" + text_at(key, "id")).status == 204);
    CHECK(s.server.ask({"GET /v1/me", "", {s.header}}, pair).status == 401);
    CHECK(s.ask("GET " + secrets).body == R"({"secrets":[]})");
  }
  const base::Json log = json_of(s.ask("GET /v1/audit-log?limit=3"));
  std::string actions;
  for (const base::Json& entry : *log.find("data")->array()) actions += text_at(entry, "action") + " ";
  CHECK(actions == "api_key:revoke secret:delete secret:create ");
}

TEST_CASE("v1: API keys, who one is, and what was done", "[http]") {
  Scene s;
  const auto made =
      s.ask("POST /v1/api-keys",
            R"({"name":"Bot","scopes":["app_organization_get"],"expires_at":"2199-01-01T00:00:00Z"})");
  CHECK(std::to_string(made.status) + " " + without_ids(made.body) ==
        R"(201 {"id":"ID","name":"Bot","scopes":["organization:get"],"expires_at":"TIME","revoked_at":null,)"
        R"("created_by":"ID","created_at":"TIME","raw_key":"rvk_SECRET"})");
  const base::Json key = json_of(made);
  const std::string bot = TestServer::bearer(text_at(key, "raw_key"));
  CHECK(
      without_ids(s.server.ask({"GET /v1/me", "", {s.header}}, bot).body) ==
      R"({"id":"ID","type":"serviceuser","name":"Bot","email":null,"platform":false,)"
      R"("tenant":{"id":"ID","slug":"example","name":"example"},"roles":[],"groups":[],"scopes":["organization:get"]})");
  CHECK(without_ids(s.server.ask({"GET /v1/me", "", {s.header}}).body)
            .starts_with(R"({"id":"ID","type":"platform","name":)"));
  const std::string list = without_ids(s.ask("GET /v1/api-keys").body);
  CHECK_THAT(list,
             ContainsSubstring(R"({"id":"ID","name":"Bot","scopes":["organization:get"],"expires_at":"TIME",)"
                               R"("revoked_at":null,"created_by":"ID","created_at":"TIME","other_secrets":0,)"
                               R"("last_used_at":"TIME","uses_known_since":"TIME"})"));
  CHECK(list.find("raw_key") == std::string::npos);
  CHECK(list.find("SECRET") == std::string::npos);
  const std::string weak =
      TestServer::bearer(s.server.make_key(s.tenant, R"(["organization:serviceusermanage"])"));
  CHECK(brief(s.server.ask(
                  {"POST /v1/api-keys", R"({"name":"x","scopes":["organization:administer"]})", {s.header}},
                  weak))
            .starts_with("422 invalid_scopes scopes/0: "));
  check(s,
        {
            {"POST /v1/api-keys", R"({"name":"x","scopes":["nothing:at"]})", "422 invalid_scopes scopes/0: "},
            {"POST /v1/api-keys", R"({"name":"x","expires_at":"2001-01-01T00:00:00Z"})",
             "400 invalid_input expires_at: "},
            {"DELETE /v1/api-keys/" + text_at(key, "id"), "", "204 "},
            {"DELETE /v1/api-keys/" + text_at(key, "id"), "", "204 "},
            {"DELETE /v1/api-keys/" + std::string(kNobody), "", "404 not_found "},
        });
  CHECK(s.server.ask({"GET /v1/me", "", {s.header}}, bot).status == 401);

  CHECK(s.server.ask({"POST /v1/roles", R"({"name":"x","scopes":[]})", {s.header}}, weak).status == 403);
  const base::Json log = json_of(s.ask("GET /v1/audit-log?limit=2"));
  const base::Json& newest = log.find("data")->array()->front();
  CHECK(text_at(newest, "action") == "role:create");
  CHECK(text_at(newest, "outcome") == "refused");
  const base::Json& before = (*log.find("data")->array())[1];
  CHECK(text_at(before, "prev_hash").size() == 64);
  CHECK(text_at(newest, "prev_hash") == text_at(before, "hash"));
  CHECK(*log.find("has_more")->boolean());
  const std::string named = "GET /v1/audit-log?action=api_key:create&resource_id=" + text_at(key, "id");
  const base::Json found = json_of(s.ask(named));
  REQUIRE(found.find("data")->array()->size() == 1);
  CHECK(text_at(found.find("data")->array()->front(), "metadata.after.name") == "Bot");
  CHECK(to_text(found).find("hash\":\"\"") == std::string::npos);
  check(s, {
               {"GET /v1/audit-log?from=yesterday&actor_id=me", "",
                "400 invalid_input actor_id: must be a uuid"},
               {"GET /v1/audit-log?from=2199-01-01T00:00:00Z", "",
                R"(200 {"data":[],"first_seq":1,"has_more":false})"},
           });
}

TEST_CASE("v1: every page of the audit log says where it begins", "[http]") {
  Scene s;
  const domain::Owner owner = domain::TenantId(*base::Uuid::parse(s.tenant));
  for (const char* name : {"a", "b", "c"})
    s.ask("POST /v1/groups", R"({"name":")" + std::string(name) + R"("})");
  const auto first_seqs = [&] {
    std::string out;
    for (const char* query : {"", "?limit=1", "?action=role:delete", "?from=2199-01-01T00:00:00Z"}) {
      const base::Json page = json_of(s.ask("GET /v1/audit-log" + std::string(query)));
      out += std::to_string(*page.find("first_seq")->integer()) + " ";
    }
    return out;
  };
  CHECK(first_seqs() == "1 1 1 1 ");
  domain::ArchivedRange archived{{owner, 1, 2, {}}, {}, "file", {}};
  REQUIRE(domain::each_audit(*s.server.store().read(), owner, 3, {},
                             [&](std::uint64_t, domain::AuditEntry* entry) {
                               archived.hash = entry->hash;
                               return false;
                             })
              .ok());
  const auto cut = [&](store::WriteTxn& txn) -> base::Result<void> {
    if (auto sealed = seal_audit_range(txn, archived, {}); !sealed.ok()) return sealed;
    const auto more = remove_sealed(txn, owner, 10);
    return more.ok() ? base::Result<void>() : base::Result<void>(more.error());
  };
  REQUIRE(s.server.store().write(cut).ok());
  CHECK(first_seqs() == "3 3 3 3 ");
}

TEST_CASE("v1: a record that can't be read is 500 without a word of why, in both dialects", "[http]") {
  Scene s;
  const base::Json role = json_of(s.ask("POST /v1/roles", R"({"slug":"broken","name":"x","scopes":[]})"));
  const auto id = base::Uuid::parse(text_at(role, "id"));
  const auto tenant = base::Uuid::parse(s.tenant);
  REQUIRE(s.server.store()
              .write([&](store::WriteTxn& txn) {
                return txn.put(store::Table::kRole, std::string(tenant->raw()) + std::string(id->raw()),
                               "not a record");
              })
              .ok());
  CHECK(
      s.ask("GET /v1/roles/broken").body ==
      R"({"code":"internal","message":"internal error; the server's log says more","details":{},"notices":[]})");
  const auto beta = s.ask("GET /v1beta1/organizations/example/roles/" + text_at(role, "id"));
  CHECK(beta.status == 500);
  CHECK(beta.body == R"({"code":13,"message":"internal error; the server's log says more","details":[]})");
  CHECK(s.ask("POST /v1beta1/organizations/example/roles",
              R"({"name":"broken","permissions":["app_group_get"]})")
            .status == 500);
}

TEST_CASE("v1: an error of each code, whole", "[http]") {
  Scene s;
  const std::string bare = TestServer::bearer(s.server.make_key(s.tenant, "[]"));
  const std::string group = "/v1/groups/" + s.id_of("POST /v1/groups", R"({"name":"Engineering"})");
  s.ask("POST " + group + "/roles", R"({"role":"user"})");
  s.ask("POST /v1/roles", R"({"slug":"held","name":"Held","scopes":[]})");
  s.ask("POST " + group + "/roles", R"({"role":"held"})");
  const std::string etag = s.ask("GET " + group).header("etag");
  const std::string revision = etag.substr(1, etag.size() - 2);
  s.server.ask({"POST /v1/groups", R"({"name":"kept"})", {s.header, "Idempotency-Key: k"}}, s.key);
  struct Whole {
    Ask ask;
    std::string credential;
    int status;
    std::string body;
  };
  const Whole rows[] = {
      {{"POST " + group + "/roles", R"({"valid_from":"soon"})", {s.header}},
       s.key,
       400,
       R"x({"code":"invalid_input","message":"role: is required (and 1 more)","details":{"errors":[)x"
       R"({"pointer":"/role","message":"is required"},{"pointer":"/valid_from",)"
       R"("message":"must be an RFC 3339 time, such as 2026-04-15T12:00:00.000Z"}]},"notices":[]})"},
      {{"GET /v1/me", "", {s.header}},
       TestServer::bearer("x"),
       401,
       R"({"code":"unauthenticated","message":"credential: not valid","details":{},"notices":[]})"},
      {{"POST /v1/groups", R"({"name":"x"})", {s.header}},
       bare,
       403,
       R"({"code":"forbidden","message":"group:create: not allowed","details":{},)"
       R"("notices":["This needs the permission `organization:groupcreate`, which you don't hold."]})"},
      {{"GET /v1/me", "", {TestServer::tenant(kNobody)}},
       s.key,
       403,
       R"({"code":"tenant_mismatch","message":"X-Tenant-ID: not the credential's tenant","details":{},"notices":[]})"},
      {{"DELETE /v1/roles/user", "", {s.header}},
       s.key,
       403,
       R"({"code":"system_role","message":"role:delete: a system role can't be changed",)"
       R"("details":{"policies":["system-roles"]},)"
       R"("notices":["System roles are defined by this server's configuration and can't be changed here."]})"},
      {{"GET /v1/roles/nothing", "", {s.header}},
       s.key,
       404,
       R"({"code":"not_found","message":"role nothing: not found","details":{},"notices":[]})"},
      {{"PUT /v1/groups", "", {s.header}},
       s.key,
       405,
       R"({"code":"method_not_allowed","message":"PUT: not allowed for this path, which takes GET, HEAD, POST, OPTIONS",)"
       R"("details":{},"notices":[]})"},
      {{"POST /v1/groups", R"({"name":"Engineering"})", {s.header}},
       s.key,
       409,
       R"({"code":"already_exists","message":"name: `Engineering` is another group's",)"
       R"("details":{"errors":[{"pointer":"/name","message":"`Engineering` is another group's"}]},"notices":[]})"},
      {{"DELETE /v1/roles/held", "", {s.header}},
       s.key,
       409,
       R"({"code":"in_use","message":"role held: in use by 1 mapping","details":{},"notices":[]})"},
      {{"DELETE " + group, "", {s.header, "If-Match: \"1\""}},
       s.key,
       412,
       R"({"code":"precondition_failed","message":"If-Match: the object has changed since; its revision is )" +
           revision + R"(","details":{},"notices":[]})"},
      {{"POST /v1/groups", std::string(1024 * 1024 + 1, ' '), {s.header}},
       s.key,
       413,
       R"({"code":"too_large","message":"the body is larger than this server accepts","details":{},"notices":[]})"},
      {{"POST /v1/groups", "{}", {s.header, "Content-Type: text/plain"}},
       s.key,
       415,
       R"({"code":"unsupported_media_type","message":"Content-Type: must be application/json","details":{},"notices":[]})"},
      {{"POST /v1/roles", R"({"name":"x","scopes":["organization:gte"]})", {s.header}},
       s.key,
       422,
       R"({"code":"invalid_scopes","message":"scopes/0: `organization:gte` is no permission; did you mean )"
       R"(`organization:get`?","details":{"errors":[{"pointer":"/scopes/0",)"
       R"("message":"`organization:gte` is no permission; did you mean `organization:get`?"}]},"notices":[]})"},
      {{"POST /v1/groups", R"({"name":"x"})", {s.header, "Idempotency-Key: k"}},
       s.key,
       422,
       R"({"code":"idempotency_conflict","message":"Idempotency-Key: was used for another request within the last 24 hours",)"
       R"("details":{},"notices":[]})"},
  };
  for (const Whole& row : rows) {
    INFO(row.ask.line);
    const auto answer = s.server.ask(row.ask, row.credential);
    CHECK(answer.status == row.status);
    CHECK(answer.body == row.body);
  }
}
