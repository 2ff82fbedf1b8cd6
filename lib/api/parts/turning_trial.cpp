#include "api/parts/turning_trial.h"

#include "authz/authority.h"
#include "domain/grant.h"
#include "domain/group.h"
#include "domain/mapping.h"
#include "domain/membership.h"
#include "domain/user.h"

namespace api {
namespace {

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

}  // namespace api
