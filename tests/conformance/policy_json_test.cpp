// Policies in JSON whose verdict or text the official library gave, and every policy of the corpus through
// JSON.
#include <algorithm>

#include "cedar/cedar.h"
#include "cedar/policy_json.h"
#include "tests/conformance/data.h"

namespace {

using conformance::read;
using conformance::text_of;

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '\n'; });
  return text;
}

std::string policy_around(const base::Json& expr) {
  return R"({"effect": "permit", "principal": {"op": "All"}, "action": {"op": "All"}, "resource": {"op": "All"},
             "conditions": [{"kind": "when", "body": )" +
         to_text(expr) + "}]}";
}

}  // namespace

TEST_CASE("vectors: policies in JSON", "[conformance][policy_json]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/policy_json.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  std::size_t right = 0;
  std::size_t all = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
    const auto policy = cedar::policy_from_json(to_text(*row.find("policy")), "p.json");
    const std::string verdict = policy.ok() ? "ok" : "error";
    INFO(text_of(row, "name") << "\nofficial: " << text_of(row, "official") << "\n"
                              << (policy.ok() ? "" : policy.error().message));
    CHECK(verdict == text_of(row, "expect"));
    right += verdict == text_of(row, "expect") ? 1 : 0;
    ++all;
  }
  std::cout << "vectors: " << right << " of " << all << " policies in JSON\n";
  CHECK(all >= 42);
}

TEST_CASE("vectors: the text of policies in JSON", "[conformance][policy_json]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/policy_json_to_text.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  for (const base::Json& row : *file.find("cases")->array()) {
    const auto policy = cedar::policy_from_json(policy_around(*row.find("expr_json")), "p.json");
    INFO((policy.ok() ? "" : policy.error().message));
    REQUIRE(policy.ok());
    CHECK(without_blanks(to_text(**policy)) == without_blanks(text_of(row, "text")));
  }
}

TEST_CASE("corpus: text to JSON to text is the identity", "[conformance][policy_json]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  std::size_t count = 0;
  for (const auto& file : std::filesystem::directory_iterator(*folder)) {
    if (file.path().extension() != ".cedar") continue;
    const auto set = cedar::PolicySet::parse(read(file.path().string()), "policies.cedar");
    INFO(file.path().string());
    REQUIRE(set.ok());
    const auto json = cedar::policy_set_to_json(*set);
    INFO((json.ok() ? "" : json.error().message));
    REQUIRE(json.ok());
    const auto again = cedar::policy_set_from_json(to_text(*json), "policies.json");
    INFO((again.ok() ? "" : again.error().message));
    REQUIRE(again.ok());
    REQUIRE(again->policies().size() == set->policies().size());
    for (std::size_t i = 0; i < set->policies().size(); ++i) {
      const cedar::Policy& before = set->policies()[i];
      const cedar::Policy& after = again->policies()[i];
      REQUIRE(after.id == before.id);
      REQUIRE(to_text(*after.body) == to_text(*before.body));
      REQUIRE(equal(*after.body, *before.body));
      ++count;
    }
  }
  std::cout << "corpus: " << count << " policies through JSON and back\n";
  CHECK(count >= 7809);
}
