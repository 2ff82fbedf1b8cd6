// What a plan says of each thing is what a decision about that thing says, as long as the plan is good.
#include "authz/plan.h"

#include <limits>
#include <random>

#include "cedar/cedar.h"
#include "domain/decision_settings.h"
#include "domain/mapping.h"
#include "domain/role.h"
#include "tests/support/api_world.h"
#include "tests/support/tenant_rules.h"

namespace {

using domain::EntityName;

bool allows(const authz::Plan& plan, const cedar::EntityUid& resource, const cedar::EntitySource& entities) {
  if (plan.kind != authz::Plan::Kind::kConditional) return plan.kind == authz::Plan::Kind::kAlways;
  const cedar::Request request{
      std::get<cedar::EntityUid>(plan.request.principal), plan.request.action, resource, {}};
  for (const authz::PlannedTier& tier : plan.tiers) {
    bool permits = false, forbids = false;
    for (const authz::PlannedRule& rule : tier.rules) {
      bool holds = rule.residual.kind == cedar::Residual::Kind::kTrue;
      bool fails = false;
      if (rule.residual.open) {
        const auto value = evaluate(*rule.residual.open, request, entities);
        fails = !value.ok() || !value->boolean();
        holds = !fails && *value->boolean();
      }
      const bool is_forbid = rule.effect == cedar::Effect::kForbid;
      if (is_forbid && (holds || (fails && plan.failing_forbids))) forbids = true;
      if (!is_forbid && holds) permits = true;
    }
    if (permits || forbids) return !forbids;
  }
  return false;
}

// Acme's plans beside its decisions.
class Comparison {
 public:
  Comparison(ApiWorld& world, std::string type, std::vector<std::string> ids)
      : world_(world), type_(std::move(type)), ids_(std::move(ids)) {}

  // Answers until when the plan says that it is good.
  std::optional<base::Timestamp> compare(const EntityName& subject, const std::string& action) {
    std::optional<base::Timestamp> until;
    ApiWorld::must(world_.read(world_.platform(), [&](const api::Read& read) -> api::Outcome<void> {
      const auto policies = authz::compile_policies(read.txn, world_.acme());
      REQUIRE(policies.ok());
      const auto decider = [&](base::Timestamp now) {
        return std::make_unique<authz::Decider>(read.txn, *read.catalogue, *policies, world_.acme(),
                                                authz::UserIds::kUuid, now);
      };
      const auto planning = decider(read.now);
      const auto plan = planning->plan({subject, {type_, ""}, action});
      REQUIRE(plan.ok());
      REQUIRE_FALSE(plan->used_up);
      until = planning->until();
      const base::Timestamp last{until ? until->ms - 1 : read.now.ms + 1'000'000};
      for (const base::Timestamp now : {read.now, last}) {
        cedar::StepBudget steps;
        const authz::TenantEntities entities(read.txn, *read.catalogue, **policies, world_.acme(),
                                             authz::UserIds::kUuid, now, steps);
        for (const std::string& id : ids_) {
          INFO(to_string(subject) << " " << action << " " << type_ << ":" << id << " at +"
                                  << now.ms - read.now.ms);
          const auto decided = decider(now)->decide({subject, {type_, id}, action});
          REQUIRE(decided.ok());
          CHECK(allows(*plan, {entities.name_in_policies(type_), id}, entities) == decided->allowed);
          ++(decided->allowed ? allowed_ : denied_);
        }
      }
      return {};
    }));
    return until;
  }

  int allowed() const { return allowed_; }
  int denied() const { return denied_; }

 private:
  ApiWorld& world_;
  const std::string type_;
  const std::vector<std::string> ids_;
  int allowed_ = 0, denied_ = 0;
};

// Folder:1 has Folder:2, which has Doc:1 and Doc:2; Doc:3 is in nothing.
struct Scene {
  ApiWorld world;
  TenantRules rules{world.service().store(), world.acme()};
  EntityName ann{"user", world.add_user(world.acme(), "ann").to_string()};
  Comparison docs{world, "Doc", {"1", "2", "3", "4"}};

  Scene() {
    rules.add_entity({"Folder", "1"});
    rules.add_entity({"Folder", "2"}, "{}", {{"Folder", "1"}});
    rules.add_entity({"Doc", "1"}, R"({"open":true})", {{"Folder", "2"}});
    rules.add_entity({"Doc", "2"}, R"({"open":false})", {{"Folder", "2"}});
    rules.add_entity({"Doc", "3"}, R"({"size":1})");
  }
};

// A tenant in which everything is as chance has it: names of types, what is in what, who is in which groups,
// who has which roles and grants, on what and for how long, and rules.
class RandomTenant {
 public:
  explicit RandomTenant(unsigned seed) : engine_(seed) {
    make_people();
    make_things();
    set_up();
    for (int i = 0; i < 6; ++i) map();
    for (const std::int32_t priority : {100, 0, -1}) make_rules(priority);
  }

  Comparison docs() { return {world_, "doc", {"0", "1", "2", "3", "none"}}; }
  const std::vector<EntityName>& subjects() const { return subjects_; }

 private:
  int index(std::size_t below) {
    return std::uniform_int_distribution<int>(0, static_cast<int>(below) - 1)(engine_);
  }
  bool chance(int of_ten) { return index(10) < of_ten; }
  template <typename T>
  const T& one_of(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(index(all.size()))];
  }
  std::optional<std::int64_t> moment() {
    return chance(3) ? std::optional(world_.now().ms + index(2'000)) : std::nullopt;
  }

  void make_people() {
    for (int i = 0; i < 3; ++i) {
      groups_.push_back(world_.add_group(world_.acme(), "g" + std::to_string(i)));
      if (i > 0 && chance(5)) world_.add_member(world_.acme(), groups_[0], groups_.back());
      subjects_.push_back({"group", groups_.back().to_string()});
      holders_.emplace_back(groups_.back());
    }
    for (int i = 0; i < 3; ++i) {
      const domain::UserId user = world_.add_user(world_.acme(), "u" + std::to_string(i));
      if (chance(6)) world_.add_member(world_.acme(), one_of(groups_), user);
      subjects_.push_back({"user", user.to_string()});
      holders_.emplace_back(user);
    }
    subjects_.push_back({"device", "7"});
    world_.add_role(world_.acme(), "signer", {"requests:approve"});
    world_.add_role(world_.acme(), "looker", {"group:get"});
  }

  void make_things() {
    for (int i = 0; i < 3; ++i)
      rules_.add_entity({"folder", std::to_string(i)}, "{}",
                        i > 0 && chance(6) ? std::vector<EntityName>{{"folder", std::to_string(index(2) % i)}}
                                           : std::vector<EntityName>());
    for (int i = 0; i < 4; ++i)
      rules_.add_entity({"doc", std::to_string(i)},
                        chance(6) ? R"({"level":)" + std::to_string(i) + "}" : "{}",
                        chance(7) ? std::vector<EntityName>{{"folder", std::to_string(index(3))}}
                                  : std::vector<EntityName>());
  }

  // Sometimes policies call a doc a P and a folder an F. What is stored as P:1 and F:1 is nothing then.
  void set_up() {
    domain::DecisionSettings settings;
    if (chance(5)) settings.type_names = {{"doc", "P"}, {"folder", "F"}};
    settings.on_error = chance(5) ? domain::OnError::kDeny : domain::OnError::kCedar;
    rules_.write([&](store::WriteTxn& txn) -> base::Result<void> {
      auto decisions = domain::get_decisions(txn, world_.acme());
      if (!decisions.ok()) return decisions.error();
      decisions->settings = settings;
      return domain::put_decisions(txn, *decisions);
    });
    if (!settings.type_names.empty()) doc_ = "P", folder_ = "F";
  }

  // As mappings and grants name it.
  std::string thing() {
    const std::vector<std::string> types = {"doc", "folder", "folder", "P", "F"};
    return one_of(types) + ":" + std::to_string(index(3));
  }

  void map() {
    rules_.write([&](store::WriteTxn& txn) -> base::Result<void> {
      const auto role = domain::find_role(txn, world_.acme(), chance(7) ? "signer" : "looker");
      if (!role.ok()) return role.error();
      domain::Mapping mapping;
      mapping.id = domain::MappingId(random_.uuid({1'000}));
      mapping.tenant = world_.acme();
      mapping.principal = one_of(holders_);
      mapping.role = (*role)->id;
      mapping.resource = chance(2) ? "" : thing();
      if (const auto from = moment()) mapping.valid_from = base::Timestamp{*from};
      if (const auto until = moment()) mapping.expires_at = base::Timestamp{*until + 3'000};
      const auto put = domain::put_mapping(txn, mapping);
      return put.ok() || put.error().code == base::ErrorCode::kConflict ? base::Result<void>() : put;
    });
  }

  void make_rules(std::int32_t priority) {
    const std::string on = "resource in " + folder_ + R"(::"1")";
    const std::vector<std::string> conditions = {
        "",
        " when { resource.level > 1 }",
        " unless { resource has level && resource.level == 2 }",
        " when { principal in role::\"signer\" }",
        " when { principal has scopes && principal.scopes.contains(\"requests:approve\") }",
        " when { user::\"" + subjects_[4].id + "\" in role::\"looker\" || resource has level }",
        " when { " + on + " }"};
    const std::vector<std::string> scopes = {
        "principal, action, resource", "principal, action == Action::\"view\", " + on,
        "principal in group::\"" + subjects_[0].id + "\", action, resource",
        "principal, action == Action::\"requests:approve\", resource == " + doc_ + R"(::"2")"};
    std::vector<std::string> texts;
    for (int i = index(3); i > 0; --i)
      texts.push_back((chance(4) ? "forbid (" : "permit (") + one_of(scopes) + ")" + one_of(conditions) +
                      ";");
    if (!texts.empty()) rules_.add(texts, priority);
    if (chance(4)) return;
    const auto policy =
        rules_.add({"permit (principal " + std::string(chance(5) ? "in" : "==") +
                    " ?principal, action, resource " + (chance(5) ? "in" : "==") + " ?resource);"},
                   priority);
    for (int i = index(3); i > 0; --i) {
      const auto from = moment(), until = moment();
      rules_.grant(policy, {to_string(one_of(subjects_)), thing(), from,
                            until ? std::optional(*until + 3'000) : std::nullopt});
    }
  }

  std::mt19937 engine_;
  SeededRandom random_;
  ApiWorld world_;
  TenantRules rules_{world_.service().store(), world_.acme()};
  std::vector<domain::GroupId> groups_;
  std::vector<domain::Principal> holders_;
  std::vector<EntityName> subjects_;
  std::string doc_ = "doc", folder_ = "folder";
};

}  // namespace

TEST_CASE("plan: tiers, grants and roles come to what decisions come to", "[authz]") {
  Scene s;
  s.docs.compare(s.ann, "view");
  s.rules.add({"forbid (principal, action == Action::\"edit\", resource) when { resource.open };"}, 100);
  s.rules.add({"permit (principal, action == Action::\"view\", resource in Folder::\"1\");",
               "permit (principal, action, resource) when { resource has open && !resource.open };"});
  const auto policy = s.rules.add(
      {"permit (principal == ?principal, action == Action::\"edit\", resource in ?resource);"}, -1);
  s.rules.grant(policy, {to_string(s.ann), "Folder:2"});
  for (const char* action : {"view", "edit", "delete"}) s.docs.compare(s.ann, action);
  s.rules.add({"forbid (principal, action == Action::\"delete\", resource);"}, 200);
  s.docs.compare(s.ann, "delete");
}

TEST_CASE("plan: random tenants are planned as they are decided, until the plan says so", "[authz]") {
  int allowed = 0, denied = 0;
  for (unsigned seed = 1; seed <= 60; ++seed) {
    INFO("seed " << seed);
    RandomTenant tenant(seed);
    Comparison docs = tenant.docs();
    for (const EntityName& subject : tenant.subjects())
      for (const char* action : {"view", "requests:approve"}) docs.compare(subject, action);
    allowed += docs.allowed();
    denied += docs.denied();
  }
  CHECK(allowed > 1'000);
  CHECK(denied > 1'000);
}
