// Policies and requests that want to be slow to decide. Each row is a condition that takes long, for a
// context with large sets, records and texts; a thousand such policies must end with the budget, and not with
// themselves. What is counted are the policies that were begun, by an entity that each looks at first.
#include "cedar/step_budget.h"

#include "tests/cedar/support.h"

namespace {

using cedar_test::request;
using cedar_test::uid;

constexpr int kElements = 2'000;
constexpr std::uint64_t kSteps = 40'000;

cedar::Set set_of(int first, int step) {
  std::vector<cedar::Value> values;
  for (int i = 0; i < kElements; ++i) values.emplace_back(std::int64_t{first + i * step});
  return cedar::Set(std::move(values));
}

// Of every kind of large value two that are equal and not the same, so that they are compared to their ends.
cedar::Record context() {
  std::vector<cedar::Record::Field> fields;
  const auto add = [&](const std::string& name, const auto& make) {
    for (const char* const which : {"1", "2"}) fields.emplace_back(name + which, cedar::Value(make()));
  };
  add("set", [] { return set_of(0, 1); });
  add("odd", [] { return set_of(1, 2); });
  add("nested", [] { return cedar::Set({cedar::Value(set_of(0, 1)), cedar::Value(set_of(1, 2))}); });
  add("record", [] {
    std::vector<cedar::Record::Field> members;
    for (int i = 0; i < kElements; ++i)
      members.emplace_back("m" + std::to_string(i), cedar::Value(std::int64_t{i}));
    return cedar::Record(std::move(members));
  });
  add("text", [] { return cedar_test::repeated("ab", 32 * kElements); });
  add("groups", [] {
    std::vector<cedar::Value> groups;
    for (int i = 0; i < kElements; ++i) groups.emplace_back(uid("Group::\"" + std::to_string(i) + "\""));
    return cedar::Set(std::move(groups));
  });
  return cedar::Record(std::move(fields));
}

// Counts how often the resource is looked at.
class Counting final : public cedar::EntitySource {
 public:
  const cedar::Entity* find(const cedar::EntityUid& u) const override {
    if (u != doc_.uid) return nullptr;
    ++found;
    return &doc_;
  }
  bool has_ancestor(const cedar::EntityUid&, const cedar::EntityUid&) const override { return false; }
  bool list_ancestors(const cedar::EntityUid&, std::vector<const cedar::EntityUid*>& all) const override {
    for (const cedar::EntityUid& above : above_) all.push_back(&above);
    return true;
  }
  mutable int found = 0;

 private:
  const cedar::Entity doc_{uid("Doc::\"d\""), cedar::Record({{"n", cedar::Value(std::int64_t{1})}}), {}, {}};
  const std::vector<cedar::EntityUid> above_ = [] {
    std::vector<cedar::EntityUid> all;
    for (int i = 0; i < kElements; ++i) all.push_back(uid("Above::\"" + std::to_string(i) + "\""));
    return all;
  }();
};

cedar::PolicySet policies(const std::string& condition, int count) {
  std::string text;
  for (int i = 0; i < count; ++i)
    text += "permit (principal, action, resource) when { resource.n == 1 && " + condition + " };\n";
  auto parsed = cedar::PolicySet::parse(text, "p");
  INFO(condition << ": " << cedar_test::message(parsed));
  REQUIRE(parsed.ok());
  return std::move(parsed).value();
}

struct Row {
  std::string condition;
  std::uint64_t at_least;     // steps that one of them takes
  bool plain_shares = false;  // the plain evaluator doesn't copy what the code does
};

const Row kRows[] = {
    {"context.set1.containsAll(context.set2)", kElements},
    {"context.set1.containsAny(context.odd1)", kElements},
    {"context.set1 == context.set2", kElements},
    {"context.nested1 == context.nested2", 2 * kElements},
    {"context.nested1.contains(context.set2)", kElements},
    {"context.record1 == context.record2", kElements},
    {"context.text1 == context.text2", kElements},
    {"context.text1 like \"*b*c\"", kElements},
    {"[context.text1, context.text2, \"a\"].contains(\"a\")", kElements},
    {"{a: context.text1}.a != \"a\"", kElements, true},
    {"principal in context.groups1", kElements},
    {"resource.hasTag(context.text1)", kElements},
};

}  // namespace

TEST_CASE("a budget gives as many steps as it has, and no more once one was refused", "[cedar]") {
  cedar::StepBudget budget(10);
  CHECK(budget.take(4));
  CHECK(budget.take(6));
  CHECK_FALSE(budget.is_used_up());
  CHECK_FALSE(budget.take(1));
  CHECK(budget.is_used_up());
  CHECK_FALSE(budget.take(0));
  cedar::StepBudget too_much(10);
  CHECK_FALSE(too_much.take(11));
  CHECK_FALSE(too_much.take(1));
  cedar::StepBudget endless;
  CHECK(endless.take(std::uint64_t{1} << 63U));
  CHECK(endless.take(std::uint64_t{1} << 62U));
}

TEST_CASE("a thousand policies that take long end with the budget", "[cedar]") {
  const cedar::Request asked = request(context());
  for (const Row& row : kRows) {
    INFO(row.condition);
    const cedar::PolicySet all = policies(row.condition, 1'000);
    const cedar::CompiledPolicies compiled(all);
    const Counting entities;
    cedar::AuthorizerScratch scratch;
    cedar::StepBudget budget(kSteps);
    const cedar::Verdict verdict = cedar::Authorizer().decide(asked, compiled, entities, scratch, budget);
    CHECK(verdict.used_up);
    CHECK(verdict.decision == cedar::Decision::kDeny);
    CHECK(verdict.reasons.empty());
    CHECK(verdict.errors.empty());
    CHECK(entities.found >= 1);
    CHECK(static_cast<std::uint64_t>(entities.found) <= kSteps / row.at_least + 1);
  }
}

TEST_CASE("the plain evaluator ends with the budget, too", "[cedar]") {
  const cedar::Request asked = request(context());
  for (const Row& row : kRows) {
    INFO(row.condition);
    const cedar::PolicySet one = policies(row.condition, 1);
    const Counting entities;
    cedar::StepBudget enough(100 * kSteps);
    CHECK(cedar::is_satisfied(one.policies()[0], asked, entities, enough).ok());
    if (row.plain_shares) continue;
    cedar::StepBudget less(row.at_least - 1);
    const auto ended = cedar::is_satisfied(one.policies()[0], asked, entities, less);
    REQUIRE_FALSE(ended.ok());
    CHECK(ended.error().message == cedar::kUsedUp);
  }
}

TEST_CASE("within the budget answers are the same as without one", "[cedar]") {
  const cedar::Request asked = request(context());
  for (const Row& row : kRows) {
    INFO(row.condition);
    const cedar::CompiledPolicies compiled(policies(row.condition, 1));
    const Counting entities;
    cedar::AuthorizerScratch scratch;
    cedar::StepBudget budget(100 * kSteps);
    const bool allowed = cedar::Authorizer().decide(asked, compiled, entities, scratch).reasons.size() == 1;
    const auto verdict = cedar::Authorizer().decide(asked, compiled, entities, scratch, budget);
    CHECK_FALSE(verdict.used_up);
    CHECK((verdict.decision == cedar::Decision::kAllow) == allowed);
  }
}

TEST_CASE("scopes and messages are paid for as conditions are", "[cedar]") {
  std::string in_groups, everywhere;
  for (int i = 0; i < 20; ++i)
    in_groups += "permit (principal in Above::\"" + std::to_string(i) + "\", action, resource);\n";
  for (int i = 0; i < 1'000; ++i) everywhere += "permit (principal, action, resource == Doc::\"d\");\n";
  for (const std::string& text : {in_groups, everywhere}) {
    const cedar::CompiledPolicies compiled(cedar::PolicySet::parse(text, "p").value());
    const Counting entities;
    cedar::AuthorizerScratch scratch;
    cedar::StepBudget budget(900);
    CHECK(cedar::Authorizer().decide(request(), compiled, entities, scratch, budget).used_up);
  }

  const cedar::CompiledPolicies failing(policies("resource.n + true == 2", 100));
  const Counting entities;
  cedar::AuthorizerScratch scratch;
  const auto verdict = cedar::Authorizer().decide(request(), failing, entities, scratch);
  REQUIRE(verdict.errors.size() == 100);
  cedar::StepBudget budget(10'500);
  const auto response = cedar::Authorizer().describe(verdict, request(), failing, entities, budget);
  REQUIRE(response.diagnostics.errors.size() == 100);
  CHECK(response.diagnostics.errors.front().message == "expected long, found bool");
  CHECK(response.diagnostics.errors.back().message == cedar::kUsedUp);
}
