// Compiled policies give the answers of the plain evaluator on what a generator makes. `make check` compares
// enough of it for a mistake to show wherever it is: every form of expression is evaluated at every place.
//
//   COMPARED_SETS=1 COMPARED_SEED=491 build/release/reeve-tests 'compiled: generated *'
//
// looks at the set that a failure names; `make check-release` compares ten million requests.
#include <cstdlib>

#include "tests/support/catch.h"
#include "tests/support/cedar_generator.h"
#include "tests/support/compiled_answers.h"
#include "tests/support/reached_operands.h"

namespace {

constexpr std::uint64_t kSets = 5'000;
constexpr std::size_t kMostPolicies = 14;
constexpr std::size_t kRequests = 4;  // of each set
constexpr std::size_t kBytes = 4096;  // that choose a set and its requests

// From so many sets on every pair of a form and a place is there so often.
constexpr std::uint64_t kManySets = 50'000;
constexpr std::size_t kTimes = 50;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

struct Counts {
  std::size_t asked = 0, allowed = 0, failed = 0, different = 0;
};

void compare_set(std::uint64_t seed, Counts& counts, cedar_forms::ReachedOperands& reached) {
  const auto bytes = choosing_bytes(seed, kBytes);
  CedarGenerator generator(bytes);
  // A step that all pairs are a multiple of would begin at a few of them only.
  generator.go_through_pairs(seed * 7);
  auto policies = cedar::PolicySet::parse(generator.policies(kMostPolicies), "generated");
  if (!policies.ok()) FAIL("seed " << seed << ": " << policies.error().message);
  generator.link_templates(*policies);
  cedar::Entities entities = generator.entities();
  const compiled_answers::World world(std::move(policies).value(), std::move(entities));
  for (std::size_t i = 0; i < kRequests; ++i) {
    const cedar::Request request = generator.request();
    const cedar::Response plain = plain_answer(request, world);
    ++counts.asked;
    counts.allowed += plain.decision == cedar::Decision::kAllow ? 1 : 0;
    counts.failed += plain.diagnostics.errors.empty() ? 0 : 1;
    if (other_answer(request, world, plain) && ++counts.different <= 3)
      FAIL_CHECK("seed " << seed << "\n" << smallest_case(request, world));
    for (const cedar::Policy& policy : world.policies.policies())
      if (scope_matches(policy, request, world.entities)) reached.count(policy, request, world.entities);
  }
}

}  // namespace

TEST_CASE("compiled: generated policies are answered as the plain evaluator answers",
          "[cedar][conformance]") {
  const std::uint64_t sets = number_from("COMPARED_SETS", kSets);
  const std::uint64_t first = number_from("COMPARED_SEED", 1);
  cedar_forms::ReachedOperands reached;
  Counts counts;
  for (std::uint64_t seed = first; seed < first + sets; ++seed) compare_set(seed, counts, reached);
  CHECK(counts.different == 0);
  if (sets < kSets) return;

  // That each happens often shows that the comparison is worth something.
  CHECK(counts.allowed > counts.asked / 5);
  CHECK(counts.allowed < counts.asked * 4 / 5);
  CHECK(counts.failed > counts.asked / 5);
  CHECK(counts.failed < counts.asked * 19 / 20);
  const std::size_t pairs = cedar_forms::places().size() * cedar_forms::forms().size();
  CHECK(reached.counted(1, SIZE_MAX).size() > pairs * 9 / 10);
  if (sets < kManySets) return;
  std::string rare;
  for (const std::string& pair : reached.counted(0, kTimes - 1)) rare += pair + "\n";
  CHECK(rare == "");
}
