#include "api/deletions.h"

#include <string>
#include <vector>

#include "api/api_keys.h"
#include "api/audit.h"
#include "api/group_roles.h"
#include "api/groups.h"
#include "api/me.h"
#include "api/roles.h"
#include "api/service_users.h"
#include "api/tenants.h"
#include "api/users.h"
#include "domain/credential.h"
#include "domain/deletion.h"
#include "store/key.h"
#include "tests/support/api_world.h"
#include "tests/support/catch.h"
#include "tests/support/seeded_random.h"

namespace {

constexpr std::uint64_t kMany = 1'001;  // in steps; one more than are looked at of what is left

// Ann has the role through a group, which has it on many resources besides.
struct Held {
  ApiWorld world;
  domain::UserId ann = world.add_user(world.acme(), "ann");
  domain::GroupId team = world.add_group(world.acme(), "Team");
  api::Caller admin = world.admin(world.acme());
  SeededRandom random{7};

  Held() {
    world.add_role(world.acme(), "lead", {"organization:grouplist"});
    world.add_member(world.acme(), team, ann);
    world.map_group(world.acme(), team, "lead");
    for (std::uint64_t n = 1; n < kMany; ++n) world.map_on(world.acme(), team, "lead", std::to_string(n));
  }

  std::vector<std::string> scopes_of_ann() {
    const api::Caller caller = world.login(world.acme(), ann);
    return ApiWorld::must(world.read(caller, [](const api::Read& r) { return api::get_me(r); })).scopes;
  }

  // Of the action, newest first.
  std::vector<domain::AuditEntry> entries(const std::string& action) {
    domain::AuditFilter query;
    query.action = action;
    std::vector<domain::AuditEntry> all;
    api::PageRequest page{1'000, {}};
    do {
      auto some = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
        return api::list_audit(r, world.acme(), query, page);
      }));
      all.insert(all.end(), some.data.begin(), some.data.end());
      page.after = some.next;
    } while (!page.after.empty());
    return all;
  }

  std::uint64_t mappings() {
    return ApiWorld::must(world.read(world.platform(),
                                     [&](const api::Read& r) { return api::get_usage(r, world.acme()); }))
        .used[domain::Quota::kMappings];
  }

  bool step() {
    bool more = false;
    const auto done = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      domain::DeletionPlace place;
      const auto left = api::continue_deletions(txn, random, 1'000, place);
      if (!left.ok()) return left.error();
      more = *left;
      return {};
    });
    REQUIRE(done.ok());
    return more;
  }
};

}  // namespace

TEST_CASE("what many mappings go with is gone at once, and each has its entry in the audit log", "[api]") {
  struct Row {
    const char* name;
    const char* action;
    std::uint64_t left;  // mappings
    api::Outcome<void> (*remove)(Held&, api::Change&);
  };
  const Row rows[] = {
      {"a role", "role:delete", 1,
       [](Held& h, api::Change& c) { return api::delete_role(c, h.world.acme(), "lead", true, {}); }},
      {"a group", "group:delete", 1,
       [](Held& h, api::Change& c) { return api::delete_group(c, h.world.acme(), h.team, {}); }},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Held h;
    ApiWorld& world = h.world;
    const auto other = world.add_group(world.acme(), "Others");
    world.add_role(world.acme(), "kept", {});
    world.map_group(world.acme(), other, "kept");
    CHECK(h.scopes_of_ann() == std::vector<std::string>{"organization:grouplist"});
    ApiWorld::must(world.change(h.admin, [&](api::Change& c) { return row.remove(h, c); }));

    CHECK(h.scopes_of_ann().empty());
    const auto deletion = h.entries(row.action);
    REQUIRE(deletion.size() == 1);
    CHECK(h.entries("mapping:delete").empty());
    // The name is free, and whoever has it now has nothing of the one before.
    const bool of_role = std::string(row.action) == "role:delete";
    if (of_role) {
      world.add_role(world.acme(), "lead", {"organization:get"});
      const auto view = ApiWorld::must(
          world.read(h.admin, [&](const api::Read& r) { return api::get_role(r, world.acme(), "lead"); }));
      CHECK(view.blast_radius.summary.find("held by no people") != std::string::npos);
      const auto group = ApiWorld::must(
          world.read(h.admin, [&](const api::Read& r) { return api::get_group(r, world.acme(), h.team); }));
      CHECK(group.role_mappings.empty());
    } else {
      world.add_member(world.acme(), world.add_group(world.acme(), "Team"), h.ann);
      const auto view = ApiWorld::must(
          world.read(h.admin, [&](const api::Read& r) { return api::get_role(r, world.acme(), "lead"); }));
      CHECK(view.blast_radius.summary.find("held by no people") != std::string::npos);
    }
    CHECK(h.scopes_of_ann().empty());

    int steps = 1;
    while (h.step()) {
      ++steps;
      CHECK(h.scopes_of_ann().empty());
      CHECK(h.mappings() == row.left + kMany - h.entries("mapping:delete").size());
    }
    CHECK(steps > 5);
    CHECK(h.mappings() == row.left);
    const auto noted = h.entries("mapping:delete");
    REQUIRE(noted.size() == kMany);
    for (const domain::AuditEntry& entry : noted) {
      REQUIRE(entry.resource_id == "group:" + h.team.to_string() + "/lead");
      REQUIRE(entry.actor == deletion[0].actor);
      REQUIRE(entry.actor_name == deletion[0].actor_name);
      REQUIRE(entry.policies == deletion[0].policies);
      REQUIRE(entry.request_id == deletion[0].request_id);
      REQUIRE(entry.before.find(R"("role":"lead")") != std::string::npos);
      REQUIRE(entry.after == "null");
    }
    CHECK(h.scopes_of_ann().empty());
  }
}

TEST_CASE("a role isn't in use by what is left of who was deleted", "[api]") {
  Held h;
  ApiWorld& world = h.world;
  ApiWorld::must(
      world.change(h.admin, [&](api::Change& c) { return api::delete_group(c, world.acme(), h.team, {}); }));
  // A thousand of what is left are looked at, the others count until they are removed.
  const auto remove = [&] {
    return world.change(h.admin,
                        [&](api::Change& c) { return api::delete_role(c, world.acme(), "lead", false, {}); });
  };
  const auto refused = remove();
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().message == "role lead: in use by 1 mapping");
  REQUIRE(h.step());
  ApiWorld::must(remove());
  while (h.step()) {
  }
  CHECK(h.entries("mapping:delete").size() == kMany);
  CHECK(h.mappings() == 0);
}

TEST_CASE("a damaged record holds up no deletion: its mappings are named by the role's id", "[api]") {
  struct Row {
    const char* name;
    store::Table damaged;
    api::Outcome<void> (*remove)(Held&, api::Change&);
  };
  const Row rows[] = {
      {"the note of a role's deletion", store::Table::kDeletion,
       [](Held& h, api::Change& c) { return api::delete_role(c, h.world.acme(), "lead", true, {}); }},
      {"the role, of a group's deletion", store::Table::kRole,
       [](Held& h, api::Change& c) { return api::delete_group(c, h.world.acme(), h.team, {}); }},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Held h;
    const auto view = ApiWorld::must(
        h.world.read(h.admin, [&](const api::Read& r) { return api::get_role(r, h.world.acme(), "lead"); }));
    ApiWorld::must(h.world.change(h.admin, [&](api::Change& c) { return row.remove(h, c); }));
    const store::Key key = row.damaged == store::Table::kRole
                               ? store::Key().uuid(h.world.acme()).uuid(view.role.id)
                               : store::Key().uuid(h.world.acme()).u8(100).uuid(view.role.id);
    REQUIRE(h.world.service()
                .store()
                .write([&](store::WriteTxn& txn) { return txn.put(row.damaged, key, "damaged"); })
                .ok());
    while (h.step()) {
    }
    CHECK(h.mappings() == 0);
    const auto noted = h.entries("mapping:delete");
    REQUIRE(noted.size() == kMany);
    CHECK(noted[0].resource_id == "group:" + h.team.to_string() + "/" + view.role.id.to_string());
  }
}

TEST_CASE("a user in many groups is in none of them once deleted; the roles aren't in the entry", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.acme(), "bob");
  std::vector<domain::GroupId> groups;
  for (std::uint64_t n = 0; n < kMany; ++n) {
    groups.push_back(world.add_group(world.acme(), "Group " + std::to_string(n)));
    world.add_member(world.acme(), groups.back(), ann);
  }
  world.add_member(world.acme(), groups[0], bob);
  const auto members = [&](const domain::GroupId& group) {
    return ApiWorld::must(
               world.read(admin, [&](const api::Read& r) { return api::get_group(r, world.acme(), group); }))
        .member_count;
  };
  CHECK(members(groups[0]) == 2);
  ApiWorld::must(
      world.change(admin, [&](api::Change& c) { return api::delete_user(c, world.acme(), ann, {}); }));
  CHECK(members(groups[0]) == 1);
  CHECK(members(groups[kMany - 1]) == 0);
  ApiWorld::must(
      world.change(admin, [&](api::Change& c) { return api::delete_group(c, world.acme(), groups[1], {}); }));
}

TEST_CASE("credentials that are left of a service user authenticate nobody", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto robot = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    return api::create_service_user(c, world.acme(), {"Robot", {}});
  }));
  const auto token = [](std::uint64_t n) { return "secret " + std::to_string(n); };
  REQUIRE(world.service()
              .store()
              .write([&](store::WriteTxn& txn) -> base::Result<void> {
                for (std::uint64_t n = 0; n < kMany; ++n) {
                  domain::Credential credential{world.acme()};
                  credential.id = domain::CredentialId(SeededRandom(n).uuid(world.now()));
                  credential.kind = domain::CredentialKind::kApiKey;
                  credential.owner = robot.id;
                  credential.name = token(n);
                  credential.hash = crypto::sha256(token(n));
                  credential.created_at = world.now();
                  if (auto done = domain::put_credential(txn, credential); !done.ok()) return done;
                }
                return {};
              })
              .ok());
  const auto page_of_keys = [&](const std::string& cursor) {
    return ApiWorld::must(world.read(admin, [&](const api::Read& r) {
      return api::list_api_keys(r, world.acme(), {1'500, cursor});
    }));
  };
  const auto keys = [&] {  // over all pages, which end early on a slow machine
    std::size_t all = 0;
    std::string cursor;
    do {
      const auto page = page_of_keys(cursor);
      all += page.data.size();
      cursor = page.next;
    } while (!cursor.empty());
    return all;
  };
  REQUIRE(world.authenticate(token(kMany - 1)).ok());
  const auto first = page_of_keys({});
  CHECK((first.data.size() > 1 || !first.next.empty()));
  ApiWorld::must(world.change(
      admin, [&](api::Change& c) { return api::delete_service_user(c, world.acme(), robot.id, {}); }));
  CHECK(*domain::has_deletions(*world.service().store().read()));
  CHECK(keys() == 1);  // the administrator's own
  for (const std::uint64_t n : {std::uint64_t{0}, kMany / 2, kMany - 1})
    CHECK(world.authenticate(token(n)).error().code == api::Code::kUnauthenticated);
}
