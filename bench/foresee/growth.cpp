// The lines that are about how much a tenant has: each operation as the server calls it, on a snapshot of its
// own, without HTTP.
#include "bench/foresee/growth.h"

#include "api/effective.h"
#include "api/explanations.h"
#include "api/holders.h"
#include "api/impact.h"
#include "api/plans.h"
#include "api/roles.h"
#include "bench/foresee/measure.h"
#include "bench/foresee/tenant.h"

namespace {

constexpr int kRounds = 7;
constexpr std::size_t kRulesOf = 100;  // people for one rule

Taken on_snapshot(Tenant& tenant, const std::function<void(const api::Read&, std::size_t round)>& fn) {
  std::size_t round = 0;
  return measure(kRounds, [&] { tenant.read([&](const api::Read& read) { fn(read, round++); }); });
}

// Another person each time, since pages of the store that were just read are read sooner.
std::size_t somebody(const Tenant& tenant, std::size_t round) {
  return (round + 1) * 7919 % tenant.size();
}

void print_explain(Tenant& tenant) {
  const auto ask = [&](const char* what, const std::string& action, const domain::EntityName& resource) {
    const Taken taken = on_snapshot(tenant, [&](const api::Read& read, std::size_t round) {
      const authz::DecisionQuestion question{tenant.person(somebody(tenant, round)), resource, action};
      value_of(api::explain(read, tenant.id(), api::UserIds::kUuid, {question, {}}));
    });
    print_row({what, tenant.size(), "50"}, taken);
  };
  ask("explain what a rule is about", "read", {"Document", "d"});
  ask("explain what a role is about", "group:update", {"group", tenant.first_group().to_string()});
}

void print_pages(Tenant& tenant) {
  const api::PageRequest page;
  print_row({"effective roles of a user", tenant.size(), "25"},
            on_snapshot(tenant, [&](const api::Read& read, std::size_t round) {
              const domain::Principal who = tenant.user(somebody(tenant, round));
              value_of(api::list_effective_roles(read, tenant.id(), who, page));
            }));
  print_row({"effective scopes of a user", tenant.size(), "25"},
            on_snapshot(tenant, [&](const api::Read& read, std::size_t round) {
              const domain::Principal who = tenant.user(somebody(tenant, round));
              value_of(api::list_effective_scopes(read, tenant.id(), who, page));
            }));
  for (const char* const role : {"staff", "editor", "everyone"})
    print_row({("holders of the role " + std::string(role)).c_str(), tenant.size(), "25"},
              on_snapshot(tenant, [&](const api::Read& read, std::size_t) {
                value_of(api::list_role_holders(read, tenant.id(), role, page));
              }));
  print_row({"holders of a permission", tenant.size(), "25"},
            on_snapshot(tenant, [&](const api::Read& read, std::size_t) {
              value_of(api::list_permission_holders(read, tenant.id(), "group:update", page));
            }));
  print_row({"access to a group", tenant.size(), "25"},
            on_snapshot(tenant, [&](const api::Read& read, std::size_t) {
              const domain::EntityName group{"group", tenant.first_group().to_string()};
              value_of(api::list_entity_access(read, tenant.id(), group, page));
            }));
}

// `staff` is each one's own, `everyone` a group's. Half of what they come to give some have by `editor`.
void print_dry_run(Tenant& tenant, const char* what, const std::string& role) {
  const auto patched = [&](api::Change& change) -> api::Outcome<void> {
    api::RolePatch patch;
    patch.scopes = std::vector<std::string>{"group:update", "organization:get"};
    const auto done = api::update_role(change, tenant.id(), role, patch, {});
    if (!done.ok()) return done.error();
    return {};
  };
  std::uint64_t gaining = 0;
  const auto look = [&](const api::Read& before, const api::Change& after) -> api::Outcome<void> {
    const auto impact = api::impact_of(before, after, tenant.id());
    if (!impact.ok()) return impact.error();
    gaining = impact->held.gain.principals;
    return {};
  };
  const Taken taken = measure(kRounds, [&] {
    check(tenant.service().foresee(api::Service::itself(), {"192.0.2.1", "bench"}, patched, {}, look,
                                   [](const auto&) {}));
  });
  if (gaining == 0 || gaining >= tenant.size()) stop("a dry run says of too many that they gain something");
  print_row({what, tenant.size(), "1000"}, taken);
}

void print_exact(Tenant& tenant, const char* what, const std::string& role) {
  print_row({what, tenant.size(), "1000"}, on_snapshot(tenant, [&](const api::Read& read, std::size_t) {
              value_of(api::get_role(read, tenant.id(), role, api::Counting::kExact));
            }));
}

}  // namespace

void print_growth(const std::string& dir, std::size_t most) {
  print_heading("people, of whom each has a mapping; a rule for 100 of them");
  for (std::size_t people = 1'000; people <= most; people *= 10) {
    Tenant tenant(dir);
    tenant.fill(people);
    tenant.add_rules(people / kRulesOf);
    print_explain(tenant);
    print_pages(tenant);
    print_dry_run(tenant, "dry run of a role that each has", "staff");
    print_dry_run(tenant, "dry run of a role that a group has", "everyone");
    print_exact(tenant, "who has it, exactly, each", "staff");
    print_exact(tenant, "who has it, exactly, by a group", "everyone");
  }
}

void print_plans(const std::string& dir) {
  print_heading("rules, of which ten of a thousand are about the action");
  for (const std::size_t rules : {10U, 100U, 1'000U, 10'000U}) {
    Tenant tenant(dir);
    tenant.fill(1'000);
    tenant.add_rules(rules);
    print_row({"plan", rules, "1 at 1,000"},
              on_snapshot(tenant, [&](const api::Read& read, std::size_t round) {
                api::PlanQuestion asked;
                asked.question = {tenant.person(somebody(tenant, round)), {"Document", ""}, "read"};
                const auto plan = value_of(api::plan(read, tenant.id(), api::UserIds::kUuid, asked));
                if (plan.kind != api::PlanAnswer::Kind::kConditional) stop("a plan without a condition");
              }));
  }
}
