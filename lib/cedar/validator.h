#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cedar/limits.h"
#include "cedar/policy_set.h"
#include "cedar/schema.h"
#include "cedar/source.h"

namespace cedar {

// Something that validation found in a policy.
struct ValidationFinding {
  PolicyId policy;
  std::string message;  // what is wrong and what to do about it, one sentence without place
  SourcePtr source;     // null where the policy was not made from text
  SourceRange at;
};

// "file:line:col: policy `id`: message" with the line and a caret; without a source only the second half.
std::string to_text(const ValidationFinding&);

// Both in the order of the policy set, and by place within a policy. Each finding stands once, in however
// many request environments it was made.
struct ValidationResult {
  std::vector<ValidationFinding> errors;
  std::vector<ValidationFinding> warnings;  // never make a policy invalid

  bool is_valid() const { return errors.empty(); }
};

struct ValidatorOptions {
  // Whether a scope that fits no action of the schema is an error, as it was before version 4.13 of the
  // language; else it is a warning.
  bool require_applicable_action = false;

  // How many entities may be visited one after the other from principal, action, resource and context:
  // `principal.manager.name` needs level 2. Nothing: as many as the policy likes. (RFC 76)
  std::optional<std::size_t> level;

  // How much work one run may do; see limits.h. Beyond it an error says so.
  std::size_t max_steps = kMaxValidationSteps;
};

// Proves that policies cannot fail, but for overflow and missing entities: in every request environment (an
// action with a principal and a resource type it applies to) the conditions have type Bool. Strict mode: see
// https://docs.cedarpolicy.com/policies/validation.html.
//
// A schema that still has something external (RFC 116) validates nothing: each policy gets one error that
// says what is to be defined.
//
// Templates are checked once, for all values of their slots; links only for what their values make wrong. At
// most kMaxFindings errors and as many warnings are kept. Threads may share one.
class Validator {
 public:
  // The schema must outlive the validator.
  explicit Validator(const Schema& schema) : schema_(schema) {}

  ValidationResult validate(const PolicySet&, const ValidatorOptions& = {}) const;

 private:
  const Schema& schema_;
};

}  // namespace cedar
