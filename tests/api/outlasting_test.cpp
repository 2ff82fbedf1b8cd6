// Nothing outlasts what its maker acts by: the shipped policy no-outlasting, and what it sees.
#include "api/grants.h"
#include "api/mappings.h"
#include "api/policies.h"
#include "api/service_users.h"
#include "domain/credential.h"
#include "domain/mapping.h"
#include "tests/support/api_world.h"

namespace {

using Ends = std::optional<base::Timestamp>;

// Acme with people and keys who act by what ends in an hour, in two, or never.
struct Makers {
  ApiWorld world;
  base::Timestamp hour{world.now().ms + 3'600'000}, two_hours{world.now().ms + 7'200'000};
  domain::GroupId team = world.add_group(world.acme(), "Team");
  domain::ServiceUserId robot;
  domain::RuleId rule;
  SeededRandom ids{2};

  Makers() {
    world.add_role(world.acme(), "manager",
                   {"organization:serviceusermanage", "organization:policymanage", "organization:usermanage",
                    "organization:get"});
    world.add_role(world.acme(), "reader", {"organization:get"});
    world.add_role(world.acme(), "mapper", {"organization:policymanage", "organization:get"});
    robot = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
              return api::create_service_user(c, world.acme(), {"Robot", {}});
            })).id;
    rule = ApiWorld::must(
               world.change(
                   world.platform(),
                   [&](api::Change& c) {
                     return api::create_policy(
                         c, world.acme(),
                         {"p",
                          {},
                          true,
                          0,
                          {{"permit (principal in ?principal, action == Action::\"view\", resource);"}}});
                   }))
               .rules.front()
               .rule.id;
  }

  // Through the service, so that the caller has its cached principal.
  api::Caller caller_of(const std::string& token) {
    std::optional<api::Caller> caller;
    const auto read = world.service().read({api::Scheme::kBearer, "", token}, {},
                                           [&](const api::Read& r) { caller = r.caller; });
    REQUIRE(read.ok());
    REQUIRE(caller->cached);
    return *caller;
  }
  api::Caller key(std::vector<std::string> scopes, Ends expires_at) {
    return caller_of(ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
                       return api::create_api_key(c, world.acme(), {"k", scopes, expires_at});
                     })).raw_key);
  }

  // A person with these roles until then, by a credential that ends.
  struct Role {
    const char* slug;
    Ends until;
    bool by_group = false;
    std::string on{};
  };
  api::Caller person(const std::vector<Role>& roles, Ends credential_ends = {}) {
    static int number = 0;
    const domain::UserId user = world.add_user(world.acme(), "p" + std::to_string(++number));
    const auto login = world.login(world.acme(), user);
    const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
      auto credential = domain::get_credential(txn, login.credential).value().value();
      credential.expires_at = credential_ends;
      return domain::put_credential(txn, credential);
    });
    REQUIRE(written.ok());
    for (const Role& role : roles) {
      domain::Principal who = user;
      if (role.by_group) {
        const domain::GroupId group = world.add_group(world.acme(), "of p" + std::to_string(number));
        world.add_member(world.acme(), group, user);
        who = group;
      }
      const auto mapped = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
        domain::Mapping mapping;
        mapping.id = domain::MappingId(ids.uuid(world.now()));
        mapping.tenant = world.acme();
        mapping.principal = who;
        mapping.role = domain::find_role(txn, world.acme(), role.slug).value()->id;
        mapping.resource = role.on;
        mapping.expires_at = role.until;
        return domain::put_mapping(txn, mapping);
      });
      REQUIRE(mapped.ok());
    }
    return caller_of("login-of-" + user.to_string());
  }

  std::string make_key(const api::Caller& caller, Ends expires_at) {
    return brief(world.change(caller, [&](api::Change& c) {
      return api::create_api_key(c, world.acme(), {"made", {}, expires_at});
    }));
  }
  std::string map_team(const api::Caller& caller, Ends expires_at) {
    const auto made = world.change(caller, [&](api::Change& c) {
      return api::add_group_role(c, world.acme(), team, {"reader", {}, expires_at, {}});
    });
    if (made.ok())
      ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
        return api::remove_group_role(c, world.acme(), team, "reader", {});
      }));
    return brief(made);
  }
  // What making the mapping of an hour last that long is: no other than making it so.
  std::string extend(const api::Caller& caller, Ends expires_at) {
    const auto made = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_mapping(c, world.acme(),
                                 {"reader", team, "", {}, base::Timestamp{hour.ms - 1}, {}, {}});
    }));
    const auto changed = world.change(caller, [&](api::Change& c) {
      return api::update_mapping(c, world.acme(), made.id, {{}, expires_at, {}}, {});
    });
    ApiWorld::must(world.change(
        world.platform(), [&](api::Change& c) { return api::delete_mapping(c, world.acme(), made.id, {}); }));
    return brief(changed);
  }
  // A grant of the role, or of the template.
  std::string grant(const api::Caller& caller, bool of_role, Ends expires_at) {
    api::NewGrant given;
    given.principal = {"group", team.to_string()};
    if (of_role)
      given.role = "reader";
    else
      given.rule = rule;
    given.expires_at = expires_at;
    const auto made =
        world.change(caller, [&](api::Change& c) { return api::create_grant(c, world.acme(), given); });
    if (made.ok())
      ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
        return api::delete_grant(c, world.acme(), made->id, {});
      }));
    return brief(made);
  }
  // "never", "hour", "two hours", or why not.
  std::string end_of_secret(const api::Caller& caller) {
    const auto made =
        world.change(caller, [&](api::Change& c) { return api::create_secret(c, world.acme(), robot, {}); });
    if (!made.ok()) return to_text(made.error());
    const Ends end = made->credential.expires_at;
    return !end ? "never" : *end == hour ? "hour" : *end == two_hours ? "two hours" : "another time";
  }

  template <typename T>
  static std::string brief(const api::Outcome<T>& outcome) {
    if (outcome.ok()) return "ok";
    const auto& notices = outcome.error().notices;
    const bool outlasts = notices == std::vector<std::string>{
                                         "What you make can't outlast your credential, or your role. Give "
                                         "it an end that is no later than theirs."};
    return outlasts ? "outlasts" : to_text(outcome.error());
  }
};

}  // namespace

TEST_CASE("nobody makes what outlasts what they act by", "[api][authz]") {
  Makers m;
  const std::vector<std::string> manage = {"organization:serviceusermanage", "organization:policymanage",
                                           "organization:get"};
  struct Row {
    const char* name;
    api::Caller caller;
    Ends ends;  // absent: makes what it likes
    const char* secret;
  };
  const Row rows[] = {
      {"a key without an end", m.key(manage, {}), {}, "never"},
      {"a key with one", m.key(manage, m.hour), m.hour, "hour"},
      {"an administrator's key with one", m.key({"organization:administer"}, m.hour), m.hour, "hour"},
      {"a person for good", m.person({{"manager", {}}}), {}, "never"},
      {"a person for an hour", m.person({{"manager", m.hour}}), m.hour, "hour"},
      {"a person for an hour, by a group", m.person({{"manager", m.hour, true}}), m.hour, "hour"},
      {"a person by a credential that ends", m.person({{"manager", {}}}, m.hour), m.hour, "hour"},
      {"the earlier of role and credential", m.person({{"manager", m.two_hours}}, m.hour), m.hour, "hour"},
      {"the last of two roles", m.person({{"manager", m.hour}, {"manager", m.two_hours, true}}), m.two_hours,
       "two hours"},
      {"one of two roles for good", m.person({{"manager", m.hour}, {"manager", {}, true}}), {}, "never"},
      {"an end of another role doesn't count", m.person({{"manager", {}}, {"reader", m.hour}}), {}, "never"},
      {"an administrator for good, by a credential that ends",
       m.person({{"admin", {}}}, m.hour),
       {},
       "never"},
      {"an administrator for an hour", m.person({{"admin", m.hour}}), m.hour, "hour"},
      {"the platform", m.world.platform(), {}, "never"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const char* const lasting = row.ends ? "outlasts" : "ok";
    CHECK(m.make_key(row.caller, {}) == lasting);
    CHECK(m.map_team(row.caller, {}) == lasting);
    CHECK(m.extend(row.caller, {}) == lasting);
    for (const bool of_role : {true, false}) {
      CHECK(m.grant(row.caller, of_role, {}) == lasting);
      if (!row.ends) continue;
      CHECK(m.grant(row.caller, of_role, row.ends) == "ok");
      CHECK(m.grant(row.caller, of_role, base::Timestamp{row.ends->ms + 1}) == "outlasts");
    }
    if (row.ends) {
      const base::Timestamp later{row.ends->ms + 1};
      CHECK(m.make_key(row.caller, row.ends) == "ok");
      CHECK(m.make_key(row.caller, later) == "outlasts");
      CHECK(m.map_team(row.caller, row.ends) == "ok");
      CHECK(m.map_team(row.caller, later) == "outlasts");
      CHECK(m.extend(row.caller, row.ends) == "ok");
      CHECK(m.extend(row.caller, later) == "outlasts");
    }
    CHECK(m.end_of_secret(row.caller) == row.secret);
  }
}

TEST_CASE("who maps roles on one group for a time gives none for longer", "[api][authz]") {
  Makers m;
  const std::string on = domain::group_resource(m.team);
  const auto here = m.person({{"mapper", m.hour, false, on}, {"reader", {}}});
  CHECK(m.map_team(here, {}) == "outlasts");
  CHECK(m.map_team(here, m.hour) == "ok");
  CHECK(m.map_team(here, m.two_hours) == "outlasts");
  CHECK(m.map_team(m.person({{"mapper", {}, false, on}, {"reader", {}}}), {}) == "ok");
  CHECK(m.map_team(m.person({{"mapper", m.hour}, {"mapper", {}, true, on}}), {}) == "ok");
  CHECK(m.map_team(m.person({{"mapper", m.hour}, {"mapper", m.two_hours, true, on}}), m.two_hours) == "ok");
  CHECK(m.map_team(m.person({{"mapper", {}}, {"reader", m.hour, true, on}}), {}) == "ok");
}

TEST_CASE("a user's roles, which are given for good, are not given by whoever acts for a time",
          "[api][authz]") {
  Makers m;
  const domain::UserId ann = m.world.add_user(m.world.acme(), "ann");
  const auto give = [&](const api::Caller& caller) {
    return Makers::brief(m.world.change(caller, [&](api::Change& c) {
      return api::update_user(c, m.world.acme(), ann, {{}, {{"reader"}}}, {});
    }));
  };
  CHECK(give(m.person({{"manager", m.hour}})) == "outlasts");
  CHECK(give(m.person({{"manager", {}}})) == "ok");
}
