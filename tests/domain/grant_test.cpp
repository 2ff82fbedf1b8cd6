#include "domain/grant.h"

#include <map>
#include <random>
#include <set>

#include "domain/check.h"
#include "domain/deletion.h"
#include "domain/entity.h"
#include "domain/project.h"
#include "domain/quota.h"
#include "store/key.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

base::Result<void> put_all(store::WriteTxn& txn, std::vector<Grant>& grants) {
  for (Grant& grant : grants)
    if (auto done = put_grant(txn, grant); !done.ok()) return done;
  return {};
}

// The last digits of the ids, in order of reading.
template <typename Read>
std::string ids_of(const Read& read) {
  std::string ids;
  const auto done = read([&](Grant&& grant) {
    ids += (ids.empty() ? "" : " ") + std::to_string(grant.id.uuid().bytes()[15]);
    return true;
  });
  REQUIRE(done.ok());
  return ids;
}

std::string all_of(const TestStore& store) {
  const auto txn = store.read();
  return ids_of([&](auto fn) { return each_grant(txn, kTenant, nullptr, fn); });
}

std::vector<std::string> faults_of(const TestStore& store) {
  std::vector<std::string> faults;
  const auto tell = [&](const StoreFault& fault) { return faults.push_back(fault.what), true; };
  REQUIRE(check_store(store.read(), tell).ok());
  return faults;
}

constexpr auto kTell = [](const Grant&) { return base::Result<void>(); };

}  // namespace

TEST_CASE("a grant comes back as it was put, by its id and by what it names", "[domain][grants]") {
  TestStore store;
  Grant grant = make_grant(kTenant, id(1), "Device:" + std::string(kMaxEntityId, 'd'), kOdd);
  grant.valid_from = base::Timestamp{1};
  grant.expires_at = base::Timestamp{2};
  grant.reason = kOdd;
  grant.created_by = as_user(id(9));
  Grant plain = make_grant(kTenant, id(2), "", "");
  const store::Revision revision = store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_grant(txn, grant); !done.ok()) return done;
    return put_grant(txn, plain);
  });
  CHECK(grant.revision == revision);
  CHECK(found(get_grant(store.read(), kTenant, id(1))) == grant);
  CHECK(found(get_grant(store.read(), kTenant, id(2))) == plain);
  CHECK(found(find_grant(store.read(), kTenant, {grant.principal, grant.resource, id(52)})) == grant);
  CHECK(absent(find_grant(store.read(), kTenant, {grant.principal, "", id(52)})));
  CHECK(absent(find_grant(store.read(), kTenant, {grant.principal, grant.resource, id(51)})));
  CHECK(absent(get_grant(store.read(), kOther, id(1))));
  CHECK(store.tables() == "grant:2 grant_of:2 grant_on:2 grant_by_rule:2");
  CHECK(get_used(store.read(), kTenant, Quota::kGrants).value() == 2);
  CHECK(all_of(store) == "1 2");

  // Under other names it is the same one.
  grant.resource = "Folder:7";
  store.change([&](auto& txn) { return put_grant(txn, grant); });
  CHECK(found(find_grant(store.read(), kTenant, {grant.principal, "Folder:7", id(52)})) == grant);
  CHECK(absent(find_grant(store.read(), kTenant, {grant.principal, kOdd, id(52)})));
  CHECK(store.tables() == "grant:2 grant_of:2 grant_on:2 grant_by_rule:2");

  store.change([&](auto& txn) { return delete_grant(txn, grant); });
  store.change([&](auto& txn) { return delete_grant(txn, plain); });
  CHECK(store.tables() == "");
}

TEST_CASE("a grant can't have another's names, nor a name that is too long", "[domain][grants]") {
  TestStore store;
  Grant one = make_grant(kTenant, id(1), "user:a", "Doc:1"), same = one;
  store.change([&](auto& txn) { return put_grant(txn, one); });
  same.id = id(2);
  CHECK(store.refusal([&](auto& txn) { return put_grant(txn, same); }).message ==
        "grant of rule " + id(52).to_string() + " to user:a on Doc:1: already exists");
  same.rule = id(53);
  store.change([&](auto& txn) { return put_grant(txn, same); });
  Grant elsewhere = one;
  elsewhere.tenant = kOther;
  store.change([&](auto& txn) { return put_grant(txn, elsewhere); });
  same.resource = std::string(kMaxResourceText + 1, 'r');
  CHECK(store.refusal([&](auto& txn) { return put_grant(txn, same); }).code == base::ErrorCode::kInvalid);
}

TEST_CASE("grants are read, counted and deleted by principal, resource and template", "[domain][grants]") {
  TestStore store;
  std::vector<Grant> grants;
  for (const char* principal : {"user:a", "user:b", ""})
    for (const char* resource : {"Doc:1", "Doc:10", ""})
      grants.push_back(make_grant(kTenant, id(grants.size() + 1), principal, resource));
  grants.back().rule = id(53);
  store.change([&](auto& txn) { return put_all(txn, grants); });
  const auto txn = store.read();
  const auto sorted = [](std::string text) {
    std::sort(text.begin(), text.end());
    return text;
  };
  const auto of = [&](const char* name) {
    return sorted(ids_of([&](auto fn) { return each_grant(txn, kTenant, GrantsOf{name}, fn); }));
  };
  const auto on = [&](const char* name) {
    return sorted(ids_of([&](auto fn) { return each_grant(txn, kTenant, GrantsOn{name}, fn); }));
  };
  CHECK(of("user:a") == "  123");
  CHECK(of("") == "  789");
  CHECK(on("Doc:1") == "  147");
  CHECK(on("") == "  369");
  CHECK(of("user:c") == "");
  CHECK(count_grants(txn, kTenant, GrantsOf{"user:a"}, 10).value() == 3);
  CHECK(count_grants(txn, kTenant, GrantsOn{"Doc:1"}, 2).value() == 2);
  CHECK(count_grants(txn, kTenant, RuleId(id(52)), 100).value() == 8);
  CHECK(count_grants(txn, kTenant, RuleId(id(53)), 0).value() == 0);
  CHECK(count_grants(txn, kOther, RuleId(id(53)), 9).value() == 0);

  std::size_t gone = 0;
  const auto remove = [&](const auto& by, std::size_t most) {
    store.change([&](auto& t) -> base::Result<void> {
      const auto deleted = delete_grants(t, kTenant, by, most, kTell);
      if (!deleted.ok()) return deleted.error();
      gone = *deleted;
      return {};
    });
    return gone;
  };
  CHECK(remove(GrantsOf{"user:a"}, 2) == 2);
  CHECK(remove(GrantsOf{"user:a"}, 2) == 1);
  CHECK(remove(GrantsOn{"Doc:10"}, 9) == 2);
  CHECK(remove(RuleId(id(53)), 9) == 1);
  CHECK(all_of(store) == "4 6 7");
  CHECK(store.tables() == "grant:3 grant_of:3 grant_on:3 grant_by_rule:3");
}

TEST_CASE("what principals have on a resource is found by leaps as by looking at all", "[domain][grants]") {
  TestStore store;
  std::mt19937 engine(7);
  const auto number = [&](int below) { return std::uniform_int_distribution<int>(0, below - 1)(engine); };
  std::map<std::string, std::set<std::string>> on;  // resource: principals
  std::vector<Grant> grants;
  for (int i = 0; i < 400; ++i) {
    const std::string principal = "p:" + std::to_string(number(60)),
                      resource = "r:" + std::to_string(number(9));
    if (!on[resource].insert(principal).second) continue;
    grants.push_back(make_grant(kTenant, id(1'000 + static_cast<unsigned>(i)), principal, resource));
  }
  Grant second = grants.front();  // of another template
  second.id = id(2'000);
  second.rule = id(53);
  grants.push_back(second);
  store.change([&](auto& txn) { return put_all(txn, grants); });
  const auto txn = store.read();
  for (int round = 0; round < 200; ++round) {
    std::set<std::string> asked;
    for (int i = 0, n = number(30); i < n; ++i) asked.insert("p:" + std::to_string(number(90)));
    std::vector<GrantNameHash> hashes;
    for (const std::string& name : asked) hashes.push_back(grant_name_hash(name));
    std::sort(hashes.begin(), hashes.end());
    const std::string resource = "r:" + std::to_string(number(11));
    std::set<base::Uuid> expected, seen;
    for (const Grant& grant : grants)
      if (grant.resource == resource && asked.contains(grant.principal)) expected.insert(grant.id);
    REQUIRE(each_granted_on(txn, kTenant, hashes, grant_name_hash(resource), [&](const GrantFound& grant) {
              seen.insert(grant.id);
            }).ok());
    REQUIRE(seen == expected);
  }
}

TEST_CASE("the store's check knows what a grant implies", "[domain][grants]") {
  TestStore store;
  Tenant tenant = make_tenant(kTenant, "acme");
  Grant grant = make_grant(kTenant, id(1), "user:a", "Doc:1");
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_tenant(txn, tenant); !done.ok()) return done;
    if (auto done = put_policy_with_rule(txn, kTenant); !done.ok()) return done;
    return put_grant(txn, grant);
  });
  CHECK(faults_of(store).empty());
  const store::Key by_rule = store::Key().uuid(kTenant).uuid(id(52)).uuid(id(1));
  store.change([&](auto& txn) -> base::Result<void> {
    const auto gone = txn.del(store::Table::kGrantByRule, by_rule);
    return gone.ok() ? base::Result<void>() : gone.error();
  });
  REQUIRE(faults_of(store).size() == 1);
  CHECK(faults_of(store).front().find("grant_by_rule") == 0);
  const store::Key stray = store::Key().uuid(kTenant).uuid(id(52)).uuid(id(7));
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto put = txn.put(store::Table::kGrantByRule, by_rule, {}); !put.ok()) return put;
    return txn.put(store::Table::kGrantByRule, stray, {});
  });
  REQUIRE(faults_of(store).size() == 1);
  CHECK(faults_of(store).front().find("belongs to nothing") != std::string::npos);
}

namespace {

// Grants that name something, and one that doesn't.
struct Named {
  const char* name;
  Deleted what;
  std::string entity;  // of an entity
  std::string principal, resource;
};

const std::string kId = id(300).to_string();
const Named kNamed[] = {
    {"a user", UserId(id(300)), "", "user:" + kId, "Doc:1"},
    {"a user, as the resource", UserId(id(300)), "", "user:b", "user:" + kId},
    {"a service user", ServiceUserId(id(300)), "", "service_user:" + kId, "Doc:1"},
    {"a group", GroupId(id(300)), "", "group:" + kId, "Doc:1"},
    {"a group, as the resource", GroupId(id(300)), "", "user:b", "app/group:" + kId},
    {"a project", ProjectId(id(300)), "", "user:b", "app/project:" + kId},
    {"an entity", Deleted(EntityName{"Doc", "7"}), "Doc:7", "user:b", "Doc:7"},
    {"an entity, as the principal", Deleted(EntityName{"Device", "7"}), "Device:7", "Device:7", ""},
    {"a template", RuleId(id(52)), "", "user:b", "Doc:1"},
};

PendingDeletion deletion_of(const Named& row) {
  return {kTenant, row.what, {}, {}, row.entity};
}

}  // namespace

TEST_CASE("grants go with what they name: at once where they are few, else in steps", "[domain][grants]") {
  for (const Named& row : kNamed)
    for (const std::uint64_t few : {std::uint64_t{3}, kMostAtOnce + 1}) {
      INFO(row.name << " " << few);
      TestStore store;
      const bool is_rule = row.what.kind == DeletedKind::kRule;
      std::vector<Grant> grants;
      for (std::uint64_t n = 0; n < few; ++n) {
        grants.push_back(make_grant(kTenant, id(1'000 + n), row.principal, row.resource));
        if (is_rule)
          grants.back().principal += std::to_string(n);
        else
          grants.back().rule = id(2'000 + n);
      }
      Grant kept = make_grant(kTenant, id(1), "user:kept", "Doc:kept");
      kept.rule = id(999);
      store.change([&](auto& txn) -> base::Result<void> {
        if (auto done = put_all(txn, grants); !done.ok()) return done;
        return put_grant(txn, kept);
      });
      CHECK(count_grants_naming(store.read(), deletion_of(row), 10'000).value() == few);
      CHECK(count_grants_naming(store.read(), deletion_of(row), 2).value() == 2);
      std::size_t told = 0;
      const auto tell = [&](const Gone& gone, const DeletedBy&) {
        told += std::holds_alternative<const Grant*>(gone);
        return base::Result<void>();
      };
      store.change([&](auto& txn) { return delete_belongings(txn, deletion_of(row), kMostAtOnce, tell); });
      const bool in_steps = few > kMostAtOnce;
      CHECK(*has_deletions(store.read()) == in_steps);
      CHECK(told == (in_steps ? 0 : few));
      // Gone for everybody all the same, and nothing takes their place.
      CHECK(all_of(store) == "1");
      CHECK(absent(get_grant(store.read(), kTenant, id(1'000))));
      const auto again = [&](auto& txn) { return put_grant(txn, grants.front()); };
      if (in_steps) CHECK(store.refusal(again).code == base::ErrorCode::kConflict);
      for (bool more = in_steps; more;)
        store.change([&](auto& txn) -> base::Result<void> {
          const auto left = continue_deletions(txn, 500, tell);
          if (!left.ok()) return left.error();
          more = *left;
          return {};
        });
      CHECK(told == few);
      CHECK(store.tables() == "grant:1 grant_of:1 grant_on:1 grant_by_rule:1");
      store.change(again);
    }
}

TEST_CASE("an entity under a user's name goes without the user's grants", "[domain][grants]") {
  TestStore store;
  User user = make_user(kTenant, id(300), "ann@example.com");
  Grant grant = make_grant(kTenant, id(1), "user:" + kId, "Doc:1");
  const PendingDeletion deletion = domain::deletion_of(kTenant, {"user", kId}, {});
  store.change([&](auto& txn) -> base::Result<void> {
    if (auto done = put_user(txn, user); !done.ok()) return done;
    return put_grant(txn, grant);
  });
  CHECK(count_grants_naming(store.read(), deletion, 10).value() == 0);
  store.change([&](auto& txn) { return delete_belongings(txn, deletion, kMostAtOnce, kTellNobody); });
  CHECK(all_of(store) == "1");
  // Nor while what else it had is being removed.
  store.change([&](auto& txn) { return begin_deletion(txn, deletion); });
  CHECK(all_of(store) == "1");
  store.change([&](auto& txn) { return delete_user(txn, user); });
  CHECK(all_of(store) == "");
}
