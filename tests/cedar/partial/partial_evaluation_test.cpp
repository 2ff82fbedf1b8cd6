#include "cedar/partial_evaluation.h"

#include <string>
#include <utility>
#include <vector>

#include "tests/cedar/support.h"

namespace {

using cedar_test::uid;

constexpr const char* kSchema = R"(
  entity Group in [Group];
  entity User in [Group] { level: Long, manager?: User };
  entity Folder in [Folder];
  entity Doc in [Folder] { owner: User, open: Bool, size: Long, place?: { city: String }, seen?: Set<User> };
  entity Note tags String;
  action view appliesTo { principal: User, resource: [Doc, Note], context: { mfa: Bool, by?: User } };
)";

constexpr const char* kEntities = R"([
  {"uid": {"type": "Group", "id": "staff"}, "attrs": {}, "parents": []},
  {"uid": {"type": "User", "id": "ann"}, "attrs": {"level": 5}, "parents": [{"type": "Group", "id": "staff"}]}
])";

struct World {
  cedar::Schema schema = cedar::Schema::parse(kSchema, "s").value();
  cedar::Entities entities = cedar::Entities::from_json(kEntities).value();
  cedar::PartialRequest request{uid("User::\"ann\""), uid("Action::\"view\""), cedar::Name::unchecked("Doc"),
                                cedar::Record({{"mfa", cedar::Value(true)}})};
};

// The residual in a line: "true", "false", "fails: why", or the expression.
std::string text_of(const base::Result<cedar::Residual>& residual) {
  if (!residual.ok()) return "refused: " + residual.error().message;
  switch (residual->kind) {
    case cedar::Residual::Kind::kFalse:
      return "false";
    case cedar::Residual::Kind::kTrue:
      return "true";
    case cedar::Residual::Kind::kFails:
      return "fails: " + residual->message;
    case cedar::Residual::Kind::kOpen:
      return to_text(*residual->open);
  }
  return "";
}

std::string residual_of(const std::string& policy, const World& world, const cedar::Schema* schema) {
  const auto set = cedar::PolicySet::parse(policy, "p");
  if (!set.ok()) return set.error().message;
  cedar::StepBudget budget;
  cedar::PartialEvaluator evaluator(world.request, world.entities, schema, budget);
  return text_of(evaluator.evaluate(set->policies().front()));
}

struct Row {
  const char* policy;
  const char* residual;
};

void check(const World& world, const cedar::Schema* schema, std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.policy);
    CHECK(residual_of(row.policy, world, schema) == row.residual);
  }
}

}  // namespace

TEST_CASE("partial: what is known is folded in, what is unknown remains", "[cedar]") {
  const World world;
  check(
      world, &world.schema,
      {
          {R"(permit(principal, action, resource);)", "true"},
          {R"(permit(principal == User::"bob", action, resource);)", "false"},
          {R"(permit(principal in Group::"staff", action == Action::"view", resource);)", "true"},
          {R"(permit(principal, action == Action::"edit", resource);)", "false"},
          {R"(permit(principal, action, resource is Note);)", "false"},
          {R"(permit(principal, action, resource is Doc);)", "true"},
          {R"(permit(principal, action, resource == Doc::"1");)", R"(resource == Doc::"1")"},
          {R"(permit(principal, action, resource == Note::"1");)", "false"},
          {R"(permit(principal, action, resource in Folder::"1") when { context.mfa };)",
           R"(resource in Folder::"1")"},
          {R"(permit(principal, action, resource is Doc in Folder::"1") unless { resource.open };)",
           R"(resource in Folder::"1" && !resource.open)"},
          {R"(permit(principal, action, resource in Group::"staff");)", "false"},
          {R"(permit(principal, action, resource) when { principal.level > 3 && resource.owner == principal };)",
           R"(resource.owner == User::"ann")"},
          {R"(permit(principal, action, resource) when { principal.level > 9 && resource.open };)", "false"},
          {R"(permit(principal, action, resource) when { resource.size < principal.level + 1 };)",
           "resource.size < 6"},
          {R"(permit(principal, action, resource) unless { !context.mfa || !resource.open };)",
           "resource.open"},
          {R"(permit(principal, action, resource) when { [context.mfa, true].contains(resource.open) };)",
           "[true].contains(resource.open)"},
          {R"(permit(principal, action, resource) when { resource in [Folder::"1", Group::"staff"] };)",
           R"(resource in [Folder::"1"])"},
      });
}

TEST_CASE("partial: errors stay where they are reached", "[cedar]") {
  const World world;
  check(
      world, &world.schema,
      {
          {R"(permit(principal, action, resource) when { principal.manager == principal };)",
           R"(fails: User::"ann" has no attribute "manager")"},
          {R"(permit(principal, action, resource) when { resource.open && principal.manager == principal };)",
           R"(resource.open && {}["User::\"ann\" has no attribute \"manager\""])"},
          {R"(permit(principal, action, resource) when { principal.manager == principal && resource.open };)",
           R"(fails: User::"ann" has no attribute "manager")"},
          {R"(permit(principal, action, resource) when { resource.size == principal.level + 9223372036854775807 };)",
           "fails: integer overflow: 5 + 9223372036854775807"},
          {R"(permit(principal, action, resource) when { resource.open && false };)",
           "resource.open && false"},
          {R"(permit(principal, action, resource) when { resource has place && false };)", "false"},
          {R"(permit(principal, action, resource) when { if resource.open then context.by == principal else true };)",
           R"(if resource.open then {}["the record has no attribute \"by\""] else true)"},
          {R"(permit(principal, action, resource) when { 3 };)", "fails: expected bool, found long"},
      });
}

TEST_CASE("partial: the schema says what is not there", "[cedar]") {
  World world;
  check(world, &world.schema,
        {
            {R"(permit(principal, action, resource) when { resource has colour && resource.colour == 1 };)",
             "false"},
            {R"(permit(principal, action, resource) when { resource.colour == 1 };)",
             "fails: no attribute \"colour\" is declared"},
            {R"(permit(principal, action, resource) when { resource has owner };)", "resource has owner"},
            {R"(permit(principal, action, resource) when { resource.hasTag("a") || resource.open };)",
             "resource.open"},
            {R"(permit(principal, action, resource) when { resource.open && true };)", "resource.open"},
            {R"(permit(principal, action, resource) when { (resource.open && true) == true };)",
             "resource.open == true"},
        });
  check(world, nullptr,
        {
            {R"(permit(principal, action, resource) when { resource has colour };)", "resource has colour"},
            {R"(permit(principal, action, resource in Group::"staff");)", R"(resource in Group::"staff")"},
            {R"(permit(principal, action, resource) when { (resource.open && true) == true };)",
             "(resource.open && true) == true"},
        });
}

TEST_CASE("partial: principal, context and known entities can be unknown as well", "[cedar]") {
  World world;
  world.request = {cedar::Name::unchecked("User"),
                   uid("Action::\"view\""),
                   uid("Doc::\"1\""),
                   std::nullopt,
                   {uid("Doc::\"1\"")}};
  check(
      world, &world.schema,
      {
          {R"(permit(principal in Group::"staff", action, resource == Doc::"1");)",
           R"(principal in Group::"staff")"},
          {R"(permit(principal, action, resource) when { resource.owner == principal && context.mfa };)",
           R"(Doc::"1".owner == principal && context.mfa)"},
          {R"(permit(principal, action, resource in Folder::"1") when { resource != Doc::"1" };)", "false"},
          {R"(permit(principal, action, resource) when { context has ip };)", "false"},
          {R"(permit(principal, action, resource) when { principal is User && resource is Note };)", "false"},
      });
}

TEST_CASE("partial: a decision is known where nothing open matters", "[cedar]") {
  const World world;
  struct Case {
    const char* policies;
    const char* decision;
  };
  const Case cases[] = {
      {"", "deny"},
      {"permit(principal, action, resource);", "allow"},
      {"permit(principal, action, resource) when { resource.open };", "open"},
      {"permit(principal, action, resource); permit(principal, action, resource) when { resource.open };",
       "allow"},
      {"permit(principal, action, resource); forbid(principal, action, resource) when { resource.open };",
       "open"},
      {"forbid(principal, action, resource); permit(principal, action, resource) when { resource.open };",
       "deny"},
      {"forbid(principal, action, resource) when { resource.open };", "deny"},
      {"permit(principal, action, resource) when { context.by == principal };", "deny"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.policies);
    const auto set = cedar::PolicySet::parse(c.policies, "p").value();
    cedar::StepBudget budget;
    const auto response = evaluate_partially(set, world.request, world.entities, &world.schema, budget);
    REQUIRE(response.ok());
    const auto decision = response->decision();
    CHECK((decision ? std::string(name_of(*decision)) : "open") == c.decision);
  }
}

TEST_CASE("partial: what remains is a policy of its own", "[cedar]") {
  const World world;
  const auto set =
      cedar::PolicySet::parse(
          R"(@notice("no") forbid(principal, action, resource) when { resource.size > principal.level };
                          permit(principal, action, resource);
                          permit(principal == User::"bob", action, resource);)",
          "p")
          .value();
  cedar::StepBudget budget;
  const auto response = evaluate_partially(set, world.request, world.entities, &world.schema, budget);
  REQUIRE(response.ok());
  const auto left = response->policies(set);
  REQUIRE(left.ok());
  REQUIRE(left->policies().size() == 2);
  CHECK(to_text(*left->policies()[0].body) ==
        "@notice(\"no\")\nforbid(principal, action, resource)\nwhen { resource.size > 5 };");
  CHECK(to_text(*left->policies()[1].body) == "permit(principal, action, resource);");
}

TEST_CASE("partial: steps and what remains have bounds", "[cedar]") {
  const World world;
  std::string ors = "resource.open";
  for (int i = 0; i < 1'000; ++i) ors += " || resource.size == " + std::to_string(i);
  const auto set =
      cedar::PolicySet::parse("permit(principal, action, resource) when { " + ors + " };", "p").value();
  const cedar::Policy& policy = set.policies().front();
  {
    cedar::StepBudget few(1'000);
    cedar::PartialEvaluator evaluator(world.request, world.entities, nullptr, few);
    CHECK(text_of(evaluator.evaluate(policy)) == "refused: takes more steps than it may");
  }
  cedar::StepBudget budget;
  cedar::PartialEvaluator small(world.request, world.entities, nullptr, budget, 4'000);
  CHECK(text_of(small.evaluate(policy)) == "refused: what remains is larger than it may be");
  CHECK(text_of(small.evaluate(policy)) == "refused: what remains is larger than it may be");
  cedar::PartialEvaluator enough(world.request, world.entities, nullptr, budget, 5'100);
  CHECK(enough.evaluate(policy).ok());

  // A value that makes a deep tree deeper than trees may be.
  cedar::Value deep(cedar::Record{});
  for (int i = 0; i < 60; ++i) deep = cedar::Value(cedar::Record({{"a", deep}}));
  World other;
  other.request.context = cedar::Record({{"deep", deep}});
  std::string nested = "context.deep == resource.owner";
  for (int i = 0; i < 80; ++i) nested = "[" + nested + "] == resource.seen";
  CHECK(residual_of("permit(principal, action, resource) when { " + nested + " };", other, nullptr) ==
        "refused: what remains nests more deeply than 200 levels");
}
