// A grant is found by two of its names, of which a question knows all that may be meant:
//
//   may ann edit Doc:7?    subject   user:ann, group:team, tenant:acme, ""      resource   Doc:7, Folder:1,
//   ""
//
//   in the index of the grants on Doc:7, and then on Folder:1 and on the whole tenant: those of any of the
//   subject's names, by leaps (domain/grant.cpp)
//
// What is found is few, so the record of each is read: it says whether it is in force, and whether it is of
// these very names and not of others with the same hash.
#include "authz/grants_held.h"

#include <algorithm>
#include <string_view>

#include "authz/authority.h"
#include "domain/directory.h"

namespace authz {
namespace {

using domain::EntityName;
using domain::GrantNameHash;

std::vector<GrantNameHash> hashes_of(const std::string& own, const std::vector<std::string>& above) {
  std::vector<GrantNameHash> hashes{domain::grant_name_hash("")};
  if (!own.empty()) hashes.push_back(domain::grant_name_hash(own));
  for (const std::string& name : above) hashes.push_back(domain::grant_name_hash(name));
  std::sort(hashes.begin(), hashes.end());
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  return hashes;
}

}  // namespace

GrantsHeld::GrantsHeld(const store::ReadTxn& txn, const TenantPolicies& policies,
                       const TenantEntities& entities, const domain::TenantId& tenant, base::Timestamp now)
    : txn_(txn), policies_(policies), entities_(entities), tenant_(tenant), now_(now) {}

base::Result<void> GrantsHeld::name_subject(const NamedEntity& subject) {
  if (subject_ && subject_->of == subject.name) return {};
  Names names{subject.name, {}, {}, {}};
  if (domain::is_valid(subject.name)) names.own = to_string(subject.name);
  for (const domain::GroupId& group : entities_.groups_of(subject))
    names.above.push_back(to_string(EntityName{std::string(domain::kGroupType), group.to_string()}));
  if (subject.principal)
    names.above.push_back(to_string(EntityName{std::string(domain::kTenantType), tenant_.to_string()}));
  if (!domain::is_reeves_type(subject.name.type) || subject.name.type == domain::kUserType)
    for (const EntityName& above : entities_.above(subject.name)) names.above.push_back(to_string(above));
  if (entities_.failed()) return *entities_.failed();
  std::sort(names.above.begin(), names.above.end());
  names.hashes = hashes_of(names.own, names.above);
  subject_ = std::move(names);
  return {};
}

base::Result<void> GrantsHeld::name_resource(const NamedEntity& resource) {
  if (resource_ && resource_->of == resource.name) return {};
  Names names{resource.name, resource_text(tenant_, resource.name).value_or(""), {}, {}};
  if (!domain::is_reeves_type(resource.name.type) || resource.name.type == domain::kUserType)
    for (const EntityName& above : entities_.above(resource.name)) names.above.push_back(to_string(above));
  if (entities_.failed()) return *entities_.failed();
  std::sort(names.above.begin(), names.above.end());
  names.hashes = hashes_of(names.own, names.above);
  resource_ = std::move(names);
  return {};
}

namespace {

bool has(const std::vector<std::string>& sorted, const std::string& name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

}  // namespace

bool GrantsHeld::fits_subject(const TenantTemplate& rule, const std::string& name) const {
  if (rule.principal == TemplateSlot::kNone) return name.empty();
  if (name.empty()) return false;
  return name == subject_->own || (rule.principal == TemplateSlot::kIn && has(subject_->above, name));
}

bool GrantsHeld::fits_resource(const TenantTemplate& rule, const std::string& name) const {
  if (rule.resource == TemplateSlot::kNone) return name.empty();
  if (rule.resource == TemplateSlot::kIn)
    return name.empty() || name == resource_->own || has(resource_->above, name);
  const EntityName& asked = resource_->of;
  const bool is_tenant = asked.type == domain::kTenantType && asked.id == tenant_.to_string();
  return name.empty() ? is_tenant : name == resource_->own;
}

bool GrantsHeld::fills(const TenantTemplate& rule, const domain::Grant& grant) const {
  return grant.in_force(now_) && fits_subject(rule, grant.principal) && fits_resource(rule, grant.resource);
}

base::Result<std::vector<FilledTemplate>> GrantsHeld::find(const Asked& asked) {
  std::vector<FilledTemplate> filled;
  if (policies_.templates.empty()) return filled;
  if (auto named = name_subject(asked.subject); !named.ok()) return named.error();
  if (auto named = name_resource(asked.resource); !named.ok()) return named.error();

  struct Place {
    TemplatePlace at;
    domain::GrantId grant;
  };
  std::vector<Place> found;
  for (const GrantNameHash& on : resource_->hashes) {
    const auto read = domain::each_granted_on(txn_, tenant_, subject_->hashes, on, [&](const auto& grant) {
      const auto place = policies_.templates.find(grant.rule);
      if (place != policies_.templates.end()) found.push_back({place->second, grant.id});
    });
    if (!read.ok()) return read.error();
  }
  std::sort(found.begin(), found.end(), [](const Place& a, const Place& b) {
    return std::pair(a.at, a.grant) < std::pair(b.at, b.grant);
  });
  for (const Place& place : found) {
    const Tier& tier = policies_.tiers[place.at.tier];
    const TenantTemplate& rule = tier.templates[place.at.number];
    if (!filled.empty() && filled.back().rule == &rule) continue;
    const auto grant = domain::get_grant(txn_, tenant_, place.grant);
    if (!grant.ok()) return grant.error();
    if (*grant && fills(rule, **grant)) filled.push_back({&tier, &rule, place.grant});
  }
  return filled;
}

namespace {

// How many grants are read in all is bounded, not how many of them fit.
template <typename By, typename Fits>
base::Result<std::vector<GrantsHeld::Filling>> fillings(const store::ReadTxn& txn,
                                                        const domain::TenantId& tenant,
                                                        const TenantPolicies& policies,
                                                        const std::vector<std::string>& names,
                                                        std::size_t most, Fits fits) {
  std::vector<GrantsHeld::Filling> found;
  std::size_t looked_at = 0;
  for (const std::string& name : names) {
    const auto read = domain::each_grant(txn, tenant, By{name}, [&](domain::Grant&& grant) {
      const auto place = policies.templates.find(grant.rule);
      if (place != policies.templates.end() &&
          fits(policies.tiers[place->second.tier].templates[place->second.number], grant))
        found.push_back({place->second, std::move(grant)});
      return ++looked_at <= most;
    });
    if (!read.ok()) return read.error();
    if (looked_at > most)
      return base::Error{base::ErrorCode::kFull, "there are more than " + std::to_string(most) + " grants"};
  }
  return found;
}

}  // namespace

base::Result<std::vector<GrantsHeld::Filling>> GrantsHeld::of_subject(const NamedEntity& subject,
                                                                      std::size_t most) {
  if (policies_.templates.empty()) return std::vector<Filling>();
  if (auto named = name_subject(subject); !named.ok()) return named.error();
  std::vector<std::string> names = subject_->above;
  names.emplace_back();
  if (!subject_->own.empty()) names.push_back(subject_->own);
  return fillings<domain::GrantsOf>(txn_, tenant_, policies_, names, most,
                                    [&](const TenantTemplate& rule, const domain::Grant& grant) {
                                      return fits_subject(rule, grant.principal);
                                    });
}

base::Result<std::vector<GrantsHeld::Filling>> GrantsHeld::on_resource(const NamedEntity& resource,
                                                                       std::size_t most) {
  if (policies_.templates.empty()) return std::vector<Filling>();
  if (auto named = name_resource(resource); !named.ok()) return named.error();
  std::vector<std::string> names = resource_->above;
  names.emplace_back();
  if (!resource_->own.empty()) names.push_back(resource_->own);
  return fillings<domain::GrantsOn>(txn_, tenant_, policies_, names, most,
                                    [&](const TenantTemplate& rule, const domain::Grant& grant) {
                                      return fits_resource(rule, grant.resource);
                                    });
}

}  // namespace authz
