#include "domain/pending_deletion.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "domain/check.h"
#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/dump.h"
#include "domain/project.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

constexpr std::uint64_t kThings = 510;  // resources; each principal has two roles on each

const RoleId kGone = id(1), kKept = id(2);
const GroupId kTeam = id(10), kOtherTeam = id(11);
const UserId kAnn = id(20), kBob = id(21);
const ServiceUserId kRobot = id(30), kOtherRobot = id(31);
const Principal kPrincipals[] = {kTeam, kOtherTeam, kAnn, kBob, kRobot, kOtherRobot};

std::string thing(std::uint64_t n) {
  return "app/thing:" + std::to_string(n);
}

// Everybody has both roles on every thing, and everybody is in both groups; so whatever is deleted is mixed
// with what stays in every table.
struct World {
  TestStore store;
  std::vector<Mapping> mappings;
  std::vector<Credential> credentials;

  World() {
    std::uint64_t next = 10'000;
    for (const Principal& who : kPrincipals)
      for (const RoleId& role : {kGone, kKept})
        for (std::uint64_t n = 0; n < kThings; ++n)
          mappings.push_back(make_mapping(kTenant, id(next++), who, role, n == 0 ? "" : thing(n)));
    for (const GroupId& group : {kTeam, kOtherTeam})
      mappings.push_back(make_mapping(kTenant, id(next++), Principal(kBob), kKept, group_resource(group)));
    mappings[7].expires_at = base::Timestamp{kNow.ms + 1000};
    for (const Principal& who : {Principal(kAnn), Principal(kBob), Principal(kRobot), Principal(kOtherRobot)})
      for (int n = 0; n < 3; ++n, ++next)
        credentials.push_back(make_credential(kTenant, id(next), who, "secret " + std::to_string(next)));
    store.change([&](auto& txn) { return fill(txn); });
  }

  base::Result<void> fill(store::WriteTxn& txn) {
    Tenant tenant = make_tenant(kTenant, "acme"), other = make_tenant(kOther, "other");
    Role gone = make_role(kTenant, kGone, "gone"), kept = make_role(kTenant, kKept, "kept");
    Group team = make_group(kTenant, kTeam, "Team"), other_team = make_group(kTenant, kOtherTeam, "Others");
    User ann = make_user(kTenant, kAnn, "ann@example.com"), bob = make_user(kTenant, kBob, "bob@example.com");
    ServiceUser robot = make_service_user(kTenant, kRobot, "Robot"),
                other_robot = make_service_user(kTenant, kOtherRobot, "Other robot");
    for (const auto& done :
         {put_tenant(txn, tenant), put_tenant(txn, other), put_role(txn, gone), put_role(txn, kept),
          put_group(txn, team), put_group(txn, other_team), put_user(txn, ann), put_user(txn, bob),
          put_service_user(txn, robot), put_service_user(txn, other_robot)})
      if (!done.ok()) return done;
    for (const GroupId& group : {kTeam, kOtherTeam})
      for (const UserId& user : {kAnn, kBob})
        if (auto done = put_membership(txn, {kTenant, group, user, Source::kLocal, kNow}); !done.ok())
          return done;
    for (Mapping& mapping : mappings)
      if (auto done = put_mapping(txn, mapping); !done.ok()) return done;
    for (const Credential& credential : credentials)
      if (auto done = put_credential(txn, credential); !done.ok()) return done;
    return {};
  }
};

bool is(const Deleted& what, const Principal& who) {
  return what == Deleted(who);
}

bool is_left_of(const Mapping& m, const Deleted& what) {
  const bool on = what.kind == DeletedKind::kGroup && m.resource == group_resource(GroupId(what.id));
  return is(what, m.principal) || what == Deleted(m.role) || on;
}

using Ids = std::set<base::Uuid>;
using Keep = std::function<bool(const Mapping&)>;

// Every way to read mappings gives those that aren't of what was deleted, and no others.
void check_mappings(const World& world, const Deleted& what) {
  const auto txn = world.store.read();
  const auto expected = [&](const Keep& keep) {
    Ids ids;
    for (const Mapping& m : world.mappings)
      if (!is_left_of(m, what) && keep(m)) ids.insert(m.id);
    return ids;
  };
  Ids seen;
  const auto see = [&](Mapping&& m) { return seen.insert(m.id), true; };
  const auto seen_all = [&](const base::Result<void>& read) {
    REQUIRE(read.ok());
    return std::exchange(seen, {});
  };
  std::size_t count = 0;
  const auto counted = [&](const base::Result<void>& read) {
    REQUIRE(read.ok());
    return std::exchange(count, 0);
  };
  const auto add = [&](const auto&) { return ++count > 0; };

  CHECK(seen_all(each_mapping(txn, kTenant, nullptr, see)) == expected([](const Mapping&) { return true; }));
  for (const Principal& who : kPrincipals) {
    const Ids its = expected([&](const Mapping& m) { return m.principal == who; });
    CHECK(seen_all(each_mapping_of(txn, kTenant, who, nullptr, see)) == its);
    CHECK(counted(each_held_role(txn, kTenant, who, add)) == its.size());
  }
  for (const RoleId& role : {kGone, kKept}) {
    const Ids its = expected([&](const Mapping& m) { return m.role == role; });
    CHECK(counted(each_mapping_by_role(txn, kTenant, role, add)) == its.size());
    CHECK(counted(each_holder(txn, kTenant, role, add)) == its.size());
    if (what == Deleted(role)) continue;  // nobody can ask how many hold it
    // What is on the group counts until it is removed.
    if (what == Deleted(kTeam) && role == kKept) continue;
    CHECK(*count_mappings(txn, kTenant, role) == its.size());
    for (const PrincipalKind kind :
         {PrincipalKind::kUser, PrincipalKind::kServiceUser, PrincipalKind::kGroup}) {
      const Ids of_kind =
          expected([&](const Mapping& m) { return m.role == role && m.principal.kind == kind; });
      CHECK(counted(each_holder(txn, kTenant, role, kind, add)) == of_kind.size());
      CHECK(count_mappings(txn, kTenant, role, kind, kNow)->all == of_kind.size());
      CHECK(count_mappings(txn, kTenant, role, kind, kNow)->in_force == of_kind.size());
    }
  }
  for (const std::string& resource : {thing(7), group_resource(kTeam), group_resource(kOtherTeam)}) {
    const Ids on_it = expected([&](const Mapping& m) { return m.resource == resource; });
    CHECK(seen_all(each_mapping_on(txn, kTenant, resource, see)) == on_it);
  }
  std::size_t wrong = 0;
  for (const Mapping& m : world.mappings) {
    const auto by_key = get_mapping(txn, kTenant, {m.principal, m.role, m.resource});
    const auto by_id = find_mapping_by_id(txn, kTenant, m.id);
    REQUIRE((by_key.ok() && by_id.ok()));
    const bool there = !is_left_of(m, what);
    if (by_key->has_value() != there || by_id->has_value() != there) ++wrong;
  }
  CHECK(wrong == 0);
}

void check_memberships(const World& world, const Deleted& what) {
  const auto txn = world.store.read();
  const auto there = [&](const Principal& who) { return !is(what, who); };
  for (const UserId& user : {kAnn, kBob}) {
    std::size_t groups = 0;
    REQUIRE(each_group_of(txn, kTenant, user, [&](const GroupId&) { return ++groups > 0; }).ok());
    CHECK(groups == (there(user) ? (there(kTeam) ? 2 : 1) : 0));
  }
  for (const GroupId& group : {kTeam, kOtherTeam}) {
    const std::size_t expected = there(group) ? (there(kAnn) ? 2 : 1) : 0;
    std::size_t users = 0, memberships = 0;
    REQUIRE(each_user_in(txn, kTenant, group, [&](const UserId&) { return ++users > 0; }).ok());
    REQUIRE(
        each_membership(txn, kTenant, group, nullptr, [&](Membership&&) { return ++memberships > 0; }).ok());
    CHECK(users == expected);
    CHECK(memberships == expected);
    if (there(group)) CHECK(*count_members(txn, kTenant, group) == expected);
    for (const UserId& user : {kAnn, kBob}) {
      const bool is_in = there(group) && there(user);
      CHECK(*is_member(txn, kTenant, group, user) == is_in);
      CHECK(absent(get_membership(txn, kTenant, group, user)) != is_in);
    }
  }
}

void check_credentials(const World& world, const Deleted& what) {
  const auto txn = world.store.read();
  std::size_t expected = 0, listed = 0;
  for (const Credential& credential : world.credentials) {
    const bool there = !is(what, credential.owner);
    expected += there;
    CHECK(absent(get_credential(txn, credential.id)) != there);
    CHECK(absent(find_credential(txn, credential.hash)) != there);
  }
  REQUIRE(each_credential(txn, kTenant, nullptr, [&](Credential&&) { return ++listed > 0; }).ok());
  CHECK(listed == expected);
  for (const Principal& who : {Principal(kAnn), Principal(kRobot)}) {
    std::size_t its = 0;
    REQUIRE(each_credential_of(txn, kTenant, who, nullptr, [&](Credential&&) { return ++its > 0; }).ok());
    CHECK(its == (is(what, who) ? 0 : 3));
  }
}

std::vector<std::string> faults(const TestStore& store) {
  std::vector<std::string> faults;
  const auto tell = [&](const StoreFault& fault) { return faults.push_back(fault.what), true; };
  REQUIRE(check_store(store.read(), tell).ok());
  return faults;
}

// All that is there, but for the change records, and counts of role holders, which say as of when they are.
std::vector<std::string> dumped(const TestStore& store) {
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) {
    const bool is_history = line.starts_with(R"({"table":"change")") ||
                            line.starts_with(R"({"table":"meta")") ||
                            line.starts_with(R"({"table":"role_count")");
    if (!is_history) lines.emplace_back(line);
    return true;
  };
  REQUIRE(dump(store.read(), keep).ok());
  return lines;
}

const DeletedBy kBy{Principal(kBob), "Bob", {"holder"}, "req-1", "192.0.2.1"};

base::Result<void> delete_it(store::WriteTxn& txn, const Deleted& what) {
  switch (what.kind) {
    case DeletedKind::kUser:
      return delete_user(txn, found(get_user(txn, kTenant, UserId(what.id))), kBy, kTellNobody);
    case DeletedKind::kServiceUser:
      return delete_service_user(txn, found(get_service_user(txn, kTenant, ServiceUserId(what.id))), kBy,
                                 kTellNobody);
    case DeletedKind::kGroup:
      return delete_group(txn, found(get_group(txn, kTenant, GroupId(what.id))), kBy, kTellNobody);
    case DeletedKind::kRole: {
      const Role role = found(get_role(txn, kTenant, RoleId(what.id)));
      const auto done = delete_belongings(txn, {kTenant, role.id, role.slug, kBy}, kMostAtOnce, kTellNobody);
      return done.ok() ? delete_role(txn, role) : done;
    }
    case DeletedKind::kEntity:  // tests/api/entities_test.cpp
    case DeletedKind::kRule:    // tests/domain/grant_test.cpp
      break;
    case DeletedKind::kProject:
      return delete_project(txn, found(get_project(txn, kTenant, ProjectId(what.id))), kBy, kTellNobody);
  }
  return {};
}

// One step; whether more is left. Each mapping that is told is put into `told`.
bool step(TestStore& store, std::size_t most, std::vector<MappingId>& told) {
  bool more = false;
  store.change([&](auto& txn) -> base::Result<void> {
    const auto left = continue_deletions(txn, most, [&](const Gone& gone, const DeletedBy& by) {
      CHECK(by == kBy);
      told.push_back(std::get<const Mapping*>(gone)->id);
      return base::Result<void>();
    });
    if (!left.ok()) return left.error();
    more = *left;
    return {};
  });
  return more;
}

struct Row {
  const char* name;
  Deleted what;
};
const Row kRows[] = {{"a role", kGone}, {"a group", kTeam}, {"a user", kAnn}, {"a service user", kRobot}};

}  // namespace

TEST_CASE("pending deletion: what is left gives nothing, through whatever reads it, after each step",
          "[domain]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    World world;
    std::size_t writes = 0;
    world.store.change([&](auto& txn) -> base::Result<void> {
      if (auto done = delete_it(txn, row.what); !done.ok()) return done;
      txn.each_written([&](auto, auto) { ++writes; });
      return {};
    });
    CHECK(writes < 30);
    std::vector<MappingId> told;
    int steps = 0;
    for (bool more = true; more; ++steps) {
      world.store.reopen();
      REQUIRE(faults(world.store).empty());
      CHECK(*is_being_deleted(world.store.read(), kTenant, row.what));
      check_mappings(world, row.what);
      check_memberships(world, row.what);
      check_credentials(world, row.what);
      world.store.change([&](auto& txn) {
        Group theirs = make_group(kOther, id(100 + static_cast<std::uint64_t>(steps)), std::to_string(steps));
        return put_group(txn, theirs);
      });
      more = step(world.store, 4'000, told);
      REQUIRE(steps < 100);
    }
    CHECK(steps >= 3);
    CHECK_FALSE(*has_deletions(world.store.read()));
    CHECK(faults(world.store).empty());
    check_mappings(world, row.what);

    const auto gone =
        static_cast<std::size_t>(std::count_if(world.mappings.begin(), world.mappings.end(),
                                               [&](const Mapping& m) { return is_left_of(m, row.what); }));
    CHECK(told.size() == gone);
    CHECK(Ids(told.begin(), told.end()).size() == gone);
  }
}

TEST_CASE("pending deletion: small steps leave what one large one leaves", "[domain]") {
  for (const Row& row : kRows) {
    INFO(row.name);
    World at_once, in_steps;
    std::vector<MappingId> told;
    for (World* world : {&at_once, &in_steps})
      world->store.change([&](auto& txn) { return delete_it(txn, row.what); });
    CHECK_FALSE(step(at_once.store, 1'000'000, told));
    while (step(in_steps.store, 7, told)) {
    }
    CHECK((dumped(in_steps.store) == dumped(at_once.store)));
  }
}

TEST_CASE("pending deletion: a new thing of the same name has nothing of the old one, the old id is taken",
          "[domain]") {
  struct Case {
    Deleted what;
    std::function<base::Result<void>(store::WriteTxn&, const base::Uuid& id)> put;
    const char* refusal;
  };
  const Case cases[] = {
      {kGone,
       [](auto& txn, const auto& id) {
         Role role = make_role(kTenant, RoleId(id), "gone");
         return put_role(txn, role);
       },
       "role gone: what the role of the same id had is still being removed; try again"},
      {kTeam,
       [](auto& txn, const auto& id) {
         Group group = make_group(kTenant, GroupId(id), "Team");
         return put_group(txn, group);
       },
       "group Team: what the group of the same id had is still being removed; try again"},
      {kAnn,
       [](auto& txn, const auto& id) {
         User user = make_user(kTenant, UserId(id), "ann@example.com");
         return put_user(txn, user);
       },
       "user ann@example.com: what the user of the same id had is still being removed; try again"},
      {kRobot,
       [](auto& txn, const auto& id) {
         ServiceUser user = make_service_user(kTenant, ServiceUserId(id), "Robot");
         return put_service_user(txn, user);
       },
       "service user Robot: what the serviceuser of the same id had is still being removed; try again"},
  };
  for (const Case& c : cases) {
    INFO(c.refusal);
    World world;
    TestStore& store = world.store;
    store.change([&](auto& txn) { return delete_it(txn, c.what); });
    CHECK(store.refusal([&](auto& txn) { return c.put(txn, c.what.id); }).message == c.refusal);

    const base::Uuid fresh = id(999);
    store.change([&](auto& txn) { return c.put(txn, fresh); });
    const Deleted again(c.what.kind, fresh);
    Mapping made =
        again.kind == DeletedKind::kRole
            ? make_mapping(kTenant, id(5), Principal(kBob), RoleId(fresh))
            : make_mapping(kTenant, id(5), Principal(static_cast<PrincipalKind>(again.kind), fresh), kKept);
    store.change([&](auto& txn) { return put_mapping(txn, made); });
    for (const Mapping& m : world.mappings) {
      if (!is_left_of(m, c.what)) continue;
      Mapping same = m;
      const auto refused = store.refusal([&](auto& txn) { return put_mapping(txn, same); });
      CHECK(refused.code == base::ErrorCode::kConflict);
      CHECK(refused.message.ends_with("names what is still being deleted; try again"));
      break;
    }
    std::vector<MappingId> told;
    while (step(store, 1'000, told)) {
    }
    CHECK(std::find(told.begin(), told.end(), made.id) == told.end());
    CHECK(found(find_mapping_by_id(store.read(), kTenant, made.id)).role == made.role);
    CHECK(faults(store).empty());
    if (c.what == Deleted(kTeam)) continue;
    store.change([&](auto& txn) { return delete_it(txn, again); });
    store.change([&](auto& txn) { return c.put(txn, c.what.id); });  // by now it is free
  }
}

TEST_CASE("pending deletion: of several at once each mapping is told once", "[domain]") {
  World world;
  for (const Row& row : kRows) world.store.change([&](auto& txn) { return delete_it(txn, row.what); });
  CHECK(faults(world.store).empty());
  // What is deleted at once takes along what is left of others.
  std::vector<MappingId> told;
  while (step(world.store, 5'000, told)) CHECK(faults(world.store).empty());
  std::size_t gone = 0;
  for (const Mapping& m : world.mappings)
    gone += std::any_of(std::begin(kRows), std::end(kRows),
                        [&](const Row& row) { return is_left_of(m, row.what); });
  CHECK(told.size() == gone);
  CHECK(Ids(told.begin(), told.end()).size() == gone);
  CHECK(*get_count(world.store.read(), kTenant, Counted::kMappings) == world.mappings.size() - gone);
  CHECK(*get_count(world.store.read(), kTenant, Counted::kMemberships) == 1);
  CHECK(*get_count(world.store.read(), kTenant, Counted::kCredentials) == 6);
}

TEST_CASE("pending deletion: store check finds what isn't of it", "[domain]") {
  World world;
  for (const Row& row : kRows) world.store.change([&](auto& txn) { return delete_it(txn, row.what); });
  REQUIRE(faults(world.store).empty());
  const auto remove = [&](store::Table table, const base::Uuid& id) {
    world.store.change([&](auto& txn) -> base::Result<void> {
      const auto done = txn.del(table, store::Key().uuid(kTenant).uuid(id));
      return done.ok() ? base::Result<void>() : done.error();
    });
    const auto told = faults(world.store);
    return std::any_of(told.begin(), told.end(), [&](const std::string& fault) {
      return fault.find(id.to_string() + "\"} is missing; mapping ") != std::string::npos;
    });
  };
  CHECK(remove(store::Table::kRole, kKept));
  CHECK(remove(store::Table::kGroup, kOtherTeam));
  CHECK(remove(store::Table::kUser, kBob));
  CHECK(remove(store::Table::kServiceUser, kOtherRobot));
}

TEST_CASE("pending deletion: of a tenant the rest goes with it", "[domain]") {
  World world;
  for (const Row& row : kRows) world.store.change([&](auto& txn) { return delete_it(txn, row.what); });
  world.store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  std::vector<MappingId> told;
  while (step(world.store, 5'000, told)) REQUIRE(faults(world.store).empty());
  CHECK(told.empty());
  CHECK_FALSE(*has_deletions(world.store.read()));
  CHECK(world.store.tables() == "tenant:1 tenant_slug:1 held_slug:1 held_slug_by_time:1");
}

TEST_CASE("pending deletion: what it keeps comes back as it was", "[domain]") {
  TestStore store;
  for (const PendingDeletion& deletion :
       {PendingDeletion{kTenant, kGone, kOdd, {Principal(kBob), kOdd, {kOdd, ""}, kOdd, "::1"}},
        PendingDeletion{kTenant, kTeam, {}, {}}}) {
    store.change([&](auto& txn) { return begin_deletion(txn, deletion); });
    const auto read = found(get_pending_deletion(store.read(), kTenant, deletion.what));
    CHECK(read.slug == deletion.slug);
    CHECK(read.by == deletion.by);
  }
  CHECK(absent(get_pending_deletion(store.read(), kOther, kGone)));
  CHECK(absent(get_pending_deletion(store.read(), kTenant, UserId(kGone.uuid()))));
}

TEST_CASE("pending deletion: one that can't go on is named, and can be passed by", "[domain]") {
  TestStore store;
  const auto fill = [&](std::uint64_t group) {
    store.change([&](auto& txn) -> base::Result<void> {
      Group made = make_group(kTenant, id(group), "g" + std::to_string(group));
      if (auto done = put_group(txn, made); !done.ok()) return done;
      for (std::uint64_t n = 0; n <= kMostAtOnce; ++n) {
        User user = make_user(kTenant, id(1'000 * group + n), std::to_string(1'000 * group + n));
        if (auto done = put_user(txn, user); !done.ok()) return done;
        if (auto done = put_membership(txn, {kTenant, made.id, user.id, Source::kLocal, kNow, 0}); !done.ok())
          return done;
      }
      return delete_group(txn, made);
    });
  };
  fill(1);
  fill(2);
  // Of the first one the count of its members is wrong.
  const store::Key count = store::Key().uuid(kTenant).u8(100).uuid(base::Uuid(id(1)));
  store.change([&](auto& txn) { return txn.put(store::Table::kCount, count, store::Key().u64(3)); });

  DeletionPlace place;
  const auto go_on = [&](auto& txn) -> base::Result<void> {
    for (bool more = true; more;) {
      const auto left = continue_deletions(txn, 1'000, kTellNobody, place);
      if (!left.ok()) return left.error();
      more = *left;
    }
    return {};
  };
  const auto refused = store.refusal(go_on);
  CHECK(refused.code == base::ErrorCode::kCorrupt);
  CHECK_THAT(refused.message, ContainsSubstring("what is left of group " + id(1).to_string() + ": "));
  CHECK(*is_being_deleted(store.read(), kTenant, GroupId(id(2))));

  place.behind = place.at;
  CHECK(*has_deletions(store.read(), place));
  store.change(go_on);
  CHECK_FALSE(*is_being_deleted(store.read(), kTenant, GroupId(id(2))));
  CHECK(*is_being_deleted(store.read(), kTenant, GroupId(id(1))));
  CHECK_FALSE(*has_deletions(store.read(), place));
  CHECK(*has_deletions(store.read()));
}
