// A change that is only tried answers what the change itself answers, says of whom it would do what, and
// leaves the store as it was. What it says is held against doing it and asking everybody, before and after,
// by functions that impact_of() doesn't use.
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "api/audit.h"
#include "api/impact.h"
#include "api/mappings.h"
#include "api/policies.h"
#include "api/rules.h"
#include "authz/authority.h"
#include "authz/decision.h"
#include "domain/directory.h"
#include "tests/support/api_world.h"

namespace {

using C = api::Change;
using Fn = std::function<api::Outcome<void>(C&)>;

template <typename Operation>
Fn change_of(Operation operation) {
  return [operation](C& c) -> api::Outcome<void> {
    const auto done = operation(c);
    if (!done.ok()) return done.error();
    return {};
  };
}

struct Foreseen {
  std::string outcome;
  api::Impact impact;
};

Foreseen foresee(ApiWorld& world, const api::Caller& caller, const Fn& fn) {
  Foreseen seen;
  const auto look = [&](const api::Read& before, const C& after) -> api::Outcome<void> {
    auto impact = api::impact_of(before, after, world.acme());
    if (!impact.ok()) return impact.error();
    // With no room for holdings everybody is looked at by themselves, which must come to the same.
    const store::WriteTxn& made = after.write;
    for (const std::size_t room : {std::size_t{0}, std::size_t{8}}) {
      const auto other = authz::impact_of(before.txn, made, *before.catalogue, before.now, room);
      REQUIRE(other.ok());
      CHECK(*other == authz::impact_of(before.txn, made, *before.catalogue, before.now).value());
    }
    seen.impact = std::move(impact).value();
    return {};
  };
  const auto looked =
      world.service().foresee(caller, {"192.0.2.1", "test"}, fn, {}, look, [](const auto&) {});
  seen.outcome = to_text(looked);
  return seen;
}

// What everybody holds: by principal and thing, the scopes. Those on a thing with what is held everywhere.
using Everything = std::map<std::pair<std::string, std::string>, std::set<std::string>>;

class Scene {
 public:
  Scene() {
    for (const char* name : {"ann", "bob", "cyd", "dan"}) users_.push_back(world_.add_user(acme(), name));
    for (const char* name : {"Team", "Board", "Crew"}) groups_.push_back(world_.add_group(acme(), name));
    world_.add_role(acme(), "reader", {"organization:get"});
    world_.add_role(acme(), "keeper", {"group:get", "group:update"});
    world_.add_role(acme(), "maker", {"organization:groupcreate", "organization:get"});
  }

  ApiWorld& world() { return world_; }
  const domain::TenantId& acme() const { return world_.acme(); }
  const std::vector<domain::UserId>& users() const { return users_; }

  Everything everything() {
    return ApiWorld::must(world_.read(world_.platform(), [&](const api::Read& read) {
      Everything all;
      for (const domain::UserId& user : users_) {
        const authz::Subject subject{user, acme(), {}};
        const auto wide = authz::authority_of(read.txn, *read.catalogue, subject, acme(), read.now);
        REQUIRE(wide.ok());
        const std::set<std::string> held(wide->scopes.begin(), wide->scopes.end());
        all[{user.to_string(), ""}] = held;
        for (const char* thing : kThings) {
          const auto on = authz::scopes_on(read.txn, *read.catalogue, subject, acme(), thing, read.now);
          REQUIRE(on.ok());
          auto& there = all[{user.to_string(), thing}] = held;
          there.insert(on->begin(), on->end());
        }
      }
      return api::Outcome<Everything>(std::move(all));
    }));
  }

  Fn random_change(std::mt19937& random) {
    const auto below = [&](std::size_t bound) { return random() % bound; };
    const auto tenant = acme();
    const auto user = users_[below(users_.size())];
    const auto group = groups_[below(groups_.size())], other = groups_[below(groups_.size())];
    static const std::string kRoles[] = {"reader", "keeper", "maker", "extra"};
    const std::string role = kRoles[below(4)];
    const domain::Principal who = below(2) == 0 ? domain::Principal(user) : domain::Principal(group);
    static const std::vector<std::vector<std::string>> kScopes = {
        {"organization:get"}, {"group:get"}, {"organization:get", "group:update"}, {}};
    const auto scopes = kScopes[below(4)];
    switch (below(13)) {
      case 0:
        return change_of([=](C& c) { return api::add_member(c, tenant, group, user); });
      case 1:
        return change_of([=](C& c) { return api::add_member(c, tenant, group, other); });
      case 2:
        return change_of([=](C& c) { return api::remove_member(c, tenant, group, who.id, {}); });
      case 3:
      case 4:
      case 5: {
        const api::NewRoleMapping given{role, who, kThings[below(3)], {}, {}, {}, {}};
        return change_of([=](C& c) { return api::create_mapping(c, tenant, given); });
      }
      case 6:
        return change_of([=](C& c) { return api::update_role(c, tenant, role, {{}, {}, scopes}, {}); });
      case 7:
        return change_of([=](C& c) { return api::delete_role(c, tenant, role, true, {}); });
      case 8:
        return change_of([=](C& c) {
          return api::create_role(c, tenant, {role, "A role " + role, {}, scopes});
        });
      case 9: {
        const bool active = below(2) == 0;
        return change_of([=](C& c) { return api::suspend_user(c, tenant, user, active, {}); });
      }
      case 10: {
        const std::vector<std::string> roles = {role};
        return change_of([=](C& c) { return api::update_user(c, tenant, user, {{}, roles}, {}); });
      }
      case 11: {
        const auto state = below(2) == 0 ? domain::State::kEnabled : domain::State::kDisabled;
        return change_of([=](C& c) { return api::set_group_state(c, tenant, group, state, {}); });
      }
      default:
        if (below(4) != 0) return random_change(random);
        return change_of([=](C& c) { return api::delete_group(c, tenant, group, {}, true); });
    }
  }

 private:
  static constexpr const char* kThings[] = {"", "Folder:7", "Folder:8"};

  ApiWorld world_;
  std::vector<domain::UserId> users_;
  std::vector<domain::GroupId> groups_;
};

// One row for each that has more, as the contract says: what is had everywhere isn't told of a thing again.
std::vector<std::string> differences(const Everything& less, const Everything& more) {
  std::vector<std::string> rows;
  for (const auto& [key, scopes] : more) {
    std::string row;
    for (const std::string& scope : scopes) {
      if (less.at(key).contains(scope)) continue;
      const std::pair<std::string, std::string> wide = {key.first, ""};
      if (!key.second.empty() && more.at(wide).contains(scope) && !less.at(wide).contains(scope)) continue;
      row += " " + scope;
    }
    if (!row.empty()) rows.push_back(key.first + " '" + key.second + "'" + row);
  }
  return rows;
}

std::vector<std::string> rows_of(const authz::HeldChanges& changes) {
  std::vector<std::string> rows;
  std::set<base::Uuid> who;
  for (const authz::HeldChange& change : changes.first) {
    std::string row = change.who.id.to_string() + " '" + change.on + "'";
    for (const std::string& scope : change.scopes) row += " " + scope;
    rows.push_back(row);
    who.insert(change.who.id);
  }
  CHECK(changes.rows == rows.size());
  CHECK(changes.principals == who.size());
  return rows;
}

}  // namespace

TEST_CASE("foresee: a dry run equals doing it and comparing", "[api][foresee]") {
  std::size_t done = 0, moved = 0;
  for (unsigned seed = 0; seed < 6; ++seed) {
    Scene scene;
    ApiWorld& world = scene.world();
    std::mt19937 random(seed);
    Everything before = scene.everything();
    for (int i = 0; i < 60; ++i) {
      INFO("seed " << seed << " change " << i);
      const Fn change = scene.random_change(random);
      const store::Revision revision = world.service().store().revision();
      const Foreseen seen = foresee(world, world.platform(), change);
      CHECK(world.service().store().revision() == revision);
      CHECK(scene.everything() == before);

      const auto made = world.service().change(world.platform(), {"192.0.2.1", "test"}, change);
      CHECK(to_text(made) == seen.outcome);
      const Everything after = scene.everything();
      if (!made.ok()) continue;
      ++done;
      CHECK(rows_of(seen.impact.held.gain) == differences(before, after));
      CHECK(rows_of(seen.impact.held.lose) == differences(after, before));
      if (after != before) ++moved;
      before = after;
    }
  }
  CHECK(done > 100);
  CHECK(moved > 40);
}

// What comes of a role's new scopes is looked for among the holders of all roles that have to do with it.
TEST_CASE("foresee: what a role's change does, where many hold several", "[api][foresee]") {
  std::size_t gaining = 0, losing = 0;
  for (unsigned seed = 20; seed < 26; ++seed) {
    Scene scene;
    ApiWorld& world = scene.world();
    const auto tenant = scene.acme();
    std::mt19937 random(seed);
    const auto make = [&](const Fn& change) {
      return world.service().change(world.platform(), {"192.0.2.1", "test"}, change).ok();
    };
    for (int i = 0; i < 60; ++i) (void)make(scene.random_change(random));
    for (const char* const role : {"reader", "keeper", "maker", "extra"}) {  // those that are gone
      (void)make(change_of([=](C& c) {
        return api::create_role(c, tenant, {role, "A role", {}, {"organization:get"}});
      }));
      for (int i = 0; i < 3; ++i) {
        const api::NewRoleMapping given{role, scene.users()[random() % 4], "", {}, {}, {}, {}};
        (void)make(change_of([=](C& c) { return api::create_mapping(c, tenant, given); }));
      }
    }
    for (const char* const role : {"reader", "keeper", "maker", "extra"}) {
      const std::vector<std::vector<std::string>> scopes = {{"organization:administer"},
                                                            {"group:get"},
                                                            {"group:administer"},
                                                            {"organization:get", "group:update"}};
      for (const auto& wanted : scopes) {
        INFO("seed " << seed << " role " << role << " " << wanted.front());
        const Everything before = scene.everything();
        const Fn change = change_of([=](C& c) {
          return api::update_role(c, tenant, role, {{}, {}, wanted}, {});
        });
        const Foreseen seen = foresee(world, world.platform(), change);
        REQUIRE(make(change));
        const Everything after = scene.everything();
        CHECK(rows_of(seen.impact.held.gain) == differences(before, after));
        CHECK(rows_of(seen.impact.held.lose) == differences(after, before));
        gaining += seen.impact.held.gain.principals;
        losing += seen.impact.held.lose.principals;
      }
    }
  }
  CHECK(gaining > 40);
  CHECK(losing > 40);
}

TEST_CASE("foresee: decisions that a rule would turn are those that it turns", "[api][foresee]") {
  Scene scene;
  ApiWorld& world = scene.world();
  const auto tenant = scene.acme();
  std::mt19937 random(7);
  const auto answers = [&] {
    return ApiWorld::must(world.read(world.platform(), [&](const api::Read& read) {
      std::map<std::string, bool> all;
      auto compiled = authz::compile_policies(read.txn, tenant);
      REQUIRE(compiled.ok());
      for (const domain::UserId& user : scene.users()) {
        for (const char* action : {"view", "edit"}) {
          const authz::DecisionQuestion question{
              domain::user_entity(user), {"tenant", tenant.to_string()}, action};
          const auto decided =
              authz::decide(read.txn, *read.catalogue, *compiled, tenant, question, read.now);
          REQUIRE(decided.ok());
          all[user.to_string() + " " + action] = decided->allowed;
        }
      }
      return api::Outcome<std::map<std::string, bool>>(std::move(all));
    }));
  };
  const char* const texts[] = {
      R"(permit (principal, action == Action::"view", resource);)",
      R"(forbid (principal, action == Action::"view", resource) when { principal.name == "ann" };)",
      R"(permit (principal, action in [Action::"edit", Action::"view"], resource) when { principal.active };)",
      R"(forbid (principal, action, resource) when { principal.name == "bob" };)"};
  std::size_t turned = 0;
  for (int i = 0; i < 12; ++i) {
    const api::NewPolicy policy{
        "p" + std::to_string(i), {}, true, static_cast<std::int32_t>(random() % 3), {{texts[random() % 4]}}};
    const Fn change = change_of([=](C& c) { return api::create_policy(c, tenant, policy); });
    const auto before = answers();
    const Foreseen seen = foresee(world, world.admin(tenant), change);
    REQUIRE(seen.outcome == "ok");
    REQUIRE(seen.impact.flips);
    CHECK(seen.impact.flips->asked == seen.impact.flips->questions);
    CHECK(answers() == before);
    CHECK(to_text(world.service().change(world.admin(tenant), {"", "test"}, change)) == "ok");
    std::map<std::string, bool> expected, told;
    for (const auto& [question, allowed] : answers())
      if (before.at(question) != allowed) expected[question] = allowed;
    for (const authz::Flip& flip : seen.impact.flips->first)
      if (flip.subject.type == "user") told[flip.subject.id + " " + flip.action] = flip.allowed;
    CHECK(told == expected);
    turned += expected.size();
  }
  CHECK(turned > 4);
}

TEST_CASE("foresee: who may not do it may not try it, and that is noted", "[api][foresee]") {
  Scene scene;
  ApiWorld& world = scene.world();
  const auto nobody = world.caller(world.acme(), {});
  const auto entries = [&] {
    return ApiWorld::must(world.read(world.platform(),
                                     [&](const api::Read& read) {
                                       return api::list_audit(read, world.acme(), {}, {0, ""});
                                     }))
        .data;
  };
  const std::size_t before = entries().size();
  std::string told;
  bool looked = false;
  const auto tried = world.service().foresee(
      nobody, {"192.0.2.1", "test"}, change_of([&](C& c) {
        return api::create_role(c, world.acme(), {{}, "New", {}, {}});
      }),
      {},
      [&](const api::Read&, const C&) -> api::Outcome<void> {
        looked = true;
        return {};
      },
      [&](const auto& outcome) { told = to_text(outcome); });
  REQUIRE(tried.ok());
  CHECK_FALSE(tried.value());
  CHECK_FALSE(looked);
  REQUIRE(world.service().store().write([](store::WriteTxn&) { return base::Result<void>(); }).ok());
  CHECK(told.starts_with("forbidden: role:create: not allowed"));
  REQUIRE(entries().size() == before + 1);
  CHECK_FALSE(entries().front().allowed);
}

TEST_CASE("foresee: whom it concerns is told to those who may list mappings", "[api][foresee]") {
  Scene scene;
  ApiWorld& world = scene.world();
  const auto ann = world.add_user(world.acme(), "ann2");
  const Fn change = change_of([&](C& c) {
    return api::update_user(c, world.acme(), ann, {{}, {{"reader"}}}, {});
  });
  const auto may = world.admin(world.acme());
  CHECK(foresee(world, may, change).impact.held.gain.first.size() == 1);
  const auto may_not = world.caller(
      world.acme(), {"organization:get", "organization:usermanage", "organization:policymanage"});
  world.add_policies(R"(@id("no-lists") forbid (principal, action == Action::"mapping:list_all", resource)
                        unless { principal.scopes.contains("organization:administer") };)");
  const Foreseen seen = foresee(world, may_not, change);
  CHECK(seen.outcome == "ok");
  CHECK(seen.impact.held.gain.rows == 1);
  CHECK(seen.impact.held.gain.first.empty());
}
