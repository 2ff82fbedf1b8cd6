#include "api/caller_cache.h"

#include <atomic>
#include <functional>
#include <thread>

#include "api/me.h"
#include "api/service_users.h"
#include "authz/cached_principal.h"
#include "authz/guard.h"
#include "crypto/hash.h"
#include "domain/deletion.h"
#include "store/change.h"
#include "tests/support/api_world.h"

namespace {

// What the service answers somebody, and by which cached principal.
struct Seen {
  std::shared_ptr<const authz::CachedPrincipal> by;
  std::string text;
};

// What the caller holds, asked through the service, which remembers callers; or why not.
Seen see(ApiWorld& world, const api::Presented& presented) {
  Seen seen;
  const auto read = world.service().read(presented, {}, [&](const api::Read& r) {
    seen.by = r.caller.cached;
    const auto me = api::get_me(r);
    if (!me.ok()) {
      seen.text = to_text(me.error());
      return;
    }
    for (const auto& scope : me.value().scopes) seen.text += scope + " ";
    const auto group = api::list_groups(r, world.acme(), {}, {0, ""});
    seen.text += group.ok() ? "lists" : "doesn't list";
  });
  if (!read.ok()) seen.text = to_text(read.error());
  return seen;
}

std::string scopes(ApiWorld& world, const std::string& token) {
  return see(world, {api::Scheme::kBearer, "", token}).text;
}

// Acme with callers who may list groups: Ann by a role that is mapped to her group, a service user with a
// secret by a platform role, and an API key by itself. Whoever is in a group Away or holds the role muted may
// not.
struct Callers {
  ApiWorld world;
  domain::UserId ann = world.add_user(world.acme(), "ann");
  domain::GroupId team = world.add_group(world.acme(), "Team");
  domain::ServiceUserId robot;
  std::optional<api::SecretView> made_secret;
  std::optional<api::ApiKeyView> made_key;
  api::PlatformCredential platform;
  std::string ann_token, secret_id;

  // Made as the platform, and must succeed.
  template <typename Fn>
  auto change(const Fn& fn) {
    return ApiWorld::must(world.change(world.platform(), fn));
  }

  Callers() {
    world.add_policies(
        "forbid (principal, action == Action::\"group:list\", resource) when { "
        "principal.groups.contains(\"Away\") || principal.roles.contains(\"muted\") };");
    world.add_role(world.acme(), "muted", {});
    world.add_role(world.acme(), "lister", {"organization:grouplist"});
    world.add_role(domain::Platform{}, "everywhere", {"organization:grouplist"});
    world.add_member(world.acme(), team, ann);
    world.map_group(world.acme(), team, "lister");
    world.login(world.acme(), ann);
    ann_token = "login-of-" + ann.to_string();
    robot = change([&](api::Change& c) {
              return api::create_service_user(c, world.acme(), {"Robot", {}});
            }).id;
    made_secret = change([&](api::Change& c) { return api::create_secret(c, world.acme(), robot, {}); });
    made_key = change([&](api::Change& c) {
      return api::create_api_key(c, world.acme(), {"key", {"organization:grouplist"}, {}});
    });
    secret_id = secret().credential.id.to_string();
    world.map_on(world.acme(), robot, "everywhere", "");
    platform = {world.service().first_platform_credential().value()->client_id, "rvs_platform"};
    REQUIRE(world.service().keep(platform).ok());
  }

  const api::SecretView& secret() const { return *made_secret; }
  const api::ApiKeyView& key() const { return *made_key; }
};

}  // namespace

TEST_CASE("a remembered caller never holds what it wouldn't hold anew", "[api]") {
  ApiWorld world;
  const domain::UserId ann = world.add_user(world.acme(), "ann");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "lister", {"organization:grouplist"});
  world.login(world.acme(), ann);
  const std::string token = "login-of-" + ann.to_string();
  CHECK(scopes(world, token) == "doesn't list");
  CHECK(scopes(world, token) == "doesn't list");

  world.add_member(world.acme(), team, ann);
  const base::Timestamp from{world.now().ms + 5};
  const base::Timestamp until{world.now().ms + 9};
  world.map_group(world.acme(), team, "lister", from, until);
  CHECK(scopes(world, token) == "doesn't list");
  world.clock().set(from);
  for (int i = 0; i < 2; ++i) CHECK(scopes(world, token) == "organization:grouplist lists");
  world.clock().set({until.ms - 1});
  CHECK(scopes(world, token) == "organization:grouplist lists");
  world.clock().set(until);
  CHECK(scopes(world, token) == "doesn't list");
  world.clock().set({from.ms - 1});  // a clock that went back
  CHECK(scopes(world, token) == "doesn't list");

  world.map_user(world.acme(), ann, {"lister"});
  CHECK(scopes(world, token) == "organization:grouplist lists");
  const auto suspended = world.change(
      world.platform(), [&](api::Change& c) { return api::suspend_user(c, world.acme(), ann, false, {}); });
  REQUIRE(suspended.ok());
  CHECK(scopes(world, token) == "unauthenticated: credential: not valid");
}

TEST_CASE("a remembered key ends with its time and its revocation", "[api]") {
  ApiWorld world;
  const auto create = [&](std::optional<base::Timestamp> expires_at) {
    return ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_api_key(c, world.acme(), {"k", {"organization:grouplist"}, expires_at});
    }));
  };
  const base::Timestamp end{world.now().ms + 5};
  const auto brief = create(end);
  const auto lasting = create(std::nullopt);
  CHECK(scopes(world, brief.raw_key) == "organization:grouplist lists");
  world.clock().set({end.ms - 1});
  CHECK(scopes(world, brief.raw_key) == "organization:grouplist lists");
  world.clock().set(end);
  CHECK(scopes(world, brief.raw_key) == "unauthenticated: credential: not valid");

  CHECK(scopes(world, lasting.raw_key) == "organization:grouplist lists");
  ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::revoke_api_key(c, world.acme(), lasting.credential.id, {});
  }));
  CHECK(scopes(world, lasting.raw_key) == "unauthenticated: credential: not valid");
}

TEST_CASE("a remembered secret is remembered with its client id", "[api]") {
  ApiWorld world;
  const auto key = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_api_key(c, world.acme(), {"k", {}, {}});
  }));
  const auto other = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_api_key(c, world.acme(), {"k", {}, {}});
  }));
  const auto authenticates = [&](const std::string& id, const std::string& secret) {
    return world.service().read({api::Scheme::kBasic, id, secret}, {}, [](const api::Read&) {}).ok();
  };
  CHECK(authenticates(key.credential.id.to_string(), key.raw_key));
  CHECK(!authenticates(other.credential.id.to_string(), key.raw_key));
  CHECK(!authenticates("", key.raw_key));
  CHECK(authenticates(key.credential.id.to_string(), key.raw_key));
}

TEST_CASE("with new definitions a remembered caller holds what they say", "[api]") {
  ApiWorld world;
  const auto key = ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
    return api::create_api_key(c, world.acme(), {"k", {"organization:grouplist"}, {}});
  }));
  CHECK(scopes(world, key.raw_key) == "organization:grouplist lists");
  const auto guard = authz::Guard::load("config/policies");
  REQUIRE(guard.ok());
  REQUIRE(world.service().adopt({{}, {}, guard.value()}).ok());
  CHECK(scopes(world, key.raw_key) == "doesn't list");
}

TEST_CASE("a cached caller feels every change that concerns it at once", "[api]") {
  enum Who { kAnn, kRobot, kKey, kPlatform };
  struct Row {
    const char* name;
    Who who;
    std::function<void(Callers&)> change;
    const char* after;
  };
  const char* const gone = "unauthenticated: credential: not valid";
  const char* const nothing = "doesn't list";
  const auto by_call = [](auto operation) {
    return [operation](Callers& c) {
      c.change([&](api::Change& change) { return operation(c, change, c.world.acme()); });
    };
  };
  const auto in_store = [](auto write) {
    return [write](Callers& c) {
      const auto done = c.world.service().store().write(
          [&](store::WriteTxn& txn) -> base::Result<void> { return write(c, txn); });
      REQUIRE(done.ok());
    };
  };
  using domain::TenantId;
  const Row rows[] = {
      {"its key is revoked", kKey, by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::revoke_api_key(change, acme, c.key().credential.id, {});
       }),
       gone},
      {"its secret is deleted", kRobot, by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::delete_secret(change, acme, c.robot, c.secret().credential.id, {});
       }),
       gone},
      {"the platform's secret is another", kPlatform,
       [](Callers& c) {
         REQUIRE(c.world.service().keep({c.platform.client_id, "rvs_another"}).ok());
       },
       gone},
      {"its scopes are others", kKey, in_store([](Callers& c, store::WriteTxn& txn) {
         auto credential = c.key().credential;
         credential.scopes.clear();
         return domain::put_credential(txn, credential);
       }),
       nothing},
      {"the user is suspended", kAnn, by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::suspend_user(change, acme, c.ann, false, {});
       }),
       gone},
      {"the user is deleted", kAnn, by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::delete_user(change, acme, c.ann, {});
       }),
       gone},
      {"the service user is deleted", kRobot,
       by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::delete_service_user(change, acme, c.robot, {});
       }),
       gone},
      {"the service user is disabled", kRobot, in_store([](Callers& c, store::WriteTxn& txn) {
         auto user = domain::get_service_user(txn, c.world.acme(), c.robot).value().value();
         user.state = domain::State::kDisabled;
         return domain::put_service_user(txn, user);
       }),
       gone},
      {"the role is no longer the group's", kAnn,
       by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::remove_group_role(change, acme, c.team, "lister", {});
       }),
       nothing},
      {"the role has other scopes", kAnn, by_call([](Callers&, api::Change& change, const TenantId& acme) {
         return api::update_role(change, acme, "lister", {{}, {}, std::vector<std::string>()}, {});
       }),
       nothing},
      {"the role is deleted", kAnn, by_call([](Callers&, api::Change& change, const TenantId& acme) {
         return api::delete_role(change, acme, "lister", true, {});
       }),
       nothing},
      {"the role is disabled", kAnn, in_store([](Callers& c, store::WriteTxn& txn) {
         auto role = domain::find_role(txn, c.world.acme(), "lister").value().value();
         role.state = domain::State::kDisabled;
         return domain::put_role(txn, role);
       }),
       nothing},
      {"the user leaves the group", kAnn, by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::remove_member(change, acme, c.team, c.ann, {});
       }),
       nothing},
      {"the group is deleted", kAnn, by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::delete_group(change, acme, c.team, {});
       }),
       nothing},
      {"the group has a name that a policy knows", kAnn,
       by_call([](Callers& c, api::Change& change, const TenantId& acme) {
         return api::update_group(change, acme, c.team, {"Away", {}}, {});
       }),
       "organization:grouplist doesn't list"},
      {"it is given a role that a policy knows", kAnn,
       [](Callers& c) { c.world.map_user(c.world.acme(), c.ann, {"muted"}); },
       "organization:grouplist doesn't list"},
      {"the platform's role has other scopes", kRobot,
       by_call([](Callers&, api::Change& change, const TenantId&) {
         return api::update_role(change, domain::Platform{}, "everywhere",
                                 {{}, {}, std::vector<std::string>()}, {});
       }),
       nothing},
      {"the tenant is disabled", kKey, by_call([](Callers&, api::Change& change, const TenantId& acme) {
         return api::update_tenant(change, acme, {{}, {}, {}, domain::State::kDisabled}, {});
       }),
       "forbidden: me:get: not allowed | This tenant is disabled. It can be read, and enabled by whoever holds "
       "organization:delete."},
      {"the tenant is deleted", kAnn, by_call([](Callers&, api::Change& change, const TenantId& acme) {
         return api::delete_tenant(change, acme, {});
       }),
       gone},
      {"the server's definitions know no permission", kKey,
       [](Callers& c) {
         const auto guard = authz::Guard::load("config/policies");
         REQUIRE(c.world.service().adopt({{}, {}, guard.value()}).ok());
       },
       nothing},
      {"its key is revoked on another machine", kKey,
       [](Callers& c) {
         Callers other;  // the same, down to the ids
         other.change([&](api::Change& change) {
           return api::revoke_api_key(change, other.world.acme(), other.key().credential.id, {});
         });
         const store::Store& there = other.world.service().store();
         const auto record = store::read_change(there.read().value(), there.revision()).value();
         const auto done = c.world.service().store().write(
             [&](store::WriteTxn& txn) { return store::apply(txn, *record); });
         INFO((done.ok() ? "" : done.error().message));
         REQUIRE(done.ok());
       },
       gone},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    Callers callers;
    const api::Presented presented[] = {
        {api::Scheme::kBearer, "", callers.ann_token},
        {api::Scheme::kBasic, callers.secret_id, callers.secret().secret},
        {api::Scheme::kApiKeyHeader, "", callers.key().raw_key},
        {api::Scheme::kBearer, "", callers.platform.secret},
    };
    const Seen first = see(callers.world, presented[row.who]);
    const Seen again = see(callers.world, presented[row.who]);
    CHECK(first.text.ends_with(" lists"));
    REQUIRE(first.by != nullptr);
    CHECK(again.by == first.by);  // so it is cached
    row.change(callers);
    CHECK(see(callers.world, presented[row.who]).text == row.after);
    CHECK(see(callers.world, presented[row.who]).text == row.after);
  }
}

TEST_CASE("a cached caller is kept through commits that don't concern it", "[api]") {
  Callers callers;
  ApiWorld& world = callers.world;
  REQUIRE(authz::LastChanged::place_of(world.acme()) != authz::LastChanged::place_of(world.globex()));
  const Seen first = see(world, {api::Scheme::kBearer, "", callers.ann_token});
  const auto is_kept = [&] {
    return see(world, {api::Scheme::kBearer, "", callers.ann_token}).by == first.by;
  };
  const store::Revision before = world.service().store().revision();

  const domain::UserId bob = world.add_user(world.globex(), "bob");
  const domain::GroupId team = world.add_group(world.globex(), "Team");
  world.add_role(world.globex(), "lister", {"organization:grouplist"});
  world.add_member(world.globex(), team, bob);
  world.map_group(world.globex(), team, "lister");
  world.map_user(world.globex(), bob, {"lister"});
  CHECK(is_kept());
  callers.change([&](api::Change& c) { return api::suspend_user(c, world.globex(), bob, false, {}); });
  CHECK(is_kept());
  callers.change([&](api::Change& c) { return api::create_tenant(c, {"New", {}, {}, {}}); });
  CHECK(is_kept());
  callers.change([&](api::Change& c) { return api::delete_tenant(c, world.globex(), {}); });
  CHECK(is_kept());
  callers.change(
      [&](api::Change& c) { return api::revoke_api_key(c, world.acme(), callers.key().credential.id, {}); });
  CHECK(is_kept());  // another's key
  const domain::UserId nobody = world.add_user(world.acme(), "nobody");
  const domain::GroupId other = world.add_group(world.acme(), "Other");
  world.add_member(world.acme(), other, nobody);
  world.map_group(world.acme(), other, "lister");
  CHECK(is_kept());  // other people's memberships, roles and groups in the same tenant
  const auto refused =
      world.change(world.login(world.acme(), world.add_user(world.acme(), "none")), [&](api::Change& c) {
        return api::create_group(c, world.acme(), {"No", {}, {}});
      });
  CHECK_FALSE(refused.ok());
  CHECK(is_kept());  // a refusal, audited
  CHECK(world.service().store().revision() > before + 10);
  world.map_group(world.acme(), callers.team, "muted");
  CHECK_FALSE(is_kept());  // a group of hers
}

TEST_CASE("a cached caller is used on snapshots on its side of a change alone", "[api]") {
  ApiWorld world;
  const auto changes = std::make_shared<authz::LastChanged>();
  api::CallerCache cache(changes, 2);
  const auto key_of = [&](const char* name) {
    return ApiWorld::must(world.change(world.platform(), [&](api::Change& c) {
      return api::create_api_key(c, world.acme(), {name, {"organization:grouplist"}, {}});
    }));
  };
  const auto one = key_of("one"), two = key_of("two"), three = key_of("three");
  const auto catalogue =
      world
          .read(world.platform(),
                [](const api::Read& read) {
                  return api::Outcome<std::shared_ptr<const domain::Catalogue>>(read.catalogue);
                })
          .value();
  const auto authenticate = [&](const store::ReadTxn& txn, const api::ApiKeyView& key) {
    return ApiWorld::must(
        cache.authenticate(txn, catalogue, {api::Scheme::kBearer, "", key.raw_key}, world.now()));
  };
  const auto rename = [&](const domain::TenantId& tenant, const char* name) {
    ApiWorld::must(world.change(world.platform(), [&](api::Change& c) -> api::Outcome<void> {
      const auto renamed = api::update_tenant(c, tenant, {name, {}, {}, {}}, {});
      if (!renamed.ok()) return renamed.error();
      changes->note(c.write);
      return {};
    }));
  };
  const auto snapshot = [&] { return world.service().store().read().value(); };

  const auto before = snapshot();
  const auto old = authenticate(before, one);
  CHECK(authenticate(before, one) == old);
  rename(world.acme(), "Acme 2");
  CHECK(authenticate(before, one) != old);  // since the change could be anybody's by now
  const auto after = snapshot();
  const auto now = authenticate(after, one);
  CHECK(now != old);
  CHECK(authenticate(before, one) != now);
  CHECK(authenticate(after, one) == now);  // not replaced by an older one
  rename(world.globex(), "Globex 2");
  CHECK(authenticate(snapshot(), one) == now);
  CHECK(authenticate(after, one) == now);

  // Of more than two the one that was asked for longest ago is forgotten.
  const auto second = authenticate(after, two);
  CHECK(authenticate(after, one) == now);
  const auto third = authenticate(after, three);
  CHECK(authenticate(after, one) == now);
  CHECK(authenticate(after, three) == third);
  CHECK(authenticate(after, two) != second);
}

TEST_CASE("what is answered counts for whoever asks then, while others ask all the time", "[api]") {
  Callers callers;
  ApiWorld& world = callers.world;
  std::atomic<bool> ended = false;
  std::atomic<int> asked = 0;
  std::vector<std::thread> others;
  for (int i = 0; i < 2; ++i)
    others.emplace_back([&] {
      while (!ended) {
        const auto read = world.service().read({api::Scheme::kBearer, "", callers.ann_token}, {},
                                               [&](const api::Read&) { ++asked; });
        if (!read.ok()) break;
      }
    });
  for (int i = 0; i < 100; ++i) {
    const bool lists = i % 2 == 1;
    const int before = asked;
    callers.change([&](api::Change& c) {
      std::vector<std::string> given;
      if (lists) given.emplace_back("organization:grouplist");
      return api::update_role(c, world.acme(), "lister", {{}, {}, given}, {});
    });
    if (scopes(world, callers.ann_token) != (lists ? "organization:grouplist lists" : "doesn't list"))
      FAIL("after change " << i);
    while (asked < before + 10) std::this_thread::yield();
  }
  ended = true;
  for (auto& other : others) other.join();
}

TEST_CASE("who was in a large group holds nothing of it from the moment it is deleted", "[api]") {
  Callers callers;
  ApiWorld& world = callers.world;
  world.add_policies("permit (principal in Group::\"" + callers.team.to_string() +
                     "\", action == Action::\"group:list\", resource);");
  for (std::uint64_t n = 0; n < domain::kMostAtOnce; ++n)
    world.add_member(world.acme(), callers.team, world.add_user(world.acme(), "u" + std::to_string(n)));
  const auto memberships = [&] {
    return world.read(world.platform(), [&](const api::Read& r) { return api::get_usage(r, world.acme()); })
        .value()
        .used[domain::Quota::kMemberships];
  };
  CHECK(memberships() == domain::kMostAtOnce + 1);
  CHECK(scopes(world, callers.ann_token) == "organization:grouplist lists");
  CHECK(scopes(world, callers.ann_token) == "organization:grouplist lists");

  callers.change([&](api::Change& c) { return api::delete_group(c, world.acme(), callers.team, {}); });
  CHECK(scopes(world, callers.ann_token) == "doesn't list");
  CHECK(memberships() == 0);
  const auto ann = ApiWorld::must(world.read(
      world.platform(), [&](const api::Read& r) { return api::get_user(r, world.acme(), callers.ann); }));
  CHECK(ann.groups.empty());
  world.reopen();
  CHECK(scopes(world, callers.ann_token) == "doesn't list");
  CHECK(memberships() == 0);
}
