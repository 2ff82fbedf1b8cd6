#include "cedar/validator.h"

#include <algorithm>
#include <tuple>

#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

using Findings = std::vector<cedar::ValidationFinding>;

// As they stand in the text; those of policies in JSON stay as they come.
void sort_by_place(Findings& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const auto& left, const auto& right) {
    return left.source && left.source == right.source && left.at.begin < right.at.begin;
  });
}

void write(base::JsonWriter& json, const Findings& findings) {
  json.begin_array();
  for (const cedar::ValidationFinding& finding : findings) {
    json.begin_object().member("policy", finding.policy).member("message", finding.message);
    if (finding.source) {
      json.member("file", finding.source->name());
      write_place(json, finding.source->place(finding.at.begin));
    }
    json.end_object();
  }
  json.end_array();
}

void print_json(const cedar::ValidationResult& result, bool is_valid) {
  base::JsonWriter json;
  json.begin_object().member("valid", is_valid);
  write(json.name("errors"), result.errors);
  write(json.name("warnings"), result.warnings);
  print(json.end_object());
}

std::string count(std::size_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

void print_text(const cedar::ValidationResult& result, bool is_valid) {
  for (const auto& error : result.errors) complain("error: " + cedar::to_text(error));
  for (const auto& warning : result.warnings) complain("warning: " + cedar::to_text(warning));
  print(std::string("validation ") + (is_valid ? "passed: " : "failed: ") +
        count(result.errors.size(), "error") + ", " + count(result.warnings.size(), "warning") + "\n");
}

}  // namespace

int cedar_validate(const CedarValidate& options) {
  CedarInput input;
  const auto policies = input.policies(options.policies);
  if (!policies.ok()) return fail(policies.error());
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  if (!*schema) return fail(base::Error{base::ErrorCode::kInvalid, "--schema: needs a file"});

  cedar::ValidatorOptions how;
  how.level = options.level;
  cedar::ValidationResult result = cedar::Validator(**schema).validate(*policies, how);
  const bool is_valid = result.is_valid() && !(options.denies_warnings && !result.warnings.empty());
  sort_by_place(result.errors);
  sort_by_place(result.warnings);
  options.json ? print_json(result, is_valid) : print_text(result, is_valid);
  return is_valid ? kOk : kInvalidPolicies;
}

}  // namespace cli
