#include "api/parts/turning_trial.h"

#include "api/explanations.h"
#include "authz/authority.h"
#include "authz/decision.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/user.h"

namespace api {
namespace {

constexpr std::size_t kMostTrialBytes = std::size_t{64} << 20U;       // of all that is tried
constexpr std::size_t kMostTrialBytesThen = std::size_t{128} << 20U;  // with what was changed since

base::Error absent() {
  return {base::ErrorCode::kNotFound, "not there any more"};
}

class Trial {
 public:
  Trial(store::WriteTxn& txn, const domain::TenantId& tenant) : txn_(txn), tenant_(tenant) {}

  base::Result<void> operator()(const GivesRole& call) {
    domain::Mapping mapping;
    mapping.tenant = tenant_;
    mapping.principal = call.who;
    mapping.role = call.role;
    mapping.resource = text_of(call.resource);
    mapping.created_at = txn_.now();
    return domain::put_mapping(txn_, mapping);
  }

  base::Result<void> operator()(const TakesMapping& call) {
    const auto mapping = domain::find_mapping_by_id(txn_, tenant_, call.id);
    if (!mapping.ok()) return mapping.error();
    return *mapping ? domain::delete_mapping(txn_, **mapping) : absent();
  }

  base::Result<void> operator()(const JoinsGroup& call) {
    return domain::put_membership(txn_,
                                  {tenant_, call.group, call.user, domain::Source::kLocal, txn_.now(), 0});
  }

  base::Result<void> operator()(const MovesTimes& call) {
    auto mapping = domain::find_mapping_by_id(txn_, tenant_, call.id);
    if (!mapping.ok()) return mapping.error();
    if (!*mapping) return absent();
    if (call.is_over)
      (*mapping)->expires_at.reset();
    else
      (*mapping)->valid_from.reset();
    return domain::put_mapping(txn_, **mapping);
  }

  base::Result<void> operator()(const GrantsTemplate& call) {
    domain::Grant grant;
    grant.tenant = tenant_;
    grant.policy = call.policy;
    grant.rule = call.rule;
    if (call.principal) grant.principal = to_string(*call.principal);
    grant.resource = text_of(call.resource);
    grant.created_at = txn_.now();
    return domain::put_grant(txn_, grant);
  }

  base::Result<void> operator()(const SetsAttribute& call) {
    domain::StoredEntity entity = call.entity;
    return domain::put_entity(txn_, entity);
  }

  base::Result<void> operator()(const ActivatesUser& call) {
    auto user = domain::get_user(txn_, tenant_, call.user);
    if (!user.ok()) return user.error();
    if (!*user) return absent();
    (*user)->active = true;
    return domain::put_user(txn_, **user);
  }

  base::Result<void> operator()(const EnablesGroup& call) {
    auto group = domain::get_group(txn_, tenant_, call.group);
    if (!group.ok()) return group.error();
    if (!*group) return absent();
    (*group)->state = domain::State::kEnabled;
    return domain::put_group(txn_, **group);
  }

 private:
  domain::ResourceText text_of(const std::optional<domain::EntityName>& resource) const {
    return resource ? authz::resource_text(tenant_, *resource).value_or("") : "";
  }

  store::WriteTxn& txn_;
  const domain::TenantId& tenant_;
};

}  // namespace

base::Result<void> try_call(store::WriteTxn& txn, const domain::TenantId& tenant, const TurningCall& call) {
  return std::visit(Trial(txn, tenant), call);
}

Outcome<void> tell_what_turns(const ExplainedCase& of, std::vector<TurningChange> ideas, Explanation& told) {
  if (ideas.empty()) return {};
  const auto policies = stored(of.read.policies->get(of.read.txn, of.tenant));
  if (!policies.ok()) return policies.error();
  auto over =
      store::WriteTxn::over(of.read.txn, of.read.now, of.read.today ? kMostTrialBytesThen : kMostTrialBytes);
  if (!over.ok() && over.error().code == base::ErrorCode::kFull) {
    told.tried = false;
    return {};
  }
  if (!over.ok()) return from_store(over.error());
  for (TurningChange& idea : ideas) {
    if (told.changes.size() == kMostTurningChanges) break;
    bool turns = false;
    const auto try_it = [&](store::WriteTxn& txn) -> base::Result<void> {
      // What can't be written, such as by a limit, turns nothing.
      if (auto applied = try_call(txn, of.tenant, idea.call); !applied.ok()) return applied;
      authz::Decider decider(txn, *of.read.catalogue, *policies, of.tenant, of.ids, of.read.now);
      const auto decided = decider.decide(of.question);
      turns = decided.ok() && decided->allowed != told.decided.allowed;
      return base::Error{base::ErrorCode::kConflict, "tried"};  // and undone
    };
    (void)over->attempt(try_it);
    // Where there was no room to undo it, what follows would be tried on it as well.
    if (!over->attempt([](store::WriteTxn&) { return base::Result<void>(); }).ok()) break;
    if (turns) told.changes.push_back(std::move(idea));
  }
  return {};
}

}  // namespace api
