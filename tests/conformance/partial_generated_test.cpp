// What remains of generated policies evaluates as the whole does, whatever the unknown parts turn out to be:
// the principal, the resource and the context in turns, of which the generator then says what they are.
//
//   COMPARED_SETS=1 COMPARED_SEED=491 build/release/reeve-tests 'partial: generated *'
#include <cstdlib>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "tests/support/catch.h"
#include "tests/support/cedar_generator.h"

namespace {

constexpr std::uint64_t kSets = 3'000;
constexpr std::size_t kMostPolicies = 14;
constexpr std::size_t kRequests = 4;  // of each set
constexpr std::size_t kBytes = 4096;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

enum class Answer { kFalse, kTrue, kFails };

Answer whole(const cedar::Policy& policy, const cedar::Request& request, const cedar::Entities& entities) {
  const auto holds = is_satisfied(policy, request, entities);
  if (!holds.ok()) return Answer::kFails;
  return *holds ? Answer::kTrue : Answer::kFalse;
}

Answer rest(const cedar::Residual& residual, const cedar::Request& request, const cedar::Entities& entities) {
  if (residual.kind == cedar::Residual::Kind::kFalse) return Answer::kFalse;
  if (residual.kind == cedar::Residual::Kind::kTrue) return Answer::kTrue;
  if (residual.kind == cedar::Residual::Kind::kFails) return Answer::kFails;
  const auto value = evaluate(*residual.open, request, entities);
  if (!value.ok() || !value->boolean()) return Answer::kFails;
  return *value->boolean() ? Answer::kTrue : Answer::kFalse;
}

struct Counts {
  std::size_t compared = 0, open = 0, different = 0, answers[3] = {};
};

// What is unknown, in turns.
cedar::PartialRequest forget(const cedar::Request& request, std::uint64_t turn) {
  cedar::PartialRequest partial{request.principal, request.action, request.resource, request.context};
  switch (turn % 5) {
    case 0:
    case 1:
      partial.resource = request.resource.type();
      break;
    case 2:
      partial.principal = request.principal.type();
      partial.resource = request.resource.type();
      break;
    case 3:
      partial.resource = request.resource.type();
      partial.context.reset();
      break;
    default:
      partial.unread = {request.resource};
  }
  return partial;
}

// Of the residuals of a set, that they read back as they were.
void check_text(const cedar::Expr& expr, std::uint64_t seed) {
  const std::string text = to_text(expr);
  const auto again =
      cedar::PolicySet::parse("permit(principal, action, resource) when { " + text + " };", "r");
  if (!again.ok()) FAIL("seed " << seed << ": " << text << "\n" << again.error().message);
  if (!equal(*again->policies().front().body->conditions.front().body, expr))
    FAIL_CHECK("seed " << seed << ": reads back otherwise: " << text);
}

void compare_set(std::uint64_t seed, Counts& counts) {
  const auto bytes = choosing_bytes(seed, kBytes);
  CedarGenerator generator(bytes);
  generator.go_through_pairs(seed * 7);
  auto policies = cedar::PolicySet::parse(generator.policies(kMostPolicies), "generated");
  if (!policies.ok()) FAIL("seed " << seed << ": " << policies.error().message);
  generator.link_templates(*policies);
  const cedar::Entities entities = generator.entities();
  for (std::size_t i = 0; i < kRequests; ++i) {
    cedar::Request request = generator.request();
    const cedar::PartialRequest partial = forget(request, seed + i);
    cedar::StepBudget budget;
    const auto response = evaluate_partially(*policies, partial, entities, nullptr, budget);
    if (!response.ok()) FAIL("seed " << seed << ": " << response.error().message);
    for (std::size_t round = 0; round < 3; ++round) {
      for (std::size_t p = 0; p < response->parts.size(); ++p) {
        const cedar::Policy& policy = policies->policies()[p];
        const cedar::Residual& residual = response->parts[p].residual;
        const Answer expected = whole(policy, request, entities);
        ++counts.compared;
        ++counts.answers[static_cast<std::size_t>(expected)];
        const bool is_open = residual.kind == cedar::Residual::Kind::kOpen;
        counts.open += is_open ? 1 : 0;
        if (is_open && round == 0) check_text(*residual.open, seed);
        if (rest(residual, request, entities) == expected || ++counts.different > 3) continue;
        FAIL_CHECK("seed " << seed << ", round " << round << ", " << to_text(request.principal) << " "
                           << to_text(request.resource) << "\n"
                           << to_text(linked_policy(policy)) << "\nremains: "
                           << (is_open ? to_text(*residual.open) : "(" + residual.message + ")"));
      }
      // Another of what is unknown, and of the same type.
      static constexpr const char* kOthers[] = {"a", "b", "c", "nobody"};
      const char* const other = kOthers[(seed + i + round) % 4];
      if (std::holds_alternative<cedar::Name>(partial.resource))
        request.resource = {request.resource.type(), other};
      if (std::holds_alternative<cedar::Name>(partial.principal))
        request.principal = {request.principal.type(), other};
      if (!partial.context) request.context = generator.request().context;
    }
  }
}

}  // namespace

TEST_CASE("partial: generated policies come to the same by what remains of them", "[cedar][conformance]") {
  const std::uint64_t sets = number_from("COMPARED_SETS", kSets);
  const std::uint64_t first = number_from("COMPARED_SEED", 1);
  Counts counts;
  for (std::uint64_t seed = first; seed < first + sets; ++seed) compare_set(seed, counts);
  CHECK(counts.different == 0);
  if (sets < kSets) return;
  // That each happens often shows that the comparison is worth something.
  CHECK(counts.open > counts.compared / 10);
  for (const std::size_t answers : counts.answers) CHECK(answers > counts.compared / 20);
}
