#include "domain/owner.h"

#include <type_traits>

#include "domain/audit.h"
#include "domain/credential.h"
#include "domain/ids.h"
#include "tests/domain/support.h"

using namespace domain;

// An id is made from a uuid by name alone, and is no other noun's.
static_assert(std::is_convertible_v<UserId, base::Uuid>);
static_assert(std::is_constructible_v<UserId, base::Uuid>);
static_assert(!std::is_convertible_v<base::Uuid, UserId>);
static_assert(!std::is_constructible_v<GroupId, UserId>);
static_assert(!std::is_assignable_v<GroupId&, UserId>);

template <typename Left, typename Right>
constexpr bool kComparable = requires(Left left, Right right) {
  left == right;
};
static_assert(kComparable<UserId, UserId>);
static_assert(!kComparable<UserId, GroupId>);

// What acts has the kind that its id has.
static_assert(std::is_convertible_v<GroupId, Principal>);
static_assert(!std::is_convertible_v<RoleId, Principal>);
static_assert(!std::is_constructible_v<Principal, PrincipalKind, GroupId>);

// Nothing that says whose it is can be made without an owner; no pair of braces names the platform.
static_assert(!std::is_default_constructible_v<Owner>);
static_assert(!std::is_constructible_v<Owner, base::Uuid>);
static_assert(!std::is_default_constructible_v<Role>);
static_assert(!std::is_default_constructible_v<Credential>);
static_assert(!std::is_default_constructible_v<AuditEntry>);

template <typename T>
constexpr bool kMadeOfBraces = requires(void (&take)(T)) {
  take({});
};
static_assert(kMadeOfBraces<TenantId>);
static_assert(!kMadeOfBraces<Platform>);
static_assert(!kMadeOfBraces<Owner>);

TEST_CASE("owner: stored as the tenant's id, and the platform as the nil uuid", "[domain]") {
  CHECK(to_stored(Platform{}) == base::Uuid());
  CHECK(owner_of(base::Uuid()) == Owner(Platform{}));
  CHECK(to_stored(kTenant) == kTenant.uuid());
  CHECK(owner_of(kTenant) == Owner(kTenant));
  CHECK(to_string(Platform{}) == "00000000-0000-0000-0000-000000000000");
  CHECK(to_string(kTenant) == kTenant.to_string());
}

TEST_CASE("owner: a tenant's id that was forgotten is not the platform's", "[domain]") {
  const Owner nobody{TenantId()};
  CHECK_FALSE(nobody.is_platform());
  CHECK(nobody != Owner(Platform{}));
  CHECK(to_string(nobody) == "ffffffff-ffff-ffff-ffff-ffffffffffff");

  TestStore store;
  Role role = make_role(Platform{}, id(1), "admin");
  store.change([&](auto& txn) { return put_role(txn, role); });
  CHECK(found(get_role(store.read(), Platform{}, id(1))) == role);
  CHECK(absent(get_role(store.read(), TenantId(), id(1))));
  Role forgotten = make_role(TenantId(), id(2), "editor");
  store.change([&](auto& txn) { return put_role(txn, forgotten); });
  CHECK(absent(find_role(store.read(), kTenant, "editor")));
}
