#include "api/parts/explained_case.h"

#include <algorithm>
#include <iterator>

#include "api/resources.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/group.h"
#include "domain/subgroup.h"

namespace api {

bool ExplainedCase::has_thing(std::string_view resource) const {
  return std::find(things.begin(), things.end(), resource) != things.end();
}

bool ExplainedCase::may_list_roles_of(const domain::GroupId& group) const {
  const auto may = visible.may_list_roles_of(group);
  return may.ok() && *may;
}

bool ExplainedCase::is_disabled(const domain::GroupId& id) const {
  const auto group = domain::get_group(read.txn, tenant, id);
  return group.ok() && *group && (*group)->state == domain::State::kDisabled;
}

Outcome<ExplainedCase> look_up_case(const Read& read, const domain::TenantId& tenant, UserIds ids,
                                    const DecisionQuestion& question, Decisions& decisions) {
  const authz::Sight sight = decisions.sight();
  ExplainedCase made{.read = read,
                     .tenant = tenant,
                     .ids = ids,
                     .question = question,
                     .decisions = decisions,
                     .sight = sight,
                     .names = ExplainedNames(read, tenant, sight),
                     .visible = VisibleMappings(read, tenant)};
  made.subject = made.names.of(question.subject);
  made.who = decisions.decider().principal(question.subject);
  if (made.who) {
    if (made.who->kind == domain::PrincipalKind::kUser)
      made.subject = made.names.of(domain::user_entity(domain::UserId(made.who->id)));
    const auto groups = stored(domain::effective_groups(read.txn, tenant, *made.who));
    if (!groups.ok()) return groups.error();
    const auto all =
        stored(domain::effective_groups(read.txn, tenant, *made.who, domain::Disabled::kCounted));
    if (!all.ok()) return all.error();
    std::set_difference(all->begin(), all->end(), groups->begin(), groups->end(),
                        std::back_inserter(made.idle_groups));
    made.holders.assign(groups->begin(), groups->end());
    made.holders.push_back(*made.who);
    std::sort(made.holders.begin(), made.holders.end());
  }
  std::vector<domain::EntityName> names{question.resource};
  if (domain::is_valid(question.resource) && !domain::is_reeves_type(question.resource.type)) {
    auto above = stored(domain::ancestors_of(read.txn, tenant, question.resource));
    if (!above.ok()) return above.error();
    names.insert(names.end(), above->begin(), above->end());
  }
  for (const domain::EntityName& name : names)
    if (auto text = authz::resource_text(tenant, name); text && !text->empty())
      made.things.push_back(*std::move(text));
  return made;
}

}  // namespace api
