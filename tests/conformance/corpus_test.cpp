// The official generated corpus: every request has the decision, the reasons and the errors that the
// reference gives, and every policy survives printing.
#include <algorithm>
#include <set>

#include "cedar/cedar.h"
#include "tests/conformance/corpus.h"

namespace {

using conformance::corpus_tests;
using conformance::read;
using conformance::read_json;
using conformance::request_of;
using conformance::text_of;

std::set<std::string> texts(const base::Json& array) {
  std::set<std::string> out;
  for (const base::Json& item : *array.array()) out.insert(*item.string());
  return out;
}

std::string joined(const std::set<std::string>& ids) {
  std::string out;
  for (const std::string& id : ids) out += " " + id;
  return out;
}

std::string expected(const base::Json& request) {
  return text_of(request, "decision") + joined(texts(*request.find("reason"))) + " errors" +
         joined(texts(*request.find("errors")));
}

std::string found(const cedar::Response& response) {
  std::set<std::string> errors;
  for (const cedar::PolicyError& error : response.diagnostics.errors) errors.insert(error.policy);
  const auto& reasons = response.diagnostics.reasons;
  return std::string(name_of(response.decision)) + joined({reasons.begin(), reasons.end()}) + " errors" +
         joined(errors);
}

// What an explanation says of the same, in the form of found().
std::string explained(const cedar::Explanation& explanation) {
  std::set<std::string> reasons;
  std::set<std::string> errors;
  for (const cedar::PolicyExplanation& policy : explanation.policies) {
    if (policy.outcome == cedar::PolicyOutcome::kFailed) errors.insert(policy.policy);
    if (reasons.size() < explanation.determining) reasons.insert(policy.policy);
  }
  return std::string(name_of(explanation.decision)) + joined(reasons) + " errors" + joined(errors);
}

}  // namespace

TEST_CASE("corpus: decisions, reasons and errors are those of the reference", "[conformance]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  std::size_t requests = 0;
  std::size_t equal = 0;
  std::size_t several_ranges = 0;
  for (const std::string& path : corpus_tests(*folder)) {
    const base::Json test = read_json(path);
    const std::string root = std::filesystem::path(*folder).parent_path().string() + "/";
    auto policies = cedar::PolicySet::parse(read(root + text_of(test, "policies")), "policies.cedar");
    auto entities = cedar::Entities::from_json(read(root + text_of(test, "entities")));
    INFO(path);
    INFO((policies.ok() ? "" : policies.error().message) + (entities.ok() ? "" : entities.error().message));
    REQUIRE((policies.ok() && entities.ok()));
    for (const base::Json& item : *test.find("requests")->array()) {
      const cedar::Request request = request_of(item);
      const auto response = cedar::Authorizer().is_authorized(request, policies.value(), entities.value());
      REQUIRE(explained(explain(request, policies.value(), entities.value())) == found(response));
      ++requests;
      if (expected(item) == found(response)) {
        ++equal;
      } else if (conformance::asks_for_several_ranges(*policies)) {
        ++several_ranges;
      } else {
        UNSCOPED_INFO(text_of(item, "description") << ": " << expected(item) << " is " << found(response));
        CHECK(false);
      }
    }
  }
  std::cout << "corpus: " << equal << " of " << requests << " requests as the reference answers them, and "
            << several_ranges << " of isInRange with several ranges, which it doesn't know\n";
  CHECK(requests == 62472);
  CHECK(several_ranges == 24);
  CHECK(equal + several_ranges == requests);
}

TEST_CASE("corpus: text to tree to text to tree is the identity", "[conformance]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  std::size_t count = 0;
  for (const std::string& path : corpus_tests(*folder)) {
    const std::string text = read(path.substr(0, path.size() - 4) + "cedar");
    auto policies = cedar::PolicySet::parse(text, "policies.cedar");
    REQUIRE(policies.ok());
    for (const cedar::Policy& policy : policies->policies()) {
      const std::string printed = to_text(*policy.body);
      auto again = cedar::PolicySet::parse(printed, "printed.cedar");
      INFO(path << "\n" << printed << (again.ok() ? "" : again.error().message));
      REQUIRE(again.ok());
      REQUIRE(again->policies().size() == 1);
      REQUIRE(equal(*policy.body, *again->policies()[0].body));
      REQUIRE(to_text(*again->policies()[0].body) == printed);
      ++count;
    }
  }
  std::cout << "corpus: " << count << " policies printed and read back\n";
  CHECK(count > 7000);
}
