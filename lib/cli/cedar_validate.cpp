#include <cstdio>

#include "cedar/validator.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

Json to_json(const std::vector<cedar::ValidationFinding>& findings) {
  Json::Array out;
  for (const cedar::ValidationFinding& finding : findings) {
    Json::Object item;
    item.emplace_back("policy", Json(finding.policy));
    item.emplace_back("message", Json(finding.message));
    if (finding.source) {
      const Place place = finding.source->place(finding.at.begin);
      item.emplace_back("file", Json(finding.source->name()));
      item.emplace_back("line", Json(static_cast<std::int64_t>(place.line)));
      item.emplace_back("column", Json(static_cast<std::int64_t>(place.column)));
    }
    out.emplace_back(std::move(item));
  }
  return Json(std::move(out));
}

std::string count(std::size_t number, const char* noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

void print(const cedar::ValidationResult& result, bool is_valid) {
  for (const auto& error : result.errors) std::fprintf(stderr, "error: %s\n", cedar::to_text(error).c_str());
  for (const auto& warning : result.warnings)
    std::fprintf(stderr, "warning: %s\n", cedar::to_text(warning).c_str());
  std::printf("validation %s: %s, %s\n", is_valid ? "passed" : "failed",
              count(result.errors.size(), "error").c_str(), count(result.warnings.size(), "warning").c_str());
}

}  // namespace

int cedar_validate(const CedarValidate& options) {
  CedarInput input;
  const auto policies = input.policies(options.policies);
  if (!policies.ok()) return fail(policies.error());
  const auto schema = input.schema(options.schema);
  if (!schema.ok()) return fail(schema.error());
  if (!schema->has_value()) return fail(Error{ErrorCode::kInvalid, "--schema: needs a file"});

  cedar::ValidatorOptions how;
  how.level = options.level;
  const cedar::ValidationResult result = cedar::Validator(**schema).validate(*policies, how);
  const bool is_valid = result.is_valid() && !(options.denies_warnings && !result.warnings.empty());
  if (options.json) {
    Json::Object out;
    out.emplace_back("valid", Json(is_valid));
    out.emplace_back("errors", to_json(result.errors));
    out.emplace_back("warnings", to_json(result.warnings));
    print_json(Json(std::move(out)));
  } else {
    print(result, is_valid);
  }
  return is_valid ? kOk : kInvalidPolicies;
}

}  // namespace cli
