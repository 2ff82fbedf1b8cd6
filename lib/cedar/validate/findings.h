#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "base/keyed_hash.h"
#include "cedar/limits.h"
#include "cedar/validator.h"

namespace cedar {

// Collects what one run of the validator finds: each finding once, and no more than kMaxFindings of a kind;
// and counts the run's steps.
class Findings {
 public:
  explicit Findings(std::size_t max_steps) : max_steps_(max_steps) {}

  // What is found from here on is about this policy.
  void begin(const PolicyId& id, const Template& body);
  // Puts the policy's findings in the order of their places.
  void end();

  void error(SourceRange at, std::string_view message);

  // For each place the first message is kept, with the number of others that came from other environments.
  void error_in_environment(SourceRange at, std::string_view message);
  void warning(SourceRange at, std::string_view message);

  // Whether to look for a name that was meant among so many; no more once kMaxGuessed were looked at.
  bool may_guess(std::size_t candidates);

  // Counts work. False, and one error, where the run may not do more.
  bool step(std::size_t count = 1);
  bool is_exhausted() const { return steps_ > max_steps_; }

  // The text of a range, cut if it is long; "…" where the policy was not made from text.
  std::string text(SourceRange at) const;

  ValidationResult take() { return std::move(result_); }

 private:
  // The message, cut if it is long; its length counts as work.
  std::string measured(std::string_view message);

  // False where the finding is no new one, or there are too many.
  bool add(std::vector<ValidationFinding>& to, SourceRange at, std::string message);
  bool is_new(bool is_error, SourceRange at, const std::string& message);

  ValidationResult result_;
  const PolicyId* policy_ = nullptr;
  SourcePtr source_;
  std::size_t first_error_ = 0;  // of this policy
  std::size_t first_warning_ = 0;
  std::unordered_set<std::string, base::KeyedHash> seen_;  // of this policy
  struct Repeated {
    std::size_t error;  // position in result_.errors
    std::size_t others = 0;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Repeated> by_place_;  // of this policy
  const std::size_t max_steps_;
  std::size_t steps_ = 0;
  std::size_t guessed_ = 0;
};

}  // namespace cedar
