#include "api/effective.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "api/mappings.h"
#include "api/service_users.h"
#include "tests/support/api_world.h"

namespace {

constexpr std::int64_t kHour = 60LL * 60 * 1000, kDay = 24 * kHour;

// Everything of a list, asked in pages.
template <typename Row, typename List>
std::vector<Row> all_rows(ApiWorld& world, const api::Caller& caller, std::size_t limit, const List& list) {
  std::vector<Row> rows;
  api::PageRequest page{limit, ""};
  do {
    auto part = ApiWorld::must(world.read(caller, [&](const api::Read& r) { return list(r, page); }));
    CHECK(part.page.data.size() <= limit);
    rows.insert(rows.end(), part.page.data.begin(), part.page.data.end());
    page.after = part.page.next;
  } while (!page.after.empty());
  return rows;
}

std::string text_of(const api::AccessPath& path) {
  std::string text;
  for (const api::GroupName& group : path.through) text += group.name + " > ";
  text += path.credential ? "key" : path.role;
  if (path.resource) text += " on " + to_string(*path.resource);
  if (path.ends_soon) text += " (soon)";
  return text;
}

std::string text_of(const api::AccessPaths& by) {
  // Ways of one length are in order of ids, which nobody knows beforehand.
  std::multiset<std::pair<std::size_t, std::string>> paths;
  for (const api::AccessPath& path : by.paths) paths.emplace(path.through.size(), text_of(path));
  std::string text;
  for (const auto& [length, path] : paths) text += (text.empty() ? "" : ", ") + path;
  if (!by.are_all) text += ", …";
  if (by.held_twice) text += " twice";
  if (by.ends_soon) text += " ends soon";
  return text;
}

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  api::Caller admin = world.admin(acme);

  void map(const domain::Principal& who, const std::string& role, const std::string& resource,
           std::optional<base::Timestamp> from = {}, std::optional<base::Timestamp> until = {}) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_mapping(c, acme, {role, who, resource, from, until, {}, {}});
    }));
  }
  base::Timestamp in(std::int64_t days) const { return {world.now().ms + days * kDay}; }

  std::vector<std::string> roles(const domain::Principal& who, std::size_t limit = 250) {
    std::vector<std::string> texts;
    for (const auto& row : all_rows<api::EffectiveRole>(
             world, admin, limit, [&](const api::Read&r, const api::PageRequest&page) {
               return api::list_effective_roles(r, acme, who, page);
             }))
      texts.push_back(row.role + (row.resource ? " on " + to_string(*row.resource) : "") + ": " +
                      text_of(row.by));
    std::sort(texts.begin(), texts.end());
    return texts;
  }
  std::vector<std::string> scopes(const domain::Principal& who, std::size_t limit = 250) {
    std::vector<std::string> texts;
    for (const auto& row : all_rows<api::EffectiveScope>(
             world, admin, limit, [&](const api::Read&r, const api::PageRequest&page) {
               return api::list_effective_scopes(r, acme, who, page);
             }))
      texts.push_back(row.scope + ": " + text_of(row.by));
    return texts;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("every path by which somebody comes by a role is told", "[api][effective]") {
  Scene s;
  s.world.add_role(s.acme, "reader", {"group:get"});
  s.world.add_role(s.acme, "writer", {"group:update"});
  const auto ann = s.world.add_user(s.acme, "ann");
  const auto staff = s.world.add_group(s.acme, "Staff"), desk = s.world.add_group(s.acme, "Desk"),
             night = s.world.add_group(s.acme, "Night");
  s.world.add_member(s.acme, desk, ann);
  s.world.add_member(s.acme, night, ann);
  s.world.add_member(s.acme, staff, desk);
  s.world.add_member(s.acme, staff, night);
  s.map(ann, "reader", "", {}, s.in(7));
  s.map(staff, "reader", "");
  s.map(night, "writer", "Folder:7", {}, base::Timestamp{s.in(7).ms - 1});
  s.map(desk, "reader", "Folder:7");
  s.map(ann, "writer", "", s.in(1), s.in(2));

  const Texts roles = {
      "reader on Folder:7: Desk > reader on Folder:7 twice",
      "reader: reader, Desk > Staff > reader, Night > Staff > reader twice",
      "writer on Folder:7: Night > writer on Folder:7 (soon) ends soon",
  };
  CHECK(s.roles(ann) == roles);
  CHECK(s.roles(ann, 1) == roles);
  const Texts scopes = {
      "group:get: reader, Desk > reader on Folder:7, Night > writer on Folder:7 (soon), "
      "Desk > Staff > reader, Night > Staff > reader twice",
      "group:update: Night > writer on Folder:7 (soon) ends soon",
  };
  CHECK(s.scopes(ann) == scopes);
  CHECK(s.scopes(ann, 1) == scopes);
  CHECK(s.roles(desk) == Texts{"reader on Folder:7: reader on Folder:7 twice", "reader: Staff > reader"});

  s.world.clock().advance(30 * kHour);
  CHECK(s.roles(ann).at(0) == "reader on Folder:7: Desk > reader on Folder:7 twice");
  CHECK(s.roles(ann).back() == "writer: writer (soon) ends soon");
}

TEST_CASE("through a disabled group nothing is held, and the group holds nothing", "[api][effective]") {
  Scene s;
  const auto ann = s.world.add_user(s.acme, "ann");
  const auto desk = s.world.add_group(s.acme, "Desk"), staff = s.world.add_group(s.acme, "Staff");
  s.world.add_member(s.acme, desk, ann);
  s.world.add_member(s.acme, staff, desk);
  s.world.map_group(s.acme, staff, "user");
  CHECK(s.roles(ann) == Texts{"user: Desk > Staff > user"});
  ApiWorld::must(s.world.change(s.world.platform(), [&](api::Change& c) {
    return api::set_group_state(c, s.acme, desk, domain::State::kDisabled, {});
  }));
  CHECK(s.roles(ann) == Texts{});
  CHECK(s.roles(staff) == Texts{"user: user"});
  const auto of_desk = ApiWorld::must(s.world.read(
      s.admin, [&](const api::Read& r) { return api::list_effective_roles(r, s.acme, desk, {}); }));
  CHECK_FALSE(of_desk.active);
  CHECK(of_desk.page.data.empty());
}

TEST_CASE("who is suspended holds nothing, and an API key what it says itself", "[api][effective]") {
  Scene s;
  const auto ann = s.world.add_user(s.acme, "ann");
  s.world.map_user(s.acme, ann, {"user"});
  CHECK(s.roles(ann) == Texts{"user: user"});
  ApiWorld::must(
      s.world.change(s.admin, [&](api::Change& c) { return api::suspend_user(c, s.acme, ann, false, {}); }));
  const auto suspended = ApiWorld::must(s.world.read(
      s.admin, [&](const api::Read& r) { return api::list_effective_roles(r, s.acme, ann, {}); }));
  CHECK_FALSE(suspended.active);
  CHECK(suspended.page.data.empty());

  const api::Caller key = s.world.caller(s.acme, {"group:get"});
  CHECK(s.scopes(key.principal) == Texts{"group:get: key"});
  CHECK(to_text(s.world.read(s.admin, [&](const api::Read& r) {
          return api::list_effective_roles(r, s.acme, domain::UserId(key.principal.id), {});
        })).starts_with("not_found: user "));
}

TEST_CASE("what comes through a group whose roles the caller may not list is left out and counted",
          "[api][effective]") {
  Scene s;
  const auto ann = s.world.add_user(s.acme, "ann");
  const auto staff = s.world.add_group(s.acme, "Staff");
  s.world.add_member(s.acme, staff, ann);
  s.world.map_user(s.acme, ann, {"user"});
  s.world.map_group(s.acme, staff, "user");
  s.world.map_group(s.acme, staff, "admin");
  const api::Caller caller = s.world.caller(s.acme, {"organization:get"});
  const auto seen = ApiWorld::must(s.world.read(
      caller, [&](const api::Read& r) { return api::list_effective_roles(r, s.acme, ann, {}); }));
  CHECK(seen.hidden == 2);
  REQUIRE(seen.page.data.size() == 1);
  CHECK(text_of(seen.page.data[0].by) == "user");
  CHECK(to_text(s.world.read(caller, [&](const api::Read& r) {
          return api::list_effective_roles(r, s.acme, staff, {});
        })).starts_with("forbidden"));
}

TEST_CASE("of very many paths some are told", "[api][effective]") {
  Scene s;
  const auto ann = s.world.add_user(s.acme, "ann");
  // Ten storeys of three groups, each in all three of the next: 3^10 ways up.
  std::vector<domain::GroupId> below;
  for (int storey = 0; storey < 10; ++storey) {
    std::vector<domain::GroupId> here;
    for (int i = 0; i < 3; ++i) {
      here.push_back(s.world.add_group(s.acme, "g" + std::to_string(3 * storey + i)));
      if (storey == 0) s.world.add_member(s.acme, here.back(), ann);
      for (const domain::GroupId& group : below) s.world.add_member(s.acme, here.back(), group);
    }
    below = here;
  }
  s.world.map_group(s.acme, below.front(), "user");
  const auto effective = ApiWorld::must(s.world.read(
      s.admin, [&](const api::Read& r) { return api::list_effective_roles(r, s.acme, ann, {}); }));
  REQUIRE(effective.page.data.size() == 1);
  const api::AccessPaths& by = effective.page.data[0].by;
  CHECK(by.paths.size() == api::kMaxAccessPaths);
  CHECK_FALSE(by.are_all);
  CHECK(by.held_twice);
}

namespace {

// What is held, found by walking every chain of groups.
class SlowModel {
 public:
  std::map<base::Uuid, std::string> names;
  std::multimap<base::Uuid, domain::GroupId> above;  // of a user or a group
  struct Held {
    std::string role, resource;
    std::optional<base::Timestamp> from, until;
  };
  std::multimap<base::Uuid, Held> held;

  // "role on resource", and each path to it.
  std::map<std::string, std::multiset<std::string>> paths(const base::Uuid& who, base::Timestamp now) const {
    std::map<std::string, std::multiset<std::string>> found;
    walk(who, "", now, found);
    return found;
  }

 private:
  void walk(const base::Uuid& at, const std::string& way, base::Timestamp now,
            std::map<std::string, std::multiset<std::string>>& found) const {
    const auto [first, last] = held.equal_range(at);
    for (auto each = first; each != last; ++each) {
      const Held& one = each->second;
      if ((one.from && now < *one.from) || (one.until && now >= *one.until)) continue;
      const std::string what = one.role + (one.resource.empty() ? "" : " on " + one.resource);
      std::string path = way;
      path += what;
      if (one.until && one.until->ms - now.ms < 7 * kDay) path += " (soon)";
      found[what].insert(path);
    }
    const auto [up, end] = above.equal_range(at);
    for (auto each = up; each != end; ++each)
      walk(each->second, way + names.at(each->second) + " > ", now, found);
  }
};

}  // namespace

TEST_CASE("paths are those that walking every chain of groups finds", "[api][effective]") {
  const int seed = GENERATE(range(1, 9));
  Scene s;
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  SlowModel model;
  std::vector<domain::UserId> users;
  std::vector<domain::GroupId> groups;
  for (int i = 0; i < 3; ++i) {
    users.push_back(s.world.add_user(s.acme, "u" + std::to_string(i)));
    s.world.add_role(s.acme, "r" + std::to_string(i), {"group:get"});
  }
  for (std::size_t i = 0; i < 7; ++i) {
    groups.push_back(s.world.add_group(s.acme, "g" + std::to_string(i)));
    model.names[groups[i]] = "g" + std::to_string(i);
    for (std::size_t j = 0; j < i; ++j)
      if (pick(3) == 0) {
        s.world.add_member(s.acme, groups[i], groups[j]);
        model.above.emplace(groups[j], groups[i]);
      }
    for (const domain::UserId& user : users)
      if (pick(4) == 0) {
        s.world.add_member(s.acme, groups[i], user);
        model.above.emplace(user, groups[i]);
      }
  }
  std::vector<domain::Principal> principals(users.begin(), users.end());
  principals.insert(principals.end(), groups.begin(), groups.end());
  std::set<std::string> made;
  for (int i = 0; i < 40; ++i) {
    const domain::Principal who = principals[pick(principals.size())];
    const std::string role = "r" + std::to_string(pick(3));
    const std::string resource = pick(2) == 0 ? "" : "Folder:" + std::to_string(pick(2));
    if (!made.insert(to_string(who) + role + resource).second) continue;
    SlowModel::Held held{role, resource, {}, {}};
    if (pick(3) == 0) held.from = s.in(static_cast<std::int64_t>(pick(4)));
    if (pick(3) == 0) held.until = s.in(5 + static_cast<std::int64_t>(pick(8)));
    s.map(who, role, resource, held.from, held.until);
    model.held.emplace(who.id, held);
  }
  for (int step = 0; step < 3; ++step) {
    for (const domain::Principal& who : principals) {
      std::map<std::string, std::multiset<std::string>> found;
      for (const auto& row : all_rows<api::EffectiveRole>(
               s.world, s.admin, 1 + pick(3), [&](const api::Read&r, const api::PageRequest&page) {
                 return api::list_effective_roles(r, s.acme, who, page);
               })) {
        auto& paths = found[row.role + (row.resource ? " on " + to_string(*row.resource) : "")];
        CHECK(paths.empty());  // each row once
        for (const api::AccessPath& path : row.by.paths) paths.insert(text_of(path));
      }
      CHECK(found == model.paths(who.id, s.world.now()));
    }
    s.world.clock().advance(60 * kHour);
  }
}
