#include "api/roles.h"

#include <functional>

#include "tests/support/api_world.h"

namespace {

using Scopes = std::vector<std::string>;

std::string describe(const api::RoleView& view) {
  std::string text = view.role.slug + " (" + view.role.name + ")";
  for (const auto& scope : view.role.scopes) text += " " + scope;
  return text + " [" + std::string(domain::name_of(view.blast_radius.level)) + "]";
}

api::RolePatch scopes_patch(Scopes scopes) {
  return {{}, {}, std::move(scopes)};
}

}  // namespace

TEST_CASE("the guard is asked about the slug that is written", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  world.add_policies(R"(@notice("Not this one.") forbid (principal, action in [Action::"role:create",
      Action::"tenant:create"], resource) when { ["held-2", "role", "tenant"].contains(context.proposed.slug) };)");
  const auto make = [&](const char* name) {
    const auto made = world.change(admin, [&](api::Change& c) {
      return api::create_role(c, world.acme(), {{}, name, {}, {}});
    });
    return made.ok() ? made->role.slug : to_text(made.error());
  };
  CHECK(make("Held") == "held");
  CHECK_THAT(make("Held"), ContainsSubstring("Not this one."));          // it would be held-2
  CHECK_THAT(make("\u00fc\u00f6"), ContainsSubstring("Not this one."));  // it would be role
  CHECK(make("Another") == "another");
  const auto make_tenant = [&](const char* name) {
    const auto made = world.change(world.platform(), [&](api::Change& c) {
      return api::create_tenant(c, {name, {}, {}, {}});
    });
    return made.ok() ? made->slug : to_text(made.error());
  };
  CHECK(make_tenant("Held") == "held");
  CHECK_THAT(make_tenant("Held"), ContainsSubstring("Not this one."));
  CHECK_THAT(make_tenant("\u00fc\u00f6"), ContainsSubstring("Not this one."));
  CHECK(make_tenant("Another") == "another");
}

TEST_CASE("a role is made, read, changed and deleted", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto made = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    return api::create_role(
        c, world.acme(),
        {{}, "Team Lead (EU)", "Leads", {"app_group_update", "app.group.get", "group:update"}});
  }));
  CHECK(describe(made) == "team-lead-eu (Team Lead (EU)) group:get group:update [high]");
  CHECK(made.role.created_by == admin.principal);

  const auto again = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    return api::create_role(c, world.acme(), {{}, "Team Lead (EU)", {}, {}});
  }));
  CHECK(again.role.slug == "team-lead-eu-2");

  const auto changed = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    api::RolePatch patch{"Lead", std::optional<std::string>(), Scopes{"organization:get"}};
    return api::update_role(c, world.acme(), "team-lead-eu", patch, {});
  }));
  CHECK(describe(changed) == "team-lead-eu (Lead) organization:get [low]");
  CHECK(!changed.role.description);
  CHECK(changed.role.revision > made.role.revision);

  const auto read =
      world.read(admin, [&](const api::Read& r) { return api::get_role(r, world.acme(), "team-lead-eu"); });
  CHECK(describe(ApiWorld::must(read)) == describe(changed));

  const api::IfMatch old{true, false, {made.role.revision}};
  const auto refused = world.change(
      admin, [&](api::Change& c) { return api::delete_role(c, world.acme(), "team-lead-eu", false, old); });
  CHECK(to_text(refused) == "precondition_failed: If-Match: the object has changed since; its revision is " +
                                std::to_string(changed.role.revision));
  ApiWorld::must(world.change(
      admin, [&](api::Change& c) { return api::delete_role(c, world.acme(), "team-lead-eu", false, {}); }));
  const auto gone =
      world.read(admin, [&](const api::Read& r) { return api::get_role(r, world.acme(), "team-lead-eu"); });
  CHECK(to_text(gone) == "not_found: role team-lead-eu: not found");
}

TEST_CASE("what making and changing roles refuses", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const std::string long_name(201, 'n');
  struct Row {
    const char* name;
    Scopes caller;
    std::function<api::Outcome<api::RoleView>(api::Change&)> call;
    std::string expected;
  };
  const auto create = [&](api::NewRole role) {
    return [&world, role](api::Change& c) { return api::create_role(c, world.acme(), role); };
  };
  const auto update = [&](std::string slug, api::RolePatch patch) {
    return
        [&world, slug, patch](api::Change& c) { return api::update_role(c, world.acme(), slug, patch, {}); };
  };
  const Scopes admin{"organization:administer"};
  const Scopes manager{"organization:rolemanage", "group:get"};
  const std::string needs =
      "not allowed | This needs the permission `organization:rolemanage`, which you don't hold.";
  const Row rows[] = {
      {"every bad field at once", admin, create({"-x", "", std::string(2001, 'd'), {}}),
       "invalid_input: slug: must be 1 to 64 letters, digits, `_` and `-`, and begin with a letter or digit "
       "(and 2 "
       "more) | /slug: must be 1 to 64 letters, digits, `_` and `-`, and begin with a letter or digit | "
       "/name: must "
       "be 1 to 200 characters | /description: must be at most 2000 characters"},
      {"a name too long", admin, create({"x", long_name, {}, {}}),
       "invalid_input: name: must be 1 to 200 characters | /name: must be 1 to 200 characters"},
      {"a slug too long", admin, create({std::string(65, 's'), "n", {}, {}}),
       "invalid_input: slug: must be 1 to 64 letters, digits, `_` and `-`, and begin with a letter or digit "
       "| /slug: "
       "must be 1 to 64 letters, digits, `_` and `-`, and begin with a letter or digit"},
      {"a control character", admin, create({"x", "a\nb", {}, {}}),
       "invalid_input: name: must not have U+000A, a control character, at character 2 | /name: must not "
       "have U+000A, a control character, at character 2"},
      {"the slug is taken", admin, create({"lead", "Lead", {}, {}}),
       "already_exists: slug: `lead` is taken | /slug: `lead` is taken"},
      {"the slug is a system role's", admin, create({"user", "User", {}, {}}),
       "already_exists: slug: `user` is taken | /slug: `user` is taken"},
      {"unknown scopes", admin, create({"x", "X", {}, {"organization:gett", "group:get", "zzz"}}),
       "invalid_scopes: scopes/0: `organization:gett` is no permission; did you mean `organization:get`? "
       "(and 1 "
       "more) | /scopes/0: `organization:gett` is no permission; did you mean `organization:get`? | "
       "/scopes/2: `zzz` "
       "is no permission"},
      {"without the permission",
       {"organization:get"},
       create({"x", "X", {}, {}}),
       "forbidden: role:create: " + needs},
      {"more than the caller holds", manager, create({"x", "X", {}, {"group:update"}}),
       "forbidden: role:create: not allowed | You can't put permissions into a role that you don't hold "
       "yourself."},
      {"more than the caller holds, by a patch", manager, update("lead", scopes_patch({"group:delete"})),
       "forbidden: role:update: not allowed | You can't put permissions into a role that you don't hold "
       "yourself."},
      {"a system role", admin, update("user", {"x", {}, {}}),
       "system_role: role:update: a system role can't be changed | System roles are defined by this server's "
       "configuration and can't be changed here."},
      {"no such role", admin, update("leed", {"x", {}, {}}), "not_found: role leed: not found"},
      {"no such role, without the permission",
       {},
       update("leed", {"x", {}, {}}),
       "forbidden: role:update: " + needs},
      {"unknown scopes in a patch", admin, update("lead", scopes_patch({"group:gett"})),
       "invalid_scopes: scopes/0: `group:gett` is no permission; did you mean `group:get`? | /scopes/0: "
       "`group:gett` "
       "is no permission; did you mean `group:get`?"},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    const auto caller = world.caller(world.acme(), row.caller);
    CHECK(to_text(world.change(caller, row.call)) == row.expected);
  }
}

TEST_CASE("at the limits a role is accepted", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto made = world.change(admin, [&](api::Change& c) {
    std::string name;
    for (int i = 0; i < 200; ++i) name += "é";
    return api::create_role(c, world.acme(), {std::string(64, 's'), name, std::string(2000, 'd'), {}});
  });
  CHECK(to_text(made) == "ok");
}

TEST_CASE("a patch that changes nothing writes nothing", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const auto admin = world.admin(world.acme());
  const auto before = world.service().store().statistics().value().revision;
  const auto same = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    return api::update_role(c, world.acme(), "lead", scopes_patch({"app_group_get"}), {});
  }));
  CHECK(same.role.slug == "lead");
  CHECK(world.service().store().statistics().value().revision == before);
}

TEST_CASE("a role in use is deleted by force alone, with its mappings", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const domain::GroupId group = world.add_group(world.acme(), "Leads");
  world.map_group(world.acme(), group, "lead");
  const auto admin = world.admin(world.acme());
  const auto remove = [&](bool force) {
    return world.change(admin,
                        [&](api::Change& c) { return api::delete_role(c, world.acme(), "lead", force, {}); });
  };
  CHECK(to_text(remove(false)) == "in_use: role lead: in use by 1 mapping");
  CHECK(to_text(remove(true)) == "ok");
  const auto view =
      world.read(admin, [&](const api::Read& r) { return api::get_group(r, world.acme(), group); });
  CHECK(ApiWorld::must(view).role_mappings.empty());
}

TEST_CASE("the list of roles has pages, system roles first", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "b", {});
  world.add_role(world.acme(), "a", {});
  world.add_role(world.globex(), "c", {});
  const auto admin = world.admin(world.acme());
  const auto list = [&](api::RoleSet set, api::PageRequest page) {
    return world.read(admin, [&](const api::Read& r) { return api::list_roles(r, world.acme(), set, page); });
  };
  const auto all = ApiWorld::must(list(api::RoleSet::kAll, {0, ""}));
  REQUIRE(all.data.size() > 4);
  CHECK(all.next.empty());
  CHECK(all.data[0].role.slug == "admin");
  CHECK(all.data[all.data.size() - 2].role.slug == "a");
  CHECK(all.data.back().role.slug == "b");

  for (const std::size_t limit : {std::size_t{1}, std::size_t{4}, all.data.size() - 1, all.data.size()}) {
    std::vector<std::string> slugs;
    std::string cursor;
    do {
      const auto page = ApiWorld::must(list(api::RoleSet::kAll, {limit, cursor}));
      CHECK(page.data.size() <= limit);
      for (const auto& view : page.data) slugs.push_back(view.role.slug);
      cursor = page.next;
    } while (!cursor.empty());
    REQUIRE(slugs.size() == all.data.size());
    for (std::size_t i = 0; i < slugs.size(); ++i) CHECK(slugs[i] == all.data[i].role.slug);
  }
  CHECK(ApiWorld::must(list(api::RoleSet::kCustom, {0, ""})).data.size() == 2);
  CHECK(
      to_text(list(api::RoleSet::kAll, {1, "x"})) ==
      "invalid_input: cursor: is not a cursor that this list has given | cursor: is not a cursor that this list has given");
}

TEST_CASE("a role record is made once and then replaced", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto put = [&](api::RoleRecord record) {
    return world.change(
        admin, [&](api::Change& c) { return api::create_or_replace_role(c, world.acme(), record, {}); });
  };
  const auto first = ApiWorld::must(put({"lead", {}, "d", {"app_group_get", "app_group_update"}, {}}));
  CHECK(first.name == "lead");
  CHECK(first.scopes == Scopes{"group:get", "group:update"});
  const auto second = ApiWorld::must(put({"lead", "Lead", {}, {"app_group_get"}, {}}));
  CHECK(second.id == first.id);
  CHECK(second.name == "Lead");
  CHECK(!second.description);
  CHECK(second.scopes == Scopes{"group:get"});
  CHECK(second.created_at == first.created_at);

  struct Row {
    api::RoleRecord record;
    std::string expected;
  };
  const Row rows[] = {
      {{"l", {}, {}, {}, {}},
       "invalid_input: slug: must be 2 to 64 letters, digits, `_` and `-` (and 1 more) | /slug: must be 2 to "
       "64 "
       "letters, digits, `_` and `-` | /scopes: must have at least one permission"},
      {{"lead", {}, {}, {"group:gett"}, {}},
       "invalid_input: scopes/0: `group:gett` is no permission; did you mean `group:get`? | /scopes/0: "
       "`group:gett` "
       "is no permission; did you mean `group:get`?"},
      {{"lead", {}, {}, {"app_group_get"}, base::Json("x")},
       "invalid_input: metadata: must be an object, not string | /metadata: must be an object, not string"},
      {{"user", {}, {}, {"app_group_get"}, {}},
       "system_role: role:update: a system role can't be changed | System roles are defined by this server's "
       "configuration and can't be changed here."},
  };
  for (const Row& row : rows) CHECK(to_text(put(row.record)) == row.expected);
}

TEST_CASE("a role record is replaced and deleted by id", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  world.add_role(world.acme(), "other", {});
  world.add_role(world.globex(), "foreign", {});
  const auto made = ApiWorld::must(world.change(admin, [&](api::Change& c) {
    return api::create_or_replace_role(c, world.acme(), {"lead", {}, {}, {"group:get"}, {}}, {});
  }));
  const auto foreign = ApiWorld::must(world.read(world.admin(world.globex()), [&](const api::Read& r) {
    return api::get_role(r, world.globex(), "foreign");
  }));
  const auto replace = [&](const domain::RoleId& id, const std::string& slug) {
    return world.change(admin, [&](api::Change& c) {
      return api::replace_role_by_id(c, world.acme(), id, {slug, {}, {}, {"group:get"}, {}}, {});
    });
  };
  CHECK(ApiWorld::must(replace(made.id, "leader")).slug == "leader");
  CHECK(to_text(replace(made.id, "other")) ==
        "already_exists: slug: `other` is taken | /slug: `other` is taken");
  CHECK(to_text(replace(foreign.role.id, "x1")) ==
        "not_found: role " + foreign.role.id.to_string() + ": not found");
  const auto remove = [&](const domain::RoleId& id) {
    return world.change(admin,
                        [&](api::Change& c) { return api::delete_role_by_id(c, world.acme(), id, {}); });
  };
  CHECK(to_text(remove(foreign.role.id)) == "not_found: role " + foreign.role.id.to_string() + ": not found");
  CHECK(to_text(remove(made.id)) == "ok");
  CHECK(to_text(remove(made.id)) == "not_found: role " + made.id.to_string() + ": not found");
}

TEST_CASE("platform roles are the platform's, and every tenant's", "[api]") {
  ApiWorld world;
  const auto admin = world.admin(world.acme());
  const auto put = [&](const api::Caller& caller, const domain::Owner& tenant) {
    return world.change(caller, [&](api::Change& c) {
      return api::create_or_replace_role(c, tenant, {"auditor", {}, {}, {"organization:auditview"}, {}}, {});
    });
  };
  CHECK(to_text(put(admin, domain::Platform{})) ==
        "forbidden: platform_role:create: not allowed | Only a credential of the platform may do this.");
  const auto made = ApiWorld::must(put(world.platform(), domain::Platform{}));
  CHECK(made.tenant.is_platform());
  CHECK(!made.is_system);
  CHECK(to_text(put(admin, world.acme())) ==
        "already_exists: slug: `auditor` is taken | /slug: `auditor` is taken");
  const auto patched = world.change(admin, [&](api::Change& c) {
    return api::update_role(c, world.acme(), "auditor", {"x", {}, {}}, {});
  });
  CHECK(to_text(patched) == "system_role: role auditor: belongs to the platform, and so to every tenant");
  const domain::GroupId group = world.add_group(world.acme(), "Auditors");
  world.map_group(world.acme(), group, "auditor");
  const auto remove = [&] {
    return world.change(world.platform(), [&](api::Change& c) {
      return api::delete_role_by_id(c, domain::Platform{}, made.id, {});
    });
  };
  CHECK(to_text(remove()) == "in_use: role auditor: in use by 1 mapping");
}
