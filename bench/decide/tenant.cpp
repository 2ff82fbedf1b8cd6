#include "bench/decide/tenant.h"

#include <algorithm>

#include "api/roles.h"
#include "domain/entity.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/rule.h"
#include "domain/tenant_policy.h"
#include "domain/user.h"

namespace {

constexpr std::size_t kInFolder = 10;  // documents, and people of a group
constexpr std::size_t kAboutReading = 10;

domain::EntityName folder(std::size_t i) {
  return {"Folder", "f" + std::to_string(i / kInFolder)};
}

}  // namespace

Tenant::Tenant(const std::string& dir) : EmptyTenant(dir) {
  read([&](const api::Read& read) {
    const auto role = value_of(domain::find_role(read.txn, id(), "app_organization_viewer"));
    if (!role) stop("the built-in roles have no app_organization_viewer");
    viewer_ = role->id;
  });
}

void Tenant::fill(std::size_t n) {
  people_.clear();
  for (std::size_t i = 0; i < n; ++i) people_.push_back(make_id<domain::UserId>());
  domain::GroupId group;
  write_all(n, [&](store::WriteTxn& txn, std::size_t i) -> base::Result<void> {
    domain::User user;
    user.id = people_[i];
    user.tenant = id();
    user.email = "u" + std::to_string(i) + "@example.com";
    user.name = "U " + std::to_string(i);
    user.created_at = user.updated_at = txn.now();
    if (auto put = domain::put_user(txn, user); !put.ok()) return put;
    if (i % kInFolder == 0) {
      domain::Group made;
      made.id = group = make_id<domain::GroupId>();
      made.tenant = id();
      made.name = "group " + std::to_string(i);
      made.created_at = made.updated_at = txn.now();
      if (auto put = domain::put_group(txn, made); !put.ok()) return put;
    }
    if (auto put = domain::put_membership(txn, {id(), group, user.id, domain::Source::kLocal, txn.now()});
        !put.ok())
      return put;
    domain::StoredEntity entity;
    entity.tenant = id();
    entity.name = document(i);
    entity.attrs = R"({"size":)" + std::to_string(i) + "}";
    entity.parents = {folder(i)};
    if (auto put = domain::put_entity(txn, entity); !put.ok()) return put;
    domain::Mapping mapping;
    mapping.id = make_id<domain::MappingId>();
    mapping.tenant = id();
    mapping.principal = user.id;
    mapping.role = viewer_;
    mapping.resource = to_string(folder(i));
    mapping.created_at = txn.now();
    return domain::put_mapping(txn, mapping);
  });
}

domain::PolicyId Tenant::add_policy(std::size_t rules) {
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
                  "\", resource is Document) when { resource has size && resource.size < 0 };";
      if (auto put = domain::put_rule(txn, rule); !put.ok()) return put;
    }
    return {};
  });
  return policy.id;
}

std::string spread_of(std::vector<double> samples) {
  std::sort(samples.begin(), samples.end());
  const auto at = [&](std::size_t percent) { return samples[(samples.size() - 1) * percent / 100]; };
  char text[64];
  std::snprintf(text, sizeof text, "%.2f [%.2f, %.2f]", at(50), at(10), at(90));
  return text;
}
