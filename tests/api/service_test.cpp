#include "api/service.h"

#include <type_traits>

#include "api/audit.h"
#include "api/idempotency.h"
#include "api/me.h"
#include "api/permissions.h"
#include "api/platform_credentials.h"
#include "authz/guard.h"
#include "domain/audit.h"
#include "tests/support/api_world.h"
#include "tests/support/writer_gate.h"

static_assert(!std::is_default_constructible_v<api::Caller>);

namespace {

using C = api::Change;
using R = api::Read;

std::vector<domain::AuditEntry> audit(ApiWorld& world, const domain::Owner& tenant,
                                      const domain::AuditFilter& filter = {}) {
  return ApiWorld::must(world.read(world.platform(),
                                   [&](const R& r) {
                                     return api::list_audit(r, tenant, filter, {0, ""});
                                   }))
      .data;
}

}  // namespace

TEST_CASE("a tenant's usage counts what it has, and nothing of others", "[api]") {
  ApiWorld world;
  const auto usage = [&](const api::Caller& caller) {
    return world.read(caller, [&](const R& r) { return api::get_usage(r, world.acme()); });
  };
  const auto before = ApiWorld::must(usage(world.platform()));
  const auto ann = world.add_user(world.acme(), "ann");
  const auto bob = world.add_user(world.acme(), "bob");
  const auto team = world.add_group(world.acme(), "Team");
  world.add_role(world.acme(), "reader", {"organization:get"});
  world.add_member(world.acme(), team, ann);
  world.add_member(world.acme(), team, bob);
  world.map_group(world.acme(), team, "reader");
  world.add_user(world.globex(), "carol");
  const auto after = ApiWorld::must(usage(world.platform()));
  using domain::Quota;
  const auto more = [&](Quota quota) { return after.used[quota] - before.used[quota]; };
  CHECK(more(Quota::kUsers) == 2);
  CHECK(more(Quota::kGroups) == 1);
  CHECK(more(Quota::kRoles) == 1);
  CHECK(more(Quota::kMemberships) == 2);
  CHECK(more(Quota::kMappings) == 1);
  CHECK(more(Quota::kServiceUsers) == 0);
  CHECK(more(Quota::kCredentials) == 0);
  CHECK(more(Quota::kAuditBytes) > 0);
  CHECK(after.audit_entries == before.audit_entries + 7);

  CHECK(ApiWorld::must(usage(world.login(world.acme(), ann))).used[Quota::kUsers] ==
        after.used[Quota::kUsers]);  // she may read the tenant
  const auto dan = world.login(world.globex(), world.add_user(world.globex(), "dan"));
  CHECK(to_text(usage(dan)) ==
        "tenant_mismatch: tenant " + world.acme().to_string() + ": not the credential's");
}

TEST_CASE("a tenant's slug is the platform's to change, and its state of whoever may delete it", "[api]") {
  ApiWorld world;
  const std::string slug = ApiWorld::must(world.read(world.platform(), [&](const R& r) {
                             return api::get_tenant(r, world.acme());
                           })).slug;
  const auto updater = world.caller(world.acme(), {"organization:update"});
  const auto deleter = world.caller(world.acme(), {"organization:update", "organization:delete"});
  const auto update = [&](const api::Caller& caller, const api::TenantPatch& patch) {
    return to_text(
        world.change(caller, [&](C& c) { return api::update_tenant(c, world.acme(), patch, {}); }));
  };
  const std::string not_slug =
      "forbidden: tenant:update: not allowed | A tenant's slug is changed by the platform alone.";
  const std::string not_state =
      "forbidden: tenant:update: not allowed | You need organization:delete to disable or enable this.";
  using domain::State;
  CHECK(update(updater, {"Another name", slug, {}, State::kEnabled}) == "ok");  // what it has already
  CHECK(update(updater, {{}, "other", {}, {}}) == not_slug);
  CHECK(update(deleter, {{}, "other", {}, {}}) == not_slug);
  CHECK(update(world.platform(), {{}, "other", {}, {}}) == "ok");
  CHECK(update(updater, {{}, {}, {}, State::kDisabled}) == not_state);
  CHECK(update(deleter, {{}, {}, {}, State::kDisabled}) == "ok");
}

TEST_CASE("a slug that a tenant gave up is held for 30 days, unless the platform takes it by force",
          "[api]") {
  ApiWorld world;
  const auto create = [&](std::optional<std::string> name, std::optional<std::string> slug,
                          bool force = false) {
    api::NewTenant tenant{std::move(name), std::move(slug), {}, {}};
    tenant.force = force;
    const auto made = world.change(world.platform(), [&](C& c) { return api::create_tenant(c, tenant); });
    return made.ok() ? made->slug : to_text(made.error());
  };
  const auto rename = [&](const domain::TenantId& id, const std::string& slug, bool force = false) {
    api::TenantPatch patch{{}, slug, {}, {}};
    patch.force = force;
    return to_text(
        world.change(world.platform(), [&](C& c) { return api::update_tenant(c, id, patch, {}); }));
  };
  const auto held = [&](const std::string& slug, base::Timestamp until) {
    const std::string why = "`" + slug + "` was another tenant's and is held until " + to_string(until) +
                            ", unless the platform takes it by force";
    return "already_exists: slug: " + why + " | /slug: " + why;
  };
  constexpr std::int64_t kDays30 = 30LL * 24 * 3600 * 1000;
  const base::Timestamp until{world.now().ms + kDays30};
  CHECK(rename(world.acme(), "apex") == "ok");
  CHECK(create({}, "acme") == held("acme", until));
  CHECK(create({}, "ACME") == held("acme", until));
  CHECK(rename(world.globex(), "acme") == held("acme", until));
  CHECK(create("Acme", {}) == "acme-2");        // one made from a name is free
  CHECK(rename(world.acme(), "acme") == "ok");  // its own
  CHECK(rename(world.acme(), "apex") == "ok");
  CHECK(rename(world.globex(), "acme", true) == "ok");
  CHECK(rename(world.globex(), "acme", true) == "ok");
  CHECK(create({}, "acme", true) == "already_exists: slug: `acme` is taken | /slug: `acme` is taken");
  CHECK(rename(world.acme(), "globex") == held("globex", until));

  ApiWorld::must(
      world.change(world.platform(), [&](C& c) { return api::delete_tenant(c, world.globex(), {}); }));
  CHECK(create({}, "acme") == held("acme", until));
  CHECK(create({}, "globex", true) == "globex");
  world.clock().set({until.ms - 1});
  CHECK(create({}, "acme") == held("acme", until));
  world.clock().set(until);
  CHECK(create({}, "acme") == "acme");

  // Nobody else may, whatever other policies allow.
  world.add_policies(
      "permit (principal, action in [Action::\"tenant:create\", Action::\"tenant:update\"], resource);");
  const auto admin = world.admin(world.acme());
  const auto by_admin = [&](bool force) {
    api::TenantPatch patch{"Name", {}, {}, {}};
    patch.force = force;
    return to_text(world.change(admin, [&](C& c) { return api::update_tenant(c, world.acme(), patch, {}); }));
  };
  CHECK(by_admin(false) == "ok");
  CHECK(
      by_admin(true) ==
      "forbidden: tenant:update: not allowed | Only the platform may take a slug that another tenant gave up less "
      "than 30 days ago.");
}

TEST_CASE("in a disabled tenant nobody may but read it, or enable it and nothing else", "[api]") {
  ApiWorld world;
  const auto reader = world.caller(world.acme(), {"organization:get", "organization:update", "group:get"});
  const auto admin = world.admin(world.acme());
  const std::string refused =
      "not allowed | This tenant is disabled. It can be read, and enabled by whoever holds organization:delete.";
  const auto update = [&](const api::Caller& caller, const api::TenantPatch& patch) {
    return to_text(
        world.change(caller, [&](C& c) { return api::update_tenant(c, world.acme(), patch, {}); }));
  };
  const auto get = [&](const api::Caller& caller) {
    return to_text(world.read(caller, [&](const R& r) { return api::get_tenant(r, world.acme()); }));
  };
  using domain::State;
  const base::Json object{base::Json::Object{}};
  const base::Json other{base::Json::Object{{"a", base::Json("b")}}};
  CHECK(update(admin, {{}, {}, {}, State::kDisabled}) == "ok");
  for (const auto& caller : {reader, admin}) {
    CHECK(get(caller) == "ok");
    CHECK(to_text(world.read(caller, [&](const R& r) { return api::get_me(r); })) ==
          "forbidden: me:get: " + refused);
    CHECK(to_text(world.change(caller, [&](C& c) {
            return api::create_group(c, world.acme(), {"g", {}, {}});
          })) == "forbidden: group:create: " + refused);
  }
  const std::string no = "forbidden: tenant:update: " + refused;
  CHECK(update(admin, {"Other", {}, {}, State::kEnabled}) == no);
  CHECK(update(admin, {{}, {}, other, State::kEnabled}) == no);
  CHECK(update(admin, {{}, {}, {}, State::kDisabled}) == no);
  CHECK(update(admin, {"Acme", {}, {}, {}}) == no);
  CHECK(update(admin, {}) == no);
  CHECK_THAT(update(reader, {{}, {}, {}, State::kEnabled}), ContainsSubstring("This tenant is disabled."));
  CHECK(update(world.admin(world.globex()), {{}, {}, {}, State::kEnabled}).starts_with("tenant_mismatch: "));
  CHECK(update(world.platform(), {"Acme", {}, {}, {}}) == "ok");
  // What it has already changes nothing.
  CHECK(update(admin, {"Acme", "acme", object, State::kEnabled}) == "ok");
  const auto last = audit(world, world.acme()).front();
  CHECK(last.action == "tenant:update");
  CHECK(last.actor == admin.principal);
  CHECK(last.after.find("\"enabled\"") != std::string::npos);
  CHECK(update(admin, {"Other", {}, {}, {}}) == "ok");
}

TEST_CASE("a tenant is found by uuid and slug, by whom it concerns", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto resolve = [&](const api::Caller& caller, std::optional<std::string> header) {
    return to_text(world.read(caller, [&](const R& r) {
      return api::resolve_tenant(r, header ? std::optional<std::string_view>(*header) : std::nullopt);
    }));
  };
  const std::string nowhere = "0197f3c4-0000-7000-8000-000000000000";
  CHECK(resolve(admin, world.acme().to_string()) == "ok");
  CHECK(resolve(admin, std::nullopt) ==
        "invalid_input: X-Tenant-ID: is missing; it says which tenant the call is about | X-Tenant-ID: is "
        "missing; it "
        "says which tenant the call is about");
  CHECK(resolve(admin, "acme") == "invalid_input: X-Tenant-ID: must be a uuid | X-Tenant-ID: must be a uuid");
  CHECK(resolve(admin, world.globex().to_string()) ==
        "tenant_mismatch: X-Tenant-ID: not the credential's tenant");
  CHECK(resolve(admin, nowhere) == "tenant_mismatch: X-Tenant-ID: not the credential's tenant");
  CHECK(resolve(world.platform(), world.globex().to_string()) == "ok");
  CHECK(resolve(world.platform(), nowhere) == "not_found: tenant " + nowhere + ": not found");

  const auto find = [&](const api::Caller& caller, const std::string& name) {
    return to_text(world.read(caller, [&](const R& r) { return api::find_tenant(r, name); }));
  };
  CHECK(find(admin, "acme") == "ok");
  CHECK(find(admin, "ACME") == "ok");
  CHECK(find(admin, world.acme().to_string()) == "ok");
  CHECK(find(admin, "globex") == "not_found: tenant globex: not found");
  CHECK(find(admin, "nobody") == "not_found: tenant nobody: not found");
  CHECK(find(world.platform(), "globex") == "ok");
}

TEST_CASE("a tenant is made, changed and deleted", "[api]") {
  ApiWorld world;
  const auto create = [&](api::NewTenant tenant) {
    return world.change(world.platform(), [&](C& c) { return api::create_tenant(c, tenant); });
  };
  const auto made = ApiWorld::must(create({"New & Co", {}, {}, {}}));
  CHECK(made.slug == "new-co");
  CHECK(ApiWorld::must(create({"New & Co", {}, {}, {}})).slug == "new-co-2");
  CHECK(ApiWorld::must(create({{}, "UPPER", {}, {}})).slug == "upper");
  CHECK(to_text(create({{}, "Acme", {}, {}})) ==
        "already_exists: slug: `acme` is taken | /slug: `acme` is taken");
  CHECK(to_text(create({{}, world.acme().to_string(), {}, {}})) ==
        "invalid_input: slug: must not be a uuid | /slug: must not be a uuid");
  CHECK(to_text(create({{}, {}, {}, {}})) == "invalid_input: name: is missing | /name: is missing");

  const auto update = [&](const api::TenantPatch& patch) {
    return world.change(world.platform(), [&](C& c) { return api::update_tenant(c, made.id, patch, {}); });
  };
  CHECK(ApiWorld::must(update({"Newer", {}, {}, {}})).name == "Newer");
  CHECK(to_text(update({{}, "acme", {}, {}})) ==
        "already_exists: slug: `acme` is taken | /slug: `acme` is taken");
  const auto key = ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::create_api_key(c, made.id, {"k", {"organization:administer"}, {}});
  }));
  CHECK(world.authenticate(key.raw_key).ok());
  ApiWorld::must(update({{}, {}, {}, domain::State::kDisabled}));
  CHECK(world.authenticate(key.raw_key).ok());  // policies say what it may then do
  ApiWorld::must(update({{}, {}, {}, domain::State::kEnabled}));

  const auto remove = [&] {
    return to_text(world.change(world.platform(), [&](C& c) { return api::delete_tenant(c, made.id, {}); }));
  };
  CHECK(remove() == "ok");
  CHECK(remove() == "not_found: tenant " + made.id.to_string() + ": not found");
  CHECK(!world.authenticate(key.raw_key).ok());
  CHECK(audit(world, domain::Platform{}).front().action == "tenant:delete");
  const auto orphan = world.change(world.platform(), [&](C& c) {
    return api::create_group(c, made.id, {"g", {}, {}});
  });
  CHECK(to_text(orphan) == "not_found: tenant " + made.id.to_string() + ": not found");
}

TEST_CASE("changes made and refused are audited with what they did", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto nobody = world.caller(world.acme(), {});
  const auto rename = [&](const api::Caller& caller, const std::string& slug, const std::string& name) {
    return world
        .change(caller,
                [&](C& c) {
                  return api::update_role(c, world.acme(), slug, {name, {}, {}}, {});
                })
        .ok();
  };
  world.add_role(world.acme(), "lead", {"group:get"});
  CHECK(!rename(nobody, "lead", "x"));
  CHECK(rename(admin, "lead", "Boss"));
  CHECK(!rename(admin, "none", "Boss"));

  domain::AuditFilter roles;
  roles.resource_type = "role";
  const auto entries = audit(world, world.acme(), roles);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].action == "role:update");
  CHECK(entries[0].allowed);
  CHECK(entries[0].actor == admin.principal);
  CHECK(entries[0].policies == std::vector<std::string>{"scope"});
  CHECK(entries[0].resource_id == "lead");
  CHECK(entries[0].ip == "192.0.2.1");
  CHECK_THAT(entries[0].before, ContainsSubstring(R"("name":"lead")"));
  CHECK_THAT(entries[0].after, ContainsSubstring(R"("name":"Boss")"));
  CHECK(entries[1].action == "role:update");
  CHECK(!entries[1].allowed);
  CHECK(entries[1].actor == nobody.principal);
  CHECK(entries[1].after == "null");
  CHECK(entries[2].before == "null");

  std::uint64_t seen = 0;
  const auto txn = world.service().store().read();
  REQUIRE(txn.ok());
  CHECK(domain::verify_audit(txn.value(), seen).value().empty());
  CHECK(seen > 3);
}

TEST_CASE("no secret and no hash of one is in the audit log", "[api]") {
  ApiWorld world;
  const auto key = ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::create_api_key(c, world.acme(), {"k", {}, {}});
  }));
  for (const auto& entry : audit(world, world.acme())) {
    CHECK(entry.after.find(key.raw_key) == std::string::npos);
    CHECK(entry.after.find("hash") == std::string::npos);
  }
}

TEST_CASE("the audit log is read in pages and by filter", "[api]") {
  ApiWorld world;
  for (int i = 0; i < 5; ++i) world.add_group(world.acme(), "g" + std::to_string(i));
  std::string after;
  std::vector<std::uint64_t> seqs;
  do {
    const auto page = ApiWorld::must(world.read(world.platform(), [&](const R& r) {
      return api::list_audit(r, world.acme(), {}, {2, after});
    }));
    for (const auto& entry : page.data) seqs.push_back(entry.seq);
    after = page.next;
  } while (!after.empty());
  CHECK(seqs == std::vector<std::uint64_t>{5, 4, 3, 2, 1});
  for (const char* bad : {"0", "-1", "x", "1x", "99999999999999999999"})
    CHECK(!world
               .read(world.platform(),
                     [&](const R& r) {
                       return api::list_audit(r, world.acme(), {}, {2, bad});
                     })
               .ok());
}

TEST_CASE("the platform's credential is made once and rotated", "[api]") {
  ApiWorld world;
  const auto first = world.service().first_platform_credential();
  REQUIRE(first.ok());
  REQUIRE(first.value());
  const auto& credential = *first.value();
  REQUIRE(world.service().keep(credential).ok());
  CHECK(!world.service().first_platform_credential().value());
  const auto caller = ApiWorld::must(world.authenticate(credential.secret));
  CHECK(caller.platform());
  CHECK(world.authenticate(credential.secret, api::Scheme::kBasic, credential.client_id.to_string()).ok());

  const auto before = world.service().store().statistics().value().revision;
  REQUIRE(world.service().keep(credential).ok());
  CHECK(world.service().store().statistics().value().revision == before);
  const std::string next(32, 's');
  REQUIRE(world.service().keep({credential.client_id, next}).ok());
  CHECK(!world.authenticate(credential.secret).ok());
  CHECK(ApiWorld::must(world.authenticate(next, api::Scheme::kApiKeyHeader)).principal == caller.principal);

  const auto more = ApiWorld::must(
      world.change(world.platform(), [](C& c) { return api::create_platform_credential(c, "second"); }));
  CHECK(ApiWorld::must(world.authenticate(more.secret)).platform());
}

TEST_CASE("system roles follow the configuration", "[api]") {
  ApiWorld world;
  const auto revision = [&] { return world.service().store().statistics().value().revision; };
  const auto before = revision();
  world.add_policies("");
  CHECK(revision() == before);  // nothing differed

  const domain::GroupId group = world.add_group(world.acme(), "Team");
  world.map_group(world.acme(), group, "approver");
  const auto guard = authz::Guard::load("config/policies");
  REQUIRE(guard.ok());
  domain::Permission get = domain::make_permission(names::parse_permission_name("organization:get").value());
  get.title = "Get";
  domain::Role user(domain::Platform{});
  user.slug = "user";
  user.name = "Anybody";
  user.scopes = {"organization:get"};
  REQUIRE(world.service().adopt({{get}, {user}, guard.value()}).ok());
  const auto roles = ApiWorld::must(world.read(world.platform(), [&](const R& r) {
    return api::list_roles(r, world.acme(), api::RoleSet::kAll, {0, ""});
  }));
  REQUIRE(roles.data.size() == 2);
  CHECK(roles.data[0].role.slug == "approver");
  CHECK(roles.data[0].role.state == domain::State::kDisabled);
  CHECK(roles.data[1].role.name == "Anybody");
  CHECK(roles.data[1].role.is_system);
}

TEST_CASE("permissions made by the platform are known afterwards", "[api]") {
  ApiWorld world;
  const auto create = [&](const api::Caller& caller, std::vector<api::NewPermission> given) {
    return world.change(caller, [&](C& c) { return api::create_permissions(c, given); });
  };
  const auto admin = world.admin(world.acme());
  CHECK(to_text(create(admin, {{"billing.invoice.pay", {}, {}, {}}})) ==
        "forbidden: permission:create: not allowed | Only a credential of the platform may do this.");
  const auto made = ApiWorld::must(
      create(world.platform(), {{"billing.invoice.pay", {}, {}, {}}, {"group:get", {}, {}, {}}}));
  REQUIRE(made.size() == 2);
  CHECK(made[0].scope == "billing/invoice:pay");
  CHECK(made[1].title != "group:get");  // it was there already
  const auto found = world.read(admin, [](const R& r) -> api::Outcome<std::string> {
    const auto permission = api::get_permission(r, "billing_invoice_pay");
    if (!permission.ok()) return permission.error();
    return permission.value()->scope;
  });
  CHECK(ApiWorld::must(found) == "billing/invoice:pay");
  world.reopen();
  world.add_role(world.acme(), "payer", {"billing/invoice:pay"});
  CHECK_THAT(
      to_text(create(world.platform(), {{"group:get", {}, {}, {}}, {"group:peek", {}, {}, {}}})),
      ContainsSubstring(
          "invalid_input: bodies/1/key: must not belong to the service `app`, which is the server's own"));
  CHECK_THAT(to_text(create(world.platform(), {{"Bad", {}, {}, {}}})),
             ContainsSubstring("invalid_input: bodies/0/key: permission"));
}

TEST_CASE("a repeated request gets its first answer for a day", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto other = world.admin(world.acme());
  const api::IdempotentRequest request{"k1", "POST", "/v1/groups", "{}"};
  ApiWorld::must(world.change(admin, [&](C& c) {
    return api::keep_answer(c, request, {201, "Location: x", "body"});
  }));
  const auto find = [&](const api::Caller& caller, const api::IdempotentRequest& r) {
    return world.read(caller, [&](const R& read) { return api::find_answer(read, r); });
  };
  CHECK(ApiWorld::must(find(admin, request))->body == "body");
  CHECK(!ApiWorld::must(find(other, request)));
  CHECK(!ApiWorld::must(find(admin, {"k2", "POST", "/v1/groups", "{}"})));
  CHECK(to_text(find(admin, {"k1", "POST", "/v1/groups", "{ }"})) ==
        "idempotency_conflict: Idempotency-Key: was used for another request within the last 24 hours");
  world.clock().advance(24 * 3600 * 1000 - 1);
  CHECK(ApiWorld::must(find(admin, request)));
  world.clock().advance(1);
  CHECK(!ApiWorld::must(find(admin, request)));
}

TEST_CASE("a stopped store answers overloaded", "[api]") {
  ApiWorld world;
  world.service().store().stop();
  const auto late = world.change(world.platform(), [&](C& c) {
    return api::create_group(c, world.acme(), {"g", {}, {}});
  });
  CHECK(to_text(late) == "overloaded: store: closing, and takes no more changes");
}

TEST_CASE("what Reeve changes of its own accord waits for the writer with a bound, and says for what",
          "[api]") {
  const TempDir dir;
  const auto store = open_store(dir);
  const ManualClock clock;
  SeededRandom random;
  const std::string late = ": the writer did not come to it within 20 ms; it is not done";
  {
    WriterGate gate(*store);
    api::Service service(*store, clock, random, std::chrono::milliseconds(20));
    CHECK(service.adopt({}).error().message == "store: taking up the definitions" + late);
    CHECK(service.keep({}).error().message == "store: the platform's credential" + late);
    const auto change = service.change(api::Service::itself(), {"", "tenant create"},
                                       [](C&) -> api::Outcome<void> { return {}; });
    CHECK(to_text(change) == "overloaded: store: tenant create" + late);
    gate.open();
  }
  CHECK(store->revision() == 0);
}

TEST_CASE("mappings that go with what is deleted are audited each", "[api]") {
  ApiWorld world;
  const domain::TenantId acme = world.acme();
  world.add_role(acme, "lead", {"group:get"});
  world.add_role(acme, "spare", {"group:get"});
  const domain::GroupId group = world.add_group(acme, "Leads");
  const domain::UserId user = world.add_user(acme, "ann");
  world.map_group(acme, group, "lead");
  world.map_group(acme, group, "spare");
  world.map_user(acme, user, {"lead"});
  world.map_on(acme, user, "spare", domain::group_resource(group));
  const auto admin = world.admin(acme);
  const std::string of_group = "group:" + group.to_string(), of_user = "user:" + user.to_string();

  struct Row {
    const char* deleted;
    std::function<api::Outcome<void>(C&)> change;
    std::vector<std::string> entries;  // newest first
  };
  const Row rows[] = {
      {"a role by force",
       [&](C& c) { return api::delete_role(c, acme, "lead", true, {}); },
       {"role:delete lead", "mapping:delete " + of_group + "/lead", "mapping:delete " + of_user + "/lead"}},
      {"a group",
       [&](C& c) { return api::delete_group(c, acme, group, {}); },
       {"group:delete " + group.to_string(), "mapping:delete " + of_user + "/spare",
        "mapping:delete " + of_group + "/spare"}},
  };
  for (const Row& row : rows) {
    INFO(row.deleted);
    const std::size_t before = audit(world, acme).size();
    REQUIRE(world.change(admin, row.change).ok());
    auto entries = audit(world, acme);
    entries.erase(entries.end() - static_cast<std::ptrdiff_t>(before), entries.end());
    std::vector<std::string> said;
    for (const auto& entry : entries) {
      said.push_back(entry.action + " " + entry.resource_id);
      CHECK(entry.after == "null");
      CHECK(entry.actor == admin.principal);
    }
    CHECK(said == row.entries);
  }
}
