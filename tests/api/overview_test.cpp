#include "api/overview.h"

#include <random>

#include "api/mappings.h"
#include "tests/support/api_world.h"
#include "tests/support/ticking_clock.h"

namespace {

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;

struct Scene {
  explicit Scene(const base::MonotonicClock& ticks = kStoppedTicks) : world(ticks) {}

  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);

  api::Overview overview(const api::Caller& caller) {
    return ApiWorld::must(world.read(caller, [&](const api::Read& r) { return api::get_overview(r, acme); }));
  }
  api::Overview overview() { return overview(admin); }

  void map(const domain::Principal& who, const std::string& role, std::optional<base::Timestamp> from = {},
           std::optional<base::Timestamp> until = {}) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_mapping(c, acme, {role, who, "", from, until, {}, {}});
    }));
  }
  base::Timestamp in(std::int64_t days) const { return {world.now().ms + days * kDay}; }

  std::string mappings() {
    const api::Overview::Mappings all = overview().mappings;
    return std::to_string(all.active) + " active, " + std::to_string(all.future) + " future, " +
           std::to_string(all.expired) + " expired of " + std::to_string(all.all) +
           (all.are_exact ? "" : "?") + "; " + std::to_string(all.expiring.count) + " expiring" +
           (all.expiring.are_all ? "" : "?");
  }
};

}  // namespace

TEST_CASE("overview: what there is, each counted once", "[api][overview]") {
  Scene s;
  const api::Overview before = s.overview();
  CHECK(before.people == 0);
  CHECK(before.roles.are_all);
  CHECK(before.roles.own == 0);
  s.world.add_role(s.acme, "reader", {"group:get"});
  s.world.add_role(s.acme, "boss", {"organization:administer"});
  const auto ann = s.world.add_user(s.acme, "ann"), bob = s.world.add_user(s.acme, "bob");
  const auto staff = s.world.add_group(s.acme, "Staff");
  s.world.add_member(s.acme, staff, ann);
  s.world.add_member(s.acme, staff, bob);
  s.map(staff, "boss");
  s.map(ann, "boss");
  const api::Overview after = s.overview();
  CHECK(after.people == 2);
  CHECK(after.groups == 1);
  CHECK(after.memberships == 2);
  CHECK(after.service_users == 1);
  CHECK(after.roles.own == 2);
  using names::Risk;
  const auto at = [](const api::Overview& all, Risk level) {
    return all.roles.by_level[static_cast<std::size_t>(level)];
  };
  CHECK(at(after, Risk::kLow) == at(before, Risk::kLow) + 1);
  CHECK(at(after, Risk::kAdmin) == at(before, Risk::kAdmin) + 1);
  CHECK(at(after, Risk::kHigh) == at(before, Risk::kHigh));
  CHECK(after.roles.held_by_nobody == before.roles.held_by_nobody + 1);

  REQUIRE(after.administrators);
  CHECK(after.administrators->holders.people == 2);
  CHECK(after.administrators->holders.direct == 1);
  REQUIRE(after.administrators->first.size() == 2);
  CHECK(after.administrators->first[0].name == "ann");
  CHECK(after.administrators->first[0].by.paths.size() == 2);
  CHECK(after.administrators->are_all);
  CHECK(after.administrators->is_complete);

  ApiWorld::must(
      s.world.change(s.admin, [&](api::Change& c) { return api::suspend_user(c, s.acme, bob, false, {}); }));
  CHECK(s.overview().administrators->holders.people == 1);
  CHECK(s.overview().administrators->holders.suspended == 1);
}

TEST_CASE("overview: mappings are counted by their times, as the clock goes on", "[api][overview]") {
  Scene s;
  s.world.add_role(s.acme, "reader", {"group:get"});
  const auto user = [&](const char* name) { return s.world.add_user(s.acme, name); };
  s.map(user("always"), "reader");
  s.map(user("soon"), "reader", {}, s.in(6));
  s.map(user("last"), "reader", {}, base::Timestamp{s.in(7).ms - 1});
  s.map(user("late"), "reader", {}, s.in(7));
  s.map(user("later"), "reader", s.in(3), s.in(20));
  s.map(s.world.add_group(s.acme, "Staff"), "user", s.in(3));
  CHECK(s.mappings() == "4 active, 2 future, 0 expired of 6; 2 expiring");
  s.world.clock().advance(6 * kDay - 1);
  CHECK(s.mappings() == "6 active, 0 future, 0 expired of 6; 3 expiring");
  s.world.clock().advance(1);
  CHECK(s.mappings() == "5 active, 0 future, 1 expired of 6; 2 expiring");
  s.world.clock().advance(100 * kDay);
  CHECK(s.mappings() == "2 active, 0 future, 4 expired of 6; 0 expiring");
}

TEST_CASE("overview: keys, and what was refused", "[api][overview]") {
  Scene s;
  const auto key = [&](std::vector<std::string> scopes, std::optional<base::Timestamp> until) {
    return ApiWorld::must(s.world.change(s.admin, [&](api::Change& c) {
      return api::create_api_key(c, s.acme, {"k", std::move(scopes), until});
    }));
  };
  key({}, s.in(3));
  key({}, s.in(1));
  key({}, s.in(30));
  const auto gone = key({}, {});
  ApiWorld::must(s.world.change(
      s.admin, [&](api::Change& c) { return api::revoke_api_key(c, s.acme, gone.credential.id, {}); }));
  const auto keys = [&] {
    const auto all = s.overview().keys;
    return std::to_string(all->all) + " keys, " + std::to_string(all->expiring) + " expiring, " +
           std::to_string(all->expired) + " expired, " + std::to_string(all->administrators) +
           " administrators";
  };
  CHECK(keys() == "4 keys, 2 expiring, 0 expired, 1 administrators");
  s.world.clock().advance(2 * kDay);
  CHECK(keys() == "4 keys, 1 expiring, 1 expired, 1 administrators");

  CHECK(s.overview().activity->refused.count == 0);
  for (int n = 0; n < 3; ++n) {
    const api::Caller clerk = s.world.caller(s.acme, {"organization:get"});
    CHECK(
        !s.world.change(clerk,
                        [&](api::Change& c) {
                          return api::create_role(c, s.acme, {{}, "x", {}, {}});
                        })
             .ok());
  }
  const api::Overview seen = s.overview();
  CHECK(seen.activity->refused.count == 3);
  CHECK(seen.activity->refused.are_all);
  CHECK(seen.activity->last.size() == 10);
  CHECK(seen.activity->last.front().seq == seen.activity->chain.entries);
  s.world.clock().advance(kDay + 1);
  CHECK(s.overview().activity->refused.count == 0);
}

TEST_CASE("overview: parts that the caller may not see are left out", "[api][overview]") {
  Scene s;
  const api::Overview clerk = s.overview(s.world.caller(s.acme, {"organization:get"}));
  CHECK(clerk.administrators);
  CHECK(!clerk.keys);
  CHECK(!clerk.activity);
  const api::Overview auditor =
      s.overview(s.world.caller(s.acme, {"organization:get", "organization:auditview"}));
  CHECK(auditor.activity);
  CHECK(to_text(s.world.read(s.world.caller(s.acme, {"group:get"}), [&](const api::Read& r) {
          return api::get_overview(r, s.acme);
        })).starts_with("forbidden"));
  CHECK(to_text(s.world.read(s.world.admin(s.world.globex()), [&](const api::Read& r) {
          return api::get_overview(r, s.acme);
        })).starts_with("tenant_mismatch"));
  s.world.add_policies(R"(forbid (principal, action == Action::"access:permission_holders", resource);)");
  CHECK(!s.overview().administrators);
}

TEST_CASE("overview: what takes too long ends, and the numbers are told to be bounds", "[api][overview]") {
  const TickingClock ticks(std::chrono::milliseconds(3));
  Scene s(ticks);
  s.world.add_role(s.acme, "reader", {"group:get"});
  const auto ann = s.world.add_user(s.acme, "ann");
  s.map(ann, "reader");
  s.map(ann, "user", {}, s.in(1));
  const api::Overview seen = s.overview();
  CHECK(!seen.roles.are_all);
  CHECK(seen.roles.own == 1);
  CHECK(!seen.mappings.are_exact);
  // By roles that weren't looked at there may be administrators, too.
  REQUIRE(seen.administrators);
  CHECK(!seen.administrators->are_all);
  CHECK(!seen.administrators->is_complete);
  CHECK(seen.mappings.all == 2);
  CHECK(seen.mappings.active == 2);  // at most
  CHECK(seen.mappings.expiring.count == 1);
  CHECK(!seen.activity->refused.are_all);
}

TEST_CASE("overview: a role is held by nobody if its list says so", "[api][overview]") {
  Scene s;
  std::mt19937 random(11);
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  std::vector<domain::GroupId> groups;
  for (int n = 0; n < 6; ++n) {
    groups.push_back(s.world.add_group(s.acme, "g" + std::to_string(n)));
    if (n > 0) s.world.add_member(s.acme, groups[pick(groups.size() - 1)], groups.back());
  }
  std::vector<domain::Principal> holders(groups.begin(), groups.end());
  for (int n = 0; n < 8; ++n) {
    const auto user = s.world.add_user(s.acme, "u" + std::to_string(n));
    holders.emplace_back(user);
    if (n % 2 == 0) s.world.add_member(s.acme, groups[pick(groups.size())], user);
    if (n % 3 != 0)
      ApiWorld::must(s.world.change(
          s.admin, [&](api::Change& c) { return api::suspend_user(c, s.acme, user, false, {}); }));
  }
  for (int n = 0; n < 20; ++n) {
    const std::string slug = "r" + std::to_string(n);
    s.world.add_role(s.acme, slug, {"group:get"});
    for (std::size_t mapped = pick(3); mapped > 0; --mapped)
      (void)s.world.change(s.world.platform(), [&](api::Change& c) {  // it may be there already
        const auto from = pick(4) == 0 ? std::optional(s.in(1)) : std::nullopt;
        return api::create_mapping(c, s.acme, {slug, holders[pick(holders.size())], "", from, {}, {}, {}});
      });
  }
  const auto count = [&](bool held) {
    api::RoleFilter filter;
    filter.held = held;
    const auto list = ApiWorld::must(s.world.read(s.admin, [&](const api::Read& r) {
      return api::list_roles(r, s.acme, api::RoleSet::kAll, {250, ""}, filter);
    }));
    return list.data.size();
  };
  const auto all = s.overview().roles;
  CHECK(all.held_by_nobody == count(false));
  CHECK(count(true) > 3);
  CHECK(count(false) > 3);
}
