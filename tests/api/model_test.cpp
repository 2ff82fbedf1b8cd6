// Random operations against a model that is nothing but maps. After each batch, and again after the store was
// closed and opened, what the API answers is what the model says.
#include <map>
#include <random>
#include <set>

#include "authz/authority.h"
#include "domain/audit.h"
#include "tests/support/api_world.h"

namespace {

using Slugs = std::set<std::string>;

struct Model {
  std::map<std::string, Slugs> roles;           // slug → scopes
  std::map<std::string, domain::UserId> users;  // name → id
  std::map<std::string, domain::GroupId> groups;
  std::map<std::string, Slugs> members;      // group → users
  std::map<std::string, Slugs> group_roles;  // group → roles
  std::map<std::string, Slugs> user_roles;   // user → roles
  Slugs suspended;
  Slugs disabled;  // groups

  // What a user holds before implications.
  Slugs scopes_of(const std::string& user) const {
    Slugs scopes;
    if (suspended.count(user)) return scopes;
    const auto add = [&](const Slugs& given) {
      for (const auto& role : given) scopes.insert(roles.at(role).begin(), roles.at(role).end());
    };
    if (const auto own = user_roles.find(user); own != user_roles.end()) add(own->second);
    for (const auto& [group, people] : members)
      if (people.count(user) && !disabled.count(group))
        if (const auto held = group_roles.find(group); held != group_roles.end()) add(held->second);
    return scopes;
  }
};

// Scopes that imply nothing, so that the model needs no closure.
const std::vector<std::string> kScopes = {"organization:get", "group:get", "project:get", "requests:approve",
                                          "grants:revoke"};

class Game {
 public:
  explicit Game(std::uint64_t seed) : random_(seed), tenant_(world_.acme()) {}

  void play(int moves) {
    for (int i = 0; i < moves; ++i) move();
  }
  void compare();
  ApiWorld& world() { return world_; }

 private:
  std::size_t pick(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  std::string name(const char* kind) { return kind + std::to_string(pick(6)); }
  Slugs some_scopes() {
    Slugs scopes;
    for (std::size_t i = pick(4); i > 0; --i) scopes.insert(kScopes[pick(kScopes.size())]);
    return scopes;
  }
  static std::vector<std::string> list(const Slugs& slugs) { return {slugs.begin(), slugs.end()}; }
  template <typename Id>
  static Id id_of(const std::map<std::string, Id>& ids, const std::string& name) {
    const auto found = ids.find(name);
    return found == ids.end() ? Id::parse("0197f3c4-0000-7000-8000-000000000000").value() : found->second;
  }

  // Makes the change, and checks that it succeeds exactly where the model says so.
  template <typename Fn>
  void change(bool possible, const Fn& fn) {
    const auto outcome = world_.change(world_.platform(), fn);
    INFO(to_text(outcome));
    REQUIRE(outcome.ok() == possible);
  }

  void move();
  void put_role();
  void delete_role();
  void create_user();
  void create_group();
  void delete_user();
  void delete_group();
  void change_state();
  void change_membership();
  void change_group_role();
  void change_user();

  ApiWorld world_;
  std::mt19937_64 random_;
  domain::TenantId tenant_;
  Model model_;
};

void Game::move() {
  world_.clock().advance(static_cast<std::int64_t>(pick(3)));
  switch (pick(11)) {
    case 0:
      return put_role();
    case 1:
      return delete_role();
    case 2:
      return create_user();
    case 3:
      return create_group();
    case 4:
      return pick(2) == 0 ? delete_user() : delete_group();
    case 5:
    case 6:
      return change_membership();
    case 7:
    case 8:
      return change_group_role();
    case 9:
      return change_state();
    default:
      return change_user();
  }
}

void Game::put_role() {
  const std::string slug = name("role");
  const Slugs scopes = some_scopes();
  if (model_.roles.count(slug)) {
    change(true, [&](api::Change& c) {
      return api::update_role(c, tenant_, slug, {{}, {}, list(scopes)}, {});
    });
  } else {
    change(true, [&](api::Change& c) {
      return api::create_role(c, tenant_, {slug, slug, {}, list(scopes)});
    });
  }
  model_.roles[slug] = scopes;
}

void Game::delete_role() {
  const std::string slug = name("role");
  const bool force = pick(2) == 0;
  bool used = false;
  for (const auto* holders : {&model_.group_roles, &model_.user_roles})
    for (const auto& [who, slugs] : *holders) used = used || slugs.count(slug);
  const bool possible = model_.roles.count(slug) && (force || !used);
  change(possible, [&](api::Change& c) { return api::delete_role(c, tenant_, slug, force, {}); });
  if (!possible) return;
  model_.roles.erase(slug);
  for (auto* holders : {&model_.group_roles, &model_.user_roles})
    for (auto& [who, slugs] : *holders) slugs.erase(slug);
}

void Game::create_user() {
  const std::string called = name("user");
  const bool possible = !model_.users.count(called);
  domain::UserId id;
  change(possible, [&](api::Change& c) {
    auto made = api::create_user(c, tenant_, {called + "@x.org", called, {}});
    if (made.ok()) id = made.value().user.id;
    return made;
  });
  if (possible) model_.users[called] = id;
}

void Game::create_group() {
  const std::string called = name("group");
  const bool possible = !model_.groups.count(called);
  domain::GroupId id;
  change(possible, [&](api::Change& c) {
    auto made = api::create_group(c, tenant_, {called, {}, {}});
    if (made.ok()) id = made.value().group.id;
    return made;
  });
  if (possible) model_.groups[called] = id;
}

void Game::delete_user() {
  const std::string called = name("user");
  const domain::UserId id = id_of(model_.users, called);
  change(model_.users.erase(called) > 0,
         [&](api::Change& c) { return api::delete_user(c, tenant_, id, {}); });
  for (auto& [group, people] : model_.members) people.erase(called);
  model_.user_roles.erase(called);
  model_.suspended.erase(called);
}

void Game::delete_group() {
  const std::string called = name("group");
  const domain::GroupId id = id_of(model_.groups, called);
  change(model_.groups.erase(called) > 0,
         [&](api::Change& c) { return api::delete_group(c, tenant_, id, {}); });
  model_.members.erase(called);
  model_.group_roles.erase(called);
  model_.disabled.erase(called);
}

void Game::change_state() {
  const std::string called = name("group");
  const domain::GroupId id = id_of(model_.groups, called);
  const bool there = model_.groups.count(called) > 0, enabled = pick(2) == 0;
  const auto state = enabled ? domain::State::kEnabled : domain::State::kDisabled;
  change(there, [&](api::Change& c) { return api::set_group_state(c, tenant_, id, state, {}); });
  if (there) enabled ? void(model_.disabled.erase(called)) : void(model_.disabled.insert(called));
}

void Game::change_membership() {
  const std::string group = name("group"), user = name("user");
  const domain::GroupId group_id = id_of(model_.groups, group);
  const domain::UserId user_id = id_of(model_.users, user);
  const bool there = model_.groups.count(group) && model_.users.count(user);
  const bool member = there && model_.members[group].count(user);
  if (pick(3) > 0) {
    change(there && !member, [&](api::Change& c) { return api::add_member(c, tenant_, group_id, user_id); });
    if (there) model_.members[group].insert(user);
  } else {
    change(member, [&](api::Change& c) { return api::remove_member(c, tenant_, group_id, user_id, {}); });
    if (there) model_.members[group].erase(user);
  }
}

void Game::change_group_role() {
  const std::string group = name("group"), role = name("role");
  const domain::GroupId id = id_of(model_.groups, group);
  const bool there = model_.groups.count(group) && model_.roles.count(role);
  const bool mapped = there && model_.group_roles[group].count(role);
  if (pick(3) > 0) {
    change(there && !mapped, [&](api::Change& c) {
      return api::add_group_role(c, tenant_, id, {role, {}, {}, {}});
    });
    if (there) model_.group_roles[group].insert(role);
  } else {
    change(mapped, [&](api::Change& c) { return api::remove_group_role(c, tenant_, id, role, {}); });
    if (there) model_.group_roles[group].erase(role);
  }
}

void Game::change_user() {
  const std::string user = name("user");
  const domain::UserId id = id_of(model_.users, user);
  const bool there = model_.users.count(user) > 0;
  if (pick(3) == 0) {
    const bool active = pick(2) == 0;
    change(there, [&](api::Change& c) { return api::suspend_user(c, tenant_, id, active, {}); });
    if (!there) return;
    active ? void(model_.suspended.erase(user)) : void(model_.suspended.insert(user));
    return;
  }
  Slugs wanted;
  bool known = true;
  for (std::size_t i = pick(4); i > 0; --i) wanted.insert(name("role"));
  for (const auto& role : wanted) known = known && model_.roles.count(role);
  change(there && known, [&](api::Change& c) {
    return api::update_user(c, tenant_, id, {{}, list(wanted)}, {});
  });
  if (there && known) model_.user_roles[user] = wanted;
}

void Game::compare() {
  ApiWorld::must(world_.read(world_.platform(), [&](const api::Read& r) -> api::Outcome<void> {
    const auto roles = ApiWorld::must(api::list_roles(r, tenant_, api::RoleSet::kCustom, {0, ""}));
    REQUIRE(roles.data.size() == model_.roles.size());
    for (const auto& view : roles.data) CHECK(view.role.scopes == list(model_.roles.at(view.role.slug)));

    const auto groups = ApiWorld::must(api::list_groups(r, tenant_, {}, {0, ""}));
    REQUIRE(groups.data.size() == model_.groups.size());
    for (const auto& view : groups.data) {
      CHECK(view.group.id == model_.groups.at(view.group.name));
      CHECK(view.role_mappings == list(model_.group_roles[view.group.name]));
      CHECK((view.group.state == domain::State::kDisabled) == (model_.disabled.count(view.group.name) > 0));
      CHECK(view.member_count == model_.members[view.group.name].size());
    }

    const auto users = ApiWorld::must(api::list_users(r, tenant_, {0, ""}));
    REQUIRE(users.data.size() == model_.users.size());
    for (const auto& view : users.data) {
      CHECK(view.user.id == model_.users.at(view.user.name));
      CHECK(view.user.active == (model_.suspended.count(view.user.name) == 0));
      CHECK(view.roles == list(model_.user_roles[view.user.name]));
      const authz::Subject subject{view.user.id, tenant_, {}, {}};
      const auto held = authz::authority_of(r.txn, *r.catalogue, subject, tenant_, r.now);
      REQUIRE(held.ok());
      CHECK(held.value().scopes == list(model_.scopes_of(view.user.name)));
    }
    std::uint64_t seen = 0;
    CHECK(domain::verify_audit(r.txn, seen).value().empty());
    return {};
  }));
}

}  // namespace

TEST_CASE("random operations agree with a model, also after the store was opened again", "[api]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    INFO("seed " << seed);
    Game game(seed);
    for (int batch = 0; batch < 4; ++batch) {
      game.play(150);
      game.compare();
    }
    game.world().reopen();
    game.compare();
    game.play(50);
    game.compare();
  }
}
