#pragma once
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/authority.h"
#include "base/result.h"
#include "base/time.h"
#include "cedar/entities.h"
#include "domain/catalogue.h"
#include "domain/ids.h"
#include "domain/owner.h"
#include "store/txn.h"

namespace authz {

// How things of the store are named in policies. An id is a uuid in lower case; of a role it is the slug.
cedar::EntityUid tenant_uid(const domain::Owner&);
cedar::EntityUid role_uid(std::string_view slug);
cedar::EntityUid group_uid(const domain::GroupId&);
cedar::EntityUid project_uid(const domain::ProjectId&);
cedar::EntityUid user_uid(const domain::UserId&);
cedar::EntityUid service_user_uid(const domain::ServiceUserId&);
cedar::EntityUid action_uid(std::string_view action);

// Of a principal that acts; a credential of the platform is a ServiceUser.
cedar::EntityUid principal_uid(const domain::Principal&);

cedar::Value string_set(const std::vector<std::string>&);

// One tenant's things as guard policies see them, at one moment of one snapshot:
//
//   Tenant[uuid]                          slug, name, enabled
//   Role[slug] in Tenant                  slug, name, description, scopes, is_system, risk, enabled
//   Group[uuid] in Tenant, Role…          name, source
//   Project[uuid] in Tenant               slug, name, enabled
//   User[uuid] in Group…, Role…, Tenant   email, name, active, groups (names), roles (slugs), scopes,
//   platform ServiceUser[uuid] likewise            name, active, is_api_key, groups, roles, scopes, platform
//            both: scopes_without_end; of the subject: expires_at, the end of what it acts by where it needs
//            the scope
//   Action["role:update"] in Action["write"] or Action["read"]
//
// Made one by one, as policies touch them, and kept until this is destroyed. "In Role" means a mapping for
// the whole tenant, in force, of an enabled role. Things of other tenants aren't there, but for the tenants
// themselves. For one thread; everything given must outlive this.
//
// Where the store can't be read an entity is absent, and failed() says why: the answer must then be no.
class StoreEntities final : public cedar::EntitySource {
 public:
  struct Circumstances {
    const Subject& subject;
    domain::Owner tenant;
    std::string_view action;
    bool changes = false;
    base::Timestamp now;
    std::string_view scope{};  // that the action needs
  };
  StoreEntities(const store::ReadTxn&, const domain::Catalogue&, Circumstances);

  // The subject, and the tenant whose things are touched, as policies name them.
  const cedar::EntityUid& principal() const { return principal_; }
  const cedar::EntityUid& tenant() const { return tenant_; }

  // The subject as it was made before; null where something may have changed since.
  const CachedPrincipal* cached() const { return cached_; }

  // That the subject holds the scope on the resource too, until then. To be called before find().
  void holds_here(std::optional<base::Timestamp> until) { here_ = until; }

  const cedar::Entity* find(const cedar::EntityUid&) const override;
  bool has_ancestor(const cedar::EntityUid& descendant, const cedar::EntityUid& ancestor) const override;

  const std::optional<base::Error>& failed() const { return failure_; }

 private:
  using Fields = std::vector<cedar::Record::Field>;
  struct Known {
    cedar::EntityUid uid;
    const cedar::Entity* entity;  // null: there is none
  };

  std::optional<cedar::Entity> make(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_tenant(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_role(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_group(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_project(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_user(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_service_user(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_platform(const cedar::EntityUid&) const;
  std::optional<cedar::Entity> make_action(const cedar::EntityUid&) const;

  // The tenant that an entity is in: of who asks its own, also where the question is about the platform's
  // things, of which it then holds nothing.
  const domain::Owner& home_of(const cedar::EntityUid&) const;

  // The subject as it was made before, but for an end that differs by the scope needed.
  const cedar::Entity* find_cached() const;
  std::optional<base::Timestamp> acts_until(const std::vector<ScopeEnd>&, bool holds_scope) const;

  // What the principal holds: the subject with what its credential adds, anybody else by roles alone.
  std::optional<Authority> authority(const domain::Principal&) const;
  cedar::Entity make_principal(const cedar::EntityUid&, Fields, const Authority&) const;
  std::vector<std::string> role_slugs(const std::vector<domain::RoleId>& roles) const;
  bool holds_role(const domain::Principal&, std::string_view slug) const;

  template <typename T>
  std::optional<T> read(base::Result<std::optional<T>>) const;

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const Circumstances of_;
  const CachedPrincipal* const cached_;
  const cedar::EntityUid principal_;
  const cedar::EntityUid tenant_;
  std::optional<std::optional<base::Timestamp>> here_;
  mutable std::vector<Known> known_;  // a policy touches a handful
  mutable std::list<cedar::Entity> made_;
  mutable std::optional<base::Error> failure_;
};

}  // namespace authz
