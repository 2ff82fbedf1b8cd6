#include "domain/project.h"

#include "domain/check.h"
#include "domain/deletion.h"
#include "domain/quota.h"
#include "store/key.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

Project make_project(const TenantId& tenant, const ProjectId& id, const std::string& slug) {
  Project project;
  project.id = id;
  project.tenant = tenant;
  project.slug = slug;
  project.name = "P";
  project.created_at = project.updated_at = kNow;
  return project;
}

Mapping on_project(std::uint64_t n, const Project& project) {
  Mapping mapping;
  mapping.id = id(n);
  mapping.tenant = project.tenant;
  mapping.principal = as_user(id(n));
  mapping.role = id(900);
  mapping.resource = project_resource(project.id);
  mapping.created_at = kNow;
  return mapping;
}

}  // namespace

TEST_CASE("project: every field comes back, by id and by slug in either case", "[domain]") {
  TestStore store;
  Project project = make_project(kTenant, id(1), "Web-Site_1");
  project.name = kOdd;
  project.metadata = R"({"a":[1]})";
  project.state = State::kDisabled;
  project.updated_at = base::Timestamp{kNow.ms + 1};
  const auto revision = store.change([&](auto& txn) { return put_project(txn, project); });
  CHECK(project.revision == revision);
  CHECK(found(get_project(store.read(), kTenant, id(1))) == project);
  for (const char* slug : {"Web-Site_1", "web-site_1", "WEB-SITE_1"})
    CHECK(found(find_project_by_slug(store.read(), kTenant, slug)) == project);
  CHECK(found(find_tenant_of_project(store.read(), id(1))) == kTenant);
  CHECK(absent(get_project(store.read(), kOther, id(1))));
  CHECK(absent(find_project_by_slug(store.read(), kOther, "web-site_1")));
  CHECK(absent(find_project_by_slug(store.read(), kTenant, std::string(1000, 'x'))));
  CHECK(absent(find_tenant_of_project(store.read(), id(2))));
}

TEST_CASE("project: a slug is one project's in its tenant, and free once it has another", "[domain]") {
  TestStore store;
  Project web = make_project(kTenant, id(1), "web");
  store.change([&](auto& txn) { return put_project(txn, web); });
  Project other = make_project(kTenant, id(2), "WEB");
  CHECK(store.refusal([&](auto& txn) { return put_project(txn, other); }).message ==
        "project WEB: the slug is taken");
  Project theirs = make_project(kOther, id(3), "web");
  store.change([&](auto& txn) { return put_project(txn, theirs); });
  web.slug = "WeB";  // its own in another case
  store.change([&](auto& txn) { return put_project(txn, web); });
  web.slug = "site";
  store.change([&](auto& txn) { return put_project(txn, web); });
  store.change([&](auto& txn) { return put_project(txn, other); });
  CHECK(store.tables() == "project:3 project_slug:3 project_by_id:3");
  std::vector<ProjectId> ids;
  REQUIRE(each_project(store.read(), kTenant, nullptr, [&](Project&& project) {
            ids.push_back(project.id);
            return true;
          }).ok());
  CHECK(ids == std::vector<ProjectId>{id(1), id(2)});
  CHECK(get_used(store.read(), kTenant, Quota::kProjects).value() == 2);
}

TEST_CASE("project: the mappings on it go with it, at once or in steps", "[domain]") {
  for (const std::uint64_t mappings : {std::uint64_t{3}, kMostAtOnce + 50}) {
    TestStore store;
    Project web = make_project(kTenant, id(1), "web"), other = make_project(kTenant, id(2), "other");
    store.change([&](auto& txn) -> base::Result<void> {
      for (Project* project : {&web, &other})
        if (auto put = put_project(txn, *project); !put.ok()) return put;
      for (std::uint64_t n = 0; n < mappings; ++n) {
        Mapping mapping = on_project(1000 + n, web);
        if (auto put = put_mapping(txn, mapping); !put.ok()) return put;
      }
      Mapping stays = on_project(999, other);
      return put_mapping(txn, stays);
    });
    store.change([&](auto& txn) { return delete_project(txn, web); });
    CHECK(absent(get_project(store.read(), kTenant, id(1))));
    CHECK(absent(find_project_by_slug(store.read(), kTenant, "web")));
    // Nobody finds what is left.
    std::size_t seen = 0;
    REQUIRE(each_mapping(store.read(), kTenant, nullptr, [&](Mapping&&) { return ++seen > 0; }).ok());
    CHECK(seen == 1);
    CHECK(absent(find_mapping_by_id(store.read(), kTenant, id(1000))));
    Project again = make_project(kTenant, id(3), "web");
    store.change([&](auto& txn) { return put_project(txn, again); });
    for (bool more = true; more;)
      store.change([&](auto& txn) -> base::Result<void> {
        const auto left = continue_deletions(txn, 1000, kTellNobody);
        if (!left.ok()) return left.error();
        more = *left;
        return {};
      });
    CHECK(
        store.tables() ==
        "mapping:1 mapping_by_role:1 mapping_by_id:1 mapping_on:1 project:2 project_slug:2 project_by_id:2");
  }
}

TEST_CASE("project: goes with its tenant", "[domain]") {
  TestStore store;
  Project web = make_project(kTenant, id(1), "web"), theirs = make_project(kOther, id(2), "web");
  store.change([&](auto& txn) -> base::Result<void> {
    Tenant tenant = make_tenant(kTenant, "acme");
    if (auto put = put_tenant(txn, tenant); !put.ok()) return put;
    if (auto put = put_project(txn, web); !put.ok()) return put;
    return put_project(txn, theirs);
  });
  store.change([&](auto& txn) { return delete_tenant(txn, kTenant); });
  store.change([&](auto& txn) -> base::Result<void> {
    const auto left = continue_deletions(txn, 1000, kTellNobody);
    return left.ok() ? base::Result<void>() : left.error();
  });
  CHECK(absent(get_project(store.read(), kTenant, id(1))));
  CHECK(absent(find_tenant_of_project(store.read(), id(1))));
  CHECK(found(get_project(store.read(), kOther, id(2))) == theirs);
}

TEST_CASE("project: what its indexes lack, store check finds", "[domain]") {
  TestStore store;
  Tenant tenant = make_tenant(kTenant, "acme");
  Project web = make_project(kTenant, id(1), "web");
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto put = put_tenant(txn, tenant); !put.ok()) return put;
    return put_project(txn, web);
  });
  const auto faults = [&] {
    std::string all;
    REQUIRE(check_store(store.read(), [&](const StoreFault& fault) {
              all += fault.what + "\n";
              return true;
            }).ok());
    return all;
  };
  CHECK(faults() == "");
  store.change([&](auto& txn) -> base::Result<void> {
    const auto gone = txn.del(store::Table::kProjectById, store::Key().uuid(web.id).uuid(kTenant));
    return gone.ok() ? base::Result<void>() : gone.error();
  });
  CHECK_THAT(faults(), ContainsSubstring("project_by_id"));
}
