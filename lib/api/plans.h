#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "sql/columns.h"
#include "sql/condition.h"

namespace api {

using sql::Columns;
using SqlDialect = sql::Dialect;
using sql::is_column;
using sql::kMaxColumns;
using sql::parse_dialect;
using SqlParameter = sql::Parameter;

// What somebody may do something to, among all of a type: the question as of a search for resources, and how
// the rows of a table are to be asked.
struct PlanQuestion {
  struct Sql {
    SqlDialect dialect;
    Columns columns;  // REQUIRES: each is_column()
  };
  DecisionQuestion question;  // of the resource the type alone counts
  std::optional<Sql> sql;
};

// Why there is no SQL.
struct Unsaid {
  std::string rule;
  std::string expression, reason;
};

struct PlanAnswer {
  enum class Kind { kNever, kAlways, kConditional };
  Kind kind = Kind::kNever;
  std::string policy = "null";  // what remains: a policy set in Cedar's JSON, if the caller may read policies
  std::optional<sql::Statement> sql;
  std::vector<Unsaid> unsupported;
  std::uint64_t revision = 0;
  std::optional<base::Timestamp> valid_until;
};

// As op::decide; what is shown of rules needs op::list_policies as well. kSchemaRequired where SQL is wanted
// and the tenant has no schema; kInvalidInput where the type is one of Reeve's own, or something in the
// question is of another type than the schema declares; kOverloaded where it takes more steps than a question
// may. For the pool.
Outcome<PlanAnswer> plan(const Read&, const domain::TenantId& tenant, UserIds, const PlanQuestion&);

}  // namespace api
