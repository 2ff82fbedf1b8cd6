// One question goes down a stair, and the first step that has something to say decides:
//
//   suspended?      no
//   tier 100        forbid (principal, action, resource) when { resource.locked };
//   tier 0          permit (principal in group::"…", action == Action::"view", resource is doc);
//                   permit (principal == ?principal, action, resource in ?resource);   where a grant fills it
//   roles           scopes of the subject on the resource, what is above it, and the whole tenant
//   nothing         no
//
// Inside a tier the language's own rule holds: a satisfied forbid, else a satisfied permit. A forbid that
// fails counts as satisfied where the tenant says so (OnError::kDeny), so that the tier decides.
//
// No policy of a tenant gives a right in Reeve itself: for permissions of the service `app` on the tenant, a
// group or a project roles alone are asked, and of those on the thing itself and on the whole tenant.
#include "authz/decision.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "cedar/cedar.h"
#include "domain/directory.h"
#include "domain/project.h"

namespace authz {
namespace {

using domain::EntityName;

// What the permissions of Reeve itself are about, by either dialect's name.
bool is_reeves_own(std::string_view type) {
  if (type.starts_with("app/")) type.remove_prefix(4);
  return type == domain::kTenantType || type == "organization" || type == domain::kGroupType ||
         type == domain::kProjectType;
}

std::optional<domain::ProjectId> project_of(const EntityName& name) {
  if (name.type != domain::kProjectType && name.type != "app/project") return std::nullopt;
  return domain::ProjectId::parse(name.id);
}

// Of a thing that the directory would hold, and doesn't, nobody holds anything.
bool is_nothing(const NamedEntity& named) {
  return !named.in_directory && named.name.type != domain::kUserType &&
         domain::is_directory_type(named.name.type);
}

}  // namespace

// What the machine is asked in each tier.
struct Decider::Asked {
  const cedar::Request& request;
  const QuestionEntities& entities;
  const std::vector<FilledTemplate>& filled;
  bool explains;
};

// What the rules of a tier say.
struct Decider::Said {
  std::vector<const TenantRule*> permits, forbids;  // those satisfied
  std::vector<const TenantRule*> failed_forbids;
  std::vector<FailedRule> failed;
};

Decider::Decider(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                 std::shared_ptr<const TenantPolicies> policies, const domain::TenantId& tenant,
                 UserIds user_ids, base::Timestamp now, AuthorityCache* people)
    : txn_(txn),
      catalogue_(catalogue),
      policies_(std::move(policies)),
      tenant_(tenant),
      now_(now),
      entities_(txn, catalogue, *policies_, tenant, user_ids, now, steps_, people),
      grants_(txn, *policies_, entities_, tenant, now) {}

Decider::~Decider() = default;

const NamedEntity& Decider::named(const EntityName& name,
                                  std::optional<std::pair<EntityName, NamedEntity>>& last) {
  if (!last || last->first != name) last.emplace(name, entities_.named(name));
  return last->second;
}

const cedar::EntityUid& Decider::action_of(const std::string& name) {
  static const cedar::Name kAction = cedar::Name::unchecked("Action");
  if (!action_ || action_->id() != name) action_.emplace(kAction, name);
  return *action_;
}

std::optional<domain::Principal> Decider::principal(const EntityName& name) {
  const auto found = named(name, subject_).principal;
  if (!entities_.failed()) return found;
  unread_ = entities_.failed();
  subject_.reset();
  return std::nullopt;
}

base::Result<void> Decider::suppose(const EntityName& member, std::vector<domain::GroupId> groups) {
  const NamedEntity& found = named(member, subject_);
  if (entities_.failed()) return *entities_.failed();
  return entities_.suppose(found, std::move(groups));
}

base::Result<void> Decider::lay_over(const NamedEntity& named, const base::Json& properties,
                                     std::string_view pointer, QuestionEntities& entities,
                                     std::vector<NotHeld>& notes) const {
  if (!properties.object() || properties.object()->empty()) return {};
  const cedar::SchemaEntityType* const type = entities_.declared(named.uid);
  if (entities_.schema() && !type) return {};
  auto values =
      RequestValues(entities_.schema(), notes).members(properties, pointer, type ? type->shape : nullptr);
  if (!values.ok()) return values.error();
  entities.lay_over(named, std::move(values).value());
  return {};
}

// The caller's own context, and in it the action's properties under `action`, which nobody else may set.
base::Result<cedar::Record> Decider::context_of(const DecisionQuestion& q, const cedar::EntityUid& action,
                                                std::vector<NotHeld>& notes) const {
  constexpr std::string_view kMember = "action";
  std::vector<cedar::Record::Field> fields;
  const cedar::SchemaAction* const declared =
      entities_.schema() ? entities_.schema()->find_action(action) : nullptr;
  if (entities_.schema() && !declared) return cedar::Record();
  const cedar::TypeRef type = declared ? declared->context : nullptr;
  const RequestValues values(entities_.schema(), notes);
  if (q.context.object()) {
    auto given = values.members(q.context, "/context", type);
    if (!given.ok()) return given.error();
    fields = std::move(given).value();
    std::erase_if(fields, [&](const cedar::Record::Field& field) { return field.first == kMember; });
  }
  if (q.action_properties.object()) {
    const cedar::TypeRef of_action = type ? cedar::member_type(type, kMember) : nullptr;
    if (type && !of_action) return cedar::Record(std::move(fields));
    auto given = values.members(q.action_properties, "/action/properties", of_action);
    if (!given.ok()) return given.error();
    fields.emplace_back(kMember, cedar::Value(cedar::Record(std::move(given).value())));
  }
  return cedar::Record(std::move(fields));
}

// Why they failed. It has a budget of its own, as large as the question's: whether somebody asks for reasons
// doesn't change the answer. In a hurry it is heavy to say less than all.
void Decider::describe_failed(const cedar::CompiledPolicies& policies, const Asked& asked,
                              const cedar::Verdict& verdict, std::span<FailedRule> failed) {
  const cedar::StepBudget left = steps_;
  cedar::StepBudget budget(most_steps_);
  const cedar::Response response =
      cedar::Authorizer().describe(verdict, asked.request, policies, asked.entities, budget);
  steps_ = left;
  if (budget.is_used_up() && is_hurried()) is_heavy_ = true;
  for (std::size_t i = 0; i < failed.size(); ++i) failed[i].message = response.diagnostics.errors[i].message;
}

// False where it takes more steps than are left.
bool Decider::ask(const cedar::CompiledPolicies& policies, const TenantRule* rules, const Asked& asked,
                  Said& said) {
  // The memory that decisions are made in: one for each thread that asks; nothing of it outlives a question.
  static thread_local cedar::AuthorizerScratch scratch;
  const cedar::Verdict verdict =
      cedar::Authorizer().decide(asked.request, policies, asked.entities, scratch, steps_);
  if (verdict.used_up) return false;
  const bool allowed = verdict.decision == cedar::Decision::kAllow;
  for (const std::uint32_t number : verdict.reasons)
    (allowed ? said.permits : said.forbids).push_back(&rules[number]);
  const std::size_t first = said.failed.size();
  for (const std::uint32_t number : verdict.errors) {
    said.failed.push_back({&rules[number], {}});
    if (policies.heads()[number].effect == cedar::Effect::kForbid)
      said.failed_forbids.push_back(&rules[number]);
  }
  if (asked.explains && !verdict.errors.empty())
    describe_failed(policies, asked, verdict, std::span(said.failed).subspan(first));
  return true;
}

// Whether the tier decided.
bool Decider::ask_tier(const Tier& tier, const Asked& asked, Decided& decided) {
  Said said;
  bool is_done = ask(tier.policies, tier.rules.data(), asked, said);
  for (const FilledTemplate& filled : asked.filled)
    if (is_done && filled.tier == &tier) is_done = ask(filled.rule->body, &filled.rule->rule, asked, said);
  if (!is_done) return decided.used_up = true;
  decided.failed.insert(decided.failed.end(), std::make_move_iterator(said.failed.begin()),
                        std::make_move_iterator(said.failed.end()));
  if (policies_->settings.on_error == domain::OnError::kDeny)
    said.forbids.insert(said.forbids.end(), said.failed_forbids.begin(), said.failed_forbids.end());
  if (said.forbids.empty() && said.permits.empty()) return false;
  // Permits determine nothing where something forbids.
  decided.allowed = said.forbids.empty();
  decided.determining = decided.allowed ? std::move(said.permits) : std::move(said.forbids);
  decided.tier = tier.priority;
  for (const FilledTemplate& filled : asked.filled)
    if (std::find(decided.determining.begin(), decided.determining.end(), &filled.rule->rule) !=
        decided.determining.end())
      decided.grants.push_back(filled.grant);
  return true;
}

std::optional<std::size_t> Decider::permission_of(const std::string& type, const std::string& action) const {
  if (action.size() > names::kMaxPermissionName || type.size() > names::kMaxPermissionName)
    return std::nullopt;
  const auto place = catalogue_.place_of(action);
  return place ? place : catalogue_.place_of(type + ":" + action);
}

// Whether it is about a right in Reeve itself.
bool Decider::is_own(const DecisionQuestion& q) const {
  if (!is_reeves_own(q.resource.type)) return false;
  const auto permission = permission_of(q.resource.type, q.action);
  return permission && catalogue_.all()[*permission].service == names::kDefaultService;
}

base::Result<Reach::Ids> Decider::within_reach(const DecisionQuestion& q, bool of_subjects) {
  if (of_subjects && q.subject.type != domain::kUserType) return Reach::Ids();
  entities_.forget();
  steps_ = cedar::StepBudget(most_steps_);
  std::optional<std::size_t> permission;
  if (policies_->roles_decide || is_own(q)) permission = permission_of(q.resource.type, q.action);
  const NamedEntity& fixed = of_subjects ? named(q.resource, resource_) : named(q.subject, subject_);
  if (entities_.failed()) return *entities_.failed();
  Reach reach(txn_, catalogue_, *policies_, tenant_, entities_, grants_, now_);
  auto ids = of_subjects ? reach.users(action_of(q.action), fixed, permission)
                         : reach.resources(fixed, action_of(q.action), q.resource.type, permission);
  if (steps_.is_used_up()) return Reach::Ids();  // not all is known
  return ids;
}

base::Result<bool> Decider::roles_allow(const NamedEntity& subject, std::size_t permission,
                                        const NamedEntity& resource) {
  const auto who = entities_.holder(subject);
  if (!who || who->kind == domain::PrincipalKind::kGroup) return false;
  if (is_nothing(resource)) return false;
  const Authority* const held = entities_.authority(*who);
  if (!held) return *entities_.failed();
  const std::string& scope = catalogue_.all()[permission].scope;
  if (std::binary_search(held->scopes.begin(), held->scopes.end(), scope)) return true;
  if (!held->has_roles_on_things) return false;

  // A project is in its tenant alone, and one that is disabled gives nothing.
  if (const auto project = project_of(resource.name)) {
    const auto stored = domain::get_project(txn_, tenant_, *project);
    if (!stored.ok()) return stored.error();
    if (!*stored || (*stored)->state != domain::State::kEnabled) return false;
  }
  // The thing itself comes first: what is above it need not be known where that is enough.
  const auto on_itself = is_given_on(*who, *held, {resource.name}, permission);
  if (!on_itself.ok() || *on_itself) return on_itself;
  // What a group is in are no places: membership is not containment.
  const bool is_alone = domain::is_reeves_type(resource.name.type) && resource.name.type != domain::kUserType;
  if (is_alone) return false;
  const std::vector<EntityName>& above = entities_.above(resource.name);
  if (entities_.failed()) return *entities_.failed();
  return is_given_on(*who, *held, above, permission);
}

// Whether a role that gives the permission is held on one of the things.
base::Result<bool> Decider::is_given_on(const domain::Principal& who, const Authority& held,
                                        const std::vector<EntityName>& things, std::size_t permission) const {
  std::vector<domain::ResourceText> texts;
  for (const EntityName& thing : things) {
    auto text = resource_text(tenant_, thing);
    if (text && !text->empty()) texts.push_back(*std::move(text));
  }
  if (texts.empty()) return false;
  const auto given = permissions_on(txn_, catalogue_, tenant_, who, held.groups, texts, now_);
  if (!given.ok()) return given.error();
  return given->has(permission);
}

base::Result<Decided> Decider::decide(const DecisionQuestion& q, bool explains) {
  entities_.forget();
  steps_ = cedar::StepBudget(most_steps_);
  is_heavy_ = false;
  if (unread_) return *std::exchange(unread_, std::nullopt);
  const NamedEntity& subject = named(q.subject, subject_);
  const NamedEntity& resource = named(q.resource, resource_);
  if (entities_.failed()) return *entities_.failed();
  Decided decided;
  QuestionEntities entities(entities_);
  const cedar::EntityUid& action = action_of(q.action);
  auto laid = lay_over(subject, q.subject_properties, "/subject/properties", entities, decided.not_held);
  if (laid.ok())
    laid = lay_over(resource, q.resource_properties, "/resource/properties", entities, decided.not_held);
  if (!laid.ok()) return laid.error();
  auto context = context_of(q, action, decided.not_held);
  if (!context.ok()) return context.error();
  if (!subject.active) {
    decided.suspended = true;
    return decided;
  }

  const bool roles_alone = is_own(q);
  if (!roles_alone) {
    const cedar::Request request{subject.uid, action, resource.uid, std::move(context).value()};
    const auto filled = grants_.find({subject, resource});
    if (!filled.ok()) return filled.error();
    for (const Tier& tier : policies_->tiers) {
      const bool has_decided = ask_tier(tier, {request, entities, *filled, explains}, decided);
      if (entities_.failed()) return *entities_.failed();
      if (decided.used_up) {
        is_heavy_ = is_hurried();
        Decided unfinished;
        unfinished.used_up = true;
        return unfinished;
      }
      if (has_decided) return decided;
    }
  }
  if (!policies_->roles_decide && !roles_alone) return decided;
  const auto permission = permission_of(q.resource.type, q.action);
  if (!permission) return decided;
  const auto allowed = roles_allow(subject, *permission, resource);
  if (!allowed.ok()) return allowed.error();
  decided.allowed = decided.by_roles = allowed.value();
  if (decided.by_roles) decided.permission = permission;
  return decided;
}

base::Result<Decided> decide(const store::ReadTxn& txn, const domain::Catalogue& catalogue,
                             std::shared_ptr<const TenantPolicies> policies, const domain::TenantId& tenant,
                             const DecisionQuestion& question, base::Timestamp now, AuthorityCache* people) {
  return Decider(txn, catalogue, std::move(policies), tenant, UserIds::kUuid, now, people).decide(question);
}

}  // namespace authz
