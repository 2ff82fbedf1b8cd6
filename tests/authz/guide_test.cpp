// Every policy of docs/guard.md is loaded from that page and tried.
#include <string>

#include "base/file.h"
#include "tests/support/api_world.h"

namespace {

// The policy text of the documentation's section with this title.
std::string policy_of(const std::string& title) {
  const auto page = base::read_file("docs/guard.md", 1 << 20);
  REQUIRE(page.ok());
  const std::size_t section = page.value().find("### " + title + "\n");
  INFO(title);
  REQUIRE(section != std::string::npos);
  const std::size_t begin = page.value().find("```cedar\n", section) + 9;
  return page.value().substr(begin, page.value().find("```", begin) - begin);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
  return text;
}

struct Try {
  ApiWorld& world;
  api::Caller caller;

  std::string map(const domain::GroupId& group, const std::string& role) {
    return to_text(world.change(caller, [&](api::Change& c) {
      return api::add_group_role(c, world.acme(), group, {role, {}, {}, {}});
    }));
  }
  std::string create_group(const std::string& name) {
    return to_text(world.change(caller, [&](api::Change& c) {
      return api::create_group(c, world.acme(), {name, {}, {}});
    }));
  }
  std::string create_role(const std::string& slug) {
    return to_text(world.change(caller, [&](api::Change& c) {
      return api::create_role(c, caller.tenant, {slug, slug, {}, {"group:get"}});
    }));
  }
};

}  // namespace

TEST_CASE("guide: a freeze window", "[authz]") {
  ApiWorld world;
  world.add_policies(policy_of("A freeze window"));
  Try admin{world, world.admin(world.acme())};
  const std::string refused =
      "forbidden: group:create: not allowed | Changes are frozen from 20 December to 6 January.";
  CHECK(admin.create_group("before") == "ok");
  world.clock().set(base::parse_timestamp("2026-12-19T23:59:59.999Z").value());
  CHECK(admin.create_group("just before") == "ok");
  world.clock().advance(1);
  CHECK(admin.create_group("in it") == refused);
  world.clock().set(base::parse_timestamp("2027-01-05T23:59:59.999Z").value());
  CHECK(admin.create_group("in it") == refused);
  world.clock().advance(1);
  CHECK(admin.create_group("after") == "ok");
}

TEST_CASE("guide: separation of duties", "[authz]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "lead", {"group:get"});
  world.add_policies(policy_of("Separation of duties"));
  Try both{world, world.admin(world.acme())};
  Try mapper{world, world.caller(world.acme(), {"organization:policymanage", "group:get"})};
  Try maker{world, world.caller(world.acme(), {"organization:rolemanage", "group:get"})};
  CHECK(maker.create_role("new") == "ok");
  CHECK(mapper.map(group, "new") == "ok");
  CHECK(both.map(group, "lead") ==
        "forbidden: mapping:create: not allowed | Who may change roles doesn't also "
        "decide who holds them. Ask a colleague.");
}

TEST_CASE("guide: only from the office network", "[authz]") {
  ApiWorld world;
  Try admin{world, world.admin(world.acme())};
  world.add_policies(replaced(policy_of("Only from the office network"), "203.0.113.0/24", "192.0.2.0/24"));
  CHECK(admin.create_group("inside") == "ok");
  world.add_policies(policy_of("Only from the office network"));
  CHECK(admin.create_group("outside") ==
        "forbidden: group:create: not allowed | Changes are possible from the office network only.");
}

TEST_CASE("guide: no admin-level roles for groups", "[authz]") {
  ApiWorld world;
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  world.add_policies(policy_of("No admin-level roles for groups"));
  Try admin{world, world.admin(world.acme())};
  CHECK(admin.map(group, "user") == "ok");
  CHECK(admin.map(group, "admin") ==
        "forbidden: mapping:create: not allowed | Roles of the level admin are given to people, not to "
        "groups.");
  const auto person = world.change(admin.caller, [&](api::Change& c) {
    return api::update_user(c, world.acme(), ann, {{}, std::vector<std::string>{"admin"}}, {});
  });
  CHECK(to_text(person) == "ok");
}

TEST_CASE("guide: two tenants' special case", "[authz]") {
  ApiWorld world;
  std::string policy = policy_of("An exception for two tenants");
  policy = replaced(policy, "0197f3c4-1b5d-7e08-a1c2-6d3f9e4b7a50", world.acme().to_string());
  policy = replaced(policy, "0197f3c4-8d2e-7c1a-9f00-5b6e4a3d2c1b", base::Uuid().to_string());
  world.add_policies(policy);
  Try acme{world, world.admin(world.acme())};
  Try globex{world, world.admin(world.globex())};
  CHECK(globex.create_role("own") == "ok");
  CHECK(acme.create_role("own") ==
        "forbidden: role:create: not allowed | This tenant uses the predefined roles only.");
}
