#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/function_ref.h"
#include "domain/credential.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/policy_test.h"
#include "domain/role.h"
#include "domain/rule.h"
#include "domain/service_user.h"
#include "domain/subgroup.h"
#include "domain/tenant.h"
#include "domain/tenant_policy.h"
#include "domain/tenant_schema.h"
#include "domain/user.h"
#include "store/store.h"
#include "tests/domain/recount.h"
#include "tests/support/open_store.h"

// A store for one test, and short ways to change it and to look at it.
class TestStore {
 public:
  TestStore() : store_(open_store(dir_)) {}

  // The store that `make` leaves in the folder.
  explicit TestStore(base::FunctionRef<void(const std::string& dir)> make) {
    make(dir_ / "db");
    store_ = open_store(dir_);
  }

  void reopen() {
    store_.reset();
    store_ = open_store(dir_);
  }

  // Makes a change that must succeed; its revision.
  store::Revision change(const store::Change& fn) {
    const auto done = store_->write(fn);
    INFO((done.ok() ? "" : done.error().message));
    REQUIRE(done.ok());
    return *done;
  }

  // Makes a change that must fail.
  base::Error refusal(const store::Change& fn) {
    const auto done = store_->write(fn);
    REQUIRE_FALSE(done.ok());
    return done.error();
  }

  store::ReadTxn read() const {
    auto txn = store_->read();
    REQUIRE(txn.ok());
    return std::move(txn).value();
  }

  // The tables that hold something, but for the store's own, each with how many keys: "role:2 role_slug:2".
  // Those of counts are left out, and must be what a recount gives; so is that of words of names, each of
  // which must be somebody's.
  std::string tables() const {
    std::string out;
    const auto txn = read();
    require_counts(txn);
    require_owners_of_words(txn);
    for (std::uint8_t n = 0; n < store::kTableCount; ++n) {
      const auto table = *store::table_of(n);
      if (table == store::Table::kMeta || table == store::Table::kChange || table == store::Table::kCount ||
          table == store::Table::kRoleCount || table == store::Table::kRoleTime ||
          table == store::Table::kNameWord)
        continue;
      std::size_t keys = 0;
      REQUIRE(txn.scan(table, {}, [&](auto, auto) { return ++keys > 0; }).ok());
      if (keys > 0)
        out += (out.empty() ? "" : " ") + std::string(name_of(table)) + ":" + std::to_string(keys);
    }
    return out;
  }

 private:
  static void require_owners_of_words(const store::ReadTxn& txn) {
    constexpr store::Table kNouns[] = {store::Table::kUser, store::Table::kServiceUser, store::Table::kGroup,
                                       store::Table::kRole};
    REQUIRE(txn.scan(store::Table::kNameWord, {},
                     [&](std::string_view key, std::string_view) {
                       const std::string owner =
                           std::string(key.substr(0, 16)) + std::string(key.substr(key.size() - 16));
                       const auto record = txn.get(kNouns[static_cast<std::size_t>(key[16]) - 1], owner);
                       REQUIRE(record.ok());
                       CHECK(record->has_value());
                       return true;
                     })
                .ok());
  }

  TempDir dir_;
  std::unique_ptr<store::Store> store_;
};

// What a Result of an optional must hold.
template <typename T>
T found(const base::Result<std::optional<T>>& result) {
  INFO((result.ok() ? "" : result.error().message));
  REQUIRE(result.ok());
  REQUIRE(result->has_value());
  return **result;
}

template <typename T>
bool absent(const base::Result<std::optional<T>>& result) {
  INFO((result.ok() ? "" : result.error().message));
  REQUIRE(result.ok());
  return !result->has_value();
}

// An id of whatever noun a test asks for.
struct AnyId {
  base::Uuid uuid;

  template <class Noun>
  operator domain::Id<Noun>() const {
    return domain::Id<Noun>(uuid);
  }
  operator const base::Uuid&() const { return uuid; }
  std::string to_string() const { return uuid.to_string(); }
};

// The ids "00000000-0000-7000-8000-0000000000nn".
inline AnyId id(std::uint64_t n) {
  base::Uuid::Bytes bytes{};
  bytes[6] = 0x70;
  bytes[8] = 0x80;
  for (std::size_t i = 0; i < 6; ++i) bytes[15 - i] = static_cast<std::uint8_t>(n >> (8 * i));
  return {base::Uuid(bytes)};
}

inline const domain::TenantId kTenant = id(0xa0);
inline const domain::TenantId kOther = id(0xb0);
inline constexpr base::Timestamp kNow{1'776'254'400'123};

// A text that is hard to keep: quotes, backslashes, control characters, one to four bytes a character.
inline const std::string kOdd =
    std::string("\"q\" \\ / \b\f\n\r\t\x01\x1f\x7f") + '\0' + " é € 𝒳 \xef\xbf\xbd,\"a\":{}]}";

inline crypto::Sha256 hash_of(std::string_view text) {
  return crypto::sha256(text);
}

inline domain::Principal as_user(const domain::UserId& id) {
  return id;
}
inline domain::Principal as_service_user(const domain::ServiceUserId& id) {
  return id;
}
inline domain::Principal as_group(const domain::GroupId& id) {
  return id;
}

inline domain::Tenant make_tenant(const domain::TenantId& id, const std::string& slug) {
  domain::Tenant tenant;
  tenant.id = id;
  tenant.slug = slug;
  tenant.name = "Name of " + slug;
  tenant.created_at = tenant.updated_at = kNow;
  return tenant;
}

inline domain::Role make_role(const domain::Owner& tenant, const domain::RoleId& id,
                              const std::string& slug) {
  domain::Role role(tenant);
  role.id = id;
  role.slug = slug;
  role.name = "Name of " + slug;
  role.created_at = role.updated_at = kNow;
  return role;
}

inline domain::Group make_group(const domain::TenantId& tenant, const domain::GroupId& id,
                                const std::string& name) {
  domain::Group made;
  made.id = id;
  made.tenant = tenant;
  made.name = name;
  made.created_at = made.updated_at = kNow;
  return made;
}

inline domain::User make_user(const domain::TenantId& tenant, const domain::UserId& id,
                              const std::string& email) {
  domain::User made;
  made.id = id;
  made.tenant = tenant;
  made.email = email;
  made.name = "Name of " + email;
  made.created_at = made.updated_at = kNow;
  return made;
}

inline domain::ServiceUser make_service_user(const domain::TenantId& tenant, const domain::ServiceUserId& id,
                                             const std::string& title) {
  domain::ServiceUser made;
  made.id = id;
  made.tenant = tenant;
  made.title = title;
  made.created_at = made.updated_at = kNow;
  return made;
}

inline domain::Credential make_credential(const domain::Owner& tenant, const domain::CredentialId& id,
                                          const domain::Principal& owner, const std::string& secret) {
  domain::Credential credential(tenant);
  credential.id = id;
  credential.owner = owner;
  credential.name = secret;
  credential.hash = hash_of(secret);
  credential.created_at = kNow;
  return credential;
}

inline domain::Mapping make_mapping(const domain::TenantId& tenant, const domain::MappingId& id,
                                    const domain::Principal& who, const domain::RoleId& role,
                                    const std::string& resource = "") {
  domain::Mapping mapping;
  mapping.id = id;
  mapping.tenant = tenant;
  mapping.principal = who;
  mapping.role = role;
  mapping.resource = resource;
  mapping.created_at = kNow;
  return mapping;
}

inline domain::TenantPolicy make_policy(const domain::TenantId& tenant, const domain::PolicyId& id,
                                        const std::string& name) {
  domain::TenantPolicy policy;
  policy.id = id;
  policy.tenant = tenant;
  policy.name = name;
  policy.created_at = policy.updated_at = kNow;
  return policy;
}

inline domain::Rule make_rule(const domain::TenantPolicy& policy, const domain::RuleId& id,
                              std::uint64_t ordinal) {
  return {id, policy.tenant, policy.id, ordinal, "permit (principal, action, resource);", kNow, kNow, 0};
}

inline domain::Grant make_grant(const domain::TenantId& tenant, const domain::GrantId& id,
                                const std::string& principal, const std::string& resource) {
  domain::Grant grant;
  grant.id = id;
  grant.tenant = tenant;
  grant.policy = ::id(51);
  grant.rule = ::id(52);
  grant.principal = principal;
  grant.resource = resource;
  grant.created_at = kNow;
  return grant;
}

inline domain::TenantSchema make_schema(const domain::TenantId& tenant) {
  return {tenant, "entity Doc;\n", {}, kNow, kNow, 0};
}

inline domain::PolicyTest make_policy_test(const domain::TenantId& tenant, const domain::PolicyTestId& id) {
  domain::PolicyTest test;
  test.id = id;
  test.tenant = tenant;
  test.name = "test";
  test.created_at = test.updated_at = kNow;
  return test;
}

// The policy 51, which has the rule 52; a schema, and the test 53.
inline base::Result<void> put_policy_with_rule(store::WriteTxn& txn, const domain::TenantId& tenant) {
  domain::TenantPolicy policy = make_policy(tenant, id(51), "Sharing");
  policy.next_ordinal = 2;
  domain::Rule rule = make_rule(policy, id(52), 1);
  domain::TenantSchema schema = make_schema(tenant);
  domain::PolicyTest test = make_policy_test(tenant, id(53));
  for (const auto& done :
       {domain::put_policy(txn, policy), domain::put_schema(txn, schema), domain::put_policy_test(txn, test)})
    if (!done.ok()) return done;
  return domain::put_rule(txn, rule);
}
