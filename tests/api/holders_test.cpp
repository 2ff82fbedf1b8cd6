#include "api/holders.h"

#include <algorithm>
#include <functional>
#include <map>
#include <random>
#include <set>

#include "api/entities.h"
#include "api/mappings.h"
#include "tests/support/api_world.h"

namespace {

constexpr std::int64_t kDay = 24LL * 60 * 60 * 1000;

using Paths = std::multiset<std::string>;
using Rows = std::map<std::string, Paths>;  // by name

std::string text_of(const api::AccessPath& path) {
  std::string text;
  for (const api::GroupName& group : path.through) text += group.name + " > ";
  text += path.credential ? "key" : path.role;
  if (path.resource) text += " on " + to_string(*path.resource);
  return text;
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);

  template <typename List>
  Rows rows(std::size_t limit, const List& list, const api::Caller* caller = nullptr) {
    Rows rows;
    api::PageRequest page{limit, ""};
    std::string last;
    do {
      const auto part = ApiWorld::must(
          world.read(caller ? *caller : admin, [&](const api::Read& r) { return list(r, page); }));
      CHECK(part.page.data.size() <= limit);
      for (const api::HolderView& row : part.page.data) {
        const std::string place = std::string(name_of(row.who.kind)) + row.who.id.to_string();
        if (row.who.kind == domain::PrincipalKind::kUser) {
          CHECK(last < place);  // in order, each once
          last = place;
        }
        for (const api::AccessPath& path : row.by.paths) rows[row.name].insert(text_of(path));
      }
      page.after = part.page.next;
    } while (!page.after.empty());
    return rows;
  }
  Rows of_role(const std::string& slug, std::size_t limit = 250, std::size_t lists = api::kMostHolderLists) {
    return rows(limit, [&](const api::Read& r, const api::PageRequest& page) {
      return api::list_role_holders(r, acme, slug, page, lists);
    });
  }
  Rows of_permission(const std::string& scope, std::size_t limit = 250,
                     std::size_t lists = api::kMostHolderLists) {
    return rows(limit, [&](const api::Read& r, const api::PageRequest& page) {
      return api::list_permission_holders(r, acme, scope, page, lists);
    });
  }
  Rows of_entity(const domain::EntityName& name, std::size_t limit = 250,
                 std::size_t lists = api::kMostHolderLists) {
    return rows(limit, [&](const api::Read& r, const api::PageRequest& page) {
      return api::list_entity_access(r, acme, name, page, lists);
    });
  }
  void map(const domain::Principal& who, const std::string& role, const std::string& resource,
           std::optional<base::Timestamp> from = {}, std::optional<base::Timestamp> until = {}) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_mapping(c, acme, {role, who, resource, from, until, {}, {}});
    }));
  }
  void put(const std::string& type, const std::string& id, const std::vector<domain::EntityName>& parents) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::put_entity(c, acme, {{type, id}, "{}", "{}", {}, {}, parents}, {}, {});
    }));
  }
  base::Timestamp in(std::int64_t days) const { return {world.now().ms + days * kDay}; }
};

}  // namespace

TEST_CASE("everybody who holds a role is told, directly and through groups", "[api][holders]") {
  Scene s;
  s.world.add_role(s.acme, "reader", {"group:get"});
  const auto ann = s.world.add_user(s.acme, "ann"), bob = s.world.add_user(s.acme, "bob");
  const auto cat = s.world.add_user(s.acme, "cat");
  const auto staff = s.world.add_group(s.acme, "Staff"), desk = s.world.add_group(s.acme, "Desk");
  s.world.add_member(s.acme, desk, ann);
  s.world.add_member(s.acme, staff, desk);
  s.world.add_member(s.acme, staff, bob);
  s.world.add_member(s.acme, staff, cat);
  s.map(staff, "reader", "");
  s.map(ann, "reader", "Folder:7");
  s.map(bob, "reader", "", s.in(1));
  ApiWorld::must(
      s.world.change(s.admin, [&](api::Change& c) { return api::suspend_user(c, s.acme, cat, false, {}); }));
  const Rows expected = {{"ann", {"Desk > Staff > reader", "reader on Folder:7"}},
                         {"bob", {"Staff > reader"}}};
  CHECK(s.of_role("reader") == expected);
  CHECK(s.of_role("reader", 1) == expected);
  CHECK(s.of_role("reader", 1, 0) == expected);
  CHECK(s.of_role("user") == Rows());
  CHECK(to_text(s.world.read(s.admin, [&](const api::Read& r) {
          return api::list_role_holders(r, s.acme, "nobody", {});
        })) == "not_found: role nobody: not found");
  CHECK(to_text(s.world.read(s.admin, [&](const api::Read& r) {
          return api::list_permission_holders(r, s.acme, "no:thing", {});
        })) == "not_found: permission no:thing: not found");

  const api::Caller blind = s.world.caller(s.acme, {"organization:get"});
  const auto seen = ApiWorld::must(s.world.read(
      blind, [&](const api::Read& r) { return api::list_role_holders(r, s.acme, "reader", {}); }));
  CHECK(seen.page.data.size() == 1);
  CHECK(seen.hidden == 2);
  ApiWorld::must(s.world.change(s.world.platform(), [&](api::Change& c) {
    return api::set_group_state(c, s.acme, desk, domain::State::kDisabled, {});
  }));
  const Rows without_desk = {{"ann", {"reader on Folder:7"}}, {"bob", {"Staff > reader"}}};
  CHECK(s.of_role("reader") == without_desk);
  CHECK(s.of_role("reader", 1, 0) == without_desk);
}

TEST_CASE("a permission is held by roles that imply it, and by API keys themselves", "[api][holders]") {
  Scene s;
  const auto ann = s.world.add_user(s.acme, "ann");
  s.world.map_user(s.acme, ann, {"admin"});
  const Rows found = s.of_permission("group:get");
  CHECK(found.at("ann") == Paths{"admin"});
  CHECK(std::any_of(found.begin(), found.end(),
                    [](const auto& row) { return row.second == Paths{"key"}; }));  // the administrator's
}

TEST_CASE("who has a role on what a thing is in has it on the thing", "[api][holders]") {
  Scene s;
  s.world.add_role(s.acme, "reader", {"group:get"});
  const auto ann = s.world.add_user(s.acme, "ann"), bob = s.world.add_user(s.acme, "bob");
  s.put("Folder", "1", {});
  s.put("Doc", "7", {{"Folder", "1"}});
  s.map(ann, "reader", "Folder:1");
  s.map(bob, "reader", "Doc:8");
  s.map(bob, "reader", "");
  CHECK(s.of_entity({"Doc", "7"}) == Rows{{"ann", {"reader on Folder:1"}}});
  CHECK(s.of_entity({"Doc", "8"}) == Rows{{"bob", {"reader on Doc:8"}}});
  CHECK(s.of_entity({"Doc", "9"}) == Rows());
}

TEST_CASE("holders are those that looking at everybody by every chain finds", "[api][holders]") {
  const auto seed = static_cast<std::uint32_t>(GENERATE(range(1, 9)));
  Scene s;
  std::mt19937 random(seed);
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  std::map<base::Uuid, std::string> names;
  std::multimap<base::Uuid, base::Uuid> above;
  std::vector<domain::UserId> users;
  std::vector<domain::GroupId> groups;
  const std::map<std::string, std::vector<std::string>> scopes = {
      {"r0", {"group:get"}}, {"r1", {"group:update"}}, {"r2", {"project:get"}}};
  for (const auto& [slug, given] : scopes) s.world.add_role(s.acme, slug, given);
  for (int i = 0; i < 9; ++i) {
    users.push_back(s.world.add_user(s.acme, "u" + std::to_string(i)));
    names[users.back()] = "u" + std::to_string(i);
  }
  for (std::size_t i = 0; i < 6; ++i) {
    groups.push_back(s.world.add_group(s.acme, "g" + std::to_string(i)));
    names[groups[i]] = "g" + std::to_string(i);
    for (std::size_t j = 0; j < i; ++j)
      if (pick(3) == 0) {
        s.world.add_member(s.acme, groups[i], groups[j]);
        above.emplace(groups[j], groups[i]);
      }
    for (const domain::UserId& user : users)
      if (pick(6) == 0) {
        s.world.add_member(s.acme, groups[i], user);
        above.emplace(user, groups[i]);
      }
  }
  s.put("Folder", "0", {});
  s.put("Folder", "1", {{"Folder", "0"}});
  struct Held {
    std::string role, resource;
    std::optional<base::Timestamp> from, until;
  };
  std::multimap<base::Uuid, Held> held;
  std::vector<domain::Principal> principals(users.begin(), users.end());
  principals.insert(principals.end(), groups.begin(), groups.end());
  std::set<std::string> made;
  for (int i = 0; i < 30; ++i) {
    const domain::Principal who = principals[pick(principals.size())];
    Held one{"r" + std::to_string(pick(3)), pick(2) == 0 ? "" : "Folder:" + std::to_string(pick(3)), {}, {}};
    if (!made.insert(to_string(who) + one.role + one.resource).second) continue;
    if (pick(4) == 0) one.from = s.in(static_cast<std::int64_t>(pick(4)));
    if (pick(4) == 0) one.until = s.in(5 + static_cast<std::int64_t>(pick(8)));
    s.map(who, one.role, one.resource, one.from, one.until);
    held.emplace(who.id, one);
  }

  // Everybody, every chain, every mapping that is wanted.
  const auto slow = [&](const auto& is_wanted) {
    Rows rows;
    const std::function<void(const std::string&, const base::Uuid&, const std::string&)> walk =
        [&](const std::string& user, const base::Uuid& at, const std::string& way) {
          const auto [first, last] = held.equal_range(at);
          for (auto each = first; each != last; ++each) {
            const Held& one = each->second;
            const base::Timestamp now = s.world.now();
            if ((one.from && now < *one.from) || (one.until && now >= *one.until) || !is_wanted(one))
              continue;
            rows[user].insert(way + one.role + (one.resource.empty() ? "" : " on " + one.resource));
          }
          const auto [up, end] = above.equal_range(at);
          for (auto each = up; each != end; ++each)
            walk(user, each->second, way + names.at(each->second) + " > ");
        };
    for (const domain::UserId& user : users) walk(names.at(user), user, "");
    return rows;
  };
  const auto without_keys = [](Rows rows) {
    std::erase_if(rows, [](const auto& row) { return row.second == Paths{"key"}; });
    return rows;
  };
  for (int step = 0; step < 2; ++step) {
    for (const std::size_t lists : {std::size_t{0}, std::size_t{4}, api::kMostHolderLists}) {
      for (const auto& [slug, given] : scopes) {
        CHECK(s.of_role(slug, 1 + pick(4), lists) == slow([&](const Held& one) { return one.role == slug; }));
        CHECK(without_keys(s.of_permission(given[0], 1 + pick(4), lists)) == slow([&](const Held& one) {
                // group:update implies group:get.
                return one.role == slug || (slug == "r0" && one.role == "r1");
              }));
      }
      CHECK(s.of_entity({"Folder", "1"}, 1 + pick(4), lists) ==
            slow([](const Held& one) { return one.resource == "Folder:1" || one.resource == "Folder:0"; }));
    }
    s.world.clock().advance(7 * kDay);
  }
}
