#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "authz/authority.h"
#include "authz/authority_cache.h"
#include "authz/request_values.h"
#include "authz/tenant_policies.h"
#include "base/result.h"
#include "base/time.h"
#include "cedar/entities.h"
#include "cedar/step_budget.h"
#include "domain/catalogue.h"
#include "domain/entity.h"
#include "domain/ids.h"
#include "domain/principal.h"
#include "store/txn.h"

namespace authz {

// How requests name people who are stored. A uuid is taken for one in either case.
enum class UserIds : std::uint8_t { kUuid, kEmail };

// What a request names, looked up: people by their uuids, whatever names them there.
struct NamedEntity {
  domain::EntityName name;                       // as entities and mappings know it
  cedar::EntityUid uid;                          // as policies know it
  std::optional<domain::Principal> principal{};  // where the directory holds it, and roles can be given to it
  bool in_directory = false;
  bool active = true;  // false: a user who is suspended, a service user or a group that is disabled
};

// One tenant's things as its own policies see them, at one moment of one snapshot:
//
//   user[uuid] in group…, role…, tenant    email, name, active, roles (slugs), groups (names), scopes
//   (effective),
//                                          and what an entity of that name adds
//   service_user[uuid] likewise            name, active, roles, groups, scopes
//   group[uuid] in group…, role…, tenant   name, source
//   role[slug] in tenant                   slug, name, scopes, is_system, risk
//   tenant[uuid]                           slug, name
//   any other type                         what is stored of it: attributes, tags, parents
//   Action["view"] in Action[…]            as the tenant's schema groups them
//
// Types are named as the tenant's type_names say; one that is no name of the language's stands for itself,
// and no policy can name it. Things of other tenants aren't there.
//
// Made one by one, as policies touch them, and kept until forget(). For one thread; everything given must
// outlive this; `people`, of the same store, only ever saves work. Where the store can't be read a thing is
// absent, and failed() says why: the answer must then be no. So it is once the budget is used up, from which
// what is made is paid for: as many steps as a thing has bytes of attributes, and some for looking it up.
class TenantEntities final : public cedar::EntitySource {
 public:
  TenantEntities(const store::ReadTxn&, const domain::Catalogue&, const TenantPolicies&,
                 const domain::TenantId& tenant, UserIds, base::Timestamp now, cedar::StepBudget&,
                 AuthorityCache* people = nullptr);

  NamedEntity named(const domain::EntityName& as_sent) const;

  // What policies name, as entities and mappings know it; nothing where nobody can be known by that name.
  std::optional<domain::EntityName> name_of(const cedar::EntityUid&) const;
  cedar::Name name_in_policies(const std::string& type) const;

  // From now on it is in these groups as well, and in all that are above them, whatever it is. kConflict
  // where these are too many to be told. REQUIRES: nothing was found yet, and nobody else was supposed to be
  // in groups
  base::Result<void> suppose(const NamedEntity& member, std::vector<domain::GroupId> groups);

  // The groups that it is in, those above these too, and those that it is supposed to be in.
  std::vector<domain::GroupId> groups_of(const NamedEntity&) const;

  // Whose roles count: the principal, or whoever is only supposed to be in groups that have some.
  std::optional<domain::Principal> holder(const NamedEntity&) const;

  const cedar::Entity* find(const cedar::EntityUid&) const override;
  bool has_ancestor(const cedar::EntityUid& descendant, const cedar::EntityUid& ancestor) const override;
  bool list_ancestors(const cedar::EntityUid& of, std::vector<const cedar::EntityUid*>& found) const override;

  // What a principal of the directory holds for the whole tenant; null where it can't be read. Lives until
  // forget().
  const Authority* authority(const domain::Principal&) const;

  // What is above a thing of the application.
  const std::vector<domain::EntityName>& above(const domain::EntityName&) const;

  // The type of the entity's attributes by the schema; null where there is none.
  const cedar::SchemaEntityType* declared(const cedar::EntityUid&) const;
  const cedar::Schema* schema() const { return policies_.schema.get(); }

  // To be called between two questions: gives up what was made, if that is much, or not all could be read.
  // Ends the life of what find() gave.
  void forget();

  const std::optional<base::Error>& failed() const { return failure_; }

  // The first moment at which time alone makes something else of what was told so far: a mapping, or a
  // credential that has permissions of its own, begins or ends. Nothing: it stays as it is.
  std::optional<base::Timestamp> until() const { return until_; }

  // For who reads mappings or grants beside this: one of them begins or ends then.
  void note_boundary(const std::optional<base::Timestamp>& at) const;

 private:
  using Fields = std::vector<cedar::Record::Field>;

  bool is_alias(const std::string& type) const;
  std::shared_ptr<const KnownPerson> known_person(const domain::UserId&) const;
  std::optional<domain::Principal> stored_user(const domain::EntityName&, bool& active) const;
  bool is_stored(const domain::Principal&) const;
  cedar::EntityUid uid_of(const domain::EntityName&) const;
  std::optional<domain::Principal> principal_of(const domain::EntityName&) const;

  std::optional<cedar::Entity> make(const cedar::EntityUid&) const;
  bool add_user(const domain::EntityName&, Fields&) const;
  bool add_service_user(const domain::EntityName&, Fields&) const;
  bool add_group(const domain::EntityName&, Fields&) const;
  bool add_role(const domain::EntityName&, Fields&) const;
  bool add_tenant(const domain::EntityName&, Fields&) const;
  void add_held(const domain::Principal&, Fields&) const;
  void add_stored(const domain::StoredEntity&, const cedar::EntityUid&, bool of_user, cedar::Entity&,
                  Fields&) const;

  const std::vector<cedar::EntityUid>& ancestors(const cedar::EntityUid&) const;
  std::vector<cedar::EntityUid> find_ancestors(const domain::EntityName&) const;
  void add_groups(const std::vector<domain::GroupId>&, const std::string& but,
                  std::vector<cedar::EntityUid>&) const;
  void add_roles(const std::vector<domain::RoleId>&, std::vector<cedar::EntityUid>&) const;
  void add_supposed(Authority&) const;
  void count(const Authority&) const;
  std::vector<domain::RoleId> roles_of_groups(const std::vector<domain::GroupId>&) const;
  std::vector<std::string> own_scopes(const domain::Principal&) const;

  template <typename T>
  std::optional<T> read(base::Result<std::optional<T>>) const;
  bool succeeded(const base::Result<void>&) const;

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const TenantPolicies& policies_;
  const domain::TenantId tenant_;
  const UserIds user_ids_;
  const base::Timestamp now_;
  cedar::StepBudget& steps_;
  AuthorityCache* const people_;

  struct Supposed {
    domain::EntityName member;
    domain::Principal principal;
    std::vector<domain::GroupId> groups;  // with those above, sorted
  };
  std::optional<Supposed> supposed_;

  mutable std::unordered_map<cedar::EntityUid, std::unique_ptr<const cedar::Entity>, cedar::EntityUidHash>
      made_;
  mutable std::unordered_map<cedar::EntityUid, std::vector<cedar::EntityUid>, cedar::EntityUidHash>
      ancestors_;
  mutable std::map<domain::Principal, std::shared_ptr<const Authority>> authorities_;
  mutable std::pair<domain::UserId, std::shared_ptr<const KnownPerson>> last_person_;
  mutable std::list<std::pair<domain::EntityName, std::vector<domain::EntityName>>> above_;
  mutable std::optional<base::Error> failure_;
  mutable std::optional<base::Timestamp> until_;
};

// What one question says of its subject and its resource, over what the store holds. For one thread; both
// given must outlive this.
class QuestionEntities final : public cedar::EntitySource {
 public:
  explicit QuestionEntities(const TenantEntities& entities) : entities_(entities) {}

  // Lays the values over the entity's attributes, but for what the directory knows of it. REQUIRES: nothing
  // was found yet
  void lay_over(const NamedEntity&, std::vector<cedar::Record::Field>);

  const cedar::Entity* find(const cedar::EntityUid&) const override;
  bool has_ancestor(const cedar::EntityUid& descendant, const cedar::EntityUid& ancestor) const override;
  bool list_ancestors(const cedar::EntityUid& of, std::vector<const cedar::EntityUid*>& found) const override;

 private:
  const TenantEntities& entities_;
  std::list<cedar::Entity> laid_over_;  // two at most
};

}  // namespace authz
