// Policies whose strict validation the official library judged: the vectors, and shouldValidate of the
// corpus.
#include "cedar/cedar.h"
#include "cedar/schema.h"
#include "cedar/validator.h"
#include "tests/conformance/corpus.h"

using conformance::text_of;

namespace {

// Both were judged by version 4.12, when a scope that fits no action was an error.
cedar::ValidatorOptions of_version_4_12() {
  cedar::ValidatorOptions options;
  options.require_applicable_action = true;
  return options;
}

std::string listing(const cedar::ValidationResult& result) {
  std::string out;
  for (const auto& error : result.errors) out += "error: " + to_text(error) + "\n";
  for (const auto& warning : result.warnings) out += "warning: " + to_text(warning) + "\n";
  return out;
}

}  // namespace

TEST_CASE("vectors: validation", "[conformance][validator]") {
  const auto path = conformance::data("CEDAR_TESTS", "vectors/validation.json");
  if (!path) return;
  const base::Json file = conformance::read_json(*path);
  const auto schema = cedar::Schema::parse(text_of(file, "schema"), "s.cedarschema");
  REQUIRE(schema.ok());
  std::size_t right = 0;
  std::size_t right_warnings = 0;
  std::size_t all = 0;
  for (const base::Json& row : *file.find("cases")->array()) {
    const auto policies = cedar::PolicySet::parse(text_of(row, "policy"), "p.cedar");
    REQUIRE(policies.ok());
    const auto result = cedar::Validator(*schema).validate(*policies, of_version_4_12());
    const std::string verdict = result.is_valid() ? "valid" : "invalid";
    const bool warns = !text_of(row, "warning").empty();
    INFO(text_of(row, "policy") << "\nofficial: " << text_of(row, "official")
                                << "\nwarning: " << text_of(row, "warning") << "\n"
                                << listing(result));
    CHECK(verdict == text_of(row, "expect"));
    CHECK(result.warnings.empty() != warns);
    right += verdict == text_of(row, "expect") ? 1 : 0;
    right_warnings += result.warnings.empty() != warns ? 1 : 0;
    ++all;
  }
  std::cout << "vectors: " << right << " of " << all << " verdicts of validation, and " << right_warnings
            << " with a warning or without as expected\n";
  CHECK(all >= 149);
}

TEST_CASE("corpus: policies validate where the reference says so", "[conformance][validator]") {
  const auto folder = conformance::data("CEDAR_CORPUS", "corpus-tests");
  if (!folder) return;
  const std::string root = std::filesystem::path(*folder).parent_path().string() + "/";
  std::size_t right = 0;
  std::size_t all = 0;
  std::size_t several_ranges = 0;
  for (const std::string& path : conformance::corpus_tests(*folder)) {
    const auto test = conformance::read_test(root, path);
    const auto result = cedar::Validator(test.schema).validate(test.policies, of_version_4_12());
    const bool expected = *test.json.find("shouldValidate")->boolean();
    ++all;
    if (result.is_valid() == expected) {
      ++right;
      continue;
    }
    if (!expected && conformance::asks_for_several_ranges(test.policies)) {
      ++several_ranges;
      continue;
    }
    UNSCOPED_INFO(path << ": should be " << (expected ? "valid" : "invalid") << "\n" << listing(result));
    CHECK(false);
  }
  std::cout << "corpus: " << right << " of " << all << " policies validate as the reference says\n";
  CHECK(all == 7809);
  CHECK(several_ranges == 5);
  CHECK(right + several_ranges == all);
}
