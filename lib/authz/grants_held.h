#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "authz/tenant_entities.h"
#include "authz/tenant_policies.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/entity_name.h"
#include "domain/grant.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// A template that a grant in force fills, so that its rule is asked like any other of its tier.
struct FilledTemplate {
  const Tier* tier;
  const TenantTemplate* rule;
  domain::GrantId grant;  // one that fills it
};

// Finds the templates that grants fill of one subject on one resource, on one snapshot, at one moment:
//
//   ?principal ==   the subject itself             ?resource ==   the resource itself
//   ?principal in   it, groups it is in, what      ?resource in   it, what is above it in the application,
//   and
//                   is above it, the tenant                       everything for a grant on the tenant
//
// Membership is not containment: a grant on a group doesn't reach its members. However many grants there are,
// it takes a look for each name of the resource and each of the subject's that has something there.
//
// For one thread; everything given must outlive this.
class GrantsHeld {
 public:
  GrantsHeld(const store::ReadTxn&, const TenantPolicies&, const TenantEntities&, const domain::TenantId&,
             base::Timestamp now);

  struct Asked {
    const NamedEntity &subject, &resource;
  };
  // Each template once, those of a tier one after the other. Fails as the store does, and as entities do.
  base::Result<std::vector<FilledTemplate>> find(const Asked&);

  struct Filling {
    TemplatePlace at;
    domain::Grant grant;
  };
  // What can fill templates of the subject on some resource, or of some subject on the resource, in force or
  // not, in no order. kFull where these are more than `most`. Fails as the store does, and as entities do.
  static constexpr std::size_t kMostOfSubject = 20'000;
  base::Result<std::vector<Filling>> of_subject(const NamedEntity&, std::size_t most = kMostOfSubject);
  base::Result<std::vector<Filling>> on_resource(const NamedEntity&, std::size_t most);

 private:
  // Everything that a grant may call one of both.
  struct Names {
    domain::EntityName of;
    std::string own;                 // as grants name it; "" where none can, or, of a resource, the tenant
    std::vector<std::string> above;  // sorted
    std::vector<domain::GrantNameHash> hashes;  // of all, sorted; the empty name among them
  };

  base::Result<void> name_subject(const NamedEntity&);
  base::Result<void> name_resource(const NamedEntity&);
  bool fits_subject(const TenantTemplate&, const std::string& principal) const;
  bool fits_resource(const TenantTemplate&, const std::string& resource) const;
  bool fills(const TenantTemplate&, const domain::Grant&) const;

  const store::ReadTxn& txn_;
  const TenantPolicies& policies_;
  const TenantEntities& entities_;
  const domain::TenantId tenant_;
  const base::Timestamp now_;
  // The last ones, since many questions are about one subject or one resource.
  std::optional<Names> subject_, resource_;
};

}  // namespace authz
