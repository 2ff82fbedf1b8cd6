#include "domain/tenant.h"

#include "domain/audit.h"
#include "domain/deletion.h"
#include "domain/idempotency.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

// Something in every table that can hold a tenant's. The ids are the same in every tenant but for those of
// credentials, which are unique in the store.
base::Result<void> fill(store::WriteTxn& txn, const TenantId& tenant, const std::string& slug) {
  Tenant record = make_tenant(tenant, slug);
  Role role = make_role(tenant, id(1), "editor");
  Group made_group = make_group(tenant, id(2), "Staff");
  User made_user = make_user(tenant, id(3), "Ann@example.com");
  ServiceUser robot = make_service_user(tenant, id(4), "robot");
  Mapping by_group = make_mapping(tenant, id(5), as_group(id(2)), id(1));
  Mapping on_group = make_mapping(tenant, id(6), as_user(id(3)), id(1), group_resource(id(2)));
  Mapping of_robot = make_mapping(tenant, id(7), as_service_user(id(4)), id(1));
  const Credential key =
      make_credential(tenant, id(tenant.uuid().bytes()[15]), as_service_user(id(4)), slug + "-key");
  AuditEntry entry(tenant);
  IdempotentAnswer answer;
  answer.expires_at = {kNow.ms + kIdempotencyMs};
  for (const auto& done :
       {put_tenant(txn, record), put_role(txn, role), put_group(txn, made_group), put_user(txn, made_user),
        put_service_user(txn, robot), put_membership(txn, {tenant, id(2), id(3), Source::kLocal, kNow}),
        put_mapping(txn, by_group), put_mapping(txn, on_group), put_mapping(txn, of_robot),
        put_credential(txn, key), append_audit(txn, entry), put_idempotent_answer(txn, key.id, "a", answer)})
    if (!done.ok()) return done;
  return {};
}

// In steps.
void delete_whole(TestStore& store, const TenantId& tenant) {
  store.change([&](auto& txn) { return delete_tenant(txn, tenant); });
  for (bool more = true; more;)
    store.change([&](auto& txn) -> base::Result<void> {
      const auto left = continue_deletions(txn, 500, kTellNobody);
      if (!left.ok()) return left.error();
      more = *left;
      return {};
    });
}

}  // namespace

TEST_CASE("tenant: every field comes back", "[domain]") {
  TestStore store;
  Tenant tenant = make_tenant(kTenant, "acme");
  tenant.name = kOdd;
  tenant.metadata = R"({"a":[1,"}"]})";
  tenant.state = State::kDisabled;
  tenant.updated_at = base::Timestamp{kNow.ms + 1};
  const auto revision = store.change([&](auto& txn) { return put_tenant(txn, tenant); });
  CHECK(tenant.revision == revision);
  CHECK(found(get_tenant(store.read(), kTenant)) == tenant);
  CHECK(found(find_tenant_by_slug(store.read(), "acme")) == tenant);
  CHECK(absent(get_tenant(store.read(), kOther)));
  CHECK(absent(find_tenant_by_slug(store.read(), "Acme")));
  CHECK(absent(find_tenant_by_slug(store.read(), "")));
}

TEST_CASE("tenant: a slug is one tenant's; a renamed one frees it", "[domain]") {
  TestStore store;
  Tenant acme = make_tenant(kTenant, "acme");
  Tenant other = make_tenant(kOther, "acme");
  store.change([&](auto& txn) { return put_tenant(txn, acme); });
  const base::Error taken = store.refusal([&](auto& txn) { return put_tenant(txn, other); });
  CHECK(taken.code == base::ErrorCode::kConflict);
  CHECK(taken.message == "tenant acme: the slug is taken");
  acme.slug = "acme-2";
  store.change([&](auto& txn) { return put_tenant(txn, acme); });
  store.change([&](auto& txn) { return put_tenant(txn, other); });
  CHECK(found(find_tenant_by_slug(store.read(), "acme")).id == kOther);
  CHECK(found(find_tenant_by_slug(store.read(), "acme-2")).id == kTenant);
  CHECK(store.tables() == "tenant:2 tenant_slug:2");
}

TEST_CASE("tenant: all of them in order of id, and from one on", "[domain]") {
  TestStore store;
  for (const std::uint64_t n : {3U, 1U, 2U}) {
    Tenant tenant = make_tenant(id(n), "t" + std::to_string(n));
    store.change([&](auto& txn) { return put_tenant(txn, tenant); });
  }
  const auto list = [&](const TenantId* after, std::size_t limit) {
    std::string slugs;
    std::size_t count = 0;
    REQUIRE(
        each_tenant(store.read(), after, [&](Tenant&& t) { return slugs += t.slug, ++count < limit; }).ok());
    return slugs;
  };
  const TenantId one = id(1), nine = id(9);
  CHECK(list(nullptr, 9) == "t1t2t3");
  CHECK(list(nullptr, 2) == "t1t2");
  CHECK(list(&one, 9) == "t2t3");
  CHECK(list(&nine, 9) == "");
}

TEST_CASE(
    "tenant: deleted, it leaves its audit chain and its slug held, nothing else, and another's things alone",
    "[domain]") {
  TestStore store;
  store.change([&](auto& txn) { return fill(txn, kTenant, "acme"); });
  const std::string one =
      "tenant:1 tenant_slug:1 role:1 role_slug:1 group:1 group_name:1 user:1 user_email:1 service_user:1 "
      "credential:1 credential_hash:1 credential_by_tenant:1 credential_by_owner:1 member_of:1 members:1 "
      "mapping:3 "
      "mapping_by_role:3 mapping_by_id:3 audit:1 audit_head:1 idempotency:1 idempotency_by_time:1 "
      "mapping_on:1 "
      "service_user_by_id:1 audit_by_resource:1 audit_hour:1 name_look:2";
  CHECK(store.tables() == one);
  store.change([&](auto& txn) { return fill(txn, kOther, "other"); });
  delete_whole(store, kOther);
  CHECK(found(find_role(store.read(), kTenant, "editor")).id == id(1));
  delete_whole(store, kOther);
  delete_whole(store, kTenant);
  CHECK(store.tables() ==
        "audit:2 audit_head:2 audit_by_resource:2 audit_hour:2 held_slug:2 held_slug_by_time:2");
}

TEST_CASE("tenant: a large one is deleted whole", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    Tenant tenant = make_tenant(kTenant, "acme");
    if (auto done = put_tenant(txn, tenant); !done.ok()) return done;
    for (std::uint64_t n = 1000; n < 2000; ++n) {
      User made = make_user(kTenant, id(n), std::to_string(n) + "@example.com");
      Mapping mapping = make_mapping(kTenant, id(n), as_user(id(n)), id(1));
      const auto key = make_credential(kTenant, id(n), as_user(id(n)), std::to_string(n));
      for (const auto& done : {put_user(txn, made), put_mapping(txn, mapping), put_credential(txn, key)})
        if (!done.ok()) return done;
    }
    return {};
  });
  delete_whole(store, kTenant);
  CHECK(store.tables() == "held_slug:1 held_slug_by_time:1");
}
