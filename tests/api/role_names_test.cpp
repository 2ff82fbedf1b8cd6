// A name means one thing: what becomes of a slug that a tenant's role has and that one of the platform gets.
#include <unistd.h>

#include <cstdio>

#include "app/definitions.h"
#include "authz/authority.h"
#include "base/log.h"
#include "domain/shadowed_role.h"
#include "tests/support/api_world.h"

namespace {

using C = api::Change;
using R = api::Read;

// The shipped definitions with one more system role.
void adopt(ApiWorld& world, const std::string& slug) {
  auto loaded = app::load_definitions(config::defaults("config"));
  REQUIRE(loaded.ok());
  domain::Role role(domain::Platform{});
  role.slug = slug;
  role.name = "Of the file";
  role.scopes = {"organization:administer"};
  loaded->roles.push_back(role);
  const auto adopted = world.service().adopt(std::move(loaded).value());
  INFO((adopted.ok() ? "" : adopted.error().message));
  REQUIRE(adopted.ok());
}

// What is logged meanwhile.
template <typename Fn>
std::string logged(const Fn& fn) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file);
  const int standard_error = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  base::logging::configure(base::logging::Level::kWarn, base::logging::Format::kText);
  fn();
  base::logging::configure(base::logging::Level::kError, base::logging::Format::kText);
  ::dup2(standard_error, STDERR_FILENO);
  ::close(standard_error);
  std::string text;
  std::rewind(file);
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) text.push_back(static_cast<char>(c));
  std::fclose(file);
  return text;
}

// The names of the roles that are listed with this slug, each page of two.
std::string listed(ApiWorld& world, const domain::TenantId& tenant, const std::string& slug) {
  std::string names;
  std::string after;
  do {
    const auto page = ApiWorld::must(world.read(world.platform(), [&](const R& r) {
      return api::list_roles(r, tenant, api::RoleSet::kAll, {2, after});
    }));
    for (const auto& view : page.data)
      if (view.role.slug == slug) names += (names.empty() ? "" : ", ") + view.role.name;
    after = page.next;
  } while (!after.empty());
  return names;
}

api::RoleView view(ApiWorld& world, const domain::TenantId& tenant, const std::string& slug) {
  return ApiWorld::must(
      world.read(world.platform(), [&](const R& r) { return api::get_role(r, tenant, slug); }));
}

std::string scopes_of(ApiWorld& world, const domain::TenantId& tenant, const domain::UserId& user) {
  std::string scopes;
  const auto caller = world.login(tenant, user);
  const auto held = world.read(caller, [&](const R& r) {
    return api::stored(authz::authority_of(r.txn, *r.catalogue, r.caller, tenant, r.now));
  });
  for (const auto& scope : ApiWorld::must(held).scopes) scopes += (scopes.empty() ? "" : " ") + scope;
  return scopes;
}

const std::string kWarning =
    "A system role has the same slug. It is not in force in this tenant until one of the two is renamed.";

}  // namespace

TEST_CASE("a role of the platform can't take by call a slug that tenants' roles have", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const auto make = [&](const std::string& slug) {
    const auto made = world.change(world.platform(), [&](C& c) {
      return api::create_or_replace_role(c, domain::Platform{}, {slug, {}, {}, {"group:get"}, {}}, {});
    });
    return made.ok() ? "ok" : to_text(made.error());
  };
  const auto taken = [](const char* tenants) {
    const std::string why = std::string("`lead` is the slug of a role of their own in ") + tenants;
    return "already_exists: slug: " + why + " | /slug: " + why;
  };
  CHECK(make("lead") == taken("1 tenant"));
  world.add_role(world.globex(), "lead", {"group:get"});
  CHECK(make("lead") == taken("2 tenants"));
  CHECK(make("other") == "ok");
  const auto id = view(world, world.acme(), "other").role.id;
  const auto rename = [&](const std::string& slug) {
    return to_text(world.change(world.platform(), [&](C& c) {
      return api::replace_role_by_id(c, domain::Platform{}, id, {slug, {}, {}, {"group:get"}, {}}, {});
    }));
  };
  CHECK(rename("lead") == taken("2 tenants"));
  CHECK(rename("free") == "ok");
  CHECK(listed(world, world.acme(), "lead") == "lead");
  // And the other way round.
  CHECK(to_text(world.change(world.platform(), [&](C& c) {
          return api::create_role(c, world.acme(), {"free", "Free", {}, {}});
        })) == "already_exists: slug: `free` is taken | /slug: `free` is taken");
}

TEST_CASE("a system role of the file is not in force in a tenant that has a role with its slug", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  const auto own = view(world, world.acme(), "lead").role;
  const domain::UserId ann = world.add_user(world.acme(), "ann"), bob = world.add_user(world.globex(), "bob");
  const domain::GroupId team = world.add_group(world.acme(), "Team");
  world.map_user(world.acme(), ann, {"lead"});
  world.map_group(world.acme(), team, "lead");
  const std::string log = logged([&] { adopt(world, "lead"); });
  CHECK_THAT(log, ContainsSubstring("role=lead tenants=1"));

  // The tenant's role is what it was, and the only one of that name.
  const auto now = view(world, world.acme(), "lead");
  CHECK(now.role.id == own.id);
  CHECK(now.role.scopes == own.scopes);
  CHECK(listed(world, world.acme(), "lead") == "lead");
  REQUIRE(!now.blast_radius.warnings.empty());
  CHECK(now.blast_radius.warnings.back() == kWarning);
  CHECK(scopes_of(world, world.acme(), ann) == "group:get");
  const auto user = [&] {
    return ApiWorld::must(
        world.read(world.platform(), [&](const R& r) { return api::get_user(r, world.acme(), ann); }));
  };
  // What was just read, put back, changes nothing.
  CHECK(user().roles == std::vector<std::string>{"lead"});
  world.map_user(world.acme(), ann, user().roles);
  CHECK(scopes_of(world, world.acme(), ann) == "group:get");

  // A mapping of the system role, as an earlier version may have left one, gives nothing there and has no
  // name.
  const auto system = ApiWorld::must(world.read(world.platform(), [&](const R& r) {
                        return api::get_role(r, domain::Platform{}, "lead");
                      })).role;
  const auto written = world.service().store().write([&](store::WriteTxn& txn) -> base::Result<void> {
    for (const domain::Principal& who : {domain::Principal(ann), domain::Principal(team)}) {
      domain::Mapping mapping;
      mapping.id = domain::MappingId(who.id);
      mapping.tenant = world.acme();
      mapping.principal = who;
      mapping.role = system.id;
      if (auto put = domain::put_mapping(txn, mapping); !put.ok()) return put;
    }
    return {};
  });
  REQUIRE(written.ok());
  CHECK(scopes_of(world, world.acme(), ann) == "group:get");
  CHECK(user().roles == std::vector<std::string>{"lead"});
  world.map_user(world.acme(), ann, user().roles);
  const auto of_team = ApiWorld::must(world.read(world.platform(), [&](const R& r) {
    return api::list_group_roles(r, world.acme(), team, {0, ""});
  }));
  CHECK(of_team.data.size() == 1);
  CHECK(to_text(world.read(world.platform(), [&](const R& r) {
          return api::get_role_by_id(r, world.acme(), system.id);
        })).starts_with("not_found: "));

  // In other tenants it is in force.
  CHECK(listed(world, world.globex(), "lead") == "Of the file");
  world.map_user(world.globex(), bob, {"lead"});
  CHECK(scopes_of(world, world.globex(), bob).find("organization:administer") != std::string::npos);

  // Until the tenant's is renamed.
  ApiWorld::must(world.change(world.platform(), [&](C& c) {
    return api::replace_role_by_id(c, world.acme(), own.id, {"own-lead", {}, {}, {"group:get"}, {}}, {});
  }));
  CHECK(listed(world, world.acme(), "lead") == "Of the file");
  CHECK(view(world, world.acme(), "own-lead").role.id == own.id);
  CHECK(user().roles == std::vector<std::string>{"lead", "own-lead"});
  CHECK(scopes_of(world, world.acme(), ann).find("organization:administer") != std::string::npos);
  // It can't get the name back.
  CHECK(to_text(world.change(world.platform(), [&](C& c) {
          return api::replace_role_by_id(c, world.acme(), own.id, {"lead", {}, {}, {"group:get"}, {}}, {});
        })).starts_with("already_exists: "));
}

TEST_CASE("or until the system role is renamed in its file", "[api]") {
  ApiWorld world;
  world.add_role(world.acme(), "lead", {"group:get"});
  adopt(world, "lead");
  CHECK(view(world, world.acme(), "lead").blast_radius.warnings.back() == kWarning);
  adopt(world, "team-lead");
  CHECK(view(world, world.acme(), "lead").blast_radius.warnings.back() != kWarning);
  CHECK(listed(world, world.acme(), "lead") == "lead");
  CHECK(listed(world, world.acme(), "team-lead") == "Of the file");
  // A tenant's role that shadows one may be changed, and deleted.
  adopt(world, "lead");
  ApiWorld::must(world.change(world.admin(world.acme()), [&](C& c) {
    return api::update_role(c, world.acme(), "lead", {"Other", {}, {}}, {});
  }));
  ApiWorld::must(world.change(world.admin(world.acme()),
                              [&](C& c) { return api::delete_role(c, world.acme(), "lead", false, {}); }));
  CHECK(listed(world, world.acme(), "lead") == "Of the file");
}
