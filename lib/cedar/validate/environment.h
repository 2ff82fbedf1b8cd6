#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "cedar/ast.h"
#include "cedar/schema.h"
#include "cedar/schema_questions.h"

namespace cedar {

// What is known of a Boolean in some environment. kUnknown: it has a name that means nothing, which is
// reported elsewhere.
enum class Truth : std::uint8_t { kTrue, kFalse, kBool, kUnknown };

// Of `left && right`, the right side being reached.
Truth conjunction(Truth left, Truth right);

// Whether a scope's constraint holds for a principal or resource of that type, or for that action.
Truth scope_truth(const ScopeConstraint&, const SchemaEntityType&, const Schema&);
Truth scope_truth(const ActionConstraint&, const SchemaAction&, const Schema&);

// Whether a value of one type may be in (or equal) an entity of another.
Truth membership(const Name& type, const Name& of, const Schema&);

}  // namespace cedar
