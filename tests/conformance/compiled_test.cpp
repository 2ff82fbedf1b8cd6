// The official corpus again: compiled policies give the answers of the plain evaluator, texts of errors and
// all.
#include "tests/cedar/support.h"
#include "tests/conformance/corpus.h"

namespace {

using conformance::corpus_tests;
using conformance::read;
using conformance::read_json;
using conformance::text_of;

std::string to_text(const cedar::Response& response) {
  std::string text(name_of(response.decision));
  for (const auto& id : response.diagnostics.reasons) text += " " + id;
  for (const auto& error : response.diagnostics.errors) text += "\n" + cedar::to_text(error);
  return text;
}

struct Test {
  std::string path;
  cedar::PolicySet policies;
  cedar::Entities entities;
  std::vector<cedar::Request> requests;
};

// The number keeps ids apart where the policies of several tests come together.
Test read_test(const std::string& root, const std::string& path, std::size_t number) {
  const base::Json json = read_json(path);
  const auto id_of = [&](const cedar::Template&, std::size_t index) {
    return "test" + std::to_string(number) + "_" + std::to_string(index);
  };
  auto policies = cedar::PolicySet::parse(read(root + text_of(json, "policies")), "policies.cedar", id_of);
  auto entities = cedar::Entities::from_json(read(root + text_of(json, "entities")));
  REQUIRE((policies.ok() && entities.ok()));
  Test test{path, std::move(policies).value(), std::move(entities).value(), {}};
  for (const base::Json& item : *json.find("requests")->array())
    test.requests.push_back(conformance::request_of(item));
  return test;
}

// Asks in all ways; returns how many requests have the same answer in each.
std::size_t compare(const Test& test, const cedar::CompiledPolicies& compiled) {
  for (const auto& policy : compiled.unverified()) FAIL_CHECK(policy.mistake);
  const cedar::Authorizer authorizer;
  const cedar::CompiledEntities fast(compiled, test.entities);
  std::size_t equal = 0;
  const cedar::PolicySet policies = cedar_test::read_again(compiled);
  for (const cedar::Request& request : test.requests) {
    const std::string plain = to_text(authorizer.is_authorized(request, policies, test.entities));
    const std::string compiled_policies = to_text(authorizer.is_authorized(request, compiled, test.entities));
    const std::string compiled_both = to_text(authorizer.is_authorized(request, compiled, fast));
    INFO(test.path);
    if (compiled_policies != plain) CHECK(compiled_policies == plain);
    if (compiled_both != plain) CHECK(compiled_both == plain);
    equal += compiled_policies == plain && compiled_both == plain ? 1 : 0;
  }
  return equal;
}

}  // namespace

TEST_CASE("corpus: compiled policies answer as plain ones, alone and many together", "[conformance]") {
  static constexpr std::size_t kTogether = 50;
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  const std::string root = std::filesystem::path(*folder).parent_path().string() + "/";
  std::size_t alone = 0;
  std::size_t together = 0;
  std::vector<Test> some;
  const auto compare_together = [&] {
    cedar::PolicySet all;
    for (const Test& test : some) REQUIRE(all.merge(test.policies).ok());
    const cedar::CompiledPolicies compiled(all);
    for (const Test& test : some) together += compare(test, compiled);
    some.clear();
  };
  for (const std::string& path : corpus_tests(*folder)) {
    some.push_back(read_test(root, path, some.size()));
    alone += compare(some.back(), cedar::CompiledPolicies(some.back().policies));
    if (some.size() == kTogether) compare_together();
  }
  compare_together();
  std::cout << "corpus: " << alone << " requests answered alike alone, " << together << " with " << kTogether
            << " policies together\n";
  CHECK(alone == 62472);
  CHECK(together == 62472);
}
