#include <algorithm>

#include "api/audit.h"
#include "api/groups.h"
#include "api/me.h"
#include "domain/subgroup.h"
#include "tests/support/api_world.h"
#include "tests/support/seeded_random.h"

namespace {

// ann is in Inner, which is in Middle, which is in Outer, as far as a test has put them there.
struct Scene {
  Scene() {
    world.add_role(world.acme(), "lead", {"group:get", "organization:rolemanage"});
    ann = world.add_user(world.acme(), "ann");
    inner = world.add_group(world.acme(), "Inner");
    middle = world.add_group(world.acme(), "Middle");
    outer = world.add_group(world.acme(), "Outer");
    login.emplace(world.login(world.acme(), ann));
  }

  void join(const domain::GroupId& group, const domain::Principal& member) {
    world.add_member(world.acme(), group, member);
  }
  void leave(const domain::GroupId& group, const base::Uuid& member) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::remove_member(c, world.acme(), group, member, {});
    }));
  }

  void set_state(const domain::GroupId& group, domain::State state) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::set_group_state(c, world.acme(), group, state, {});
    }));
  }

  // What ann may do, as her own next request finds it.
  std::vector<std::string> scopes() {
    return ApiWorld::must(world.read(*login, [](const api::Read& r) { return api::get_me(r); })).scopes;
  }
  bool is_lead() {
    const auto held = scopes();
    return std::find(held.begin(), held.end(), "organization:rolemanage") != held.end();
  }

  ApiWorld world;
  domain::UserId ann;
  domain::GroupId inner, middle, outer;
  std::optional<api::Caller> login;
};

}  // namespace

TEST_CASE("nested groups: whoever is in a group is in those that it is in, from the next request on",
          "[api]") {
  Scene s;
  s.world.map_group(s.world.acme(), s.outer, "lead");
  CHECK_FALSE(s.is_lead());
  s.join(s.outer, s.middle);
  s.join(s.inner, s.ann);
  CHECK_FALSE(s.is_lead());
  s.join(s.middle, s.inner);
  CHECK(s.is_lead());
  s.leave(s.outer, s.middle.uuid());
  CHECK_FALSE(s.is_lead());
  s.join(s.outer, s.middle);
  CHECK(s.is_lead());
  ApiWorld::must(s.world.change(s.world.platform(), [&](api::Change& c) {
    return api::delete_group(c, s.world.acme(), s.middle, {});
  }));
  CHECK_FALSE(s.is_lead());
}

TEST_CASE(
    "nested groups: a group that is disabled gives nothing, and nothing through it, until it is enabled",
    "[api]") {
  Scene s;
  s.world.map_group(s.world.acme(), s.outer, "lead");
  s.join(s.outer, s.middle);
  s.join(s.middle, s.inner);
  s.join(s.inner, s.ann);
  for (const domain::GroupId& group : {s.inner, s.middle, s.outer}) {
    CHECK(s.is_lead());
    s.set_state(group, domain::State::kDisabled);
    CHECK_FALSE(s.is_lead());
    s.set_state(group, domain::State::kEnabled);
  }
  CHECK(s.is_lead());
  // By another way she has it none the less.
  s.set_state(s.middle, domain::State::kDisabled);
  s.join(s.outer, s.inner);
  CHECK(s.is_lead());
  // Circles are found whatever the state.
  CHECK_THAT(to_text(s.world.change(
                 s.world.platform(),
                 [&](api::Change& c) { return api::add_member(c, s.world.acme(), s.inner, s.outer); })),
             ContainsSubstring("the groups would be in a circle"));
}

TEST_CASE("nested groups: who may enable a group holds what it gives, and what those above it give",
          "[api]") {
  Scene s;
  s.world.map_group(s.world.acme(), s.outer, "lead");
  s.join(s.outer, s.middle);
  for (const domain::GroupId& group : {s.middle, s.outer}) s.set_state(group, domain::State::kDisabled);
  const auto refused = [](const char* action) {
    return std::string("forbidden: ") + action +
           ": not allowed | You can't give permissions that you don't hold yourself.";
  };
  const auto less = s.world.caller(s.world.acme(), {"group:update", "group:get"});
  const auto enough = s.world.caller(s.world.acme(), {"group:update", "organization:rolemanage"});
  const auto enable = [&](const api::Caller& caller, const domain::GroupId& group) {
    return to_text(s.world.change(caller, [&](api::Change& c) {
      return api::set_group_state(c, s.world.acme(), group, domain::State::kEnabled, {});
    }));
  };
  const auto patch = [&](const api::Caller& caller, domain::State state) {
    api::GroupPatch given{{}, std::optional<std::string>("x")};
    given.state = state;
    return to_text(s.world.change(
        caller, [&](api::Change& c) { return api::update_group(c, s.world.acme(), s.middle, given, {}); }));
  };
  CHECK(enable(less, s.outer) == refused("group:set_state"));
  CHECK(enable(less, s.middle) == refused("group:set_state"));  // what is above may be enabled later
  CHECK(patch(less, domain::State::kEnabled) == refused("group:set_state"));
  // Nor is it given by joining the group while it is disabled.
  CHECK(to_text(s.world.change(less, [&](api::Change& c) {
          return api::add_member(c, s.world.acme(), s.middle, s.ann);
        })) == refused("member:add"));
  CHECK(patch(less, domain::State::kDisabled) == "ok");  // which takes nothing from who may
  CHECK(enable(less, s.inner) == "ok");
  CHECK(patch(enough, domain::State::kEnabled) == "ok");
  CHECK(enable(enough, s.outer) == "ok");
}

TEST_CASE("groups: a name and a state by one call are asked for before either is, and told one by one",
          "[api]") {
  Scene s;
  s.world.add_policies(
      "@id(\"settled\") forbid (principal, action == Action::\"group:set_state\", resource) "
      "when { resource.name == \"Next\" };");
  const auto patch = [&](const char* name, domain::State state) {
    api::GroupPatch given{name, {}};
    given.state = state;
    return to_text(s.world.change(s.world.platform(), [&](api::Change& c) {
      return api::update_group(c, s.world.acme(), s.inner, given, {});
    }));
  };
  CHECK(patch("Next", domain::State::kDisabled) == "ok");
  CHECK(patch("Other", domain::State::kEnabled).starts_with("forbidden: group:set_state"));
  domain::AuditFilter of_groups;
  of_groups.resource_type = "group";
  const auto entries = ApiWorld::must(s.world.read(s.world.platform(), [&](const api::Read& r) {
    return api::list_audit(r, s.world.acme(), of_groups, {3, ""});
  }));
  REQUIRE(entries.data.size() == 3);
  CHECK_FALSE(entries.data[0].allowed);
  const auto told = [&](std::size_t i) {
    const domain::AuditEntry& entry = entries.data[i];
    return entry.action + " " + entry.before + " " + entry.after;
  };
  const auto inner = [](const std::string& name, const std::string& state) {
    return R"({"description":null,"name":")" + name + R"(","source":"local","state":")" + state + "\"}";
  };
  CHECK(told(2) == "group:update " + inner("Inner", "enabled") + " " + inner("Next", "enabled"));
  CHECK(told(1) == "group:set_state " + inner("Next", "enabled") + " " + inner("Next", "disabled"));
  CHECK(entries.revisions[1] == entries.revisions[2]);
}

TEST_CASE("nested groups: a mapping that begins or ends is felt through them", "[api]") {
  Scene s;
  s.join(s.outer, s.inner);
  s.join(s.inner, s.ann);
  const std::int64_t now = s.world.now().ms;
  s.world.map_group(s.world.acme(), s.outer, "lead", base::Timestamp{now + 10}, base::Timestamp{now + 20});
  CHECK_FALSE(s.is_lead());
  s.world.clock().advance(10);
  CHECK(s.is_lead());
  s.world.clock().advance(10);
  CHECK_FALSE(s.is_lead());
}

TEST_CASE("nested groups: nobody gives by them what they don't hold", "[api]") {
  Scene s;
  const std::string gift =
      "forbidden: member:add: not allowed | You can't give permissions that you don't hold yourself.";
  const auto caller = s.world.caller(s.world.acme(), {"group:update", "group:get"});
  const auto attempt = [&](const domain::GroupId& group, const domain::Principal& member) {
    return to_text(s.world.change(
        caller, [&](api::Change& c) { return api::add_member(c, s.world.acme(), group, member); }));
  };
  s.world.map_group(s.world.acme(), s.outer, "lead");
  CHECK(attempt(s.outer, s.inner) == gift);
  CHECK(attempt(s.middle, s.inner) == "ok");
  CHECK(attempt(s.outer, s.middle) == gift);
  s.join(s.outer, s.middle);
  CHECK(attempt(s.inner, s.ann) == gift);  // two groups above hold it
  CHECK(attempt(s.middle, s.ann) == gift);

  // Those of a mapping that has yet to begin count as well.
  Scene later;
  later.world.map_group(later.world.acme(), later.outer, "lead",
                        base::Timestamp{later.world.now().ms + 1'000});
  later.join(later.outer, later.inner);
  const auto key = later.world.caller(later.world.acme(), {"group:update"});
  CHECK(to_text(later.world.change(key, [&](api::Change& c) {
          return api::add_member(c, later.world.acme(), later.inner, later.ann);
        })) == gift);
}

TEST_CASE("nested groups: a role on a group is none on the groups in it", "[api]") {
  Scene s;
  s.join(s.outer, s.inner);
  s.world.add_role(s.world.acme(), "keeper", {"group:update"});
  s.world.map_on(s.world.acme(), s.ann, "keeper", domain::group_resource(s.outer));
  const auto rename = [&](const domain::GroupId& group) {
    return to_text(s.world.change(*s.login, [&](api::Change& c) {
      return api::update_group(c, s.world.acme(), group, {{}, std::optional<std::string>("x")}, {});
    }));
  };
  CHECK(rename(s.outer) == "ok");
  CHECK_THAT(rename(s.inner), ContainsSubstring("forbidden: group:update"));
}

TEST_CASE("nested groups: nobody reads a group by adding it to one of their own", "[api]") {
  Scene s;
  s.world.add_role(s.world.acme(), "keeper", {"group:get", "group:update"});
  s.world.map_on(s.world.acme(), s.ann, "keeper", domain::group_resource(s.outer));
  const auto add_inner = [&] {
    return to_text(s.world.change(
        *s.login, [&](api::Change& c) { return api::add_member(c, s.world.acme(), s.outer, s.inner); }));
  };
  CHECK_THAT(add_inner(), ContainsSubstring("forbidden: member:list: not allowed"));
  s.world.add_role(s.world.acme(), "reader", {"group:get"});
  s.world.map_on(s.world.acme(), s.ann, "reader", domain::group_resource(s.inner));
  CHECK(add_inner() == "ok");
}

TEST_CASE("nested groups: a role's holders are those in the groups below, each once", "[api]") {
  Scene s;
  s.world.map_group(s.world.acme(), s.outer, "lead");
  s.world.map_group(s.world.acme(), s.inner, "lead");
  s.join(s.outer, s.inner);
  s.join(s.outer, s.middle);
  s.join(s.inner, s.ann);
  s.join(s.middle, s.ann);
  s.join(s.middle, s.world.add_user(s.world.acme(), "bob"));
  const auto role = ApiWorld::must(s.world.read(
      s.world.platform(), [&](const api::Read& r) { return api::get_role(r, s.world.acme(), "lead"); }));
  CHECK_THAT(role.blast_radius.summary, ContainsSubstring("held by 2 people through 2 groups."));
}

TEST_CASE("nested groups: effective members are all people below, in order, however pages are cut", "[api]") {
  Scene s;
  s.join(s.outer, s.middle);
  s.join(s.middle, s.inner);
  std::vector<domain::UserId> people;
  for (int n = 0; n < 40; ++n) {
    const auto user = s.world.add_user(s.world.acme(), "p" + std::to_string(n));
    people.push_back(user);
    if (n % 2 == 0) s.join(s.outer, user);
    if (n % 3 == 0) s.join(s.middle, user);
    if (n % 2 != 0 && n % 3 != 0) s.join(s.inner, user);
  }
  std::sort(people.begin(), people.end());
  for (const std::size_t limit : {1U, 7U, 39U, 40U, 41U, 0U}) {
    INFO("limit " << limit);
    std::vector<domain::UserId> seen;
    std::string cursor;
    do {
      const auto page = ApiWorld::must(s.world.read(s.world.platform(), [&](const api::Read& r) {
        return api::list_effective_members(r, s.world.acme(), s.outer, {limit, cursor});
      }));
      for (const api::MemberView& view : page.data) {
        seen.push_back(domain::UserId(view.member.id));
        const auto n = std::stoi(view.name.substr(view.name.find('p') + 1));
        CHECK(view.direct == (n % 2 == 0));
      }
      cursor = page.next;
    } while (!cursor.empty());
    CHECK(seen == people);
  }
}

TEST_CASE("nested groups: effective members of a group with a thousand groups in it are not listed",
          "[api]") {
  Scene s;
  const auto ask = [&] {
    return to_text(s.world.read(s.world.platform(), [&](const api::Read& r) {
      return api::list_effective_members(r, s.world.acme(), s.outer, {10, ""});
    }));
  };
  // Made in the store, at once.
  const auto put = [&](std::uint64_t from, std::uint64_t to) {
    REQUIRE(s.world.service()
                .store()
                .write([&](store::WriteTxn& txn) -> base::Result<void> {
                  for (std::uint64_t n = from; n < to; ++n) {
                    domain::Group group;
                    group.id = domain::GroupId(SeededRandom(n).uuid(s.world.now()));
                    group.tenant = s.world.acme();
                    group.name = "g" + std::to_string(n);
                    if (auto done = domain::put_group(txn, group); !done.ok()) return done;
                    const domain::Subgroup pair{s.world.acme(), s.outer, group.id, {}, s.world.now(), 0};
                    if (auto done = domain::put_subgroup(txn, pair); !done.ok()) return done;
                  }
                  return {};
                })
                .ok());
  };
  put(0, 999);
  CHECK(ask() == "ok");
  put(999, 1'000);
  CHECK_THAT(ask(), ContainsSubstring("effective: is not for a group with 1000 groups in it or more"));
}
