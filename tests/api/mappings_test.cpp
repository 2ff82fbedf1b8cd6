#include "api/mappings.h"

#include <algorithm>
#include <map>

#include "api/group_roles.h"
#include "tests/support/api_world.h"

namespace {

using C = api::Change;

struct Scene {
  ApiWorld world;
  domain::TenantId acme = world.acme();
  domain::UserId ann = world.add_user(acme, "ann"), bob = world.add_user(acme, "bob");
  domain::GroupId team = world.add_group(acme, "Team"), other = world.add_group(acme, "Other");
  api::Caller admin = world.admin(acme);

  Scene() { world.add_role(acme, "lead", {"group:get", "group:update"}); }

  api::Outcome<domain::Mapping> make(const api::Caller& caller, const api::NewRoleMapping& given) {
    return world.change(caller, [&](C& c) { return api::create_mapping(c, acme, given); });
  }
  domain::Mapping make(const std::string& role, const domain::Principal& who, const std::string& resource) {
    return ApiWorld::must(make(admin, {role, who, resource, {}, {}, {}, {}}));
  }
  std::vector<domain::MappingId> list(const api::Caller& caller, const api::MappingFilter& filter,
                                      std::size_t limit = 0) {
    std::vector<domain::MappingId> ids;
    std::string after;
    do {
      const auto page = ApiWorld::must(world.read(caller, [&](const api::Read& r) {
        return api::list_mappings(r, acme, filter, {limit, after});
      }));
      CHECK((limit == 0 || page.data.size() <= limit));
      for (const domain::Mapping& mapping : page.data) ids.push_back(mapping.id);
      after = page.next;
    } while (!after.empty());
    return ids;
  }
};

}  // namespace

TEST_CASE("mappings: made on anything, for anybody, found again and taken away", "[api]") {
  Scene s;
  const base::Timestamp until{s.world.now().ms + 1000};
  api::NewRoleMapping given{"lead", s.ann, domain::group_resource(s.team), {}, until, "x", "Title"};
  given.metadata = base::Json(base::Json::Object{{"a", base::Json("b")}});
  const auto made = ApiWorld::must(s.make(s.admin, given));
  CHECK(made.principal == domain::Principal(s.ann));
  CHECK(made.resource == domain::group_resource(s.team));
  CHECK(made.expires_at == until);
  CHECK(made.title == "Title");
  CHECK(made.metadata == R"({"a":"b"})");
  CHECK(made.created_by == s.admin.principal);
  const auto get = [&] {
    return s.world.read(s.admin, [&](const api::Read& r) { return api::get_mapping(r, s.acme, made.id); });
  };
  CHECK(ApiWorld::must(get()) == made);
  // Asked for again, it is what it is.
  api::NewRoleMapping again = given;
  again.role = made.role.to_string();
  again.title = "Another";
  CHECK(ApiWorld::must(s.make(s.admin, again)) == made);
  again.expires_at.reset();
  CHECK(to_text(s.make(s.admin, again)).substr(0, 16) == "already_exists: ");

  const auto remove = [&](const api::IfMatch& match) {
    return to_text(
        s.world.change(s.admin, [&](C& c) { return api::delete_mapping(c, s.acme, made.id, match); }));
  };
  CHECK(remove({true, false, {made.revision + 1}}).substr(0, 21) == "precondition_failed: ");
  CHECK(remove({true, false, {made.revision}}) == "ok");
  CHECK(to_text(get()) == "not_found: mapping " + made.id.to_string() + ": not found");
  CHECK(remove({}) == "not_found: mapping " + made.id.to_string() + ": not found");
}

TEST_CASE("mappings: what isn't the tenant's is named, all of it", "[api]") {
  Scene s;
  const domain::GroupId theirs = s.world.add_group(s.world.globex(), "Theirs");
  const domain::UserId eve = s.world.add_user(s.world.globex(), "eve");
  s.world.add_role(s.world.globex(), "secret", {"group:get"});
  const std::string on_theirs = domain::group_resource(theirs);
  CHECK(
      to_text(s.make(s.admin, {"secret", eve, on_theirs, {}, {}, {}, {}})) ==
      "invalid_input: role: `secret` is no role (and 2 more) | /role: `secret` is no role | /principal: there is "
      "no user:" +
          eve.to_string() + " | /resource: there is no `" + on_theirs + "`");
  const domain::ServiceUserId nobody(eve.uuid());
  struct Row {
    const char* role;
    domain::Principal who;
    std::string resource;
    const char* expected;
  };
  const Row rows[] = {
      {"lead", nobody, "", "invalid_input: principal: there is no serviceuser:"},
      {"lead", theirs, "", "invalid_input: principal: there is no group:"},
      {"lead", s.ann, "app/organization:" + s.world.globex().to_string(),
       "invalid_input: resource: there is no "},
      {"lead", s.ann, "app/user:" + s.bob.to_string(), "invalid_input: resource: there is no "},
      {"lead", s.ann, "app/group:nothing", "invalid_input: resource: there is no "},
      {"leda", s.ann, "", "invalid_input: role: `leda` is no role; did you mean `lead`?"},
      {"lead", s.ann, "a:\n", "invalid_input: resource: must not have control characters"},
      {"lead", s.ann, "a:" + std::string(domain::kMaxEntityId + 1, 'x'),
       "invalid_input: resource: must have a namespace of 1 to 128 bytes and an id of 1 to 256"},
      {"lead", s.ann, "a:" + std::string(domain::kMaxEntityId, 'x'), "ok"},
      {"lead", s.ann, std::string(domain::kMaxEntityType + 1, 'x') + ":1",
       "invalid_input: resource: must have a namespace of 1 to 128 bytes"},
      {"lead", s.ann, std::string(domain::kMaxEntityType, 'x') + ":1", "ok"},
  };
  for (const Row& row : rows) {
    INFO(row.expected);
    const std::string got = to_text(s.make(s.admin, {row.role, row.who, row.resource, {}, {}, {}, {}}));
    CHECK(got.substr(0, std::string(row.expected).size()) == row.expected);
  }
}

TEST_CASE("mappings: a list is the same by any filter as all of them, filtered", "[api]") {
  Scene s;
  const std::string resources[] = {"", domain::group_resource(s.team), domain::group_resource(s.other),
                                   "a:1"};
  const char* roles[] = {"lead", "user", "approver"};
  std::vector<domain::Mapping> all;
  for (const domain::Principal& who :
       {domain::Principal(s.bob), domain::Principal(s.team), domain::Principal(s.ann)})
    for (const std::string& resource : resources)
      for (const char* role : roles) all.push_back(s.make(role, who, resource));
  const auto ids_where = [&](const auto& is) {
    std::vector<domain::MappingId> ids;
    for (const domain::Mapping& mapping : all)
      if (is(mapping)) ids.push_back(mapping.id);
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  std::map<std::string, domain::RoleId> ids_of_roles;
  for (std::size_t i = 0; i < 3; ++i) ids_of_roles.emplace(roles[i], all[i].role);
  using Who = std::optional<base::Uuid>;
  for (const Who& who : {Who(), Who(s.ann), Who(s.team), Who(s.other)})
    for (const auto& role : {std::optional<std::string>(), std::optional<std::string>("user")})
      for (const auto& on : {std::optional<std::string>(), std::optional<std::string>(""),
                             std::optional<std::string>("a:1"), std::optional<std::string>("a:2")}) {
        const auto wanted = ids_where([&](const domain::Mapping& mapping) {
          return (!who || mapping.principal.id == *who) &&
                 (!role || mapping.role == ids_of_roles.at(*role)) && (!on || mapping.resource == *on);
        });
        for (const std::size_t limit : {0, 1, 7}) CHECK(s.list(s.admin, {who, role, on}, limit) == wanted);
        if (role) CHECK(s.list(s.admin, {who, ids_of_roles.at(*role).to_string(), on}) == wanted);
      }
  CHECK(s.list(s.admin, {{}, "nothing", {}}).empty());
}

TEST_CASE("mappings: those of groups are shown to whoever may read the group", "[api]") {
  Scene s;
  const auto of_ann = s.make("lead", s.ann, "");
  const auto of_team = s.make("lead", s.team, "");
  const auto of_other = s.make("lead", s.other, "a:1");
  const auto reader = s.world.caller(s.acme, {"organization:get"});
  const api::MappingFilter on_tenant{{}, {}, ""};
  CHECK(s.list(reader, {}) == std::vector<domain::MappingId>{of_ann.id});
  s.world.map_on(s.acme, reader.principal, "lead", domain::group_resource(s.team));
  CHECK(s.list(reader, on_tenant) == std::vector<domain::MappingId>{of_ann.id, of_team.id});
  CHECK(s.list(reader, {{}, {}, "a:1"}).empty());
  const auto get = [&](const domain::MappingId& id) {
    return to_text(s.world.read(reader, [&](const api::Read& r) { return api::get_mapping(r, s.acme, id); }));
  };
  CHECK(get(of_ann.id) == "ok");
  CHECK(get(of_team.id) == "ok");
  CHECK(get(of_other.id).substr(0, 24) == "forbidden: mapping:list:");
}
