#include "domain/user.h"

#include "domain/idempotency.h"
#include "tests/domain/support.h"

using namespace domain;

TEST_CASE("user: every field comes back", "[domain]") {
  TestStore store;
  User user = make_user(kTenant, id(1), "Ann.Lee+x@Example.com");
  user.name = kOdd;
  user.auth_provider = "oidc";
  user.active = false;
  user.email_verified = user.is_owner = true;
  user.updated_at = base::Timestamp{kNow.ms + 1};
  const auto revision = store.change([&](auto& txn) { return put_user(txn, user); });
  CHECK(user.revision == revision);
  CHECK(found(get_user(store.read(), kTenant, id(1))) == user);
  CHECK(found(find_user_by_email(store.read(), kTenant, "ann.lee+X@example.com")) == user);
  CHECK(absent(find_user_by_email(store.read(), kOther, "ann.lee+x@example.com")));
}

TEST_CASE("user: an e-mail is one user's in the tenant; a new one frees the old", "[domain]") {
  TestStore store;
  User ann = make_user(kTenant, id(1), "ann@example.com");
  User bob = make_user(kTenant, id(2), "ANN@example.com");
  User elsewhere = make_user(kOther, id(1), "ann@example.com");
  store.change([&](auto& txn) { return put_user(txn, ann); });
  store.change([&](auto& txn) { return put_user(txn, elsewhere); });
  const base::Error taken = store.refusal([&](auto& txn) { return put_user(txn, bob); });
  CHECK(taken.code == base::ErrorCode::kConflict);
  CHECK(taken.message == "user ANN@example.com: the e-mail is taken");
  ann.email = "a@example.com";
  store.change([&](auto& txn) { return put_user(txn, ann); });
  store.change([&](auto& txn) { return put_user(txn, bob); });
  CHECK(found(find_user_by_email(store.read(), kTenant, "ann@example.com")).id == id(2));
  CHECK(store.tables() == "user:3 user_email:3 name_look:3");
}

TEST_CASE("user: deleted with memberships, mappings, credentials and kept answers", "[domain]") {
  TestStore store;
  User user = make_user(kTenant, id(1), "ann@example.com");
  User kept = make_user(kTenant, id(2), "bob@example.com");
  IdempotentAnswer answer;
  answer.expires_at = kNow;
  store.change([&](auto& txn) -> base::Result<void> {
    for (User* each : {&user, &kept}) {
      const AnyId same{each->id.uuid()};
      Mapping mapping = make_mapping(kTenant, same, each->id, id(9));
      for (const auto& done :
           {put_user(txn, *each), put_membership(txn, {kTenant, id(5), each->id, Source::kLocal, kNow}),
            put_mapping(txn, mapping),
            put_credential(txn, make_credential(kTenant, same, each->id, each->email)),
            put_idempotent_answer(txn, each->id, "a", answer)})
        if (!done.ok()) return done;
    }
    return {};
  });
  store.change([&](auto& txn) { return delete_user(txn, user); });
  CHECK(store.tables() ==
        "user:1 user_email:1 credential:1 credential_hash:1 credential_by_tenant:1 credential_by_owner:1 "
        "member_of:1 "
        "members:1 mapping:1 mapping_by_role:1 mapping_by_id:1 idempotency:1 idempotency_by_time:1 "
        "name_look:1");
  CHECK(found(find_credential(store.read(), hash_of("bob@example.com"))).owner == as_user(id(2)));
  store.change([&](auto& txn) { return delete_user(txn, kept); });
  CHECK(store.tables() == "");
}

TEST_CASE("user: lists stay in their tenant", "[domain]") {
  TestStore store;
  store.change([&](auto& txn) -> base::Result<void> {
    for (const TenantId& tenant : {kTenant, kOther})
      for (std::uint64_t n = 1; n <= 3; ++n) {
        User user = make_user(tenant, id(n), std::to_string(n) + (tenant == kTenant ? "@a" : "@b"));
        ServiceUser robot = make_service_user(tenant, id(n), user.email);
        for (const auto& done : {put_user(txn, user), put_service_user(txn, robot)})
          if (!done.ok()) return done;
      }
    return {};
  });
  const UserId one = id(1);
  std::string users, robots;
  REQUIRE(each_user(store.read(), kTenant, &one, [&](User&& u) { return users += u.email, true; }).ok());
  REQUIRE(each_service_user(store.read(), kOther, nullptr, [&](ServiceUser&& u) {
            robots += u.title;
            return u.id != id(2);
          }).ok());
  CHECK(users == "2@a3@a");
  CHECK(robots == "1@b2@b");
}

TEST_CASE("service user: every field comes back; deleted with mappings and credentials", "[domain]") {
  TestStore store;
  ServiceUser robot = make_service_user(kTenant, id(1), kOdd);
  robot.metadata = R"({"k":"v"})";
  robot.state = State::kDisabled;
  robot.is_api_key = true;
  const auto revision = store.change([&](auto& txn) { return put_service_user(txn, robot); });
  CHECK(robot.revision == revision);
  CHECK(found(get_service_user(store.read(), kTenant, id(1))) == robot);
  CHECK(absent(get_service_user(store.read(), kOther, id(1))));
  Mapping mapping = make_mapping(kTenant, id(2), as_service_user(id(1)), id(9));
  store.change([&](auto& txn) { return put_mapping(txn, mapping); });
  for (std::uint64_t n = 10; n < 12; ++n)
    store.change([&](auto& txn) {
      return put_credential(txn, make_credential(kTenant, id(n), as_service_user(id(1)), std::to_string(n)));
    });
  store.change([&](auto& txn) { return delete_service_user(txn, robot); });
  CHECK(store.tables() == "");
}
