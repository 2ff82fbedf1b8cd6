#pragma once
#include <string>

#include "base/json.h"
#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/json/reader.h"

// Expressions in the JSON policy format. One object per node, with one member that says which node it is:
//
//   {"==": {"left": {"Var": "resource"}, "right": {"Value": {"__entity": {"type": "Doc", "id": "d"}}}}}
//
// Chains and sums, one node in the tree, are nested to the left: a && b && c is (a && b) && c.
namespace cedar {

// Null, and a failure of the reader, where it is no expression. REQUIRES: the JSON nests at most
// kMaxPolicyJsonNesting levels
ExprRef expr_from_json(const base::Json&, JsonReader&, ExprPool&);

// An entity's uid as `{"type", "id"}` or that under `__entity`; nothing, and a failure, where it is none.
std::optional<EntityUid> read_uid(const base::Json&, JsonReader&);

// An entity type's name; nothing, and a failure, where it is none.
std::optional<Name> read_type_name(const base::Json&, JsonReader&);

// Fails where the JSON would nest more deeply than kMaxPolicyJsonNesting, as long chains do; the message is
// without place.
base::Result<base::Json> expr_to_json(const Expr&);

}  // namespace cedar
