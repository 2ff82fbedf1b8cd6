#include "domain/subgroup.h"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "domain/counts.h"
#include "domain/deletion.h"
#include "domain/tenant.h"
#include "store/key.h"
#include "tests/domain/recount.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

Subgroup pair_of(std::uint64_t group, std::uint64_t member) {
  return {kTenant, id(group), id(member), Source::kLocal, kNow, 0};
}

void make_groups(TestStore& store, std::uint64_t from, std::uint64_t to) {
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t n = from; n <= to; ++n) {
      Group group = make_group(kTenant, id(n), "g" + std::to_string(n));
      if (auto done = put_group(txn, group); !done.ok()) return done;
    }
    return {};
  });
}

std::string why_not(TestStore& store, std::uint64_t group, std::uint64_t member) {
  const auto fits = check_nesting(store.read(), kTenant, id(group), id(member));
  return fits.ok() ? "" : fits.error().message;
}

// The groups in groups, as pairs (group, member), and what follows from them by definition.
struct Model {
  std::set<std::pair<std::uint64_t, std::uint64_t>> pairs;

  std::set<std::uint64_t> above(std::uint64_t member) const {
    std::set<std::uint64_t> all;
    for (const auto& [group, m] : pairs)
      if (m == member) {
        all.insert(group);
        all.merge(above(group));
      }
    return all;
  }
};

std::vector<GroupId> ids_of(const std::set<std::uint64_t>& numbers) {
  std::vector<GroupId> ids;
  for (const std::uint64_t n : numbers) ids.push_back(id(n));
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

TEST_CASE("subgroup: every field comes back, and leaves nothing behind", "[domain]") {
  TestStore store;
  make_groups(store, 1, 2);
  Subgroup made = pair_of(1, 2);
  made.source = Source::kScim;
  made.revision = store.change([&](auto& txn) { return put_subgroup(txn, made); });
  CHECK(found(get_subgroup(store.read(), kTenant, id(1), id(2))) == made);
  CHECK(absent(get_subgroup(store.read(), kTenant, id(2), id(1))));
  CHECK(absent(get_subgroup(store.read(), kOther, id(1), id(2))));
  CHECK(*get_count(store.read(), kTenant, Counted::kSubgroups) == 1);
  made.source = Source::kLocal;
  made.revision = store.change([&](auto& txn) { return put_subgroup(txn, made); });
  CHECK(found(get_subgroup(store.read(), kTenant, id(1), id(2))) == made);
  CHECK(*get_count(store.read(), kTenant, Counted::kSubgroups) == 1);
  store.change([&](auto& txn) { return delete_subgroup(txn, kTenant, id(1), id(2)); });
  CHECK(rows_of(store.read(), store::Table::kGroupIn).empty());
  CHECK(rows_of(store.read(), store::Table::kSubgroups).empty());
  CHECK(*get_count(store.read(), kTenant, Counted::kSubgroups) == 0);
}

TEST_CASE("subgroup: what would be a circle, too deep or too many is refused, and says why", "[domain]") {
  TestStore store;
  make_groups(store, 1, 70);
  CHECK(why_not(store, 1, 1) == "a group can't be a member of itself");
  for (std::uint64_t n = 1; n < kMaxNestedGroups; ++n)
    store.change([&](auto& txn) { return put_subgroup(txn, pair_of(n, n + 1)); });
  CHECK(why_not(store, 3, 1) == "the groups would be in a circle: g3 in g2 in g1 already");
  CHECK(why_not(store, 32, 40) == "groups would be in groups 33 deep, and at most 32 are allowed");
  CHECK(why_not(store, 40, 1) == "groups would be in groups 33 deep, and at most 32 are allowed");
  CHECK(why_not(store, 31, 40).empty());
  CHECK(why_not(store, 40, 2).empty());
  CHECK(store.refusal([](auto& txn) { return put_subgroup(txn, pair_of(3, 1)); }).code ==
        base::ErrorCode::kInvalid);

  make_groups(store, 1'000, 1'000 + kMaxDirectSubgroups);
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t n = 0; n < kMaxDirectSubgroups; ++n) {
      if (auto done = put_subgroup(txn, pair_of(60, 1'000 + n)); !done.ok()) return done;
      if (auto done = put_subgroup(txn, pair_of(1'000 + n, 61)); !done.ok()) return done;
    }
    return {};
  });
  CHECK(why_not(store, 60, 1'000 + kMaxDirectSubgroups) == "it has 1000 groups");
  CHECK(why_not(store, 1'000 + kMaxDirectSubgroups, 61) == "the member is in 1000 groups");
  const auto some = with_groups_below(store.read(), kTenant, {id(60)}, 10);
  REQUIRE(some.ok());
  CHECK(some->size() > 10);
}

TEST_CASE("subgroup: what is no key of the tables goes with the group, and with the tenant", "[domain]") {
  for (const bool whole_tenant : {false, true}) {
    INFO("whole tenant " << whole_tenant);
    TestStore store;
    Tenant tenant = make_tenant(kTenant, "acme");
    store.change([&](auto& txn) { return put_tenant(txn, tenant); });
    make_groups(store, 1, 2);
    store.change([&](auto& txn) -> base::Result<void> {
      if (auto done = put_subgroup(txn, pair_of(1, 2)); !done.ok()) return done;
      const store::Key wrong = store::Key().uuid(kTenant).uuid(id(2)).u8(7);
      const store::Key short_one = store::Key().uuid(kTenant).u8(7);
      for (const auto table : {store::Table::kGroupIn, store::Table::kSubgroups}) {
        if (auto done = txn.put(table, wrong, {}); !done.ok()) return done;
        if (whole_tenant)
          if (auto done = txn.put(table, short_one, {}); !done.ok()) return done;
      }
      return {};
    });
    store.change([&](auto& txn) -> base::Result<void> {
      if (!whole_tenant) return delete_group(txn, make_group(kTenant, id(2), "g2"));
      if (auto done = delete_tenant(txn, kTenant); !done.ok()) return done;
      const auto left = continue_deletions(txn, 1'000, kTellNobody);
      return left.ok() ? base::Result<void>() : left.error();
    });
    CHECK(rows_of(store.read(), store::Table::kGroupIn).empty());
    CHECK(rows_of(store.read(), store::Table::kSubgroups).empty());
  }
}

TEST_CASE("subgroup: no group has more above it than is walked in some milliseconds", "[domain]") {
  TestStore store;
  constexpr std::uint64_t kWide = 101;  // groups in a row, each of which is in all of the row above
  make_groups(store, 1, 2 * kWide + 1);
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t below = 0; below < kWide; ++below)
      for (std::uint64_t above = 0; above < kWide; ++above)
        if (auto put = put_subgroup(txn, pair_of(1 + kWide + above, 1 + below)); !put.ok()) return put;
    return {};
  });
  // Whoever is put into all of the lower row would have 10,302 pairs above.
  const std::uint64_t lowest = 2 * kWide + 1;
  base::Error refused;
  std::uint64_t pairs = 0;
  store.change([&](auto& txn) -> base::Result<void> {
    for (std::uint64_t above = 0; above < kWide; ++above) {
      const auto put = put_subgroup(txn, pair_of(1 + above, lowest));
      if (!put.ok()) {
        refused = put.error();
        return {};
      }
      ++pairs;
    }
    return {};
  });
  CHECK(refused.message == "more than 5000 memberships of groups in groups are above and below it");
  CHECK(pairs == 49);  // one more would see 49 of its own, 49 * 101 above these, and 101 above the new one
}

TEST_CASE("subgroup: random changes give what follows from the pairs", "[domain]") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    constexpr std::uint64_t kGroups = 9, kUser = 100;
    TestStore store;
    make_groups(store, 1, kGroups);
    store.change([&](auto& txn) -> base::Result<void> {
      User user = make_user(kTenant, id(kUser), "ann@example.com");
      if (auto done = put_user(txn, user); !done.ok()) return done;
      return put_membership(txn, {kTenant, id(1), id(kUser), Source::kLocal, kNow, 0});
    });
    Model model;
    std::set<std::uint64_t> there;
    for (std::uint64_t n = 1; n <= kGroups; ++n) there.insert(n);
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t group = 1 + random() % kGroups, member = 1 + random() % kGroups;
      if (random() % 20 == 0 && group != 1 && there.erase(group) > 0) {
        std::erase_if(model.pairs, [&](const auto& p) { return p.first == group || p.second == group; });
        const Group gone = make_group(kTenant, id(group), "g" + std::to_string(group));
        store.change([&](auto& txn) { return delete_group(txn, gone); });
      }
      if (!there.contains(group) || !there.contains(member)) continue;
      if (random() % 3 == 0) {
        model.pairs.erase({group, member});
        store.change([&](auto& txn) { return delete_subgroup(txn, kTenant, id(group), id(member)); });
        continue;
      }
      const bool circle = group == member || model.above(group).contains(member);
      CHECK(why_not(store, group, member).empty() == !circle);
      if (circle) continue;
      model.pairs.insert({group, member});
      store.change([&](auto& txn) { return put_subgroup(txn, pair_of(group, member)); });
    }
    const auto txn = store.read();
    for (const std::uint64_t n : there) {
      const auto above = model.above(n);
      CHECK(*effective_groups(txn, kTenant, GroupId(id(n))) == ids_of(above));
      auto with = above;
      with.insert(n);
      CHECK(*with_groups_above(txn, kTenant, {id(n)}) == ids_of(with));
      std::set<std::uint64_t> below{n};
      for (const std::uint64_t other : there)
        if (model.above(other).contains(n)) below.insert(other);
      CHECK(*with_groups_below(txn, kTenant, {id(n)}, 1'000) == ids_of(below));
    }
    auto of_user = model.above(1);
    of_user.insert(1);
    CHECK(*effective_groups(txn, kTenant, UserId(id(kUser))) == ids_of(of_user));
    for (std::uint64_t n = 1; n <= kGroups; ++n)
      CHECK(*is_effective_member(txn, kTenant, id(n), UserId(id(kUser))) == of_user.contains(n));
    require_counts(txn);

    // Of disabled groups nothing follows: as if they weren't there.
    std::set<std::uint64_t> enabled = there;
    store.change([&](auto& write) -> base::Result<void> {
      for (const std::uint64_t n : there) {
        if (random() % 3 != 0) continue;
        Group group = make_group(kTenant, id(n), "g" + std::to_string(n));
        group.state = State::kDisabled;
        if (auto done = put_group(write, group); !done.ok()) return done;
        enabled.erase(n);
      }
      return {};
    });
    std::erase_if(model.pairs,
                  [&](const auto& p) { return !enabled.contains(p.first) || !enabled.contains(p.second); });
    const auto later = store.read();
    const auto left_out = DisabledGroups::of(later, kTenant);
    for (const std::uint64_t n : there) {
      const auto above = model.above(n);
      CHECK(*effective_groups(later, kTenant, GroupId(id(n))) == ids_of(above));
      std::set<std::uint64_t> next;
      for (const auto& [group, member] : model.pairs)
        if (member == n) next.insert(group);
      CHECK(*direct_groups(later, kTenant, GroupId(id(n))) == ids_of(next));
      if (enabled.contains(n)) CHECK(*groups_above(later, kTenant, id(n), *left_out) == ids_of(next));
      for (const std::uint64_t other : there)
        CHECK(*is_effective_member(later, kTenant, id(other), GroupId(id(n))) == above.contains(other));
    }
    auto of_ann = enabled.contains(1) ? model.above(1) : std::set<std::uint64_t>();
    if (enabled.contains(1)) of_ann.insert(1);
    CHECK(*effective_groups(later, kTenant, UserId(id(kUser))) == ids_of(of_ann));
    for (const std::uint64_t n : there)
      CHECK(*is_effective_member(later, kTenant, id(n), UserId(id(kUser))) == of_ann.contains(n));
  }
}
