#include "authz/blast_radius.h"

#include <functional>

#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/subgroup.h"
#include "domain/user.h"
#include "tests/support/api_world.h"

namespace {

api::RoleView view(ApiWorld& world, const std::string& slug,
                   api::Counting counting = api::Counting::kBounded) {
  return ApiWorld::must(world.read(
      world.platform(), [&](const api::Read& r) { return api::get_role(r, world.acme(), slug, counting); }));
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
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::UserId bob = world.add_user(world.acme(), "bob");
  const domain::GroupId one = world.add_group(world.acme(), "One");
  const domain::GroupId two = world.add_group(world.acme(), "Two");
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
  const domain::GroupId group = world.add_group(world.acme(), "One");
  world.add_member(world.acme(), group, world.add_user(world.acme(), "ann"));
  const domain::GroupId foreign = world.add_group(world.globex(), "One");
  world.add_member(world.globex(), foreign, world.add_user(world.globex(), "bob"));
  world.map_group(world.globex(), foreign, "approver");
  world.map_group(world.acme(), group, "approver", {}, base::Timestamp{world.now().ms + 1});
  CHECK_THAT(view(world, "approver").blast_radius.summary,
             ContainsSubstring("held by 1 person through 1 group."));
  world.clock().advance(1);
  CHECK_THAT(view(world, "approver").blast_radius.summary, ContainsSubstring("held by no people."));
}

TEST_CASE("suspended people don't count, and are told apart", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.acme(), "bob");
  const domain::GroupId group = world.add_group(world.acme(), "One");
  world.map_user(world.acme(), ann, {"lead"});
  world.map_group(world.acme(), group, "lead");
  world.add_member(world.acme(), group, ann);
  world.add_member(world.acme(), group, bob);
  const auto suspend = [&](const domain::UserId& user, bool active) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::suspend_user(c, world.acme(), user, active, {});
    }));
  };
  const std::string allows = "low: Allows 1 permission (group:get); held by ";
  const auto radius = [&] { return text(view(world, "lead").blast_radius); };
  suspend(ann, false);
  CHECK(radius() == allows +
                        "1 person through 1 group. | Suspended, and so not counted: 1 person who would hold "
                        "it again.");
  suspend(bob, false);
  CHECK(radius() ==
        allows +
            "no people. | Held by nobody who is active. | Suspended, and so not counted: 2 people "
            "who would hold it again.");
  suspend(ann, true);
  CHECK(radius() ==
        allows +
            "1 person directly, and by 1 group. | Suspended, and so not counted: 1 person who would "
            "hold it again.");
}

TEST_CASE("whoever is in a disabled group doesn't hold what it has", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::GroupId above = world.add_group(world.acme(), "Above"),
                        below = world.add_group(world.acme(), "Below");
  world.add_member(world.acme(), above, below);
  world.add_member(world.acme(), above, world.add_user(world.acme(), "ann"));
  world.add_member(world.acme(), below, world.add_user(world.acme(), "bob"));
  world.map_group(world.acme(), above, "lead");
  const auto held = [&] { return text(view(world, "lead").blast_radius); };
  const auto set = [&](const domain::GroupId& group, domain::State state) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::set_group_state(c, world.acme(), group, state, {});
    }));
  };
  const std::string allows = "low: Allows 1 permission (group:get); held by ";
  CHECK(held() == allows + "2 people through 1 group.");
  set(below, domain::State::kDisabled);
  CHECK(held() == allows + "1 person through 1 group.");
  set(above, domain::State::kDisabled);
  CHECK(held() == allows + "no people. | Held by nobody.");
  set(above, domain::State::kEnabled);
  CHECK(held() == allows + "1 person through 1 group.");
}

TEST_CASE("mappings that begin later are told, and hold nothing yet", "[authz]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "One");
  world.add_member(world.acme(), group, world.add_user(world.acme(), "ann"));
  world.add_role(world.acme(), "lead", {"group:get"});
  world.map_group(world.acme(), group, "lead", base::Timestamp{world.now().ms + 1});
  CHECK(text(view(world, "lead").blast_radius) ==
        "low: Allows 1 permission (group:get); held by no people. | Held by nobody. | "
        "Not in force yet: 1 mapping that begins later.");
  world.clock().advance(1);
  CHECK(text(view(world, "lead").blast_radius) ==
        "low: Allows 1 permission (group:get); held by 1 person through 1 group.");
}

namespace {

// Adds that many to the group, or maps that many people to the role.
void crowd(ApiWorld& world, std::uint64_t people,
           const std::function<base::Result<void>(store::WriteTxn&, const domain::UserId&)>& add) {
  SeededRandom random;
  const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
    for (std::uint64_t i = 0; i < people; ++i) {
      domain::User user;
      user.id = domain::UserId(random.uuid(txn.now()));
      user.tenant = world.acme();
      user.email = user.id.to_string();
      if (auto made = domain::put_user(txn, user); !made.ok()) return made;
      if (auto added = add(txn, user.id); !added.ok()) return added;
    }
    return {};
  });
  REQUIRE(written.ok());
}

void join(ApiWorld& world, const domain::GroupId& group, std::uint64_t people) {
  crowd(world, people, [&](store::WriteTxn& txn, const domain::UserId& user) {
    return domain::put_membership(txn, {world.acme(), group, user, domain::Source::kLocal, txn.now()});
  });
}

void map_people(ApiWorld& world, const domain::RoleId& role, std::uint64_t people) {
  crowd(world, people, [&](store::WriteTxn& txn, const domain::UserId& user) {
    domain::Mapping mapping;
    mapping.id = domain::MappingId(user.uuid());
    mapping.tenant = world.acme();
    mapping.principal = user;
    mapping.role = role;
    return domain::put_mapping(txn, mapping);
  });
}

}  // namespace

TEST_CASE("people are looked at while they are few; beyond that counts say how many there are at most",
          "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::RoleId role = view(world, "lead").role.id;
  const auto summary = [&](api::Counting counting = api::Counting::kBounded) {
    const std::string all = view(world, "lead", counting).blast_radius.summary;
    return all.substr(all.find("; ") + 2);
  };
  const domain::GroupId one = world.add_group(world.acme(), "One"),
                        two = world.add_group(world.acme(), "Two");
  world.map_group(world.acme(), one, "lead");
  join(world, one, authz::kMaxLookedAt - 10);
  CHECK(summary() == "held by 990 people through 1 group.");
  map_people(world, role, 10);  // with the ids of the first ten of the group
  CHECK(summary() == "held by 990 people, 10 of them directly and the others through 1 group.");
  map_people(world, role, 11);
  CHECK(summary() == "held by at most 1,001 people: 11 directly, and 1 group with 990 memberships.");
  CHECK(summary(api::Counting::kExact) ==
        "held by 990 people, 11 of them directly and the others through 1 group.");
  world.map_group(world.acme(), two, "lead", {}, base::Timestamp{world.now().ms + 1});
  join(world, two, 20);
  CHECK(summary() ==
        "held by at most 1,021 people: 11 directly, and 2 groups with 1,010 memberships together.");
  world.clock().advance(1);
  CHECK(summary() == "held by at most 1,001 people: 11 directly, and 1 group with 990 memberships.");

  world.add_role(world.acme(), "direct", {"group:get"});
  map_people(world, view(world, "direct").role.id, authz::kMaxLookedAt + 1);
  CHECK_THAT(view(world, "direct").blast_radius.summary,
             ContainsSubstring("held by at most 1,001 people directly."));
}

TEST_CASE("of a large group its size is the most there can be", "[authz]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Crowd");
  world.map_group(world.acme(), group, "app_group_member");
  join(world, group, 12'000);
  CHECK(view(world, "app_group_member").blast_radius.summary ==
        "Allows 1 permission (group:get); held by at most 12,000 people through 1 group with 12,000 "
        "memberships.");
}

TEST_CASE("of more groups than are looked at, all memberships bound the people", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::RoleId role = view(world, "lead").role.id;
  const domain::GroupId group = world.add_group(world.acme(), "One");
  join(world, group, 7);
  crowd(world, authz::kMaxLookedAt + 1, [&](store::WriteTxn& txn, const domain::UserId& some) {
    domain::Mapping mapping;
    mapping.id = domain::MappingId(some.uuid());
    mapping.tenant = world.acme();
    mapping.principal = domain::GroupId(some.uuid());
    mapping.role = role;
    return domain::put_mapping(txn, mapping);
  });
  CHECK_THAT(view(world, "lead").blast_radius.summary,
             ContainsSubstring("held by at most 7 people through 1,001 groups with 7 memberships together."));
  CHECK_THAT(view(world, "lead", api::Counting::kExact).blast_radius.summary,
             ContainsSubstring("held by no people."));  // nobody is in one of these
}

namespace {

// "0", "1" or "1 at most": whether there is anybody.
std::string found(ApiWorld& world, const domain::RoleId& role) {
  const auto holders = ApiWorld::must(world.read(world.platform(), [&](const api::Read& r) {
    return api::Outcome<authz::Holders>(*authz::find_holders(r.txn, world.acme(), role, r.now));
  }));
  return std::to_string(holders.people) + (holders.at_most ? " at most" : "");
}

void map_on(ApiWorld& world, const domain::Principal& who, const domain::RoleId& role, std::uint64_t things,
            std::optional<base::Timestamp> until) {
  SeededRandom random;
  const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
    for (std::uint64_t n = 0; n < things; ++n) {
      domain::Mapping mapping;
      mapping.id = domain::MappingId(random.uuid(txn.now()));
      mapping.tenant = world.acme();
      mapping.principal = who;
      mapping.role = role;
      mapping.resource = "Folder:" + std::to_string(n);
      mapping.expires_at = until;
      if (auto done = domain::put_mapping(txn, mapping); !done.ok()) return done;
    }
    return {};
  });
  REQUIRE(written.ok());
}

}  // namespace

TEST_CASE("whether anybody holds a role: nobody does by a disabled group", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::RoleId role = view(world, "lead").role.id;
  const domain::GroupId above = world.add_group(world.acme(), "Above"),
                        below = world.add_group(world.acme(), "Below");
  world.add_member(world.acme(), above, below);
  world.add_member(world.acme(), below, world.add_user(world.acme(), "ann"));
  world.map_group(world.acme(), above, "lead");
  const auto set = [&](const domain::GroupId& group, domain::State state) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::set_group_state(c, world.acme(), group, state, {});
    }));
  };
  CHECK(found(world, role) == "1");
  set(above, domain::State::kDisabled);
  CHECK(found(world, role) == "0");
  world.add_member(world.acme(), above, world.add_user(world.acme(), "bob"));
  CHECK(found(world, role) == "0");
  set(above, domain::State::kEnabled);
  CHECK(found(world, role) == "1");
}

TEST_CASE("whether anybody holds a role: so many mappings are looked at, and then somebody may", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  world.add_role(world.acme(), "wide", {"group:get"});
  const domain::RoleId lead = view(world, "lead").role.id, wide = view(world, "wide").role.id;
  const domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.acme(), "bob");
  ApiWorld::must(world.change(
      world.platform(), [&](api::Change& c) { return api::suspend_user(c, world.acme(), bob, false, {}); }));
  // bob, who is suspended, is the last one.
  const base::Timestamp soon{world.now().ms + 1};
  map_on(world, ann, lead, authz::kMaxLookedAt - 2, soon);
  world.map_user(world.acme(), bob, {"lead"});
  world.clock().advance(1);
  CHECK(found(world, lead) == "0");
  map_on(world, world.add_user(world.acme(), "cyd"), lead, 1, world.now());
  CHECK(found(world, lead) == "1 at most");

  // Of a group one mapping is enough.
  const domain::GroupId group = world.add_group(world.acme(), "One");
  map_on(world, group, wide, authz::kMaxLookedAt + 1, {});
  CHECK(found(world, wide) == "0");
  world.add_member(world.acme(), group, ann);
  CHECK(found(world, wide) == "1");
}

TEST_CASE("whether anybody holds a role: in more groups than are looked at somebody may be", "[authz]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::RoleId role = view(world, "lead").role.id;
  const domain::GroupId above = world.add_group(world.acme(), "Above");
  world.map_group(world.acme(), above, "lead");
  SeededRandom random;
  const auto add_below = [&](std::size_t groups) {
    const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      for (std::size_t n = 0; n < groups; ++n) {
        domain::Group group;
        group.id = domain::GroupId(random.uuid(txn.now()));
        group.tenant = world.acme();
        group.name = group.id.to_string();
        if (auto done = domain::put_group(txn, group); !done.ok()) return done;
        if (auto done =
                domain::put_subgroup(txn, {world.acme(), above, group.id, domain::Source::kLocal, txn.now()});
            !done.ok())
          return done;
      }
      return {};
    });
    REQUIRE(written.ok());
  };
  add_below(authz::kMaxLookedAt - 1);
  CHECK(found(world, role) == "0");
  add_below(1);
  CHECK(found(world, role) == "1 at most");
}
