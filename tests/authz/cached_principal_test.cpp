#include "authz/cached_principal.h"

#include "authz/entities.h"
#include "authz/guard.h"
#include "domain/principal.h"
#include "tests/support/api_world.h"

namespace {

struct Told {
  bool allowed;
  std::vector<std::string> policies, notices;
  bool operator==(const Told&) const = default;
};

Told ask(const api::Read& read, const authz::Subject& subject, const base::Uuid& tenant,
         const base::Uuid& group) {
  const authz::Question question{subject,
                                 tenant,
                                 "group:get",
                                 false,
                                 "group:get",
                                 authz::group_uid(group),
                                 domain::group_resource(group),
                                 {},
                                 read.now,
                                 "192.0.2.1",
                                 "test"};
  auto answer = read.guard->ask(question, read.txn, *read.catalogue);
  return {answer.allowed, std::move(answer.policies), std::move(answer.notices)};
}

}  // namespace

TEST_CASE("a cached principal changes no answer, in its own tenant and in others", "[authz]") {
  ApiWorld world;
  const base::Uuid ann = world.add_user(world.acme(), "ann");
  const base::Uuid bob = world.add_user(world.acme(), "bob");
  const base::Uuid cat = world.add_user(world.acme(), "cat");
  const base::Uuid team = world.add_group(world.acme(), "Team");
  const base::Uuid other = world.add_group(world.acme(), "Other");
  world.add_role(world.acme(), "reader", {"group:get"});
  world.map_on(world.acme(), {domain::PrincipalKind::kUser, ann}, "reader", domain::group_resource(team));
  world.map_user(world.acme(), bob, {"reader"});
  struct Row {
    const char* name;
    api::Caller caller;
    base::Uuid tenant, group;
    bool allowed, on_things;
  };
  const Row rows[] = {
      {"on one group, this one", world.login(world.acme(), ann), world.acme(), team, true, true},
      {"on one group, another", world.login(world.acme(), ann), world.acme(), other, false, true},
      {"on all", world.login(world.acme(), bob), world.acme(), team, true, false},
      {"on nothing", world.login(world.acme(), cat), world.acme(), team, false, false},
      {"in another tenant", world.login(world.acme(), bob), world.globex(), team, false, false},
      {"the platform", world.platform(), world.acme(), team, true, false},
  };
  const auto changes = std::make_shared<const authz::LastChanged>();
  for (const Row& row : rows) {
    INFO(row.name);
    static_cast<void>(world.read(row.caller, [&](const api::Read& read) -> api::Outcome<int> {
      authz::Subject cached = row.caller;
      const auto made = authz::make_cached_principal(read.txn, read.catalogue, changes, row.caller, read.now);
      REQUIRE(made.ok());
      REQUIRE(*made != nullptr);
      CHECK((*made)->has_roles_on_things == row.on_things);
      cached.cached = *made;
      const Told told = ask(read, cached, row.tenant, row.group);
      CHECK(told == ask(read, row.caller, row.tenant, row.group));
      CHECK(told.allowed == row.allowed);

      // Of somebody else it is left alone.
      authz::Subject nobody{{domain::PrincipalKind::kUser, world.acme()}, world.acme(), {}, *made};
      CHECK_FALSE(ask(read, nobody, world.acme(), team).allowed);
      return 0;
    }));
  }
}
