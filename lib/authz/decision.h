#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "authz/grants_held.h"
#include "authz/request_values.h"
#include "authz/tenant_entities.h"
#include "authz/tenant_policies.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/catalogue.h"
#include "domain/entity_name.h"
#include "domain/ids.h"
#include "store/txn.h"

namespace authz {

// May the subject do the action to the resource? Names are any strings. Properties and context are objects,
// or null where the question says nothing of them.
struct DecisionQuestion {
  domain::EntityName subject, resource;
  std::string action;
  base::Json subject_properties{}, resource_properties{}, action_properties{}, context{};
};

// A rule that could not be evaluated.
struct FailedRule {
  const TenantRule* rule;
  std::string message;  // empty unless it was asked for
};

// An answer, and why. Rules point into the tenant's policies.
struct Decided {
  bool allowed = false;
  std::vector<const TenantRule*> determining;  // none: roles decided, or nothing allowed it
  std::optional<std::int32_t> tier;            // the priority of the policies that decided
  std::vector<domain::GrantId> grants;         // by which templates are among the determining rules
  bool by_roles = false;                       // roles allowed it
  bool suspended = false;                      // the subject is, which decided
  std::vector<FailedRule> failed;              // of the tiers that were asked
  std::vector<NotHeld> not_held;
};

// Answers questions of one tenant on one snapshot, at one moment, one after another, each for itself: what
// one says of its subject is nothing to the next. What was read of the store is kept for all of them.
//
// In order: a subject who is suspended may nothing. Tiers, that of the highest priority first: one in which a
// rule is satisfied decides, and those below aren't asked; templates that grants fill are rules of theirs.
// Then roles, which allow what the subject's effective scopes on the resource, on anything above it or in the
// whole tenant hold. Else no.
//
// For one thread; the snapshot and the catalogue must outlive it.
class Decider {
 public:
  Decider(const store::ReadTxn&, const domain::Catalogue&, std::shared_ptr<const TenantPolicies>,
          const domain::TenantId& tenant, UserIds, base::Timestamp now);
  ~Decider();
  Decider(const Decider&) = delete;  // its parts refer to each other
  Decider& operator=(const Decider&) = delete;

  // kInvalid where a property or something in the context is of another type than the tenant's schema
  // declares; the message begins with its place in the question, "resource/properties/size: …". Other
  // failures are the store's. `explains`: failed rules come with a message.
  base::Result<Decided> decide(const DecisionQuestion&, bool explains = false);

  // Answers as if the entity were in these groups as well. REQUIRES: nothing was asked yet
  base::Result<void> suppose(const domain::EntityName& member, std::vector<domain::GroupId> groups);

  // The directory's principal that a name means, if there is one.
  std::optional<domain::Principal> principal(const domain::EntityName&);

  // From now on no attributes are read of an entity that has more bytes of them: a question that comes to one
  // fails, and is_heavy() says why.
  void limit_attributes(std::size_t bytes) { entities_.limit_attributes(bytes); }
  bool is_heavy() const { return entities_.is_heavy(); }

  const TenantPolicies& policies() const { return *policies_; }

 private:
  struct Asked;
  struct Said;

  const NamedEntity& named(const domain::EntityName&,
                           std::optional<std::pair<domain::EntityName, NamedEntity>>&);
  base::Result<void> lay_over(const NamedEntity&, const base::Json& properties, std::string_view pointer,
                              QuestionEntities&, std::vector<NotHeld>&) const;
  base::Result<cedar::Record> context_of(const DecisionQuestion&, const cedar::EntityUid& action,
                                         std::vector<NotHeld>&) const;
  static void ask(const cedar::CompiledPolicies&, const TenantRule* rules, const Asked&, Said&);
  bool ask_tier(const Tier&, const Asked&, Decided&) const;
  base::Result<bool> roles_allow(const NamedEntity& subject, std::size_t permission,
                                 const NamedEntity& resource);
  std::optional<std::size_t> permission_of(const std::string& type, const std::string& action) const;

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const std::shared_ptr<const TenantPolicies> policies_;
  const domain::TenantId tenant_;
  const base::Timestamp now_;
  TenantEntities entities_;
  GrantsHeld grants_;
  // The last ones, since many questions are about one subject or one resource.
  std::optional<std::pair<domain::EntityName, NamedEntity>> subject_, resource_;
  std::optional<base::Error> unread_;  // why principal() doesn't know: what is asked next fails by it
};

// One question.
base::Result<Decided> decide(const store::ReadTxn&, const domain::Catalogue&,
                             std::shared_ptr<const TenantPolicies>, const domain::TenantId& tenant,
                             const DecisionQuestion&, base::Timestamp now);

}  // namespace authz
