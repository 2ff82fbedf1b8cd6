#pragma once
#include <cstddef>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/json.h"

namespace cli {

// Which of a tenant's rules have decided something.
class RuleCoverage {
 public:
  // Takes the rules of the policies that are enabled, as GET /v1/policies answers them; templates, which
  // decide nothing by themselves, are known and not counted.
  void add(const base::Json& policies);

  // The rules that `reason_admin` of an answer's context names decided it.
  void note(const base::Json& answer);

  // Why an answer was given, a line; "" where it doesn't say.
  std::string explain(const base::Json& answer) const;

  std::size_t rules() const;
  std::vector<std::string> never() const;  // "documents, rule 2"

 private:
  struct Rule {
    std::string name;
    bool is_template = false;
    bool has_decided = false;
  };
  std::vector<Rule> rules_;
  std::unordered_map<std::string, std::size_t> by_id_;
};

}  // namespace cli
