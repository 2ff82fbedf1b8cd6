#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

// Files of tests of decisions, in YAML or, where the name ends in .json, in JSON. A file is a map with lists
// under `evaluation`, `evaluations` or `tests`, or one such list; what a test asks follows from its request:
//
//   evaluation:
//     - name: the owner edits                                   # may be missing
//       request: {subject: …, action: …, resource: …}           # as /access/v1 takes it
//       expected: true
//       at: 2026-11-30T08:00:00Z                                # when it is asked; may be missing
//     - request: {subject: …, action: …, evaluations: [{resource: …}, …]}
//       expected: [true, {decision: false}]
//     - request: {subject: {type: user}, action: …, resource: …}        # who may, a search
//       expected: {results: [{type: user, id: ann@example.com}]}
//
// Subject and resource may be texts, `type:id`, of which the type may be missing of a user; an action may be
// its name; and the results of a search likewise. `expected` is true or false for the decision alone, or the
// whole answer; of several questions a list of these, for `evaluations` of the answer.
namespace cli {

struct DecisionTest {
  enum class Asks { kDecision, kDecisions, kSubjects, kResources, kActions };

  std::string name;  // "evaluation 3: the owner edits"
  Asks asks = Asks::kDecision;
  base::Json request;   // an object
  base::Json expected;  // true or false, an object, or a list of these
  std::optional<base::Timestamp> at;
};

// A file's values. The message begins with its name.
base::Result<base::Json> read_values(const std::string& path);

base::Result<std::vector<DecisionTest>> read_decision_tests(const std::string& path);

}  // namespace cli
