// Users, groups and their members, service users, API keys.
#include "api/limits.h"
#include "api/me.h"
#include "api/service_users.h"
#include "tests/support/api_world.h"

namespace {

using C = api::Change;
using R = api::Read;

domain::UserId unknown() {
  return domain::UserId::parse("0197f3c4-0000-7000-8000-000000000000").value();
}

}  // namespace

TEST_CASE("a user is made, changed, suspended and deleted", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  world.add_role(world.acme(), "a", {});
  world.add_role(world.acme(), "b", {});
  const auto ann = ApiWorld::must(world.change(admin, [&](C& c) {
    return api::create_user(c, world.acme(), {"Ann@Example.org", "Ann", {}});
  }));
  CHECK(ann.user.email == "Ann@Example.org");
  CHECK(ann.user.active);
  const auto put = [&](std::vector<std::string> roles) {
    return world.change(admin, [&](C& c) {
      return api::update_user(c, world.acme(), ann.user.id, {"Ann A.", roles}, {});
    });
  };
  CHECK(ApiWorld::must(put({"b", "a", "b"})).roles == std::vector<std::string>{"a", "b"});
  CHECK(ApiWorld::must(put({"b"})).roles == std::vector<std::string>{"b"});
  CHECK(to_text(put({"b", "bb", "zzz"})) ==
        "invalid_input: roles/1: `bb` is no role; did you mean `b`? (and 1 more) | /roles/1: `bb` is no "
        "role; did you "
        "mean `b`? | /roles/2: `zzz` is no role");
  CHECK(to_text(put(std::vector<std::string>(101, "a"))) ==
        "invalid_input: roles: must be at most 100 roles | /roles: must be at most 100 roles");

  const auto login = world.login(world.acme(), ann.user.id);
  const auto suspend = [&](bool active) {
    return ApiWorld::must(world.change(
        admin, [&](C& c) { return api::suspend_user(c, world.acme(), ann.user.id, active, {}); }));
  };
  CHECK(!suspend(false).user.active);
  CHECK(to_text(world.authenticate("login-of-" + ann.user.id.to_string())) ==
        "unauthenticated: credential: not valid");
  CHECK(to_text(world.change(login, [&](C& c) {
          return api::create_group(c, world.acme(), {"g", {}, {}});
        })) == "unauthenticated: credential: not valid");
  CHECK(suspend(true).user.active);
  CHECK(world.authenticate("login-of-" + ann.user.id.to_string()).ok());

  ApiWorld::must(
      world.change(admin, [&](C& c) { return api::delete_user(c, world.acme(), ann.user.id, {}); }));
  CHECK(!world.authenticate("login-of-" + ann.user.id.to_string()).ok());
}

TEST_CASE("what making users and groups refuses", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  world.add_user(world.acme(), "ann");
  world.add_user(world.globex(), "bob");
  world.add_group(world.acme(), "Team");
  const auto user = [&](const std::string& email, const std::string& name) {
    return to_text(world.change(admin, [&](C& c) {
      return api::create_user(c, world.acme(), {email, name, {}});
    }));
  };
  const std::string shape = "must be an e-mail address of at most 254 bytes, like `ann@example.org`";
  for (const std::string email : {"", "ann", "@b", "a@", "a@b@c", "a b@c", "<a@b>"})
    CHECK(user(email, "n") == "invalid_input: email: " + shape + " | /email: " + shape);
  const std::string unseen = "must not have U+200B, an invisible character, at character 2";
  CHECK(user("a\u200B@b", "n") == "invalid_input: email: " + unseen + " | /email: " + unseen);
  CHECK(user(std::string(251, 'a') + "@bc", "n") == "ok");
  CHECK(user(std::string(252, 'a') + "@bc", "n") == "invalid_input: email: " + shape + " | /email: " + shape);
  CHECK(user("ANN@example.ORG", "n") ==
        "already_exists: email: `ANN@example.ORG` is another user's | /email: `ANN@example.ORG` is another "
        "user's");
  CHECK(user("bob@example.org", "n") == "ok");

  const auto group = [&](const std::string& name) {
    return to_text(world.change(admin, [&](C& c) {
      return api::create_group(c, world.acme(), {name, {}, {}});
    }));
  };
  CHECK(group("tEAM") ==
        "already_exists: name: `tEAM` is another group's | /name: `tEAM` is another group's");
  CHECK(group("  ") ==
        "invalid_input: name: must be 1 to 200 characters | /name: must be 1 to 200 characters");
}

TEST_CASE("groups are listed by page, source and part of the name", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  for (const char* name : {"Alpha", "Beta", "alphabet"}) world.add_group(world.acme(), name);
  const auto names = [&](const api::GroupFilter& filter, const api::PageRequest& page,
                         std::string* next = nullptr) {
    const auto list = ApiWorld::must(
        world.read(admin, [&](const R& r) { return api::list_groups(r, world.acme(), filter, page); }));
    std::string text;
    for (const auto& view : list.data) text += view.group.name + " ";
    if (next) *next = list.next;
    return text;
  };
  CHECK(names({}, {0, ""}).size() == std::string("Alpha Beta alphabet ").size());
  CHECK(names({{}, "BET"}, {0, ""}).size() == std::string("Beta alphabet ").size());
  CHECK(names({domain::Source::kScim, {}}, {0, ""}).empty());
  std::string next, all;
  do all += names({}, {1, next}, &next);
  while (!next.empty());
  CHECK(all == names({}, {0, ""}));
  CHECK(!world.read(admin, [&](const R& r) { return api::list_groups(r, world.acme(), {}, {1, "x"}); }).ok());
}

TEST_CASE("a group's members come and go", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const domain::GroupId group = world.add_group(world.acme(), "Team");
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::UserId foreign = world.add_user(world.globex(), "bob");
  const auto add = [&](const domain::UserId& user) {
    return to_text(world.change(admin, [&](C& c) { return api::add_member(c, world.acme(), group, user); }));
  };
  const auto remove = [&](const domain::UserId& user) {
    return to_text(
        world.change(admin, [&](C& c) { return api::remove_member(c, world.acme(), group, user, {}); }));
  };
  CHECK(add(ann) == "ok");
  CHECK(add(ann) == "already_exists: user " + ann.to_string() + ": is a member of the group already");
  for (const domain::UserId& none : {unknown(), foreign}) {
    const std::string text = none.to_string() + " is no user";
    CHECK(add(none) == "invalid_input: user_id: " + text + " | /user_id: " + text);
  }
  const auto members = ApiWorld::must(world.read(admin, [&](const R& r) {
    return api::list_members(r, world.acme(), group, {0, ""});
  }));
  REQUIRE(members.data.size() == 1);
  CHECK(members.data[0].name == "ann");
  CHECK(members.data[0].joined_at == world.now());
  CHECK(remove(ann) == "ok");
  CHECK(remove(ann) == "not_found: member " + ann.to_string() + ": not found");
}

TEST_CASE("a group of a provider keeps its name", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const domain::GroupId id = world.add_group(world.acme(), "Team");
  const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
    auto group = domain::get_group(txn, world.acme(), id);
    group.value()->source = domain::Source::kScim;
    return domain::put_group(txn, *group.value());
  });
  REQUIRE(written.ok());
  const auto patch = [&](api::GroupPatch p) {
    return to_text(world.change(admin, [&](C& c) { return api::update_group(c, world.acme(), id, p, {}); }));
  };
  CHECK(patch({"Other", {}}) ==
        "forbidden: group " + id.to_string() + ": only its identity provider can rename it");
  CHECK(patch({"Team", "described"}) == "ok");
}

TEST_CASE("an API key authenticates until it is revoked or expires", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto create = [&](std::optional<base::Timestamp> expires) {
    return world.change(admin, [&](C& c) {
      return api::create_api_key(c, world.acme(), {"ci", {"app_group_get"}, expires});
    });
  };
  CHECK(to_text(create(world.now())) ==
        "invalid_input: expires_at: must lie in the future | /expires_at: must lie in the future");
  const base::Timestamp end{world.now().ms + 10};
  const auto key = ApiWorld::must(create(end));
  CHECK(key.raw_key.substr(0, 4) == "rvk_");
  CHECK(key.credential.scopes == std::vector<std::string>{"group:get"});
  const auto caller = ApiWorld::must(world.authenticate(key.raw_key, api::Scheme::kApiKeyHeader));
  CHECK(caller.name == "ci");
  CHECK(caller.principal.id == key.credential.id);
  CHECK(world.authenticate(key.raw_key, api::Scheme::kBasic, key.credential.id.to_string()).ok());
  CHECK(!world.authenticate(key.raw_key, api::Scheme::kBasic, unknown().to_string()).ok());
  CHECK(!world.authenticate(key.raw_key, api::Scheme::kBasic, "x").ok());
  for (const std::string& secret :
       {std::string(), key.raw_key + "x", key.raw_key.substr(1), std::string(513, 'x')})
    CHECK(to_text(world.authenticate(secret)) == "unauthenticated: credential: not valid");

  world.clock().set({end.ms - 1});
  CHECK(world.authenticate(key.raw_key).ok());
  world.clock().set(end);
  CHECK(!world.authenticate(key.raw_key).ok());

  const auto other = ApiWorld::must(create(std::nullopt));
  const auto revoke = [&] {
    return to_text(world.change(
        admin, [&](C& c) { return api::revoke_api_key(c, world.acme(), other.credential.id, {}); }));
  };
  CHECK(revoke() == "ok");
  CHECK(!world.authenticate(other.raw_key).ok());
  CHECK(revoke() == "ok");
  const auto keys = ApiWorld::must(world.read(admin, [&](const R& r) {
    return api::list_api_keys(r, world.acme(), {0, ""});
  }));
  CHECK(keys.data.size() == 3);  // the administrator's own too
  for (const auto& listed : keys.data) CHECK(listed.raw_key.empty());
}

TEST_CASE("a service user's secret is a Basic pair and ends with it", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto robot = ApiWorld::must(world.change(admin, [&](C& c) {
    return api::create_service_user(c, world.acme(),
                                    {"robot", base::Json(base::Json::Object{{"team", base::Json("x")}})});
  }));
  CHECK(robot.metadata == R"({"team":"x"})");
  const auto secret = ApiWorld::must(
      world.change(admin, [&](C& c) { return api::create_secret(c, world.acme(), robot.id, "one"); }));
  CHECK(secret.secret.substr(0, 4) == "rvs_");
  const std::string id = secret.credential.id.to_string();
  CHECK(ApiWorld::must(world.authenticate(secret.secret, api::Scheme::kBasic, id)).principal.id == robot.id);
  CHECK(world.authenticate(secret.secret).ok());

  const auto me = ApiWorld::must(world.read(ApiWorld::must(world.authenticate(secret.secret)),
                                            [](const R& r) { return api::get_me(r); }));
  CHECK(me.service_user->title == "robot");
  CHECK(me.tenant->slug == "acme");
  CHECK(me.scopes.empty());

  const auto listed = ApiWorld::must(world.read(admin, [&](const R& r) {
                        return api::list_secrets(r, world.acme(), robot.id, {});
                      })).data;
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].secret.empty());
  const auto remove = [&] {
    return to_text(world.change(admin, [&](C& c) {
      return api::delete_secret(c, world.acme(), robot.id, secret.credential.id, {});
    }));
  };
  CHECK(remove() == "ok");
  CHECK(remove() == "not_found: secret " + id + ": not found");
  CHECK(!world.authenticate(secret.secret).ok());

  const auto last = ApiWorld::must(
      world.change(admin, [&](C& c) { return api::create_secret(c, world.acme(), robot.id, "two"); }));
  ApiWorld::must(
      world.change(admin, [&](C& c) { return api::delete_service_user(c, world.acme(), robot.id, {}); }));
  CHECK(!world.authenticate(last.secret).ok());
}

TEST_CASE("a service user has a limited number of secrets", "[api]") {
  ApiWorld world;
  const auto robot = ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::create_service_user(c, world.acme(), {"robot", {}});
  }));
  const auto create = [&] {
    return to_text(world.change(world.platform(),
                                [&](C& c) { return api::create_secret(c, world.acme(), robot.id, "s"); }));
  };
  for (std::size_t i = 0; i < api::kMaxSecrets; ++i) REQUIRE(create() == "ok");
  CHECK(create() ==
        "invalid_input: service user " + robot.id.to_string() + ": has 100 secrets, which is the limit");
}
