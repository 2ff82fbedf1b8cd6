#include "authz/blast_radius.h"

#include "domain/group.h"
#include "domain/mapping.h"
#include "tests/support/api_world.h"

namespace {

api::RoleView view(ApiWorld& world, const std::string& slug) {
  return ApiWorld::must(
      world.read(world.platform(), [&](const api::Read& r) { return api::get_role(r, world.acme(), slug); }));
}

std::string text(const authz::BlastRadius& radius) {
  std::string all = std::string(domain::name_of(radius.level)) + ": " + radius.summary;
  for (const auto& warning : radius.warnings) all += " | " + warning;
  return all;
}

}  // namespace

TEST_CASE("a blast radius says what a role allows", "[authz]") {
  ApiWorld world;
  struct Row {
    std::vector<std::string> scopes;
    std::string expected;
  };
  const Row rows[] = {
      {{}, "low: Allows nothing; held by no people. | Held by nobody."},
      {{"organization:get"},
       "low: Allows 1 permission (organization:get); held by no people. | Held by nobody."},
      {{"organization:rolemanage"},
       "admin: Allows 2 permissions (organization:rolemanage and organization:get); held by no people. | "
       "Holders can "
       "raise their own rights or give them to others: organization:rolemanage. | Held by nobody."},
  };
  int n = 0;
  for (const Row& row : rows) {
    const std::string slug = "r" + std::to_string(n++);
    world.add_role(world.acme(), slug, row.scopes);
    CHECK(text(view(world, slug).blast_radius) == row.expected);
  }
  const auto admin = view(world, "admin").blast_radius;
  CHECK(admin.level == domain::Risk::kAdmin);
  REQUIRE(admin.warnings.size() == 3);
  CHECK(admin.warnings[1] == "Holders can delete the tenant.");
}

TEST_CASE("people are counted once however they hold a role", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const auto summary = [&] { return view(world, "lead").blast_radius.summary; };
  const std::string allows = "Allows 1 permission (group:get); held by ";
  const Uuid ann = world.add_user(world.acme(), "ann");
  const Uuid bob = world.add_user(world.acme(), "bob");
  const Uuid one = world.add_group(world.acme(), "One");
  const Uuid two = world.add_group(world.acme(), "Two");
  world.map_user(world.acme(), ann, {"lead"});
  CHECK(summary() == allows + "1 person directly.");
  world.map_group(world.acme(), one, "lead");
  world.add_member(world.acme(), one, ann);
  CHECK(summary() == allows + "1 person directly, and by 1 group.");
  world.map_group(world.acme(), two, "lead");
  world.add_member(world.acme(), one, bob);
  world.add_member(world.acme(), two, bob);
  CHECK(summary() == allows + "2 people, 1 of them directly and the others through 2 groups.");
  world.map_user(world.acme(), ann, {});
  CHECK(summary() == allows + "2 people through 2 groups.");
}

TEST_CASE("expired mappings and those of other tenants don't count", "[authz]") {
  ApiWorld world;
  const Uuid group = world.add_group(world.acme(), "One");
  world.add_member(world.acme(), group, world.add_user(world.acme(), "ann"));
  const Uuid foreign = world.add_group(world.globex(), "One");
  world.add_member(world.globex(), foreign, world.add_user(world.globex(), "bob"));
  world.map_group(world.globex(), foreign, "approver");
  world.map_group(world.acme(), group, "approver", {}, Timestamp{world.now().ms + 1});
  CHECK_THAT(view(world, "approver").blast_radius.summary,
             ContainsSubstring("held by 1 person through 1 group."));
  world.clock().advance(1);
  CHECK_THAT(view(world, "approver").blast_radius.summary, ContainsSubstring("held by no people."));
}

TEST_CASE("counting people has a limit", "[authz]") {
  ApiWorld world;
  const Uuid group = world.add_group(world.acme(), "Crowd");
  world.map_group(world.acme(), group, "app_group_member");
  SeededRandom random;
  const auto crowd = [&](std::size_t people) {
    const auto written = world.service().store().write([&](store::WriteTxn& txn) -> Result<void> {
      for (std::size_t i = 0; i < people; ++i) {
        const auto put = domain::put_membership(
            txn,
            {world.acme(), group, random.uuid(txn.now()), domain::Source::kLocal, txn.now()});
        if (!put.ok()) return put;
      }
      return {};
    });
    REQUIRE(written.ok());
  };
  crowd(authz::kMaxPeopleCounted);
  CHECK(view(world, "app_group_member").blast_radius.summary ==
        "Allows 1 permission (group:get); held by 10,000 people through 1 group.");
  crowd(1);
  CHECK(view(world, "app_group_member").blast_radius.summary ==
        "Allows 1 permission (group:get); held by at least 10,000 people through 1 group.");
}
