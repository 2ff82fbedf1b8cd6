#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "authz/grants_held.h"
#include "authz/near_rules.h"
#include "authz/reach.h"
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
  std::optional<std::size_t> permission;       // then: its place in the catalogue
  bool suspended = false;                      // the subject is, which decided
  bool used_up = false;                        // it took more steps than it may, so the answer is no
  std::vector<FailedRule> failed;              // of the tiers that were asked
  std::vector<NotHeld> not_held;
};

struct Plan;
class StoredHierarchy;

inline constexpr std::uint64_t kHastySteps = 30'000;

// Answers questions of one tenant on one snapshot, at one moment, one after another, each for itself: what
// one says of its subject is nothing to the next. What was read of the store is kept for all of them.
//
// In order: a subject who is suspended may nothing. Tiers, that of the highest priority first: one in which a
// rule is satisfied decides, and those below aren't asked; templates that grants fill are rules of theirs.
// Then roles, which allow what the subject's effective scopes on the resource, on anything above it or in the
// whole tenant hold. Else no. A question that takes more than kMostSteps, with what is read of the store for
// its policies, is answered no, whatever they say.
//
// For one thread; the snapshot and the catalogue must outlive it. `people`, of the same store, only ever
// saves work; it must be null inside a change.
class Decider {
 public:
  Decider(const store::ReadTxn&, const domain::Catalogue&, std::shared_ptr<const TenantPolicies>,
          const domain::TenantId& tenant, UserIds, base::Timestamp now, AuthorityCache* people = nullptr);
  ~Decider();
  Decider(const Decider&) = delete;  // its parts refer to each other
  Decider& operator=(const Decider&) = delete;

  // kInvalid where a property or something in the context is of another type than the tenant's schema
  // declares; the message begins with its place in the question, "resource/properties/size: …". Other
  // failures are the store's. `explains`: failed rules come with a message.
  base::Result<Decided> decide(const DecisionQuestion&, bool explains = false);

  // Which rules came close, and as far as whoever asks may see it by which values: `most` at most. Takes some
  // milliseconds where there are many rules. Fails as decide() does.
  base::Result<NearRules> near_rules(const DecisionQuestion&, const Sight&, std::size_t most);

  // Takes away the messages of those that failed, where these might quote what whoever asks may not see.
  // Fails as decide() does. REQUIRES: the last question asked was this, and these failed
  base::Result<void> withhold(const DecisionQuestion&, const Sight&, std::vector<FailedRule>&);

  // Answers as if the entity were in these groups as well. REQUIRES: nothing was asked yet
  base::Result<void> suppose(const domain::EntityName& member, std::vector<domain::GroupId> groups);

  // What of the type searched for the answer can be yes for, whatever the question calls it: see Reach.
  base::Result<Reach::Ids> within_reach(const DecisionQuestion&, bool of_subjects);

  // What the answer depends on for resources of the question's type, whose id and properties don't count:
  // see plan.h.
  base::Result<Plan> plan(const DecisionQuestion&);

  // What is in what, for conditions of SQL; it may take as many steps as a question.
  StoredHierarchy hierarchy();

  // The first moment at which time alone may make something else of what was told so far: plans, and what
  // hierarchies say. Nothing: it stays as it is.
  std::optional<base::Timestamp> until() const { return entities_.until(); }

  // The directory's principal that a name means, if there is one.
  std::optional<domain::Principal> principal(const domain::EntityName&);

  // From now on a question may take no more than kHastySteps, its messages included: less than a millisecond.
  // is_heavy(): the last one took more, and its answer means nothing.
  void hurry() { most_steps_ = kHastySteps; }
  bool is_heavy() const { return is_heavy_; }

  const TenantPolicies& policies() const { return *policies_; }
  const std::shared_ptr<const TenantPolicies>& shared_policies() const { return policies_; }

 private:
  struct Asked;
  struct Said;

  const cedar::EntityUid& action_of(const std::string& name);
  const NamedEntity& named(const domain::EntityName&,
                           std::optional<std::pair<domain::EntityName, NamedEntity>>&);
  base::Result<void> lay_over(const NamedEntity&, const base::Json& properties, std::string_view pointer,
                              QuestionEntities&, std::vector<NotHeld>&) const;
  base::Result<cedar::Record> context_of(const DecisionQuestion&, const cedar::EntityUid& action,
                                         std::vector<NotHeld>&) const;
  bool is_hurried() const { return most_steps_ < kMostSteps; }
  bool ask(const cedar::CompiledPolicies&, const TenantRule* rules, const Asked&, Said&);
  bool ask_tier(const Tier&, const Asked&, Decided&);
  void describe_failed(const cedar::CompiledPolicies&, const Asked&, const cedar::Verdict&,
                       std::span<FailedRule>);
  base::Result<bool> roles_allow(const NamedEntity& subject, std::size_t permission,
                                 const NamedEntity& resource);
  base::Result<bool> is_given_on(const domain::Principal&, const Authority& held,
                                 const std::vector<domain::EntityName>& things, std::size_t permission) const;
  std::optional<std::size_t> permission_of(const std::string& type, const std::string& action) const;
  bool is_own(const DecisionQuestion&) const;
  base::Result<cedar::Request> pose(const DecisionQuestion&, QuestionEntities&, std::vector<NotHeld>&);
  bool may_see(const DecisionQuestion&, const Sight&, const cedar::EntityField&) const;
  cedar::ExplainOptions shown_to(const DecisionQuestion&, const Sight&, cedar::StepBudget&) const;
  class Planning;

  const store::ReadTxn& txn_;
  const domain::Catalogue& catalogue_;
  const std::shared_ptr<const TenantPolicies> policies_;
  const domain::TenantId tenant_;
  const base::Timestamp now_;
  std::uint64_t most_steps_ = kMostSteps;
  bool is_heavy_ = false;
  cedar::StepBudget steps_;  // of one question
  TenantEntities entities_;
  GrantsHeld grants_;
  // The last ones, since many questions are about one subject or one resource.
  std::optional<std::pair<domain::EntityName, NamedEntity>> subject_, resource_;
  std::optional<cedar::EntityUid> action_;
  std::optional<base::Error> unread_;  // why principal() doesn't know: what is asked next fails by it
};

// One question.
base::Result<Decided> decide(const store::ReadTxn&, const domain::Catalogue&,
                             std::shared_ptr<const TenantPolicies>, const domain::TenantId& tenant,
                             const DecisionQuestion&, base::Timestamp now, AuthorityCache* people = nullptr);

}  // namespace authz
