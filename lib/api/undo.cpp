// What a change did is taken back by operations of this folder, one for each object, in an order in which
// each finds what it needs:
//
//   take out entities          of others that they were put into
//   remove what was made       the last made first: a mapping before its role
//   put back what was removed  the other way round: a group before its members
//   give back what was changed
//
// All of it is done in memory first, over the rehearsal's snapshot, so that what is refused anywhere costs
// the writer no more than the refusal's entry. In the writer it is done again.
#include "api/undo.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <type_traits>
#include <utility>

#include "api/api_keys.h"
#include "api/decision_settings.h"
#include "api/entities.h"
#include "api/grants.h"
#include "api/groups.h"
#include "api/mappings.h"
#include "api/members.h"
#include "api/parts/audit_json.h"
#include "api/parts/authorize.h"
#include "api/parts/change_time.h"
#include "api/parts/dependents.h"
#include "api/parts/propose.h"
#include "api/parts/test_runs.h"
#include "api/parts/undo_plan.h"
#include "api/parts/visible_objects.h"
#include "api/policies.h"
#include "api/policy_tests.h"
#include "api/projects.h"
#include "api/roles.h"
#include "api/rules.h"
#include "api/schemas.h"
#include "api/service_users.h"
#include "api/tenants.h"
#include "api/users.h"
#include "base/json.h"

namespace api {
namespace {

using store::Table;

constexpr std::size_t kMostInMemory = std::size_t{64} << 20U;  // bytes, of a rehearsal

// In this order things are put back, and in the other removed.
constexpr Table kOrder[] = {Table::kTenant,    Table::kUser,    Table::kServiceUser, Table::kGroup,
                            Table::kRole,      Table::kProject, Table::kSchema,      Table::kPolicy,
                            Table::kRule,      Table::kEntity,  Table::kGroupIn,     Table::kMemberOf,
                            Table::kMapping,   Table::kGrant,   Table::kDecisions,   Table::kPolicyTest,
                            Table::kCredential};

std::ptrdiff_t place_of(Table table) {
  return std::distance(std::begin(kOrder), std::find(std::begin(kOrder), std::end(kOrder), table));
}

enum class Way : std::uint8_t { kRemove, kPutBack, kGiveBack };

Way way_of(const UndoneSides& sides) {
  return std::visit(
      [](const auto& all) {
        if (!all.before) return Way::kRemove;
        return all.after ? Way::kGiveBack : Way::kPutBack;
      },
      sides);
}

domain::ChangeKind kind_of(Way way) {
  switch (way) {
    case Way::kRemove:
      return domain::ChangeKind::kDeleted;
    case Way::kPutBack:
      return domain::ChangeKind::kCreated;
    case Way::kGiveBack:
      return domain::ChangeKind::kUpdated;
  }
  return domain::ChangeKind::kUpdated;
}

// An entity that is to be in less again, perhaps no longer in one that is to be removed.
bool takes_out(const UndoneSides& sides) {
  const auto* const entity = std::get_if<Sides<domain::StoredEntity>>(&sides);
  if (!entity || !entity->before || !entity->after) return false;
  const auto& less = entity->before->parents;
  const auto& more = entity->after->parents;
  return less.size() < more.size() && std::includes(more.begin(), more.end(), less.begin(), less.end());
}

std::string name_of(const domain::ChangedObject& object) {
  return std::string(object.table == Table::kCredential ? "credential" : domain::noun_of(object.table)) +
         " " + object.id;
}

// That what is tried is tried later, when all is written: what the operations of policies are given.
Outcome<Tried> trying_later(const Change& change, const domain::TenantId& tenant) {
  const auto decisions = stored(domain::get_decisions(change.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  return Tried{true, decisions->policies_revision, decisions->tests_revision};
}

template <typename T>
Outcome<void> dropped(const Outcome<T>& outcome) {
  if (!outcome.ok()) return outcome.error();
  return {};
}

// Takes back, one after the other. For one run.
class Undoing {
 public:
  struct Given {
    bool texts_are_right;  // of rules, as a rehearsal has found
    TriedIn here;
  };
  Undoing(Change& change, const domain::TenantId& tenant, const UndoPlan& plan, const Given& given)
      : change_(change),
        tenant_(tenant),
        plan_(plan),
        texts_are_right_(given.texts_are_right),
        time_(change, given.here),
        visible_(change, tenant) {
    for (const UndoneObject& one : plan.objects) {
      const auto* const policy = std::get_if<Sides<domain::TenantPolicy>>(&one.sides);
      if (policy && !policy->before) whole_.insert(policy->after->id);
      if (policy && !policy->after) whole_.insert(policy->before->id);
    }
    for (const UndoneObject& one : plan.objects)
      if (const auto* const rule = std::get_if<Sides<domain::Rule>>(&one.sides)) {
        const domain::Rule& some = rule->before ? *rule->before : *rule->after;
        rules_[some.policy].insert(some.id);
        if (rule->before) rules_before_[some.policy].push_back(*rule->before);
        if (rule->before && rule->after && rule->before->ordinal != rule->after->ordinal)
          moved_[some.policy].push_back(*rule->before);
      }
  }

  Outcome<void> run() {
    for (const domain::NumberedName& one : plan_.numbers)
      if (auto given = stored(domain::give_number_back(change_.write, tenant_, one)); !given.ok())
        return given;
    for (const UndoneObject* const one : in_order()) {
      if (time_.is_over())
        return error(Code::kTooLarge,
                     "change " + std::to_string(plan_.revision) + ": takes too long to be undone at once");
      auto done = std::visit([&](const auto& sides) { return undo(sides); }, one->sides);
      if (!done.ok()) return told_of(*one, std::move(done).error());
    }
    for (const auto& [policy, rules] : moved_)
      if (auto done = restore_order(change_, tenant_, policy, rules); !done.ok()) return done;
    return {};
  }

  // Whether it wrote what the tenant's tests are about.
  bool concerns_tests() const {
    return std::any_of(plan_.objects.begin(), plan_.objects.end(), [](const UndoneObject& one) {
      const Table table = one.object.table;
      return table == Table::kPolicy || table == Table::kRule || table == Table::kSchema ||
             table == Table::kDecisions;
    });
  }

 private:
  std::vector<const UndoneObject*> in_order() const {
    std::vector<std::pair<std::tuple<int, std::ptrdiff_t, std::ptrdiff_t>, const UndoneObject*>> keyed;
    std::ptrdiff_t at = 0;
    for (const UndoneObject& one : plan_.objects) {
      const Way way = way_of(one.sides);
      const std::ptrdiff_t place = place_of(one.object.table);
      const int step = takes_out(one.sides) ? 0 : way == Way::kRemove ? 1 : way == Way::kPutBack ? 2 : 3;
      keyed.emplace_back(step == 1 ? std::tuple(step, -place, -at) : std::tuple(step, place, at), &one);
      ++at;
    }
    std::sort(keyed.begin(), keyed.end());
    std::vector<const UndoneObject*> order;
    for (const auto& [key, one] : keyed) order.push_back(one);
    return order;
  }

  // What a caller who named none of all this can make something of.
  Error told_of(const UndoneObject& one, Error why) const {
    const std::string name = "change " + std::to_string(plan_.revision) + ": " + name_of(one.object) + ": ";
    const bool puts_back = way_of(one.sides) != Way::kRemove;
    if (puts_back && (why.code == Code::kNotFound || why.code == Code::kInvalidInput))
      return error(Code::kBuiltUpon, name + why.message);
    if (why.code == Code::kAlreadyExists) return error(why.code, name + why.message);
    if (puts_back && why.code == Code::kOverloaded && one.object.table == Table::kSchema)
      return error(Code::kNotUndoable,
                   name + "more is stored than can be held against it here; set it by its own call");
    return why;
  }

  template <typename T>
  Outcome<void> undo(const Sides<T>& sides) {
    if (sides.before) return restore(*sides.before, sides.now);
    return remove(*sides.now);
  }

  Outcome<void> undo(const Sides<domain::Rule>& sides) {
    const domain::Rule& some = sides.before ? *sides.before : *sides.after;
    if (whole_.contains(some.policy)) return {};  // goes and comes with its policy
    if (!sides.before)
      return with_trying([&](const RuleDrafts& drafts) {
        return delete_rule(change_, tenant_, {some.policy, some.id}, {}, drafts);
      });
    if (sides.now && sides.now->text == sides.before->text) return {};  // has only moved
    return restore_rule(change_, *sides.before, texts_are_right_);
  }

  template <typename Fn>
  Outcome<void> with_trying(const Fn& fn) {
    const auto tried = trying_later(change_, tenant_);
    if (!tried.ok()) return tried.error();
    RuleDrafts drafts;
    drafts.tried = *tried;
    return fn(drafts);
  }

  template <typename T>
  Outcome<void> check_dependents(const T& object) {
    Dependents dependents(change_, tenant_, visible_);
    if (auto found = dependents.of(object); !found.ok()) return found;
    return dependents.check(plan_.revision);
  }

  Outcome<void> remove(const domain::Tenant&) { return not_to_be_undone(); }
  Outcome<void> remove(const domain::Decisions&) { return not_to_be_undone(); }

  Outcome<void> remove(const domain::User& user) {
    if (auto unused = check_dependents(user); !unused.ok()) return unused;
    return delete_user(change_, tenant_, user.id, {});
  }

  // An API key's goes nowhere: the key is revoked.
  Outcome<void> remove(const domain::ServiceUser& user) {
    if (user.is_api_key) return {};
    if (auto unused = check_dependents(user); !unused.ok()) return unused;
    return delete_service_user(change_, tenant_, user.id, {}, false);
  }

  Outcome<void> remove(const domain::Group& group) {
    if (auto unused = check_dependents(group); !unused.ok()) return unused;
    return delete_group(change_, tenant_, group.id, {});
  }

  Outcome<void> remove(const domain::Role& role) {
    return delete_role(change_, tenant_, role.slug, false, {});
  }

  Outcome<void> remove(const domain::Project& project) {
    if (auto unused = check_dependents(project); !unused.ok()) return unused;
    return delete_project(change_, tenant_, project.id, {});
  }

  Outcome<void> remove(const domain::TenantSchema&) {
    return with_trying([&](const RuleDrafts& drafts) { return delete_schema(change_, tenant_, {}, drafts); });
  }

  Outcome<void> remove(const domain::TenantPolicy& policy) {
    Dependents dependents(change_, tenant_, visible_);
    if (auto found = dependents.of(policy, rules_[policy.id]); !found.ok()) return found;
    if (auto unused = dependents.check(plan_.revision); !unused.ok()) return unused;
    return with_trying(
        [&](const RuleDrafts& drafts) { return delete_policy(change_, tenant_, policy.id, {}, drafts); });
  }

  Outcome<void> remove(const domain::StoredEntity& entity) {
    return delete_entity(change_, tenant_, entity.name, false, {});
  }

  Outcome<void> remove(const domain::Subgroup& subgroup) {
    return remove_member(change_, tenant_, subgroup.group, subgroup.member.uuid(), {});
  }

  Outcome<void> remove(const domain::Membership& membership) {
    return remove_member(change_, tenant_, membership.group, membership.user.uuid(), {});
  }

  Outcome<void> remove(const domain::Mapping& mapping) {
    return delete_mapping(change_, tenant_, mapping.id, {});
  }

  Outcome<void> remove(const domain::Grant& grant) {
    return delete_grant(change_, tenant_, grant.id.uuid(), {});
  }

  Outcome<void> remove(const domain::PolicyTest& test) {
    return delete_policy_test(change_, tenant_, test.id, {});
  }

  Outcome<void> remove(const domain::Credential& credential) {
    if (credential.kind == domain::CredentialKind::kApiKey)
      return revoke_api_key(change_, tenant_, credential.id, {});
    if (credential.owner.kind != domain::PrincipalKind::kServiceUser) return not_to_be_undone();
    return delete_secret(change_, tenant_, domain::ServiceUserId(credential.owner.id), credential.id, {});
  }

  Outcome<void> restore(const domain::Tenant& was, const std::optional<domain::Tenant>& now) {
    if (!now) return not_to_be_undone();
    TenantPatch patch;
    if (was.name != now->name) patch.name = was.name;
    if (was.slug != now->slug) patch.slug = was.slug;
    if (was.state != now->state) patch.state = was.state;
    if (was.limits != now->limits) patch.limits = was.limits;
    if (was.metadata != now->metadata) {
      auto metadata = base::parse_json(was.metadata);
      if (!metadata.ok()) return from_store(metadata.error());
      patch.metadata = std::move(metadata).value();
    }
    return dropped(update_tenant(change_, tenant_, patch, {}));
  }

  Outcome<void> restore(const domain::User& was, const auto&) { return restore_user(change_, was); }

  Outcome<void> restore(const domain::ServiceUser& was, const std::optional<domain::ServiceUser>& now) {
    if (now || was.is_api_key) return not_to_be_undone();
    return restore_service_user(change_, was);
  }

  Outcome<void> restore(const domain::Group& was, const auto&) { return restore_group(change_, was); }
  Outcome<void> restore(const domain::Role& was, const auto&) { return restore_role(change_, was); }
  Outcome<void> restore(const domain::Project& was, const auto&) { return restore_project(change_, was); }

  Outcome<void> restore(const domain::TenantSchema& was, const auto&) {
    const auto tried = trying_later(change_, tenant_);
    if (!tried.ok()) return tried.error();
    SchemaDraft draft;
    draft.tried = *tried;
    const GivenSchema given{.text = was.text, .created_at = was.created_at};
    return dropped(set_schema(change_, tenant_, given, {}, draft));
  }

  Outcome<void> restore(const domain::TenantPolicy& was, const std::optional<domain::TenantPolicy>& now) {
    if (!now) return restore_policy(change_, was, rules_before_[was.id], texts_are_right_);
    PolicyPatch patch;
    if (was.name != now->name) patch.name = was.name;
    if (was.description != now->description) patch.description = was.description;
    if (was.enabled != now->enabled) patch.enabled = was.enabled;
    if (was.priority != now->priority) patch.priority = was.priority;
    return with_trying([&](const RuleDrafts& drafts) {
      return dropped(update_policy(change_, tenant_, was.id, patch, {}, drafts));
    });
  }

  Outcome<void> restore(const domain::StoredEntity& was, const auto&) { return restore_entity(change_, was); }
  Outcome<void> restore(const domain::Subgroup& was, const auto& now) {
    return now ? not_to_be_undone() : restore_member(change_, was);
  }
  Outcome<void> restore(const domain::Membership& was, const auto& now) {
    return now ? not_to_be_undone() : restore_member(change_, was);
  }
  Outcome<void> restore(const domain::Mapping& was, const auto&) { return restore_mapping(change_, was); }
  Outcome<void> restore(const domain::Grant& was, const auto& now) {
    return now ? not_to_be_undone() : restore_grant(change_, was);
  }

  Outcome<void> restore(const domain::Decisions& was, const std::optional<domain::Decisions>& now) {
    const auto set = [&](const RuleDrafts& drafts) -> Outcome<void> {
      if (was.settings == now->settings) return {};
      return dropped(set_decision_settings(change_, tenant_, was.settings, {}, drafts));
    };
    if (auto done = with_trying(set); !done.ok()) return done;
    if (was.roles_enabled == now->roles_enabled) return {};
    return with_trying([&](const RuleDrafts& drafts) {
      PolicyPatch patch;
      patch.enabled = was.roles_enabled;
      return dropped(update_policy(change_, tenant_, was.roles_policy, patch, {}, drafts));
    });
  }

  Outcome<void> restore(const domain::PolicyTest& was, const auto&) {
    return restore_policy_test(change_, was);
  }
  Outcome<void> restore(const domain::Credential&, const auto&) { return not_to_be_undone(); }

  // What no operation does.
  Outcome<void> not_to_be_undone() const {
    return error(Code::kNotUndoable,
                 "change " + std::to_string(plan_.revision) + ": no call does what would undo it");
  }

  Change& change_;
  const domain::TenantId& tenant_;
  const UndoPlan& plan_;
  const bool texts_are_right_;
  const ChangeTime time_;
  VisibleObjects visible_;
  std::set<domain::PolicyId> whole_;  // policies that go or come, with their rules
  std::map<domain::PolicyId, std::set<domain::RuleId>> rules_;
  std::map<domain::PolicyId, std::vector<domain::Rule>> rules_before_, moved_;
};

std::string to_audit(const UndoPlan& plan) {
  base::JsonWriter w;
  w.begin_object().member("revision", plan.revision).member("objects", plan.objects.size()).end_object();
  return w.take();
}

// What was found out before the change, that a rehearsal's findings hold for.
struct Grounds {
  Tried decides;
  std::uint64_t schema_revision = 0;
};
Outcome<Grounds> grounds_of(const Change& change, const domain::TenantId& tenant) {
  const auto decisions = stored(domain::get_decisions(change.txn, tenant));
  if (!decisions.ok()) return decisions.error();
  return Grounds{{true, decisions->policies_revision, decisions->tests_revision}, decisions->schema_revision};
}

Outcome<void> undo_as_planned(Change& change, const domain::TenantId& tenant, const UndoPlan& plan,
                              UndoDraft& draft, TriedIn here) {
  const auto grounds = grounds_of(change, tenant);
  if (!grounds.ok()) return grounds.error();
  const bool in_writer = here == TriedIn::kWriter;
  const bool texts_are_right = in_writer && draft.reads && draft.schema_revision == grounds->schema_revision;
  Undoing undoing(change, tenant, plan, {texts_are_right, here});
  if (auto done = undoing.run(); !done.ok()) return done;
  const bool was_tried = in_writer && draft.tried.passed &&
                         draft.tried.policies_revision == grounds->decides.policies_revision &&
                         draft.tried.tests_revision == grounds->decides.tests_revision;
  if (undoing.concerns_tests() && !was_tried)
    if (auto passed = try_as_written(change, tenant, draft.user_ids, here); !passed.ok()) return passed;
  if (in_writer) return {};
  draft.reads = true;
  draft.schema_revision = grounds->schema_revision;
  draft.tried = grounds->decides;
  return {};
}

// Does it all over the snapshot, and keeps nothing but whether, and by whom, it was refused.
Outcome<void> rehearse_undo(Change& change, const domain::TenantId& tenant, const UndoPlan& plan,
                            UndoDraft& draft) {
  auto over = store::WriteTxn::over(change.txn, change.now, kMostInMemory);
  if (!over.ok()) return from_store(over.error());
  const Read as_it_would_be{.txn = *over,
                            .now = change.now,
                            .catalogue = change.catalogue,
                            .guard = change.guard,
                            .caller = change.caller,
                            .origin = change.origin,
                            .page_limits = change.page_limits,
                            .ticks = change.ticks,
                            .quotas = change.quotas,
                            .policies = nullptr,  // what is compiled of it must not be kept
                            .people = change.people,
                            .entity_changes = change.entity_changes,
                            .decision_log = change.decision_log};
  Change tried(as_it_would_be, *over, change.random);
  auto done = undo_as_planned(tried, tenant, plan, draft, TriedIn::kPool);
  change.refused = std::move(tried.refused);
  if (!done.ok() && done.error().code == Code::kStorageFull)
    return error(Code::kTooLarge,
                 "change " + std::to_string(plan.revision) + ": undoing it writes too much for one change");
  return done;
}

}  // namespace

Outcome<Undone> undo_change(Change& change, const domain::TenantId& tenant, store::Revision revision,
                            const std::shared_ptr<UndoDraft>& draft) {
  auto request = on_tenant(op::undo_change, tenant);
  request.resource_id = std::to_string(revision);
  request.proposed = Proposal().text("revision", std::to_string(revision)).take();
  const auto authorized = authorize_change(change, request);
  if (!authorized.ok()) return authorized.error();
  const auto plan = plan_undo(change, tenant, revision, *draft);
  if (!plan.ok()) return plan.error();

  if (change.is_rehearsal()) {
    if (auto done = rehearse_undo(change, tenant, *plan, *draft); !done.ok()) return done.error();
    if (auto begins = change.begin_removal(); !begins.ok()) return begins.error();
  }
  if (auto done = undo_as_planned(change, tenant, *plan, *draft, TriedIn::kWriter); !done.ok())
    return done.error();
  if (auto noted = append_audit(change, request, *authorized, kNothing, to_audit(*plan)); !noted.ok())
    return noted.error();
  Undone undone{revision, {}, plan->left};
  for (const UndoneObject& one : plan->objects) {
    undone.objects.push_back(one.object);
    undone.objects.back().kind = kind_of(way_of(one.sides));
  }
  return undone;
}

}  // namespace api
