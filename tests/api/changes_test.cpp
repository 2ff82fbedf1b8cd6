// What a tenant is told of changes: which objects, to whom, how far, and what another tenant costs.
#include "api/changes.h"

#include <chrono>
#include <string>
#include <vector>

#include "api/entities.h"
#include "api/grants.h"
#include "api/policies.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "store/change_trim.h"
#include "tests/support/api_world.h"
#include "tests/support/catch.h"

namespace {

using C = api::Change;
using R = api::Read;

// "role reader created, rule ID of ID deleted", a line for each change; ids are the caller's to know.
std::string told(const api::ChangePage& page) {
  std::string out;
  for (const api::ChangeView& view : page.data) {
    std::string line;
    for (const domain::ChangedObject& object : view.objects)
      line += (line.empty() ? "" : ", ") + std::string(domain::noun_of(object.table)) + " " + object.id +
              (object.within.empty() ? "" : " of " + object.within) + " " + std::string(name_of(object.kind));
    if (view.author) line += " by " + (view.author->actor ? view.author->name : "Reeve");
    out += line + "\n";
  }
  return out;
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();

  store::Revision now() { return world.service().store().revision(); }

  api::Outcome<api::ChangePage> list(const api::Caller& caller, const domain::Owner& tenant,
                                     store::Revision after, std::size_t most = 250) {
    return world.read(caller, [&](const R& r) {
      R read = r;
      read.page_limits.time = std::chrono::hours(1);  // on a busy machine, too
      return api::list_changes(read, tenant, {after, most});
    });
  }
  // What `change` does, as who may everything is told of it.
  template <typename Fn>
  std::string told_of(const Fn& change) {
    const store::Revision before = now();
    change();
    return told(ApiWorld::must(list(world.platform(), acme, before)));
  }
  template <typename Fn>
  auto make(const Fn& operation) {
    return ApiWorld::must(world.change(world.platform(), operation));
  }
};

}  // namespace

TEST_CASE("changes: each kind of object is told by its name, without contents", "[api][changes]") {
  Scene s;
  domain::GroupId group, inner;
  domain::UserId user;
  const std::string tenant = s.acme.to_string();
  const auto id_in = [](const std::string& line, std::string_view noun) {
    const std::size_t at = line.find(std::string(noun) + " ") + noun.size() + 1;
    return line.substr(at, line.find(' ', at) - at);
  };

  CHECK(s.told_of([&] { s.world.add_role(s.acme, "reader", {"group:get"}); }) ==
        "role reader created by Reeve\n");
  std::string line = s.told_of([&] { group = s.world.add_group(s.acme, "Team"); });
  CHECK(line == "group " + group.to_string() + " created by Reeve\n");
  line = s.told_of([&] { user = s.world.add_user(s.acme, "ann"); });
  CHECK(line == "user " + user.to_string() + " created by Reeve\n");
  CHECK(s.told_of([&] { s.world.add_member(s.acme, group, user); }) ==
        "member " + user.to_string() + " of " + group.to_string() + " created by Reeve\n");
  inner = s.world.add_group(s.acme, "Inner");
  CHECK(s.told_of([&] { s.world.add_member(s.acme, group, inner); }) ==
        "subgroup " + inner.to_string() + " of " + group.to_string() + " created by Reeve\n");
  line = s.told_of([&] { s.world.map_group(s.acme, group, "reader"); });
  CHECK(line == "mapping " + id_in(line, "mapping") + " created by Reeve\n");

  const auto put = [&](const char* attrs) {
    s.make([&](C& c) { return api::put_entity(c, s.acme, {{"Doc", "7"}, attrs, "{}", {}, {}, {}}, {}, {}); });
  };
  CHECK(s.told_of([&] { put("{}"); }) == "entity Doc:7 created by Reeve\n");
  CHECK(s.told_of([&] { put(R"({"secret":"x"})"); }) == "entity Doc:7 updated by Reeve\n");
  CHECK(s.told_of([&] {
    s.make([&](C& c) { return api::delete_entity(c, s.acme, {"Doc", "7"}, false, {}); });
  }) == "entity Doc:7 deleted by Reeve\n");

  domain::PolicyId policy;
  line = s.told_of([&] {
    policy = s.make([&](C& c) {
                return api::create_policy(c, s.acme,
                                          {"p", {}, true, 0, {{"permit (principal, action, resource);"}}});
              }).policy.id;
  });
  CHECK(line.find("policy " + policy.to_string() + " created") != std::string::npos);
  CHECK(line.find(" of " + policy.to_string() + " created") != std::string::npos);
  line = s.told_of([&] {
    s.make([&](C& c) {
      return api::create_grant(c, s.acme,
                               {domain::EntityName{"user", user.to_string()},
                                "reader",
                                {},
                                domain::EntityName{"Doc", "7"},
                                {},
                                {},
                                {}});
    });
  });
  CHECK(line == "mapping " + id_in(line, "mapping") + " created by Reeve\n");
  CHECK(s.told_of([&] { s.make([&](C& c) { return api::delete_group(c, s.acme, inner, {}); }); }) ==
        "subgroup " + inner.to_string() + " of " + group.to_string() + " deleted, group " +
            inner.to_string() + " deleted by Reeve\n");
}

TEST_CASE("changes: an entity whose number is another's now is told when it goes, and not before",
          "[api][changes]") {
  Scene s;
  const auto put = [&](const std::string& id) {
    s.make([&](C& c) { return api::put_entity(c, s.acme, {{"Doc", id}, "{}", "{}", {}, {}, {}}, {}, {}); });
  };
  put("7");
  const store::Revision before = s.now();
  s.make([&](C& c) {
    return api::put_entity(c, s.acme, {{"Doc", "7"}, R"({"a":1})", "{}", {}, {}, {}}, {}, {});
  });
  s.make([&](C& c) { return api::delete_entity(c, s.acme, {"Doc", "7"}, false, {}); });
  s.world.clock().advance(1);
  put("8");  // has the number of the other
  CHECK(told(ApiWorld::must(s.list(s.world.platform(), s.acme, before))) ==
        "entity Doc:7 deleted by Reeve\nentity Doc:8 created by Reeve\n");
}

TEST_CASE("changes: who may not list a kind of object isn't told of it", "[api][changes]") {
  Scene s;
  const store::Revision before = s.now();
  const auto group = s.world.add_group(s.acme, "Team");
  const auto user = s.world.add_user(s.acme, "ann");
  s.world.add_member(s.acme, group, user);
  s.make([&](C& c) { return api::create_policy(c, s.acme, {"p", {}, true, 0, {}}); });
  struct Row {
    std::vector<std::string> scopes;
    std::string nouns;
  };
  const Row rows[] = {
      {{"organization:get"}, "user"},
      {{"organization:get", "organization:grouplist"}, "group user"},
      {{"organization:get", "group:get"}, "user member"},
      {{"organization:get", "organization:policymanage"}, "user policy"},
      {{"organization:administer"}, "group user member policy"},
  };
  for (const Row& row : rows) {
    INFO(row.nouns);
    const auto caller = s.world.caller(s.acme, row.scopes);
    const auto page = ApiWorld::must(s.list(caller, s.acme, before));
    std::string nouns;
    for (const api::ChangeView& view : page.data)
      for (const domain::ChangedObject& object : view.objects)
        // Left out are the callers' keys, and the settings that a first policy brings.
        if (object.table != store::Table::kServiceUser && object.table != store::Table::kDecisions)
          nouns += (nouns.empty() ? "" : " ") + std::string(domain::noun_of(object.table));
    CHECK(nouns == row.nouns);
    CHECK(page.revision == s.now());
    CHECK_FALSE(page.has_more());
  }
  const auto no_audit = s.world.caller(s.acme, {"organization:get"});
  CHECK_FALSE(ApiWorld::must(s.list(no_audit, s.acme, before)).data.front().author);
  const auto nobody = s.world.caller(s.acme, {});
  CHECK(to_text(s.list(nobody, s.acme, before)).starts_with("forbidden: change:list: not allowed"));
}

TEST_CASE("changes: another tenant's are looked at and not told; the platform's roles are everybody's",
          "[api][changes]") {
  Scene s;
  const auto globex = s.world.globex();
  const auto admin = s.world.admin(s.acme);
  const store::Revision before = s.now();
  s.world.add_group(globex, "Theirs");
  s.world.add_role(globex, "theirs", {"group:get"});
  auto page = ApiWorld::must(s.list(admin, s.acme, before));
  CHECK(told(page).empty());
  CHECK(page.revision == s.now());
  CHECK(to_text(s.list(admin, globex, before)).starts_with("tenant_mismatch"));
  CHECK(to_text(s.list(admin, domain::Platform{}, before)).starts_with("forbidden"));
  s.world.add_role(domain::Platform{}, "everywhere", {"group:get"});
  CHECK(told(ApiWorld::must(s.list(admin, s.acme, before))) == "role everywhere created\n");
  s.make([](C& c) { return api::create_tenant(c, {"New", "new", {}, {}}); });
  const std::string to_platform =
      told(ApiWorld::must(s.list(s.world.platform(), domain::Platform{}, before)));
  CHECK(to_platform.find("role everywhere created by Reeve\ntenant ") == 0);
  CHECK(to_platform.find("Theirs") == std::string::npos);
}

TEST_CASE("changes: a page has an end, and says how far it has looked", "[api][changes]") {
  Scene s;
  const store::Revision before = s.now();
  for (int i = 0; i < 5; ++i) s.world.add_group(s.acme, "Team " + std::to_string(i));
  auto page = ApiWorld::must(s.list(s.world.platform(), s.acme, before, 2));
  CHECK(page.data.size() == 2);
  CHECK(page.revision == before + 2);
  CHECK(page.has_more());
  page = ApiWorld::must(s.list(s.world.platform(), s.acme, page.revision, 250));
  CHECK(page.data.size() == 3);
  CHECK_FALSE(page.has_more());

  // What others change counts for the page's cost.
  for (int i = 0; i < 30; ++i) s.world.add_group(s.world.globex(), "Team " + std::to_string(i));
  const auto bounded = ApiWorld::must(s.world.read(s.world.platform(), [&](const R& r) {
    R read = r;
    read.page_limits.time = std::chrono::hours(1);
    read.page_limits.rows = 10;
    return api::list_changes(read, s.acme, {before + 5, 250});
  }));
  CHECK(bounded.data.empty());
  CHECK(bounded.revision == before + 15);
  CHECK(bounded.has_more());
}

TEST_CASE("changes: what was trimmed is gone, and what is to come isn't there", "[api][changes]") {
  Scene s;
  for (int i = 0; i < 5; ++i) s.world.add_group(s.acme, "Team " + std::to_string(i));
  const store::Revision oldest = s.now() - 2;
  REQUIRE(s.world.service()
              .store()
              .write([&](store::WriteTxn& txn) -> base::Result<void> {
                const auto done = trim_changes(txn, {{}, s.world.now(), oldest - 1}, 1000);
                return done.ok() ? base::Result<void>() : base::Result<void>(done.error());
              })
              .ok());
  const std::string from = std::to_string(oldest), newest = std::to_string(s.now());
  const auto gone = s.list(s.world.platform(), s.acme, oldest - 2);
  CHECK(to_text(gone) == "gone: after: changes are kept from revision " + from +
                             " on; read everything anew, and then what is behind revision " + newest);
  REQUIRE_FALSE(gone.ok());
  CHECK(gone.error().details ==
        std::vector<std::pair<std::string, std::string>>{{"oldest", from}, {"revision", newest}});
  CHECK(ApiWorld::must(s.list(s.world.platform(), s.acme, oldest - 1)).data.size() == 3);
  CHECK(to_text(s.list(s.world.platform(), s.acme, s.now() + 1)) ==
        "behind: after: the store is at revision " + newest + ", which is before " +
            std::to_string(s.now() + 1));
}

TEST_CASE("changes: whoever waits is woken by its own tenant, its credential and the platform's roles",
          "[api][changes]") {
  Scene s;
  const auto& changes = s.world.service().object_changes();
  const auto key = s.world.caller(s.acme, {"organization:get"});
  const auto last = [&] { return changes.of(s.acme, key.credential); };
  store::Revision before = s.now();
  s.world.add_group(s.world.globex(), "Theirs");
  CHECK(last() <= before);
  s.world.add_group(s.acme, "Ours");
  CHECK(last() == s.now());
  before = s.now();
  s.world.add_role(domain::Platform{}, "everywhere", {"group:get"});
  CHECK(last() > before);
  before = s.now();
  s.make([&](C& c) { return api::revoke_api_key(c, s.acme, domain::CredentialId(key.credential), {}); });
  CHECK(last() > before);
}
