#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cedar/ast.h"
#include "cedar/partial_evaluation.h"
#include "cedar/schema.h"
#include "sql/columns.h"
#include "sql/fragment.h"

namespace sql {

// What is in what, as far as it is stored. For one thread.
class Hierarchy {
 public:
  virtual ~Hierarchy() = default;

  // The ids of that type of the entity itself and of what is below it, or above it, by any number of steps;
  // nothing where these are more than `most`, or can't be told.
  using Ids = std::optional<std::vector<std::string>>;
  virtual Ids below(const cedar::EntityUid&, const cedar::Name& type, std::size_t most) const = 0;
  virtual Ids above(const cedar::EntityUid&, const cedar::Name& type, std::size_t most) const = 0;
};

// What an expression comes to for a row: whether it has a value at all, and whether that is true, which means
// something only where it has one. `evaluates` is never NULL.
struct Outcome {
  Truth evaluates;
  Truth holds;
};

// A rule that is asked of a row.
struct Rule {
  bool forbids;
  Outcome outcome;
};

// Whether rules that are decided together allow it, and where none of them says anything `below` does: a
// satisfied forbid denies, else a satisfied permit allows. `failing_forbids`: a forbid that fails counts as
// satisfied. REQUIRES: `below` is never NULL, as what this gives never is
Truth allows(const std::vector<Rule>&, bool failing_forbids, const Truth& below);

inline constexpr std::size_t kMaxParameters = 10'000;    // of a statement
inline constexpr std::size_t kMaxStatement = 1'000'000;  // bytes of its text
// Bytes of all conditions that are put together on the way, of all outcomes: a chain of operands takes its
// length squared. Copying them takes some 50 ms.
inline constexpr std::size_t kMaxWork = std::size_t{256} << 20U;
inline constexpr std::size_t kMaxPattern = 1'000;  // bytes of what is behind `like`

// Says in SQL what remains of policies about a row that is the resource, of the request's type. For one
// thread; everything given must outlive it.
//
// Columns must have values of the types that the schema declares: whole numbers, truths, texts, of an entity
// its id. Texts are compared byte by byte, whatever collation a column has.
class Conditions {
 public:
  struct Table {
    Dialect dialect;
    const Columns& columns;
  };
  Conditions(const Table&, const cedar::PartialRequest&, const cedar::Schema&, const Hierarchy&);
  ~Conditions();
  Conditions(const Conditions&) = delete;
  Conditions& operator=(const Conditions&) = delete;

  // Nothing where it can't be said; unsupported() says why.
  std::optional<Outcome> outcome(const cedar::Residual&);

  // The rows about which all outcomes so far tell the truth: to be asked of each row beside them. In SQLite
  // not those with a NUL in a text that `like` looks at.
  Truth told_of() const;

  struct Unsupported {
    std::string expression;  // as policies write it, cut after some 200 bytes
    std::string reason;
  };
  const std::optional<Unsupported>& unsupported() const;  // of the last call

 private:
  class Writer;
  std::unique_ptr<Writer> writer_;
};

}  // namespace sql
