#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>

#include "domain/audit.h"
#include "domain/decision_settings.h"
#include "domain/entity.h"
#include "domain/idempotency.h"
#include "domain/permission.h"
#include "domain/policy_test.h"
#include "domain/project.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "domain/tenant_schema.h"
#include "tests/domain/golden.h"
#include "tests/domain/support.h"

// What earlier versions wrote must be read for ever. The files' bytes were made without this program, from
// the description of each record.

using namespace domain;

namespace {

const std::string kText = "\"q\" \\ / \n\r\t\x01\x7f é € 𝒳";
const std::string kObject = R"({"a":1})";

// A store of format 2 that holds the rows of the file, as this version opens it.
class GoldenStore : public TestStore {
 public:
  explicit GoldenStore(const std::string& file)
      : TestStore([&](const std::string& dir) { make_raw_store(dir, 2, 1, read_golden(file)); }) {}
};

// The second and the third record of a file are the same, but for their ids.
template <typename T>
T with_id(T value, const AnyId& id) {
  value.id = id;
  return value;
}

}  // namespace

TEST_CASE("golden: every file is read by a test", "[domain]") {
  std::set<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/domain/golden"))
    files.insert(entry.path().filename());
  CHECK(files == std::set<std::string>{
                     "audit.txt",  "credential.txt",   "decisions.txt",   "entity.txt",     "grant.txt",
                     "group.txt",  "idempotency.txt",  "mapping.txt",     "membership.txt", "permission.txt",
                     "policy.txt", "policy_test.txt",  "project.txt",     "role.txt",       "rule.txt",
                     "schema.txt", "service_user.txt", "store-0.1.0.txt", "subgroup.txt",   "tenant.txt",
                     "user.txt"});
}

TEST_CASE("golden: tenants", "[domain]") {
  GoldenStore store("tenant.txt");
  const Tenant full{id(1),         "acme", kText, R"({"a":[1,{"b":null}]})", State::kDisabled, kNow,
                    {kNow.ms + 1}, 7,      {}};
  const Tenant plain{id(2), "b", "B", "{}", State::kEnabled, {0}, {-1}, 0, {}};
  CHECK(found(get_tenant(store.read(), id(1))) == full);
  CHECK(found(get_tenant(store.read(), id(2))) == plain);
  CHECK(found(get_tenant(store.read(), id(3))) == with_id(plain, id(3)));
  Tenant limited = with_id(plain, id(4));
  limited.slug = "c";
  limited.name = "C";
  const std::uint64_t limits[] = {5, 0, 1, 2, 3, 4, 6, kMaxLimit};
  for (std::size_t i = 0; i < std::size(limits); ++i) limited.limits[kAllQuotas[i]] = limits[i];
  CHECK(found(get_tenant(store.read(), id(4))) == limited);
  Tenant decides = with_id(plain, id(5));
  decides.slug = "d";
  decides.name = "D";
  decides.limits[Quota::kPolicies] = 7;
  decides.limits[Quota::kRules] = 8;
  CHECK(found(get_tenant(store.read(), id(5))) == decides);
}

TEST_CASE("golden: roles", "[domain]") {
  GoldenStore store("role.txt");
  Role full(kTenant);
  full.id = id(1);
  full.slug = "lead";
  full.name = kText;
  full.description = kText;
  full.scopes = {"group:get", "organization:get"};
  full.metadata = kObject;
  full.state = State::kDisabled;
  full.is_system = true;
  full.created_by = as_user(id(9));
  full.updated_by = Principal{PrincipalKind::kPlatform, id(8)};
  full.created_at = kNow;
  full.updated_at = {kNow.ms + 1};
  full.revision = 7;
  Role plain(kTenant);
  plain.id = id(2);
  plain.slug = "b";
  plain.name = "B";
  plain.updated_at = {-1};
  CHECK(found(get_role(store.read(), kTenant, id(1))) == full);
  CHECK(found(get_role(store.read(), kTenant, id(2))) == plain);
  CHECK(found(get_role(store.read(), kTenant, id(3))) == with_id(plain, id(3)));
}

TEST_CASE("golden: groups", "[domain]") {
  GoldenStore store("group.txt");
  const Group full{id(1), kTenant, kText, Source::kScim, kText, kNow, {kNow.ms + 1}, 7};
  const Group plain{id(2), kTenant, "B", Source::kLocal, std::nullopt, {0}, {-1}, 0};
  CHECK(found(get_group(store.read(), kTenant, id(1))) == full);
  CHECK(found(get_group(store.read(), kTenant, id(2))) == plain);
  CHECK(found(get_group(store.read(), kTenant, id(3))) == with_id(plain, id(3)));
  Group disabled = with_id(plain, id(4));  // of format 13
  disabled.title = "T";
  disabled.metadata = kObject;
  disabled.state = State::kDisabled;
  CHECK(found(get_group(store.read(), kTenant, id(4))) == disabled);
}

TEST_CASE("golden: memberships", "[domain]") {
  GoldenStore store("membership.txt");
  CHECK(found(get_membership(store.read(), kTenant, id(1), id(5))) ==
        Membership{kTenant, id(1), id(5), Source::kScim, kNow});
  CHECK(found(get_membership(store.read(), kTenant, id(2), id(5))) ==
        Membership{kTenant, id(2), id(5), Source::kLocal, {0}});
}

TEST_CASE("golden: groups in groups", "[domain]") {
  GoldenStore store("subgroup.txt");
  CHECK(found(get_subgroup(store.read(), kTenant, id(1), id(5))) ==
        Subgroup{kTenant, id(1), id(5), Source::kScim, kNow, 7});
  CHECK(found(get_subgroup(store.read(), kTenant, id(2), id(5))) ==
        Subgroup{kTenant, id(2), id(5), Source::kLocal, {0}, 0});
}

TEST_CASE("golden: policies, rules, and how a tenant decides", "[domain]") {
  GoldenStore policies("policy.txt");
  const TenantPolicy full{id(1), kTenant,        kText,
                          kText, false,          -7,
                          4,     as_user(id(9)), Principal{PrincipalKind::kPlatform, id(8)},
                          kNow,  {kNow.ms + 1},  7};
  const TenantPolicy plain{id(2), kTenant, "B", {}, true, 0, 1, {}, {}, {0}, {-1}, 0};
  CHECK(found(get_policy(policies.read(), kTenant, id(1))) == full);
  CHECK(found(get_policy(policies.read(), kTenant, id(2))) == plain);

  GoldenStore rules("rule.txt");
  const Rule rule{id(2), kTenant, id(1), 3, kText, kNow, {kNow.ms + 1}, 7};
  CHECK(found(get_rule(rules.read(), kTenant, id(1), id(2))) == rule);

  GoldenStore decisions("decisions.txt");
  Decisions set(kTenant), unset(id(1));
  set.settings = {OnError::kCedar, Reasons::kTrace, {{"urn:doc", "Doc"}, {"user", "App::Person"}}};
  set.settings_revision = 5;
  set.roles_enabled = false;
  set.roles_updated_at = kNow;
  set.roles_revision = 6;
  set.policies_revision = 7;
  unset.policies_revision = 9;
  const auto read = decisions.read();
  CHECK(get_decisions(read, kTenant).value() == set);
  CHECK(get_decisions(read, id(1)).value() == unset);
  CHECK(get_decisions(read, id(2)).value() == Decisions(id(2)));
  Decisions tested(id(3));
  tested.policies_revision = 9;
  tested.schema_revision = 8;
  tested.tests_revision = 10;
  CHECK(get_decisions(read, id(3)).value() == tested);
  Decisions secretive(id(5));
  secretive.policies_revision = 9;
  secretive.settings.secret = {"salary", "ssn"};
  CHECK(get_decisions(read, id(5)).value() == secretive);
}

TEST_CASE("golden: schemas of tenants, and tests of their policies", "[domain]") {
  GoldenStore schemas("schema.txt");
  const TenantSchema full{kTenant, kText, as_user(id(9)), kNow, {kNow.ms + 1}, 7};
  const TenantSchema plain{id(1), "", {}, {0}, {-1}, 0};
  CHECK(found(get_schema(schemas.read(), kTenant)) == full);
  CHECK(found(get_schema(schemas.read(), id(1))) == plain);

  GoldenStore tests("policy_test.txt");
  const PolicyTest test{id(1),
                        kTenant,
                        kText,
                        kObject,
                        true,
                        {"p"},
                        as_user(id(9)),
                        Principal{PrincipalKind::kPlatform, id(8)},
                        kNow,
                        {kNow.ms + 1},
                        7};
  const PolicyTest bare{id(2), kTenant, "B", "{}", false, {}, {}, {}, {0}, {-1}, 0};
  CHECK(found(get_policy_test(tests.read(), kTenant, id(1))) == test);
  CHECK(found(get_policy_test(tests.read(), kTenant, id(2))) == bare);
}

TEST_CASE("golden: grants", "[domain]") {
  GoldenStore store("grant.txt");
  const Grant full{id(1), kTenant,         id(51), id(52),         "Device:12", kText,
                   kNow,  {{kNow.ms + 1}}, kText,  as_user(id(9)), kNow,        7};
  const Grant shortest{id(2), kTenant, id(51), id(52), "", "", {}, {}, {}, {}, {0}, 0};
  CHECK(found(get_grant(store.read(), kTenant, id(1))) == full);
  CHECK(found(get_grant(store.read(), kTenant, id(2))) == shortest);
}

TEST_CASE("golden: projects", "[domain]") {
  GoldenStore store("project.txt");
  const Project full{id(1), kTenant, "web", kText, kObject, State::kDisabled, kNow, {kNow.ms + 1}, 7};
  const Project plain{id(2), kTenant, "b", "B", "{}", State::kEnabled, {0}, {-1}, 0};
  CHECK(found(get_project(store.read(), kTenant, id(1))) == full);
  CHECK(found(get_project(store.read(), kTenant, id(2))) == plain);
}

TEST_CASE("golden: entities", "[domain]") {
  GoldenStore store("entity.txt");
  const StoredEntity full{kTenant,
                          {"App::Doc", "é:7"},
                          R"({"a":[1,{"b":true}],"owner":{"__entity":{"id":"x","type":"User"}}})",
                          R"({"t":"x"})",
                          {{"Folder", "1"}},
                          kNow,
                          {kNow.ms + 1},
                          7};
  const StoredEntity plain{kTenant, {"user", "b"}, "{}", "{}", {}, {0}, {-1}, 0};
  CHECK(found(get_entity(store.read(), kTenant, full.name)) == full);
  CHECK(found(get_entity(store.read(), kTenant, plain.name)) == plain);
}

TEST_CASE("golden: users", "[domain]") {
  GoldenStore store("user.txt");
  const User full{id(1), kTenant, "Ann@example.com", kText, "oidc", false, true,
                  true,  kNow,    {kNow.ms + 1},     7};
  const User plain{id(2), kTenant, "b@example.com", "", "local", true, false, false, {0}, {-1}, 0};
  CHECK(found(get_user(store.read(), kTenant, id(1))) == full);
  CHECK(found(get_user(store.read(), kTenant, id(2))) == plain);
}

TEST_CASE("golden: service users", "[domain]") {
  GoldenStore store("service_user.txt");
  const ServiceUser full{id(1), kTenant, kText, kObject, State::kDisabled, true, kNow, {kNow.ms + 1}, 7};
  const ServiceUser plain{id(2), kTenant, "", "{}", State::kEnabled, false, {0}, {-1}, 0};
  CHECK(found(get_service_user(store.read(), kTenant, id(1))) == full);
  CHECK(found(get_service_user(store.read(), kTenant, id(2))) == plain);
  CHECK(found(get_service_user(store.read(), kTenant, id(3))) == with_id(plain, id(3)));
}

TEST_CASE("golden: credentials", "[domain]") {
  GoldenStore store("credential.txt");
  Credential full(kTenant);
  full.id = id(1);
  full.kind = CredentialKind::kSecret;
  full.owner = as_service_user(id(9));
  full.name = kText;
  full.hash = hash_of("x");
  full.scopes = {"organization:get"};
  full.expires_at = base::Timestamp{kNow.ms + 2};
  full.revoked_at = base::Timestamp{kNow.ms + 1};
  full.created_by = as_user(id(8));
  full.created_at = kNow;
  Credential plain(Platform{});
  plain.id = id(2);
  plain.owner = {PrincipalKind::kPlatform, id(2)};
  plain.hash = hash_of("x");
  CHECK(found(get_credential(store.read(), id(1))) == full);
  CHECK(found(get_credential(store.read(), id(2))) == plain);
  CHECK(found(get_credential(store.read(), id(3))) == with_id(plain, id(3)));
}

TEST_CASE("golden: mappings, and what deciding reads of them", "[domain]") {
  GoldenStore store("mapping.txt");
  const std::string resource = "app/group:x";
  Mapping full = make_mapping(kTenant, id(1), as_group(id(5)), id(6), resource);
  full.valid_from = base::Timestamp{kNow.ms + 1};
  full.expires_at = base::Timestamp{kNow.ms + 2};
  full.reason = full.title = kText;
  full.metadata = kObject;
  full.created_by = as_user(id(9));
  full.revision = 7;
  Mapping plain = make_mapping(kTenant, id(2), as_user(id(5)), id(7));
  plain.created_at = {0};
  Mapping shortest = make_mapping(kTenant, id(3), as_service_user(id(5)), id(8));
  shortest.created_at = {0};
  for (const Mapping& expected : {full, plain, shortest}) {
    const MappingKey key{expected.principal, expected.role, expected.resource};
    CHECK(found(get_mapping(store.read(), kTenant, key)) == expected);
    const auto same = [&](const Holding& holding) {
      CHECK(holding.principal == expected.principal);
      CHECK(holding.role == expected.role);
      CHECK(holding.resource == expected.resource);
      CHECK(holding.valid_from == expected.valid_from);
      CHECK(holding.expires_at == expected.expires_at);
      return true;
    };
    CHECK(each_held_role(store.read(), kTenant, expected.principal, same).ok());
    CHECK(each_holder(store.read(), kTenant, expected.role, same).ok());
  }
}

TEST_CASE("golden: permissions", "[domain]") {
  GoldenStore store("permission.txt");
  const auto all = list_stored_permissions(store.read());
  REQUIRE(all.ok());
  REQUIRE(all->size() == 3);
  const Permission& full = all->at(0);
  CHECK(full.scope == "billing/invoice:pay");
  CHECK(full.title == kText);
  CHECK(full.description == kText);
  CHECK(full.risk == Risk::kHigh);
  CHECK(full.implies == std::vector<std::string>{"organization:get"});
  CHECK(full.metadata == kObject);
  CHECK(full.created_at == kNow);
  CHECK(full.updated_at == base::Timestamp{kNow.ms + 1});
  for (const std::size_t n : {1U, 2U}) {
    const Permission& plain = all->at(n);
    CHECK(plain.verb == (n == 1 ? "see" : "sew"));
    CHECK(plain.title == "");
    CHECK_FALSE(plain.description);
    CHECK(plain.risk == Risk::kLow);
    CHECK(plain.metadata == "{}");
    CHECK(plain.updated_at == base::Timestamp{-1});
  }
}

TEST_CASE("golden: answers to repeated requests", "[domain]") {
  GoldenStore store("idempotency.txt");
  const IdempotentAnswer full{hash_of("x"), 201, kText, kObject, {kNow.ms + 1}};
  CHECK(found(get_idempotent_answer(store.read(), id(9), "key", kNow)) == full);
}

TEST_CASE("golden: audit entries, whose chain is whole", "[domain]") {
  GoldenStore store("audit.txt");
  std::vector<AuditEntry> all;
  REQUIRE(each_audit(store.read(), kTenant, 0, {}, [&](auto, AuditEntry* e) {
            return all.push_back(*e), true;
          }).ok());
  std::reverse(all.begin(), all.end());
  REQUIRE(all.size() == 3);
  AuditEntry first(kTenant);
  first.id = id(0x41);
  first.seq = 1;
  first.actor = as_user(id(9));
  first.actor_name = "Ann";
  first.action = "role:update";
  first.resource_type = "role";
  first.resource_id = "lead";
  first.policies = {"guard.cedar:3"};
  first.before = R"({"name":"L","slug":"lead"})";
  first.after = R"({"name":"\"q\" \\ / \n\r\t\u0001\u007f é € 𝒳","slug":"lead"})";
  first.request_id = id(0x70).to_string();
  first.ip = "192.0.2.1";
  first.created_at = kNow;
  first.hash = crypto::sha256(canonical_text(first));
  CHECK(all[0] == first);
  AuditEntry second = first;
  second.id = id(0x42);
  second.seq = 2;
  second.actor.reset();
  second.actor_name = "";
  second.allowed = false;
  second.policies = {};
  second.before = second.after = "null";
  second.prev_hash = first.hash;
  second.hash = crypto::sha256(canonical_text(second));
  CHECK(all[1] == second);
  AuditEntry third = first;
  third.id = id(0x43);
  third.seq = 3;
  third.prev_hash = second.hash;
  third.hash = crypto::sha256(canonical_text(third));
  CHECK(all[2] == third);
  std::uint64_t seen = 0;
  CHECK(verify_audit(store.read(), seen)->empty());
  CHECK(seen == 3);
}
