#include "api/access_map.h"

#include <algorithm>
#include <random>

#include "api/effective.h"
#include "api/groups.h"
#include "api/mappings.h"
#include "tests/support/api_world.h"

namespace {

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;

using api::MapColumns;
using api::MapRows;

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string text_of(const api::MapRow& row) {
  return row.name + (row.active ? "" : " (suspended)") + ": " + joined(row.direct) + " | " +
         joined(row.through_groups) + " | " + joined(row.on_things) + " | " + joined(row.timed);
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);

  api::AccessMap page(const api::Caller& caller, MapRows rows, MapColumns columns,
                      const api::PageRequest& page) {
    return ApiWorld::must(world.read(
        caller, [&](const api::Read& r) { return api::read_access_map(r, acme, rows, columns, page); }));
  }
  std::vector<api::MapRow> all(MapRows rows, MapColumns columns, std::size_t limit = 250) {
    std::vector<api::MapRow> found;
    api::PageRequest request{limit, ""};
    do {
      api::AccessMap part = page(admin, rows, columns, request);
      CHECK(part.page.data.size() <= limit);
      found.insert(found.end(), part.page.data.begin(), part.page.data.end());
      request.after = part.page.next;
    } while (!request.after.empty());
    return found;
  }
  std::vector<std::string> texts(MapRows rows, MapColumns columns, std::size_t limit = 250) {
    std::vector<std::string> lines;
    for (const api::MapRow& row : all(rows, columns, limit)) lines.push_back(text_of(row));
    return lines;
  }
  void map(const domain::Principal& who, const std::string& role, const std::string& resource,
           std::optional<base::Timestamp> from = {}, std::optional<base::Timestamp> until = {}) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_mapping(c, acme, {role, who, resource, from, until, {}, {}});
    }));
  }
  base::Timestamp in(std::int64_t days) const { return {world.now().ms + days * kDay}; }
};

}  // namespace

TEST_CASE("access map: what each holds itself, through groups, on things, and what of that ends",
          "[api][access-map]") {
  Scene s;
  s.world.add_role(s.acme, "reader", {"group:get"});
  s.world.add_role(s.acme, "writer", {"group:update"});
  const auto ann = s.world.add_user(s.acme, "ann"), bob = s.world.add_user(s.acme, "bob");
  const auto cat = s.world.add_user(s.acme, "cat"), dan = s.world.add_user(s.acme, "dan");
  const auto staff = s.world.add_group(s.acme, "Staff"), desk = s.world.add_group(s.acme, "Desk");
  s.world.add_member(s.acme, desk, ann);
  s.world.add_member(s.acme, staff, desk);
  s.world.add_member(s.acme, staff, bob);
  s.world.add_member(s.acme, staff, cat);
  s.map(staff, "reader", "", {}, s.in(2));
  s.map(desk, "writer", "", s.in(1));  // not yet
  s.map(ann, "reader", "");            // without an end
  s.map(ann, "writer", "Folder:1", {}, s.in(1));
  s.map(bob, "reader", "Folder:1");           // held everywhere as well
  s.map(bob, "writer", "Folder:1", s.in(1));  // not yet
  s.map(bob, "writer", "Folder:2");
  ApiWorld::must(
      s.world.change(s.admin, [&](api::Change& c) { return api::suspend_user(c, s.acme, cat, false, {}); }));
  CHECK(dan != cat);
  const std::vector<std::string> people = {"ann: reader | reader | writer | writer",
                                           "bob:  | reader | writer | reader", "cat (suspended):  |  |  | ",
                                           "dan:  |  |  | "};
  CHECK(s.texts(MapRows::kUsers, MapColumns::kRoles) == people);
  CHECK(s.texts(MapRows::kUsers, MapColumns::kRoles, 1) == people);
  CHECK(s.texts(MapRows::kGroups, MapColumns::kRoles) ==
        std::vector<std::string>{"Staff: reader |  |  | reader", "Desk:  | reader |  | reader"});
  CHECK(s.texts(MapRows::kUsers, MapColumns::kScopes)[0] ==
        "ann: group:get | group:get | group:update | group:update");

  const auto map = s.page(s.admin, MapRows::kUsers, MapColumns::kRoles, {});
  REQUIRE(map.columns.size() == 2);
  CHECK(map.columns[0].column == "writer");  // the more dangerous
  CHECK(map.columns[0].risk == names::Risk::kHigh);
  CHECK(map.hidden == 0);

  s.world.clock().advance(2 * kDay);
  CHECK(s.texts(MapRows::kUsers, MapColumns::kRoles)[0] == "ann: reader | writer |  | ");
}

TEST_CASE("access map: what is held on one thing without an end doesn't end", "[api][access-map]") {
  Scene s;
  s.world.add_role(s.acme, "reader", {"group:get"});
  const auto ann = s.world.add_user(s.acme, "ann"), bob = s.world.add_user(s.acme, "bob");
  s.map(ann, "reader", "Doc:1", {}, s.in(1));
  s.map(ann, "reader", "Doc:2", s.in(1));  // not yet
  s.map(ann, "reader", "Doc:3");
  s.map(bob, "reader", "Doc:1", {}, s.in(1));
  s.map(bob, "reader", "Doc:2", {}, s.in(2));
  CHECK(s.texts(MapRows::kUsers, MapColumns::kRoles) ==
        std::vector<std::string>{"ann:  |  | reader | ", "bob:  |  | reader | reader"});
}

TEST_CASE("access map: it needs what listing the rows needs, and hides what groups hold",
          "[api][access-map]") {
  Scene s;
  const auto staff = s.world.add_group(s.acme, "Staff");
  s.world.add_member(s.acme, staff, s.world.add_user(s.acme, "ann"));
  s.map(staff, "user", "");
  const api::Caller clerk = s.world.caller(s.acme, {"organization:get"});
  const auto seen = s.page(clerk, MapRows::kUsers, MapColumns::kRoles, {});
  CHECK(text_of(seen.page.data.at(0)) == "ann:  |  |  | ");
  CHECK(seen.hidden == 1);
  const auto ask = [&](const api::Caller& caller, MapRows rows) {
    return to_text(s.world.read(caller, [&](const api::Read& r) {
      return api::read_access_map(r, s.acme, rows, MapColumns::kRoles, {});
    }));
  };
  CHECK(ask(clerk, MapRows::kGroups).starts_with("forbidden"));
  CHECK(ask(s.world.caller(s.acme, {"group:get"}), MapRows::kUsers).starts_with("forbidden"));
  CHECK(ask(s.world.admin(s.world.globex()), MapRows::kUsers).starts_with("tenant_mismatch"));
  CHECK(ask(s.admin, MapRows::kUsers) == "ok");
}

TEST_CASE("access map: says of each what the list of what somebody holds says", "[api][access-map]") {
  Scene s;
  std::mt19937 random(7);
  const auto pick = [&](std::size_t n) {
    return std::uniform_int_distribution<std::size_t>(0, n - 1)(random);
  };
  const char* const roles[] = {"r0", "r1", "r2", "user"};
  s.world.add_role(s.acme, "r0", {"group:get"});
  s.world.add_role(s.acme, "r1", {"group:update", "organization:billingview"});
  s.world.add_role(s.acme, "r2", {"organization:rolemanage"});
  std::vector<domain::Principal> holders;
  std::vector<domain::GroupId> groups;
  for (int n = 0; n < 5; ++n) {
    groups.push_back(s.world.add_group(s.acme, "g" + std::to_string(n)));
    holders.emplace_back(groups.back());
    if (n > 0) s.world.add_member(s.acme, groups[pick(static_cast<std::size_t>(n))], groups.back());
  }
  for (int n = 0; n < 12; ++n) {
    const auto user = s.world.add_user(s.acme, "u" + std::to_string(n));
    holders.emplace_back(user);
    s.world.add_member(s.acme, groups[pick(groups.size())], user);
  }
  for (int n = 0; n < 60; ++n) {
    const bool later = pick(4) == 0, ends = pick(2) == 0;
    // Some are there already.
    (void)s.world.change(s.world.platform(), [&](api::Change& c) {
      return api::create_mapping(c, s.acme,
                                 {roles[pick(4)],
                                  holders[pick(holders.size())],
                                  pick(2) == 0 ? "Folder:" + std::to_string(pick(3)) : "",
                                  later ? std::optional(s.in(1)) : std::nullopt,
                                  ends ? std::optional(s.in(5)) : std::nullopt,
                                  {},
                                  {}});
    });
  }
  ApiWorld::must(s.world.change(s.world.platform(), [&](api::Change& c) {
    return api::set_group_state(c, s.acme, groups[1], domain::State::kDisabled, {});
  }));
  std::vector<api::MapRow> rows = s.all(MapRows::kUsers, MapColumns::kScopes, 5);
  for (api::MapRow& row : s.all(MapRows::kGroups, MapColumns::kScopes, 2)) rows.push_back(std::move(row));
  std::size_t held = 0;
  for (const api::MapRow& row : rows) {
    const auto list = ApiWorld::must(s.world.read(s.admin, [&](const api::Read& r) {
      return api::list_effective_scopes(r, s.acme, row.who, {0, ""});
    }));
    for (const api::EffectiveScope& scope : list.page.data) {
      INFO(row.name << " " << scope.scope);
      const auto has = [&](const std::vector<std::string>& names) {
        return std::binary_search(names.begin(), names.end(), scope.scope);
      };
      bool direct = false, through = false, lasts = false, lasts_on_a_thing = false;
      for (const api::AccessPath& path : scope.by.paths) {
        (path.resource ? lasts_on_a_thing : lasts) |= !path.expires_at;
        if (!path.resource) (path.through.empty() ? direct : through) = true;
      }
      CHECK(has(row.direct) == direct);
      CHECK(has(row.through_groups) == through);
      CHECK(has(row.on_things) == (!direct && !through));
      CHECK(has(row.timed) == !(direct || through ? lasts : lasts_on_a_thing));
      ++held;
    }
    CHECK(row.direct.size() <= list.page.data.size());
    CHECK(row.through_groups.size() + row.on_things.size() <= list.page.data.size());
  }
  CHECK(held > 20);
}
