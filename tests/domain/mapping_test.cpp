#include "domain/mapping.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/domain/support.h"

using namespace domain;

namespace {

std::string last_digits(const base::Uuid& uuid) {
  return uuid.to_string().substr(34);
}

std::string line(const Holding& h) {
  return std::string(name_of(h.principal.kind)) + " " + last_digits(h.principal.id) + " " +
         last_digits(h.role) + (h.resource.empty() ? "" : " " + std::string(h.resource)) +
         (h.valid_from ? " from " + std::to_string(h.valid_from->ms) : "") +
         (h.expires_at ? " to " + std::to_string(h.expires_at->ms) : "") + "\n";
}

std::string held(const store::ReadTxn& txn, const TenantId& tenant, const Principal& who) {
  std::string out;
  REQUIRE(each_held_role(txn, tenant, who, [&](const Holding& h) { return out += line(h), true; }).ok());
  return out;
}

std::string holders(const store::ReadTxn& txn, const TenantId& tenant, const RoleId& role) {
  std::string out, keys;
  REQUIRE(each_holder(txn, tenant, role, [&](const Holding& h) { return out += line(h), true; }).ok());
  REQUIRE(each_mapping_by_role(txn, tenant, role, [&](const MappingKey& key) {
            Holding holding{key.principal, key.role, key.resource, {}, {}};
            const auto mapping = found(get_mapping(txn, tenant, key));
            holding.valid_from = mapping.valid_from;
            holding.expires_at = mapping.expires_at;
            return keys += line(holding), true;
          }).ok());
  CHECK(out == keys);
  return out;
}

}  // namespace

TEST_CASE("mapping: every field comes back", "[domain]") {
  TestStore store;
  Mapping full = make_mapping(kTenant, id(1), as_group(id(2)), id(3), std::string(kMaxResourceText, 'r'));
  full.valid_from = base::Timestamp{kNow.ms - 1};
  full.expires_at = base::Timestamp{kNow.ms + 1};
  full.reason = kOdd;
  full.title = kOdd;
  full.metadata = R"({"ticket":"A-1"})";
  full.created_by = as_user(id(4));
  Mapping plain = make_mapping(kTenant, id(5), as_user(id(2)), id(3));
  const auto revision = store.change([&](auto& txn) { return put_mapping(txn, full); });
  CHECK(full.revision == revision);
  store.change([&](auto& txn) { return put_mapping(txn, plain); });
  const auto txn = store.read();
  CHECK(found(get_mapping(txn, kTenant, {full.principal, full.role, full.resource})) == full);
  CHECK(found(find_mapping_by_id(txn, kTenant, id(1))) == full);
  CHECK(found(find_mapping_by_id(txn, kTenant, id(5))) == plain);
  CHECK(absent(find_mapping_by_id(txn, kOther, id(1))));
  CHECK(absent(get_mapping(txn, kOther, {plain.principal, plain.role, ""})));
  CHECK(absent(get_mapping(txn, kTenant, {plain.principal, plain.role, std::string(600, 'r')})));
  CHECK(to_string(MappingKey{as_group(id(2)), id(3), "app/x:y"}) ==
        "group:00000000-0000-7000-8000-000000000002 to role 00000000-0000-7000-8000-000000000003 on app/x:y");
}

TEST_CASE("mapping: in force from its first millisecond to the one before its end", "[domain]") {
  struct Row {
    std::optional<base::Timestamp> from, to;
    std::int64_t now;
    bool in_force;
  };
  const Row rows[] = {
      {{}, {}, 0, true},
      {base::Timestamp{1000}, {}, 999, false},
      {base::Timestamp{1000}, {}, 1000, true},
      {{}, base::Timestamp{2000}, 1999, true},
      {{}, base::Timestamp{2000}, 2000, false},
      {base::Timestamp{1000}, base::Timestamp{2000}, 999, false},
      {base::Timestamp{1000}, base::Timestamp{2000}, 1000, true},
      {base::Timestamp{1000}, base::Timestamp{2000}, 1999, true},
      {base::Timestamp{1000}, base::Timestamp{2000}, 2000, false},
      {base::Timestamp{1000}, base::Timestamp{1000}, 1000, false},
  };
  TestStore store;
  for (const Row& row : rows) {
    Mapping mapping = make_mapping(kTenant, id(1), as_user(id(2)), id(3));
    mapping.valid_from = row.from;
    mapping.expires_at = row.to;
    CHECK(mapping.in_force({row.now}) == row.in_force);
    store.change([&](auto& txn) { return put_mapping(txn, mapping); });
    std::size_t seen = 0;
    const auto check = [&](const Holding& h) {
      CHECK(h.in_force({row.now}) == row.in_force);
      return ++seen > 0;
    };
    REQUIRE(each_held_role(store.read(), kTenant, as_user(id(2)), check).ok());
    REQUIRE(each_holder(store.read(), kTenant, id(3), check).ok());
    CHECK(seen == 2);
  }
}

TEST_CASE("mapping: seen from the principal and from the role, in one tenant", "[domain]") {
  TestStore store;
  Mapping all[] = {
      make_mapping(kTenant, id(1), as_user(id(2)), id(3)),
      make_mapping(kTenant, id(4), as_user(id(2)), id(3), "app/group:x"),
      make_mapping(kTenant, id(5), as_user(id(2)), id(6)),
      make_mapping(kTenant, id(7), as_group(id(2)), id(3)),
      make_mapping(kOther, id(1), as_user(id(2)), id(3)),
  };
  all[1].valid_from = base::Timestamp{1};
  all[3].expires_at = base::Timestamp{2};
  for (Mapping& each : all) store.change([&](auto& txn) { return put_mapping(txn, each); });
  const auto txn = store.read();
  CHECK(held(txn, kTenant, as_user(id(2))) == "user 02 03\nuser 02 03 app/group:x from 1\nuser 02 06\n");
  CHECK(held(txn, kTenant, as_group(id(2))) == "group 02 03 to 2\n");
  CHECK(held(txn, kTenant, as_service_user(id(2))) == "");
  CHECK(held(txn, kOther, as_user(id(2))) == "user 02 03\n");
  CHECK(holders(txn, kTenant, id(3)) == "user 02 03\nuser 02 03 app/group:x from 1\ngroup 02 03 to 2\n");
  CHECK(holders(txn, kOther, id(3)) == "user 02 03\n");
  CHECK(holders(txn, kOther, id(6)) == "");
  std::string ids;
  const MappingId one = id(1);
  REQUIRE(each_mapping(txn, kTenant, &one, [&](Mapping&& m) { return ids += last_digits(m.id), true; }).ok());
  CHECK(ids == "040507");
  ids.clear();
  REQUIRE(each_mapping_of(txn, kTenant, as_user(id(2)), nullptr, [&](Mapping&& m) {
            ids += last_digits(m.id);
            return m.id != id(4);
          }).ok());
  CHECK(ids == "0104");
}

TEST_CASE("mapping: one of each kind; the same id may move", "[domain]") {
  TestStore store;
  Mapping mapping = make_mapping(kTenant, id(1), as_user(id(2)), id(3));
  Mapping again = make_mapping(kTenant, id(9), as_user(id(2)), id(3));
  store.change([&](auto& txn) { return put_mapping(txn, mapping); });
  const base::Error taken = store.refusal([&](auto& txn) { return put_mapping(txn, again); });
  CHECK(taken.code == base::ErrorCode::kConflict);
  CHECK(taken.message ==
        "mapping of user:00000000-0000-7000-8000-000000000002 to role 00000000-0000-7000-8000-000000000003: "
        "already "
        "exists");
  mapping.expires_at = base::Timestamp{5};
  store.change([&](auto& txn) { return put_mapping(txn, mapping); });
  CHECK(holders(store.read(), kTenant, id(3)) == "user 02 03 to 5\n");
  mapping.role = id(4);
  store.change([&](auto& txn) { return put_mapping(txn, mapping); });
  CHECK(holders(store.read(), kTenant, id(3)) == "");
  CHECK(found(find_mapping_by_id(store.read(), kTenant, id(1))) == mapping);
  CHECK(store.tables() == "mapping:1 mapping_by_role:1 mapping_by_id:1 mapping_by_expiry:1");
  Mapping long_one =
      make_mapping(kTenant, id(8), as_user(id(2)), id(3), std::string(kMaxResourceText + 1, 'r'));
  CHECK(store.refusal([&](auto& txn) { return put_mapping(txn, long_one); }).code ==
        base::ErrorCode::kInvalid);
}

namespace {

constexpr std::size_t kAll = 10'000;
constexpr auto kNobody = [](const Mapping&) { return base::Result<void>(); };

base::Result<void> done(const base::Result<std::size_t>& removed) {
  return removed.ok() ? base::Result<void>() : removed.error();
}

}  // namespace

TEST_CASE("mapping: removed by principal, by role, by resource", "[domain]") {
  struct Row {
    const char* name;
    base::Result<void> (*remove)(store::WriteTxn&);
    const char* left;
  };
  const Row rows[] = {
      {"one",
       [](store::WriteTxn& txn) {
         return delete_mapping(txn, make_mapping(kTenant, id(1), as_user(id(2)), id(3)));
       },
       "040507"},
      {"principal",
       [](store::WriteTxn& txn) {
         return done(delete_mappings_of(txn, kTenant, as_user(id(2)), kAll, kNobody));
       },
       "07"},
      {"role",
       [](store::WriteTxn& txn) { return done(delete_mappings_by_role(txn, kTenant, id(3), kAll, kNobody)); },
       "05"},
      {"resource",
       [](store::WriteTxn& txn) { return done(delete_mappings_on(txn, kTenant, "r", kAll, kNobody)); },
       "0105"},
      {"a resource of that beginning",
       [](store::WriteTxn& txn) { return done(delete_mappings_on(txn, kTenant, "rr", kAll, kNobody)); },
       "01040507"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    TestStore store;
    for (const auto& each : {make_mapping(kTenant, id(1), as_user(id(2)), id(3)),
                             make_mapping(kTenant, id(4), as_user(id(2)), id(3), "r"),
                             make_mapping(kTenant, id(5), as_user(id(2)), id(6)),
                             make_mapping(kTenant, id(7), as_group(id(2)), id(3), "r"),
                             make_mapping(kOther, id(1), as_user(id(2)), id(3), "r")})
      store.change([mapping = each](auto& txn) mutable { return put_mapping(txn, mapping); });
    store.change(row.remove);
    std::string left;
    const auto txn = store.read();
    REQUIRE(each_mapping(txn, kTenant, nullptr, [&](Mapping&& m) {
              return left += last_digits(m.id), true;
            }).ok());
    CHECK(left == row.left);
    const auto n = std::to_string(left.size() / 2 + 1);
    const auto on = std::to_string(1 + (left.find("04") != left.npos) + (left.find("07") != left.npos));
    CHECK(store.tables() ==
          "mapping:" + n + " mapping_by_role:" + n + " mapping_by_id:" + n + " mapping_on:" + on);
  }
}

TEST_CASE("mapping: as many of those on one resource are removed as were asked for", "[domain]") {
  constexpr int kMany = 600;
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    for (int i = 0; i < kMany; ++i) {
      Mapping mapping =
          make_mapping(kTenant, id(1'000 + i), as_user(id(1'000 + i)), id(3), i % 3 ? "r" : "rr");
      if (auto done = put_mapping(txn, mapping); !done.ok()) return done;
    }
    return {};
  });
  const auto remove = [&](std::size_t most) {
    std::size_t removed = 0, told = 0;
    store.change([&](auto& txn) -> base::Result<void> {
      const auto n = delete_mappings_on(txn, kTenant, "r", most, [&](const Mapping& mapping) {
        told += mapping.resource == "r";
        return base::Result<void>();
      });
      if (n.ok()) removed = *n;
      return done(n);
    });
    CHECK(told == removed);
    return removed;
  };
  CHECK(remove(0) == 0);
  CHECK(remove(1) == 1);
  CHECK(remove(250) == 250);
  CHECK(store.tables() == "mapping:349 mapping_by_role:349 mapping_by_id:349 mapping_on:349");
  CHECK(remove(250) == 149);
  CHECK(store.tables() == "mapping:200 mapping_by_role:200 mapping_by_id:200 mapping_on:200");
}

namespace {

std::string text_of(const Holding& holding) {
  return std::string(name_of(holding.principal.kind)).substr(0, 1) + last_digits(holding.principal.id) + "/" +
         last_digits(holding.role) + " ";
}

std::string held_on(const store::ReadTxn& txn, std::vector<Principal> who, std::string_view resource) {
  std::sort(who.begin(), who.end());
  std::string held;
  REQUIRE(each_held_on(txn, kTenant, who, resource, [&](const Holding& h) { held += text_of(h); }).ok());
  return held;
}

std::string holders_on(const store::ReadTxn& txn, std::string_view resource) {
  std::string held;
  REQUIRE(each_holder_on(txn, kTenant, resource, [&](const Holding& h) {
            held += text_of(h);
            return true;
          }).ok());
  return held;
}

}  // namespace

TEST_CASE("mapping: who holds what on a resource is found by leaps, and on no other resource", "[domain]") {
  TestStore store;
  std::uint64_t n = 0;
  const auto put = [&](const Principal& who, std::uint64_t role, const std::string& resource) {
    Mapping mapping = make_mapping(kTenant, id(++n), who, id(role), resource);
    store.change([&](auto& txn) { return put_mapping(txn, mapping); });
  };
  const std::string odd = std::string("F:1") + '\x01';  // its beginning is F:1, and a kind's number follows
  put(as_user(id(2)), 11, "F:1");
  put(as_user(id(2)), 12, "F:1");
  put(as_user(id(4)), 11, "F:1");
  put(as_service_user(id(2)), 11, "F:1");
  put(as_group(id(5)), 13, "F:1");
  put(as_group(id(7)), 13, "F:1");
  put(as_user(id(2)), 14, "F:10");
  put(as_group(id(5)), 14, "F:1::x");
  put(as_user(id(2)), 14, odd);
  put(as_group(id(5)), 14, odd);
  put(as_user(id(2)), 14, "F:");
  put(as_user(id(2)), 14, "");
  const auto txn = store.read();
  CHECK(holders_on(txn, "F:1") == "u02/0b u02/0c u04/0b s02/0b g05/0d g07/0d ");
  CHECK(holders_on(txn, "F:10") == "u02/0e ");
  CHECK(holders_on(txn, odd) == "u02/0e g05/0e ");
  CHECK(holders_on(txn, "F:2").empty());
  CHECK(held_on(txn, {as_user(id(2))}, "F:1") == "u02/0b u02/0c ");
  CHECK(held_on(txn, {as_user(id(2)), as_group(id(5)), as_group(id(6))}, "F:1") == "u02/0b u02/0c g05/0d ");
  CHECK(held_on(txn, {as_user(id(1)), as_user(id(3)), as_user(id(9)), as_group(id(9))}, "F:1").empty());
  CHECK(held_on(txn, {as_group(id(1)), as_group(id(7)), as_user(id(4))}, "F:1") == "u04/0b g07/0d ");
  CHECK(held_on(txn, {as_user(id(2)), as_group(id(5))}, odd) == "u02/0e g05/0e ");
  CHECK(held_on(txn, {}, "F:1").empty());
  CHECK(*count_stored_on(txn, kTenant, "F:1", 100) == 6);
  CHECK(*count_stored_on(txn, kTenant, "F:1", 4) == 4);
}

TEST_CASE("mapping: held on a thousand things by one role, it is passed by with one look", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t i = 0; i < 1'000; ++i) {
      Mapping mapping =
          make_mapping(kTenant, id(1'000 + i), as_user(id(2)), id(3 + i % 2), "F:" + std::to_string(i));
      if (auto done = put_mapping(txn, mapping); !done.ok()) return done;
    }
    Mapping whole = make_mapping(kTenant, id(1), as_user(id(2)), id(4));
    return put_mapping(txn, whole);
  });
  std::string seen;
  const auto visit = [&](const Holding& holding) {
    seen += last_digits(holding.role) + ":" + std::string(holding.resource) + " ";
    return holding.resource.empty() ? NextHeld::kNext : NextHeld::kNextRole;
  };
  REQUIRE(visit_held_roles(store.read(), kTenant, as_user(id(2)), visit).ok());
  CHECK(seen == "03:F:0 04: 04:F:1 ");
  seen.clear();
  REQUIRE(visit_held_roles(store.read(), kTenant, as_user(id(2)), [&](const Holding&) {
            seen += "x";
            return NextHeld::kEnd;
          }).ok());
  CHECK(seen == "x");
}

TEST_CASE("mapping: each held on is what a look at everything gives", "[domain]") {
  std::mt19937_64 random(7);
  TestStore store;
  std::vector<Mapping> all;
  const auto any_principal = [&]() -> Principal {
    const auto kind = static_cast<PrincipalKind>(1 + random() % 3);
    return {kind, base::Uuid(id(1 + random() % 6))};
  };
  // Some go on as keys do, with the number of a kind, and an id.
  const auto any_resource = [&] {
    std::string name = "F:" + std::to_string(random() % 6);
    if (random() % 3 != 0) return name;
    name += static_cast<char>(1 + random() % 3);
    if (random() % 2 == 0) name.append(base::Uuid(id(1 + random() % 6)).raw());
    return name + "x";
  };
  for (std::uint64_t i = 0; i < 200; ++i) {
    Mapping mapping =
        make_mapping(kTenant, id(100 + i), any_principal(), id(50 + random() % 3), any_resource());
    const auto same = [&](const Mapping& m) {
      return m.principal == mapping.principal && m.role == mapping.role && m.resource == mapping.resource;
    };
    if (std::any_of(all.begin(), all.end(), same)) continue;
    store.change([&](auto& txn) { return put_mapping(txn, mapping); });
    all.push_back(mapping);
  }
  const auto txn = store.read();
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Principal> who;
    for (std::uint64_t i = random() % 5; i > 0; --i) who.push_back(any_principal());
    std::sort(who.begin(), who.end());
    who.erase(std::unique(who.begin(), who.end()), who.end());
    const std::string resource = any_resource();
    std::vector<std::string> expected;
    for (const Mapping& m : all)
      if (m.resource == resource && std::binary_search(who.begin(), who.end(), m.principal))
        expected.push_back(text_of({m.principal, m.role, m.resource, {}, {}}));
    std::sort(expected.begin(), expected.end());
    std::vector<std::string> found_ones;
    REQUIRE(each_held_on(txn, kTenant, who, resource, [&](const Holding& h) {
              found_ones.push_back(text_of(h));
            }).ok());
    std::sort(found_ones.begin(), found_ones.end());
    CHECK(found_ones == expected);
  }
}
