#include "domain/counts.h"

#include "domain/audit.h"
#include "tests/domain/golden.h"
#include "tests/domain/recount.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

struct Times {
  std::optional<std::int64_t> from, until;
};

Mapping timed(std::uint64_t n, const Times& times) {
  Mapping mapping = make_mapping(kTenant, id(n), as_user(id(n)), id(1));
  if (times.from) mapping.valid_from = base::Timestamp{*times.from};
  if (times.until) mapping.expires_at = base::Timestamp{*times.until};
  return mapping;
}

std::string counted(const TestStore& store, std::int64_t now, PrincipalKind kind = PrincipalKind::kUser) {
  const auto count = count_mappings(store.read(), kTenant, id(1), kind, base::Timestamp{now});
  REQUIRE(count.ok());
  return std::to_string(count->in_force) + " of " + std::to_string(count->all) +
         (count->later > 0 ? ", " + std::to_string(count->later) + " later" : "") +
         (count->at_most ? " at most" : "");
}

}  // namespace

TEST_CASE("counts: mappings are in force from the millisecond they begin to the one before they end",
          "[domain]") {
  TestStore store;
  std::uint64_t n = 10;
  for (const Times& times :
       {Times{{}, {}}, Times{100, {}}, Times{{}, 200}, Times{100, 200}, Times{200, 100}, Times{150, 150}})
    store.change([&](auto& txn) {
      Mapping mapping = timed(n++, times);
      return put_mapping(txn, mapping);
    });
  struct Row {
    std::int64_t now;
    const char* count;
  };
  for (const Row& row : {Row{0, "2 of 6, 2 later"}, Row{99, "2 of 6, 2 later"}, Row{100, "4 of 6"},
                         Row{199, "4 of 6"}, Row{200, "2 of 6"}, Row{INT64_MAX, "2 of 6"}}) {
    INFO(row.now);
    CHECK(counted(store, row.now) == row.count);
  }
  CHECK(counted(store, 150, PrincipalKind::kGroup) == "0 of 0");
  CHECK(count_mappings(store.read(), kTenant, id(1)).value() == 6);
  CHECK(count_mappings(store.read(), kOther, id(1)).value() == 0);
  require_counts(store.read());
}

TEST_CASE("counts: a mapping whose times change, that moves, or that goes is counted anew", "[domain]") {
  TestStore store;
  const auto put = [&](Mapping mapping) {
    store.change([&](auto& txn) { return put_mapping(txn, mapping); });
    require_counts(store.read());
    return mapping;
  };
  put(timed(10, {{}, 100}));
  put(timed(10, {{}, 100}));
  CHECK(counted(store, 100) == "0 of 1");
  put(timed(10, {{}, 101}));
  CHECK(counted(store, 100) == "1 of 1");
  Mapping moved = timed(10, {50, {}});
  moved.principal = as_group(id(3));
  moved = put(moved);
  CHECK(counted(store, 100) == "0 of 0");
  CHECK(counted(store, 100, PrincipalKind::kGroup) == "1 of 1");
  store.change([&](auto& txn) { return delete_mapping(txn, moved); });
  store.change([&](auto& txn) { return delete_mapping(txn, moved); });
  require_counts(store.read());
  CHECK(rows_of(store.read(), store::Table::kRoleCount).empty());
}

TEST_CASE("counts: more moments than are passed at once are an upper bound, until the next write",
          "[domain]") {
  TestStore store;
  const std::int64_t now = base::SystemClock().now().ms;
  constexpr std::uint64_t kTimed = 1'500;
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t n = 0; n < kTimed; ++n) {
      Mapping mapping = timed(1'000 + n, {{}, now + 3'600'000 + static_cast<std::int64_t>(n)});
      if (auto done = put_mapping(txn, mapping); !done.ok()) return done;
    }
    return {};
  });
  const std::int64_t end = now + 3'600'000;
  CHECK(counted(store, end - 1) == "1500 of 1500");
  CHECK(counted(store, end + 999) == "500 of 1500");
  CHECK(counted(store, end + 1'000) == "1500 of 1500 at most");
  CHECK(counted(store, end + 9'999) == "1500 of 1500 at most");
}

TEST_CASE("counts: members and what a tenant has are counted, whoever removes them", "[domain]") {
  TestStore store;
  User ann = make_user(kTenant, id(1), "a"), bob = make_user(kTenant, id(2), "b");
  Group group = make_group(kTenant, id(3), "G"), other = make_group(kTenant, id(4), "H");
  store.change([&](auto& txn) -> base::Result<void> {
    for (User* user : {&ann, &bob})
      if (auto done = put_user(txn, *user); !done.ok()) return done;
    for (Group* g : {&group, &other})
      if (auto done = put_group(txn, *g); !done.ok()) return done;
    for (const GroupId& g : {group.id, other.id})
      for (const UserId& user : {ann.id, bob.id, ann.id})
        if (auto done = put_membership(txn, {kTenant, g, user, Source::kLocal, kNow}); !done.ok())
          return done;
    return {};
  });
  const auto count = [&](Counted what) { return get_count(store.read(), kTenant, what).value(); };
  CHECK(count(Counted::kUsers) == 2);
  CHECK(count(Counted::kGroups) == 2);
  CHECK(count(Counted::kMemberships) == 4);
  CHECK(count_members(store.read(), kTenant, group.id).value() == 2);
  store.change([&](auto& txn) { return delete_user(txn, ann); });
  CHECK(count_members(store.read(), kTenant, group.id).value() == 1);
  store.change([&](auto& txn) { return delete_group(txn, group); });
  CHECK(count(Counted::kMemberships) == 1);
  store.change([&](auto& txn) { return delete_membership(txn, kTenant, other.id, bob.id); });
  CHECK(count(Counted::kMemberships) == 0);
  CHECK(get_count(store.read(), kOther, Counted::kUsers).value() == 0);
  require_counts(store.read());
}

TEST_CASE("counts: credentials count until they are revoked or deleted, whoever does that", "[domain]") {
  TestStore store;
  ServiceUser robot = make_service_user(kTenant, id(1), "robot");
  Credential first = make_credential(kTenant, id(2), as_service_user(id(1)), "a");
  Credential second = make_credential(kTenant, id(3), as_service_user(id(1)), "b");
  second.expires_at = base::Timestamp{1};  // long ago, which makes no difference
  const auto count = [&] { return get_count(store.read(), kTenant, Counted::kCredentials).value(); };
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_service_user(txn, robot); !done.ok()) return done;
    for (const Credential* credential : {&first, &second, &first})
      if (auto done = put_credential(txn, *credential); !done.ok()) return done;
    return {};
  });
  CHECK(count() == 2);
  first.revoked_at = kNow;
  for (int again = 0; again < 2; ++again) {
    store.change([&](auto& txn) { return put_credential(txn, first); });
    CHECK(count() == 1);
  }
  require_counts(store.read());
  store.change([&](auto& txn) { return delete_credential(txn, first); });
  CHECK(count() == 1);
  for (int again = 0; again < 2; ++again)
    store.change([&](auto& txn) { return delete_credential(txn, second); });
  CHECK(count() == 0);
  store.change([&](auto& txn) { return put_credential(txn, second); });
  Credential of_platform = make_credential(Platform{}, id(4), {PrincipalKind::kPlatform, id(4)}, "p");
  store.change([&](auto& txn) { return put_credential(txn, of_platform); });
  store.change([&](auto& txn) { return delete_service_user(txn, robot); });
  CHECK(count() == 0);
  CHECK(get_count(store.read(), Platform{}, Counted::kCredentials).value() == 1);
  require_counts(store.read());
}

TEST_CASE("counts: the credentials of a store of format 5 are counted, in steps", "[domain]") {
  // Texts that look like what the step looks for, as records have them.
  const std::string names[] = {"plain", R"("revoked_at":1)", R"(\",\"revoked_at\":1)"};
  std::vector<RawRow> rows;
  TestStore source;
  source.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t n = 1; n <= 2'500; ++n) {
      const TenantId tenant = id(100'000 + n / 1'000);
      Credential made = make_credential(tenant, id(n), as_service_user(id(1)), std::to_string(n));
      made.name = names[n % 3];
      if (n % 5 == 0) made.revoked_at = kNow;
      if (auto done = put_credential(txn, made); !done.ok()) return done;
    }
    return {};
  });
  for (const auto table : {store::Table::kCredential, store::Table::kCredentialByTenant})
    REQUIRE(source.read()
                .scan(table, {},
                      [&](auto key, auto value) {
                        return rows.push_back({table, std::string(key), std::string(value)}), true;
                      })
                .ok());
  TestStore store([&](const std::string& dir) { make_raw_store(dir, 5, 1, rows); });
  require_counts(store.read());
  CHECK(get_count(store.read(), TenantId{id(100'001).uuid}, Counted::kCredentials).value() == 800);
}

TEST_CASE("counts: the bytes of audit are those of the chain's entries", "[domain]") {
  TestStore store;
  for (int n = 0; n < 3; ++n)
    store.change([&](auto& txn) {
      AuditEntry entry(kTenant);
      entry.actor_name = std::string(static_cast<std::size_t>(100 * n), 'x');
      return append_audit(txn, entry);
    });
  std::uint64_t bytes = 0;
  REQUIRE(store.read()
              .scan(store::Table::kAudit, {},
                    [&](std::string_view key, std::string_view value) {
                      bytes += key.size() + value.size();
                      return true;
                    })
              .ok());
  const auto size = audit_size(store.read(), kTenant);
  CHECK(size->entries == 3);
  CHECK(size->bytes == bytes);
  CHECK(audit_size(store.read(), kOther)->bytes == 0);
}

TEST_CASE("counts: a store of 0.1.0 is counted when it is opened", "[domain]") {
  TestStore store([](const std::string& dir) { make_raw_store(dir, 2, 20, read_golden("store-0.1.0.txt")); });
  require_counts(store.read());
  std::uint64_t seen = 0;
  CHECK(verify_audit(store.read(), seen)->empty());  // the head's bytes, too
  CHECK(rows_of(store.read(), store::Table::kRoleCount).size() == 4);
  CHECK(rows_of(store.read(), store::Table::kRoleTime).size() == 3);
}

TEST_CASE("counts: many rows of format 3 are counted in steps", "[domain]") {
  std::vector<RawRow> rows;
  using store::Key;
  using store::Table;
  const auto add = [&](Table table, const Key& key, std::string_view value) {
    rows.push_back({table, std::string(key.view()), std::string(value)});
  };
  for (std::uint64_t n = 1; n <= 2'500; ++n) {
    const TenantId tenant = id(n % 3);
    add(Table::kUser, Key().uuid(tenant).uuid(id(n)), "x");
    add(Table::kMembers, Key().uuid(tenant).uuid(id(n % 7)).uuid(id(n)), "");
    add(Table::kMemberOf, Key().uuid(tenant).uuid(id(n)).uuid(id(n % 7)), "x");
  }
  TestStore store([&](const std::string& dir) { make_raw_store(dir, 3, 1, rows); });
  require_counts(store.read());
  CHECK(get_count(store.read(), TenantId{id(1).uuid}, Counted::kUsers).value() == 834);
}
