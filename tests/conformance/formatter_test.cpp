// The formatter on every policy text of the official test data.
#include "cedar/formatter.h"
#include "cedar/cedar.h"
#include "tests/conformance/data.h"

namespace {

// Formatting keeps the trees, and formatting again changes nothing.
void check_formatting(const std::string& text) {
  const auto parsed = cedar::PolicySet::parse(text, "p.cedar");
  if (!parsed.ok()) return;
  const auto formatted = cedar::format_policies(text, "p.cedar");
  REQUIRE(formatted.ok());
  INFO(text << "\n" << *formatted);
  const auto again = cedar::PolicySet::parse(*formatted, "formatted.cedar");
  INFO((again.ok() ? "" : again.error().message));
  REQUIRE(again.ok());
  REQUIRE(again->policies().size() == parsed->policies().size());
  for (std::size_t i = 0; i < parsed->policies().size(); ++i)
    REQUIRE(equal(*parsed->policies()[i].body, *again->policies()[i].body));
  const auto twice = cedar::format_policies(*formatted, "formatted.cedar");
  REQUIRE(twice.ok());
  REQUIRE(*twice == *formatted);
}

}  // namespace

TEST_CASE("corpus: formatting keeps every policy, and is idempotent", "[conformance][formatter]") {
  std::size_t count = 0;
  for (const char* below : {"corpus-tests", "tests", "sample-data"}) {
    const auto folder = conformance::data("CEDAR_CORPUS", below);
    if (!folder) return;
    for (const auto& file : std::filesystem::recursive_directory_iterator(*folder)) {
      if (file.path().extension() != ".cedar") continue;
      INFO(file.path().string());
      check_formatting(conformance::read(file.path().string()));
      ++count;
    }
  }
  std::cout << "corpus: " << count << " policy files formatted\n";
  CHECK(count >= 7809);
}

TEST_CASE("vectors: formatting keeps every policy, and is idempotent", "[conformance][formatter]") {
  const auto expressions = conformance::data("CEDAR_TESTS", "vectors/expressions.json");
  const auto policies = conformance::data("CEDAR_TESTS", "vectors/policies.json");
  if (!expressions || !policies) return;
  const base::Json expression_rows = conformance::read_json(*expressions);
  for (const base::Json& row : *expression_rows.find("cases")->array())
    check_formatting("permit(principal,action,resource) when { " + conformance::text_of(row, "expr") + " };");
  const base::Json policy_rows = conformance::read_json(*policies);
  for (const base::Json& row : *policy_rows.find("cases")->array())
    if (const base::Json* text = row.find("policies"); text && text->string())
      check_formatting(*text->string());
}
