#include "authz/authority_cache.h"

#include <functional>
#include <string>

#include "api/groups.h"
#include "api/members.h"
#include "api/roles.h"
#include "api/users.h"
#include "authz/guard.h"
#include "tests/support/api_world.h"

namespace {

// What a person is known to hold.
struct Seen {
  std::shared_ptr<const authz::KnownPerson> by;
  std::string text;
};

std::string text_of(bool active, const authz::Authority& held) {
  std::string text = active ? "" : "suspended";
  for (const std::string& scope : held.scopes) text += scope + " ";
  return text + std::to_string(held.groups.size()) + " groups, " + std::to_string(held.roles.size()) +
         " roles" + (held.has_roles_on_things ? ", on things" : "");
}

// Acme with Ann, who may list groups by a role that is mapped to her group for a while; a group above that;
// and Bob.
struct People {
  ApiWorld world;
  domain::UserId ann = world.add_user(world.acme(), "ann");
  domain::UserId bob = world.add_user(world.acme(), "bob");
  domain::GroupId team = world.add_group(world.acme(), "Team");
  domain::GroupId company = world.add_group(world.acme(), "Company");
  base::Timestamp end{world.now().ms + 1'000};

  People() {
    world.add_role(world.acme(), "lister", {"organization:grouplist"});
    world.add_role(world.acme(), "reader", {"organization:get"});
    world.add_role(domain::Platform{}, "everywhere", {"organization:get"});
    world.add_member(world.acme(), team, ann);
    world.map_group(world.acme(), team, "lister", {}, end);
  }

  template <typename Fn>
  void change(const Fn& fn) {
    ApiWorld::must(world.change(world.platform(), fn));
  }

  Seen see(const domain::UserId& who) {
    return ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<Seen> {
      const auto known = read.people->get(read.txn, *read.catalogue, world.acme(), who, read.now);
      if (!known.ok()) return api::from_store(known.error());
      return Seen{*known, *known ? text_of((*known)->active, (*known)->held) : "nobody"};
    }));
  }

  // Without any cache.
  std::string look(const domain::UserId& who) {
    return ApiWorld::must(
        world.read(world.platform(), [&](const api::Read& read) -> api::Outcome<std::string> {
          const auto user = api::stored(domain::get_user(read.txn, world.acme(), who));
          if (!user.ok()) return user.error();
          if (!*user) return std::string("nobody");
          const auto held = api::stored(authz::authority_of(
              read.txn, *read.catalogue, authz::Subject{who, world.acme(), {}}, world.acme(), read.now));
          if (!held.ok()) return held.error();
          return text_of((*user)->active, *held);
        }));
  }
};

}  // namespace

TEST_CASE("people who are remembered hold what the store says, after every change", "[authz]") {
  struct Row {
    const char* name;
    std::function<void(People&)> change;
    const char* after;
  };
  const auto by_call = [](auto operation) {
    return [operation](People& p) {
      p.change([&](api::Change& change) { return operation(p, change, p.world.acme()); });
    };
  };
  using domain::TenantId;
  const Row rows[] = {
      {"she is suspended", by_call([](People& p, api::Change& change, const TenantId& acme) {
         return api::suspend_user(change, acme, p.ann, false, {});
       }),
       "suspended0 groups, 0 roles"},
      {"she is deleted", by_call([](People& p, api::Change& change, const TenantId& acme) {
         return api::delete_user(change, acme, p.ann, {});
       }),
       "nobody"},
      {"she holds another role", [](People& p) { p.world.map_user(p.world.acme(), p.ann, {"reader"}); },
       "organization:get organization:grouplist 1 groups, 2 roles"},
      {"she holds a role on a thing",
       [](People& p) { p.world.map_on(p.world.acme(), p.ann, "reader", "Doc:7"); },
       "organization:grouplist 1 groups, 1 roles, on things"},
      {"her group holds another role", [](People& p) { p.world.map_group(p.world.acme(), p.team, "reader"); },
       "organization:get organization:grouplist 1 groups, 2 roles"},
      {"her group holds one of the platform",
       [](People& p) { p.world.map_group(p.world.acme(), p.team, "everywhere"); },
       "organization:get organization:grouplist 1 groups, 2 roles"},
      {"her group is in another", [](People& p) { p.world.add_member(p.world.acme(), p.company, p.team); },
       "organization:grouplist 2 groups, 1 roles"},
      {"her group is disabled", by_call([](People& p, api::Change& change, const TenantId& acme) {
         return api::set_group_state(change, acme, p.team, domain::State::kDisabled, {});
       }),
       "0 groups, 0 roles"},
      {"she joins a group", [](People& p) { p.world.add_member(p.world.acme(), p.company, p.ann); },
       "organization:grouplist 2 groups, 1 roles"},
      {"her group is deleted", by_call([](People& p, api::Change& change, const TenantId& acme) {
         return api::delete_group(change, acme, p.team, {});
       }),
       "0 groups, 0 roles"},
      {"the role gives more", by_call([](People&, api::Change& change, const TenantId& acme) {
         api::RolePatch patch;
         patch.scopes = std::vector<std::string>{"organization:grouplist", "organization:get"};
         return api::update_role(change, acme, "lister", patch, {});
       }),
       "organization:get organization:grouplist 1 groups, 1 roles"},
      {"time passes", [](People& p) { p.world.clock().set(p.end); }, "1 groups, 0 roles"},
      {"time almost passes", [](People& p) { p.world.clock().set({p.end.ms - 1}); },
       "organization:grouplist 1 groups, 1 roles"},
      {"the catalogue is another",
       [](People& p) {
         const auto guard = authz::Guard::load("config/policies");
         REQUIRE(guard.ok());
         REQUIRE(p.world.service().adopt({{}, {}, guard.value()}).ok());
       },
       "1 groups, 1 roles"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    People people;
    CHECK(people.see(people.ann).text == "organization:grouplist 1 groups, 1 roles");
    CHECK(people.see(people.bob).text == "0 groups, 0 roles");
    row.change(people);
    CHECK(people.see(people.ann).text == row.after);
    CHECK(people.look(people.ann) == row.after);
  }
}

TEST_CASE("people are remembered while others change, and no more of them than there is room for",
          "[authz]") {
  People people;
  const Seen first = people.see(people.ann);
  REQUIRE(first.by);
  CHECK(people.see(people.ann).by == first.by);
  people.world.map_user(people.world.acme(), people.bob, {"reader"});
  people.world.add_user(people.world.globex(), "gil");
  CHECK(people.see(people.ann).by == first.by);
  CHECK(people.see(people.bob).text == "organization:get 0 groups, 1 roles");

  authz::AuthorityCache small(std::make_shared<const authz::LastChanged>(), 8 * 1'000);
  std::vector<domain::UserId> many;
  for (int i = 0; i < 40; ++i)
    many.push_back(people.world.add_user(people.world.acme(), "n" + std::to_string(i)));
  ApiWorld::must(people.world.read(people.world.platform(), [&](const api::Read& read) -> api::Outcome<void> {
    for (const domain::UserId& who : many) {
      const auto known = small.get(read.txn, *read.catalogue, people.world.acme(), who, read.now);
      REQUIRE(known.ok());
      REQUIRE(*known);
    }
    return {};
  }));
  CHECK(small.bytes() > 1'000);
  CHECK(small.bytes() <= 8 * 1'000);
}
