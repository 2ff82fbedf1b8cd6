// Questions are numbered: pairs of a subject and a resource, and for each pair all actions. Pairs are gone
// through by leaps of a length that shares no divisor with their number, so that each comes once, and those
// that the time is enough for lie all over them:
//
//   10 pairs, leaps of 7:   0 7 4 1 8 5 2 9 6 3
#include "authz/flips.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <variant>

#include "authz/decision.h"
#include "authz/tenant_rule.h"
#include "authz/tenant_schemas.h"
#include "domain/directory.h"
#include "domain/entity.h"
#include "domain/quota.h"
#include "domain/service_user.h"
#include "domain/user.h"

namespace authz {
namespace {

constexpr std::size_t kMostActions = 1'000;

using Names = std::set<domain::EntityName>;

base::Result<void> add_subjects(const store::ReadTxn& txn, const domain::TenantId& tenant, Names& names) {
  auto read = domain::each_user(txn, tenant, nullptr, [&](domain::User&& user) {
    names.insert(domain::user_entity(user.id));
    return names.size() < kMostOfKind;
  });
  if (!read.ok()) return read;
  return domain::each_service_user(txn, tenant, nullptr, [&](domain::ServiceUser&& user) {
    names.insert({std::string(domain::kServiceUserType), user.id.to_string()});
    return names.size() < kMostOfKind;
  });
}

base::Result<void> add_resources(const store::ReadTxn& txn, const domain::TenantId& tenant, Names& names) {
  return domain::each_entity(txn, tenant, {}, nullptr, [&](domain::StoredEntity&& entity) {
    names.insert(std::move(entity.name));
    return names.size() < kMostOfKind;
  });
}

void add_action(const cedar::EntityUid& action, std::set<std::string>& names) {
  if (names.size() < kMostActions) names.insert(action.id());
}

// Those that the rules and the schema name.
base::Result<void> add_actions(const store::ReadTxn& txn, const domain::TenantId& tenant,
                               std::set<std::string>& names) {
  auto schema = TenantSchemas().get_unkept(txn, tenant);
  if (!schema.ok()) return schema.error();
  if (*schema)
    for (const cedar::SchemaAction& action : (*schema)->actions()) add_action(action.uid, names);
  const auto texts = read_policy_texts(txn, tenant, std::move(schema).value());
  if (!texts.ok()) return texts.error();
  for (const PolicyTexts::Policy& policy : texts->policies)
    for (const domain::Rule& rule : policy.rules) {
      const auto parsed = parse_rule(rule.text, rule.id.to_string());
      if (!parsed.ok()) continue;  // which compiling them tells
      const cedar::ActionConstraint& action = parsed->body->action;
      if (const auto* one = std::get_if<cedar::ActionEqual>(&action)) add_action(one->action, names);
      if (const auto* in = std::get_if<cedar::ActionIn>(&action)) add_action(in->action, names);
      if (const auto* set = std::get_if<cedar::ActionInSet>(&action))
        for (const cedar::EntityUid& one : set->actions) add_action(one, names);
    }
  return {};
}

// And those that roles decide about.
void add_actions(const domain::Catalogue& catalogue, std::set<std::string>& names) {
  for (const domain::Permission& permission : catalogue.all())
    if (permission.service != names::kDefaultService && names.size() < kMostActions)
      names.insert(permission.verb);
}

base::Result<std::uint64_t> used(const store::ReadTxn& before, const store::ReadTxn& after,
                                 const domain::TenantId& tenant, domain::Quota quota) {
  const auto was = domain::get_used(before, tenant, quota), would_be = domain::get_used(after, tenant, quota);
  if (!was.ok()) return was.error();
  if (!would_be.ok()) return would_be.error();
  return std::max(*was, *would_be);
}

}  // namespace

base::Result<Flips> flips_of(const store::ReadTxn& before, const store::ReadTxn& after,
                             const domain::Catalogue& catalogue, const domain::TenantId& tenant,
                             base::Timestamp now, const base::MonotonicClock& ticks) {
  Names subject_names, resource_names = {{std::string(domain::kTenantType), tenant.to_string()}};
  std::set<std::string> actions;
  for (const store::ReadTxn* const txn : {&before, &after}) {
    if (auto read = add_subjects(*txn, tenant, subject_names); !read.ok()) return read.error();
    if (auto read = add_resources(*txn, tenant, resource_names); !read.ok()) return read.error();
    if (auto read = add_actions(*txn, tenant, actions); !read.ok()) return read.error();
  }
  add_actions(catalogue, actions);
  const auto users = used(before, after, tenant, domain::Quota::kUsers);
  const auto service_users = used(before, after, tenant, domain::Quota::kServiceUsers);
  const auto entities = used(before, after, tenant, domain::Quota::kEntities);
  if (!users.ok()) return users.error();
  if (!service_users.ok()) return service_users.error();
  if (!entities.ok()) return entities.error();
  auto compiled_before = compile_policies(before, tenant), compiled_after = compile_policies(after, tenant);
  if (!compiled_before.ok()) return compiled_before.error();
  if (!compiled_after.ok()) return compiled_after.error();
  Decider was(before, catalogue, std::move(compiled_before).value(), tenant, UserIds::kUuid, now);
  Decider would_be(after, catalogue, std::move(compiled_after).value(), tenant, UserIds::kUuid, now);
  // So that no question takes much longer than looking at the clock allows for. One that would is left out.
  was.hurry();
  would_be.hurry();

  const std::vector<domain::EntityName> subjects(subject_names.begin(), subject_names.end());
  const std::vector<domain::EntityName> resources(resource_names.begin(), resource_names.end());
  Flips flips;
  const std::uint64_t pairs = std::uint64_t{subjects.size()} * resources.size();
  const bool cut = subjects.size() >= kMostOfKind || resources.size() >= kMostOfKind;
  flips.questions = (cut ? std::max<std::uint64_t>(*users + *service_users, subjects.size()) *
                               std::max<std::uint64_t>(*entities + 1, resources.size())
                         : pairs) *
                    actions.size();
  if (pairs == 0 || actions.empty()) return flips;
  std::uint64_t leap = std::max<std::uint64_t>(1, pairs * 5 / 8);
  while (std::gcd(leap, pairs) != 1) ++leap;
  const auto end = ticks.now() + kAskingTime;
  for (std::uint64_t i = 0, pair = 0; i < pairs && flips.asked + actions.size() <= kMostQuestions;
       ++i, pair = (pair + leap) % pairs) {
    DecisionQuestion question;
    question.subject = subjects[static_cast<std::size_t>(pair / resources.size())];
    question.resource = resources[static_cast<std::size_t>(pair % resources.size())];
    for (const std::string& action : actions) {
      if (ticks.now() >= end) return flips;
      question.action = action;
      const auto decided = was.decide(question), then = would_be.decide(question);
      if (!decided.ok()) return decided.error();
      if (!then.ok()) return then.error();
      if (was.is_heavy() || would_be.is_heavy()) continue;
      ++flips.asked;
      if (decided->allowed == then->allowed) continue;
      ++(then->allowed ? flips.to_allowed : flips.to_denied);
      if (flips.first.size() < Flips::kMostListed)
        flips.first.push_back({question.subject, action, question.resource, then->allowed});
    }
  }
  return flips;
}

}  // namespace authz
