// What is supposed is written over the snapshot, in memory (store/overlay.h), as the calls that give roles
// and add members would write it; so whatever reads the directory sees it, and what asks for rights doesn't
// (Read::today).
#include "api/parts/suppose.h"

#include <string>
#include <utility>
#include <vector>

#include "api/group_roles.h"
#include "api/parts/authorize.h"
#include "api/parts/checks.h"
#include "api/parts/mapping_changes.h"
#include "api/roles.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"

namespace api {
namespace {

constexpr std::size_t kMostBytes = std::size_t{16} << 20U;
constexpr std::size_t kMostBytesThen = std::size_t{128} << 20U;  // with what was changed since

struct Looked {
  std::vector<domain::RoleId> roles;
  std::vector<domain::GroupId> groups;
};

// All that isn't there is named.
Outcome<Looked> look_up(const Read& read, const domain::TenantId& tenant, const domain::Principal& who,
                        const Supposition& with) {
  Looked looked;
  Checks checks;
  if (!with.roles.empty())
    if (const auto may = authorize(read, on_tenant(op::list_roles, tenant)); !may.ok()) return may.error();
  for (std::size_t i = 0; i < with.roles.size(); ++i) {
    const auto role = find_role_named(read, tenant, with.roles[i]);
    if (!role.ok()) return role.error();
    if (*role)
      looked.roles.push_back((*role)->id);
    else
      checks.add("/with/roles/" + std::to_string(i), "there is no role " + in_backticks(with.roles[i]));
  }
  if (!with.groups.empty() && who.kind != domain::PrincipalKind::kUser)
    checks.add("/with/groups", "must be absent: the subject is no user");
  for (std::size_t i = 0; i < with.groups.size(); ++i) {
    const domain::GroupId& id = with.groups[i];
    if (const auto may = authorize(read, on_group(op::list_mappings, tenant, id)); !may.ok())
      return may.error();
    const auto group = stored(domain::get_group(read.txn, tenant, id));
    if (!group.ok()) return group.error();
    if (*group)
      looked.groups.push_back(id);
    else
      checks.add("/with/groups/" + std::to_string(i), "there is no group " + id.to_string());
  }
  if (auto wrong = checks.error()) return *std::move(wrong);
  return looked;
}

// An id that nothing else has: no mapping is made with one that isn't of version 7.
domain::MappingId id_number(std::size_t n) {
  std::string raw(16, '\0');
  raw.back() = static_cast<char>(n + 1);
  return domain::MappingId(base::Uuid::from_raw(raw));
}

// One that is there but not in force is so now.
base::Result<void> give(store::WriteTxn& txn, const domain::TenantId& tenant, const domain::Principal& who,
                        const Looked& looked) {
  for (std::size_t i = 0; i < looked.roles.size(); ++i) {
    const auto there = domain::get_mapping(txn, tenant, {who, looked.roles[i], {}});
    if (!there.ok()) return there.error();
    domain::Mapping mapping;
    if (*there) {
      mapping = **there;
    } else {
      mapping.id = id_number(i);
      mapping.tenant = tenant;
      mapping.principal = who;
      mapping.role = looked.roles[i];
      mapping.created_at = txn.now();
    }
    mapping.valid_from.reset();
    mapping.expires_at.reset();
    if (auto put = domain::put_mapping(txn, mapping); !put.ok()) return put;
  }
  for (const domain::GroupId& group : looked.groups)
    if (auto put = domain::put_membership(
            txn, {tenant, group, domain::UserId(who.id), domain::Source::kLocal, txn.now(), 0});
        !put.ok())
      return put;
  return {};
}

}  // namespace

Outcome<void> suppose(const Read& read, const domain::TenantId& tenant, const domain::Principal& who,
                      const Supposition& with, base::FunctionRef<void(const Read&)> fn) {
  const auto looked = look_up(read, tenant, who, with);
  if (!looked.ok()) return looked.error();
  auto over = store::WriteTxn::over(read.txn, read.now, read.today ? kMostBytesThen : kMostBytes);
  if (!over.ok() && over.error().code == base::ErrorCode::kFull)
    return error(Code::kTooLarge, "with: too much was changed since that time");
  if (!over.ok()) return from_store(over.error());
  const auto given = over->attempt([&](store::WriteTxn& txn) { return give(txn, tenant, who, *looked); });
  if (!given.ok()) {
    if (given.error().code == base::ErrorCode::kConflict)
      return error(Code::kInUse, "with: names what is still being deleted; try again shortly");
    return from_store(given.error());
  }
  fn(seen_otherwise(read, *over, read.now, read.catalogue));
  return {};
}

}  // namespace api
