#include "bench/foresee/tenant.h"

#include <semaphore>

#include "api/roles.h"
#include "domain/entity.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"

namespace {

constexpr std::ptrdiff_t kWaiting = 512;  // changes that wait for the writer
constexpr std::size_t kInGroup = 10;
constexpr std::size_t kInPolicy = 1'000;
constexpr std::size_t kAboutReading = 10;

}  // namespace

Tenant::Tenant(const std::string& dir) : EmptyTenant(dir) {
  make_role("staff", {"group:get", "organization:get"});
  make_role("editor", {"group:update"});
  make_role("everyone", {"organization:get"});
}

void Tenant::make_role(const std::string& slug, const std::vector<std::string>& scopes) {
  change([&](api::Change& change) -> api::Outcome<void> {
    const auto made = api::create_role(change, id(), {slug, slug, {}, scopes});
    if (!made.ok()) return made.error();
    roles_.emplace_back(slug, made->role.id);
    return {};
  });
}

domain::RoleId Tenant::role(std::string_view slug) {
  for (const auto& [name, id] : roles_)
    if (name == slug) return id;
  stop("no role of that name");
}

base::Result<void> Tenant::put_group(store::WriteTxn& txn, const std::string& name) {
  domain::Group made;
  made.id = make_id<domain::GroupId>();
  made.tenant = id();
  made.name = name;
  made.created_at = made.updated_at = txn.now();
  groups_.push_back(made.id);
  return domain::put_group(txn, made);
}

base::Result<void> Tenant::map(store::WriteTxn& txn, const domain::Principal& who, std::string_view slug) {
  domain::Mapping mapping;
  mapping.id = make_id<domain::MappingId>();
  mapping.tenant = id();
  mapping.principal = who;
  mapping.role = role(slug);
  mapping.created_at = txn.now();
  return domain::put_mapping(txn, mapping);
}

void Tenant::fill(std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) people_.push_back(make_id<domain::UserId>());
  write_all(1, [&](store::WriteTxn& txn, std::size_t) -> base::Result<void> {
    domain::StoredEntity document;
    document.tenant = id();
    document.name = {"Document", "d"};
    document.attrs = R"({"size":1})";
    if (auto put = domain::put_entity(txn, document); !put.ok()) return put;
    if (auto put = put_group(txn, "all"); !put.ok()) return put;
    return map(txn, groups_.front(), "everyone");
  });
  write_all(n, [&](store::WriteTxn& txn, std::size_t i) -> base::Result<void> {
    domain::User user;
    user.id = people_[i];
    user.tenant = id();
    user.email = "u" + std::to_string(i) + "@example.com";
    user.name = "U " + std::to_string(i);
    user.created_at = user.updated_at = txn.now();
    if (auto put = domain::put_user(txn, user); !put.ok()) return put;
    if (i % kInGroup == 0) {
      if (auto put = put_group(txn, "group " + std::to_string(i)); !put.ok()) return put;
      if (i % (kInGroup * 10) == 0)
        if (auto put = map(txn, groups_.back(), "editor"); !put.ok()) return put;
    }
    for (const domain::GroupId& group : {groups_.front(), groups_.back()})
      if (auto put = domain::put_membership(txn, {id(), group, user.id, domain::Source::kLocal, txn.now()});
          !put.ok())
        return put;
    return map(txn, user.id, "staff");
  });
}

void Tenant::add_rules(std::size_t n) {
  for (std::size_t left = n; left > 0; left -= std::min(left, kInPolicy)) {
    const std::size_t rules = std::min(left, kInPolicy);
    domain::TenantPolicy policy;
    policy.id = make_id<domain::PolicyId>();
    policy.tenant = id();
    policy.name = "policy";
    write_all(1, [&](store::WriteTxn& txn, std::size_t) -> base::Result<void> {
      if (auto put = domain::put_policy(txn, policy); !put.ok()) return put;
      for (std::size_t i = 0; i < rules; ++i) {
        domain::Rule rule;
        rule.id = make_id<domain::RuleId>();
        rule.tenant = id();
        rule.policy = policy.id;
        rule.ordinal = i + 1;
        const std::string action = i + kAboutReading < rules ? "act" + std::to_string(i) : "read";
        rule.text = "permit(principal, action == Action::\"" + action +
                    "\", resource is Document) when { resource has size && resource.size == " +
                    std::to_string(i + 2) + " };";
        if (auto put = domain::put_rule(txn, rule); !put.ok()) return put;
      }
      return {};
    });
  }
}

void Tenant::change_all(std::size_t first, std::size_t last,
                        const std::function<api::ChangeFunction(std::size_t)>& make) {
  std::counting_semaphore<kWaiting> places(kWaiting);
  for (std::size_t i = first; i < last; ++i) {
    places.acquire();
    check(service().submit(api::Service::itself(), {"192.0.2.1", "bench"}, make(i),
                           [&places](const auto& done) {
                             check(done);
                             places.release();
                           }));
  }
  for (std::ptrdiff_t i = 0; i < kWaiting; ++i) places.acquire();
}
