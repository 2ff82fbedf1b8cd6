#pragma once
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "authz/grants_held.h"
#include "authz/tenant_entities.h"
#include "authz/tenant_policies.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// What a search has to try: of all things of a type those that something could allow, by the scopes of
// permits, by grants and by mappings, whatever conditions and forbids say. Nothing else can be allowed, so
// leaving it out changes no answer. For one thread; everything given must outlive this.
//
// **Whatever can allow something has to be looked at here**, as in Decider::decide().
class Reach {
 public:
  // Ids as decisions know them, of things that are stored or not, sorted, each once. Nothing: all have to be
  // tried, since something may allow any, or finding these takes longer (kMostLookedFor).
  using Ids = std::optional<std::vector<std::string>>;

  static constexpr std::size_t kMostLookedFor = 5'000;  // things, people, and what they are in

  Reach(const store::ReadTxn&, const domain::Catalogue&, const TenantPolicies&,
        const domain::TenantId& tenant, const TenantEntities&, GrantsHeld&, base::Timestamp now);

  // What of this type, of the application, the subject may do the action to. `permission`: which the action
  // is of these things, if roles decide about it.
  base::Result<Ids> resources(const NamedEntity& subject, const cedar::EntityUid& action,
                              const std::string& type, std::optional<std::size_t> permission);

  // Which people may do the action to the resource.
  base::Result<Ids> users(const cedar::EntityUid& action, const NamedEntity& resource,
                          std::optional<std::size_t> permission);

 private:
  enum class Part : std::uint8_t { kPrincipal, kResource };

  // What of a question isn't searched for: the action, and the subject or the resource.
  struct Asked {
    const cedar::EntityUid& action;
    const cedar::EntityUid& of;
  };

  bool add_scopes(Part wanted, const std::string& type, const Asked&);
  bool add_scope(const cedar::ScopeConstraint&, const std::string& type);
  bool add_named(const domain::EntityName&, bool with_what_is_in_it);
  bool add_granted(const NamedEntity& subject);
  bool add_grantees(const NamedEntity& resource);
  bool add_held(const NamedEntity& subject, std::size_t permission);
  bool add_holders(const NamedEntity& resource, std::size_t permission);
  bool add_holders_of_roles(const std::vector<domain::RoleId>& roles);
  std::vector<domain::RoleId> roles_with(std::size_t permission);

  bool add_below(domain::EntityName);
  bool add_members(const domain::GroupId&);
  bool add_principal(const domain::Principal&);
  bool add(const domain::EntityName&);
  Ids ids_of(const std::string& type) const;

  bool matches(const cedar::ScopeConstraint&, const cedar::EntityUid&) const;
  bool matches(const cedar::ActionConstraint&, const cedar::EntityUid&) const;
  bool read(const base::Result<void>&);
  base::Result<Ids> answer(bool is_known, const std::string& type) const;

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const TenantPolicies& policies_;
  const domain::TenantId tenant_;
  const TenantEntities& entities_;
  GrantsHeld& grants_;
  const base::Timestamp now_;

  std::set<TemplatePlace> granted_;              // templates of which what is searched for fills a slot
  std::set<domain::EntityName> found_, opened_;  // opened: what is in it was looked for
  std::size_t looked_for_ = 0;
  std::optional<base::Error> failure_;
};

}  // namespace authz
