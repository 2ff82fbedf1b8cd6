#include "domain/deletion.h"

#include <string>
#include <vector>

#include "domain/audit.h"
#include "domain/check.h"
#include "domain/counts.h"
#include "domain/dump.h"
#include "domain/idempotency.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

constexpr std::uint64_t kPeople = 30;

// People, groups, roles, keys with answers kept for their requests, and an audit chain.
base::Result<void> fill(store::WriteTxn& txn, const TenantId& tenant, const std::string& slug) {
  Tenant record = make_tenant(tenant, slug);
  AuditEntry entry(tenant);
  for (const auto& done : {put_tenant(txn, record), append_audit(txn, entry)})
    if (!done.ok()) return done;
  const std::uint64_t first = 1000 * tenant.uuid().bytes()[15];  // ids of credentials are unique in the store
  IdempotentAnswer answer;
  answer.expires_at = {kNow.ms + kIdempotencyMs};
  for (std::uint64_t n = 0; n < kPeople; ++n) {
    const std::string name = std::to_string(n);
    Role role = make_role(tenant, id(100 + n), "role-" + name);
    Group group = make_group(tenant, id(200 + n), "Group " + name);
    User user = make_user(tenant, id(300 + n), name + "@" + slug + ".example.com");
    ServiceUser robot = make_service_user(tenant, id(400 + n), "robot " + name);
    Mapping of_group = make_mapping(tenant, id(500 + n), as_group(id(200 + n)), id(100 + n));
    Mapping on_group =
        make_mapping(tenant, id(600 + n), as_user(id(300 + n)), id(100), group_resource(id(200 + n)));
    of_group.expires_at = base::Timestamp{kNow.ms + 1000};
    const Credential key =
        make_credential(tenant, id(first + n), as_service_user(id(400 + n)), slug + "-key-" + name);
    for (const auto& done :
         {put_role(txn, role), put_group(txn, group), put_user(txn, user), put_service_user(txn, robot),
          put_membership(txn, {tenant, id(200 + n), id(300 + n), Source::kLocal, kNow}),
          put_membership(txn, {tenant, id(200), id(300 + n), Source::kLocal, kNow}),
          put_mapping(txn, of_group), put_mapping(txn, on_group), put_credential(txn, key)})
      if (!done.ok()) return done;
  }
  TenantPolicy policy = make_policy(tenant, id(52), "Many rules");
  for (const auto& done : {put_policy_with_rule(txn, tenant), put_policy(txn, policy)})
    if (!done.ok()) return done;
  for (std::uint64_t n = 0; n < kPeople; ++n) {
    Rule rule = make_rule(policy, id(700 + n), n + 1);
    if (auto done = put_rule(txn, rule); !done.ok()) return done;
  }
  for (std::uint64_t n = 0; n < kPeople; ++n) {
    PolicyTest test = make_policy_test(tenant, id(800 + n));
    if (auto done = put_policy_test(txn, test); !done.ok()) return done;
  }
  for (std::uint64_t n = 0; n < kPeople; ++n)
    for (const base::Uuid& caller : {base::Uuid(id(first)), base::Uuid(id(first + n))})
      if (auto done = put_idempotent_answer(txn, caller, "k" + std::to_string(n), answer); !done.ok())
        return done;
  return {};
}

// All that is there, but for the change records and the revision, which say how it came about, and counts
// of role holders and slugs held, which say as of when they are; check_store() recounts those.
std::vector<std::string> dumped(const TestStore& store) {
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) {
    const bool is_history =
        line.starts_with(R"({"table":"change")") || line.starts_with(R"({"table":"meta")") ||
        line.starts_with(R"({"table":"held_slug)") || line.starts_with(R"({"table":"role_count")");
    if (!is_history) lines.emplace_back(line);
    return true;
  };
  REQUIRE(dump(store.read(), keep).ok());
  return lines;
}

std::string first_fault(const TestStore& store) {
  std::string fault;
  const auto checked = check_store(store.read(), [&](const StoreFault& f) { return fault = f.what, false; });
  REQUIRE(checked.ok());
  return fault;
}

// One step; whether more is left. Answers in `writes` how many keys it removed or changed.
bool step(TestStore& store, std::size_t most, std::size_t& writes) {
  bool more = false;
  writes = 0;
  store.change([&](auto& txn) -> base::Result<void> {
    const auto left = continue_deletions(txn, most, kTellNobody);
    if (!left.ok()) return left.error();
    more = *left;
    txn.each_written([&](auto, auto) { ++writes; });
    return {};
  });
  return more;
}

}  // namespace

TEST_CASE("deletion: stopped after every step it goes on, and leaves what one step leaves", "[domain]") {
  const auto make = [](TestStore& store) {
    store.change([&](auto& txn) { return fill(txn, kTenant, "acme"); });
    store.change([&](auto& txn) { return fill(txn, kOther, "other"); });
  };
  std::size_t writes = 0;
  TestStore at_once;
  make(at_once);
  at_once.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  CHECK_FALSE(step(at_once, 1'000'000, writes));
  CHECK(writes > 1000);
  const std::vector<std::string> expected = dumped(at_once);
  for (const std::string& line : expected)  // of the tenant its audit chain and its slug alone
    if (line.find(kTenant.to_string()) != std::string::npos)
      CHECK((line.starts_with(R"({"table":"audit)") || line.starts_with(R"({"table":"held_slug)")));

  for (const std::size_t most : {std::size_t{1}, std::size_t{7}, std::size_t{100}}) {
    INFO(most);
    TestStore store;
    make(store);
    store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
    int steps = 0;
    for (bool more = true; more; ++steps) {
      const bool looks = most > 1 || steps % 50 == 0;
      if (looks) {
        store.reopen();
        REQUIRE(first_fault(store) == "");
        CHECK(absent(get_tenant(store.read(), kTenant)));
        CHECK(absent(find_tenant_by_slug(store.read(), "acme")));
      }
      more = step(store, most, writes);
      CHECK(writes <= 4 * most + 20);  // counts and indexes are written, too
      REQUIRE(steps < 5000);
    }
    CHECK(steps > 5);
    CHECK((dumped(store) == expected));
    CHECK(first_fault(store) == "");
  }
}

TEST_CASE("deletion: meanwhile the slug is free and the id is not; another's things stay", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) { return fill(txn, kTenant, "acme"); });
  store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  CHECK(*has_deletions(store.read()));
  CHECK(*is_being_deleted(store.read(), kTenant));
  CHECK_FALSE(*is_being_deleted(store.read(), kOther));
  Tenant again = make_tenant(kTenant, "again"), next = make_tenant(kOther, "acme");
  CHECK(store.refusal([&](auto& txn) { return put_tenant(txn, again); }).message ==
        "tenant again: what the tenant of the same id had is still being deleted; try again");
  store.change([&](auto& txn) { return put_tenant(txn, next); });
  std::size_t writes = 0;
  CHECK_FALSE(step(store, 1'000'000, writes));
  CHECK_FALSE(*has_deletions(store.read()));
  store.change([&](auto& txn) { return put_tenant(txn, again); });
  CHECK(store.tables() == "tenant:2 tenant_slug:2 audit:1 audit_head:1 audit_by_resource:1 audit_hour:1");
}

TEST_CASE("deletion: a group of many members is gone at once, and they go in steps between others' changes",
          "[domain]") {
  constexpr std::uint64_t kMembers = 5'000;
  const auto user = [](std::uint64_t n) { return UserId(id(10'000 + n)); };
  const auto groups_of = [](const TestStore& store, const UserId& who) {
    std::size_t groups = 0;
    REQUIRE(each_group_of(store.read(), kTenant, who, [&](const GroupId&) { return ++groups > 0; }).ok());
    return groups;
  };
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    Tenant tenant = make_tenant(kTenant, "acme"), other = make_tenant(kOther, "other");
    Role role = make_role(kTenant, id(1), "role");
    Group large = make_group(kTenant, id(2), "Everybody"), small = make_group(kTenant, id(3), "Few");
    Mapping of_group = make_mapping(kTenant, id(4), as_group(id(2)), id(1));
    Mapping on_group = make_mapping(kTenant, id(5), as_user(user(0)), id(1), group_resource(id(2)));
    for (const auto& done : {put_tenant(txn, tenant), put_tenant(txn, other), put_role(txn, role),
                             put_group(txn, large), put_group(txn, small)})
      if (!done.ok()) return done;
    for (std::uint64_t n = 0; n < kMembers; ++n) {
      User one = make_user(kTenant, user(n), std::to_string(n) + "@example.com");
      if (auto done = put_user(txn, one); !done.ok()) return done;
      if (auto done = put_membership(txn, {kTenant, id(2), user(n), Source::kLocal, kNow}); !done.ok())
        return done;
    }
    for (const auto& done : {put_membership(txn, {kTenant, id(3), user(7), Source::kLocal, kNow}),
                             put_mapping(txn, of_group), put_mapping(txn, on_group)})
      if (!done.ok()) return done;
    return {};
  });
  const Group group = found(get_group(store.read(), kTenant, id(2)));
  std::size_t writes = 0;
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = delete_group(txn, group); !done.ok()) return done;
    txn.each_written([&](auto, auto) { ++writes; });
    return {};
  });
  CHECK(writes < 30);

  Group again = make_group(kTenant, id(2), "Again"), next = make_group(kTenant, id(6), "everybody");
  CHECK(store.refusal([&](auto& txn) { return put_group(txn, again); }).message ==
        "group Again: what the group of the same id had is still being removed; try again");
  store.change([&](auto& txn) { return put_group(txn, next); });

  int steps = 0;
  for (bool more = true; more; ++steps) {
    store.reopen();
    REQUIRE(first_fault(store) == "");
    const auto txn = store.read();
    CHECK(absent(get_group(txn, kTenant, id(2))));
    CHECK(found(find_group_by_name(txn, kTenant, "Everybody")).id == id(6));
    CHECK(*get_count(txn, kTenant, Counted::kMappings) == (steps == 0 ? 2 : 0));
    CHECK(*is_being_deleted(txn, kTenant, GroupId(id(2))));
    CHECK_FALSE(*is_being_deleted(txn, kTenant, GroupId(id(3))));
    CHECK_FALSE(*is_being_deleted(txn, kTenant));
    CHECK(*get_count(txn, kTenant, Counted::kMemberships) - *count_memberships_left(txn, kTenant) == 1);
    CHECK(groups_of(store, user(kMembers - 1)) == 0);
    CHECK(groups_of(store, user(7)) == 1);
    CHECK_FALSE(*is_member(txn, kTenant, id(2), user(kMembers - 1)));
    CHECK(*is_member(txn, kTenant, id(3), user(7)));
    store.change([&](auto& change) {
      Group theirs = make_group(kOther, id(100 + static_cast<std::uint64_t>(steps)), std::to_string(steps));
      return put_group(change, theirs);
    });
    more = step(store, 1'000, writes);
    CHECK(writes <= 3'000);
    REQUIRE(steps < 100);
  }
  CHECK(steps >= 10);
  CHECK(first_fault(store) == "");
  CHECK(*get_count(store.read(), kTenant, Counted::kMemberships) == 1);
  CHECK_FALSE(*has_deletions(store.read()));
  store.change([&](auto& txn) { return put_group(txn, again); });
  CHECK(groups_of(store, user(0)) == 0);
}

TEST_CASE("deletion: how much may belong to what goes in one change", "[domain]") {
  using Make = base::Result<void> (*)(store::WriteTxn&, std::uint64_t n);
  struct Row {
    const char* name;
    Make make;
    Deleted what;
  };
  const Deleted of_group = GroupId(id(2)), of_user = UserId(id(3)), of_robot = ServiceUserId(id(4)),
                of_role = RoleId(id(5));
  const auto map = [](store::WriteTxn& txn, std::uint64_t n, const Principal& who, const std::string& on) {
    Mapping mapping = make_mapping(kTenant, id(1'000'000 + n), who, id(5), on);
    return put_mapping(txn, mapping);
  };
  static const auto kMap = map;
  const Row rows[] = {
      {"a group's members",
       [](auto& txn, auto n) {
         return put_membership(txn, {kTenant, id(2), id(100 + n), Source::kLocal, kNow});
       },
       of_group},
      {"a group's mappings",
       [](auto& txn, auto n) { return kMap(txn, n, as_group(id(2)), "r" + std::to_string(n)); }, of_group},
      {"mappings on a group",
       [](auto& txn, auto n) { return kMap(txn, n, as_user(id(100 + n)), group_resource(id(2))); }, of_group},
      {"a user's memberships",
       [](auto& txn, auto n) {
         return put_membership(txn, {kTenant, id(100 + n), id(3), Source::kLocal, kNow});
       },
       of_user},
      {"a user's mappings",
       [](auto& txn, auto n) { return kMap(txn, n, as_user(id(3)), "r" + std::to_string(n)); }, of_user},
      {"a service user's mappings",
       [](auto& txn, auto n) { return kMap(txn, n, as_service_user(id(4)), "r" + std::to_string(n)); },
       of_robot},
      {"a service user's credentials",
       [](auto& txn, auto n) {
         return put_credential(
             txn, make_credential(kTenant, id(100 + n), as_service_user(id(4)), std::to_string(n)));
       },
       of_robot},
      {"answers kept for a service user",
       [](auto& txn, auto n) {
         return put_idempotent_answer(txn, id(4), std::to_string(n), {{}, 200, "", "", {kNow.ms + 1}});
       },
       of_robot},
      {"a role's mappings", [](auto& txn, auto n) { return kMap(txn, n, as_user(id(100 + n)), ""); },
       of_role},
  };
  for (const Row& row : rows)
    for (const std::uint64_t few : {kMostAtOnce, kMostAtOnce + 1}) {
      INFO(row.name << " " << few);
      TestStore store;
      store.change([&](auto& txn) -> base::Result<void> {
        for (std::uint64_t n = 0; n < few; ++n)
          if (auto done = row.make(txn, n); !done.ok()) return done;
        return {};
      });
      std::uint64_t told = 0;
      store.change([&](auto& txn) {
        return delete_belongings(txn, {kTenant, row.what, {}, {}}, kMostAtOnce,
                                 [&](const Gone&, const DeletedBy&) {
                                   ++told;
                                   return base::Result<void>();
                                 });
      });
      const bool in_steps = few > kMostAtOnce;
      CHECK(*goes_in_steps(store.read(), kTenant, row.what) == in_steps);
      CHECK(*has_deletions(store.read()) == in_steps);
      const bool has_mappings = std::string(row.name).find("mappings") != std::string::npos;
      CHECK(told == (has_mappings && !in_steps ? few : 0));
      if (!in_steps) CHECK(store.tables() == "");
    }
}

TEST_CASE("deletion: of a tenant while a group of its own is being deleted", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) { return fill(txn, kTenant, "acme"); });
  store.change([&](auto& txn) -> base::Result<void> {
    const auto group = get_group(txn, kTenant, id(200));
    if (auto done = delete_group(txn, **group); !done.ok()) return done;
    return begin_deletion(txn, {kTenant, GroupId(id(200)), {}, {}});
  });
  store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  std::size_t writes = 0;
  for (bool more = true; more;) {
    REQUIRE(first_fault(store) == "");
    more = step(store, 50, writes);
  }
  CHECK_FALSE(*has_deletions(store.read()));
  CHECK(store.tables() ==
        "audit:1 audit_head:1 audit_by_resource:1 audit_hour:1 held_slug:1 held_slug_by_time:1");
}

TEST_CASE("deletion: of what is still there is a fault", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) { return fill(txn, kTenant, "acme"); });
  REQUIRE(first_fault(store) == "");
  store.change([&](auto& txn) { return begin_deletion(txn, {kTenant, GroupId(id(200)), {}, {}}); });
  CHECK(first_fault(store) == "deletion {\"tenant\":\"" + kTenant.to_string() +
                                  "\",\"kind\":\"group\",\"id\":\"" + id(200).to_string() +
                                  "\"} is of what is still there");
}
