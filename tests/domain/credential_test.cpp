#include "domain/credential.h"

#include "domain/deletion.h"
#include "domain/idempotency.h"
#include "tests/domain/support.h"

using namespace domain;

namespace {

std::string all_names(const store::ReadTxn& txn, const Owner& tenant, const CredentialId* after = nullptr) {
  std::string out;
  REQUIRE(each_credential(txn, tenant, after, [&](Credential&& c) { return out += c.name, true; }).ok());
  return out;
}

std::string names_of(const store::ReadTxn& txn, const Owner& tenant, const Principal& owner) {
  std::string out;
  REQUIRE(each_credential_of(txn, tenant, owner, nullptr, [&](Credential&& c) {
            return out += c.name, true;
          }).ok());
  return out;
}

}  // namespace

TEST_CASE("credential: every field comes back", "[domain]") {
  TestStore store;
  Credential full = make_credential(kTenant, id(1), as_service_user(id(2)), "s");
  full.kind = CredentialKind::kSecret;
  full.name = kOdd;
  full.scopes = {"group:get", "organization:get"};
  full.expires_at = base::Timestamp{kNow.ms + 1};
  full.revoked_at = base::Timestamp{kNow.ms + 2};
  full.created_by = as_user(id(3));
  store.change([&](auto& txn) {
    full.revision = txn.revision();
    return put_credential(txn, full);
  });
  Credential plain = make_credential(Platform{}, id(4), {PrincipalKind::kPlatform, id(4)}, "p");
  store.change([&](auto& txn) {
    plain.revision = txn.revision();
    return put_credential(txn, plain);
  });
  CHECK(found(get_credential(store.read(), id(1))) == full);
  CHECK(found(find_credential(store.read(), hash_of("s"))) == full);
  CHECK(found(find_credential(store.read(), hash_of("p"))) == plain);
  CHECK(absent(find_credential(store.read(), hash_of("x"))));
}

TEST_CASE("credential: valid until the millisecond before it expires, and until revoked", "[domain]") {
  struct Row {
    std::optional<base::Timestamp> expires_at, revoked_at;
    std::int64_t now;
    bool valid;
  };
  const Row rows[] = {
      {{}, {}, 0, true},
      {base::Timestamp{1000}, {}, 999, true},
      {base::Timestamp{1000}, {}, 1000, false},
      {base::Timestamp{1000}, base::Timestamp{5}, 4, false},
      {{}, base::Timestamp{5}, 6, false},
  };
  for (const Row& row : rows) {
    Credential credential(kTenant);
    credential.expires_at = row.expires_at;
    credential.revoked_at = row.revoked_at;
    CHECK(credential.valid_at({row.now}) == row.valid);
  }
}

TEST_CASE("credential: a secret is one credential's; a new one frees the old", "[domain]") {
  TestStore store;
  Credential one = make_credential(kTenant, id(1), as_user(id(9)), "a");
  const Credential two = make_credential(kOther, id(2), as_user(id(9)), "a");
  store.change([&](auto& txn) {
    one.revision = txn.revision();
    return put_credential(txn, one);
  });
  const base::Error taken = store.refusal([&](auto& txn) { return put_credential(txn, two); });
  CHECK(taken.code == base::ErrorCode::kConflict);
  CHECK(taken.message == "credential a: the secret is another's");
  one.hash = hash_of("b");
  one.owner = as_service_user(id(8));
  store.change([&](auto& txn) {
    one.revision = txn.revision();
    return put_credential(txn, one);
  });
  CHECK(absent(find_credential(store.read(), hash_of("a"))));
  CHECK(found(find_credential(store.read(), hash_of("b"))) == one);
  CHECK(names_of(store.read(), kTenant, as_user(id(9))) == "");
  CHECK(store.tables() == "credential:1 credential_hash:1 credential_by_tenant:1 credential_by_owner:1");
}

TEST_CASE("credential: lists by tenant and by owner; deletion takes the kept answers along", "[domain]") {
  TestStore store;
  const Credential all[] = {
      make_credential(kTenant, id(1), as_user(id(9)), "a"),
      make_credential(kTenant, id(2), as_service_user(id(9)), "b"),
      make_credential(kTenant, id(3), as_user(id(9)), "c"),
      make_credential(kOther, id(4), as_user(id(9)), "d"),
  };
  for (const Credential& each : all)
    store.change([&](auto& txn) -> base::Result<void> {
      if (auto done = put_credential(txn, each); !done.ok()) return done;
      return put_idempotent_answer(txn, each.id, "k", {});
    });
  const CredentialId one = id(1);
  CHECK(all_names(store.read(), kTenant) == "abc");
  CHECK(all_names(store.read(), kTenant, &one) == "bc");
  CHECK(all_names(store.read(), Platform{}) == "");
  CHECK(names_of(store.read(), kTenant, as_user(id(9))) == "ac");
  store.change([&](auto& txn) {
    return delete_belongings(txn, {kTenant, as_user(id(9)), {}, {}}, kMostAtOnce, kTellNobody);
  });
  CHECK(all_names(store.read(), kTenant) == "b");
  for (const Credential& each : {all[1], all[3]})
    store.change([&](auto& txn) { return delete_credential(txn, each); });
  CHECK(store.tables() == "");
}
