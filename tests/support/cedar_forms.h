#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cedar/cedar.h"
#include "cedar/values/extension_functions.h"

// What expressions are and where they stand, as far as something that works on trees could treat them
// differently. A test that counts pairs of the two knows which were tried.
namespace cedar_forms {

// An alternative of ExprNode, with its operator.
enum class Node : std::uint8_t {
  kTrue,
  kFalse,
  kLong,
  kString,
  kEntity,
  kPrincipal,  // in the order of Variable
  kAction,
  kResource,
  kContext,
  kNot,  // of UnaryOp
  kNegate,
  kIsEmpty,
  kEqual,  // of BinaryOp
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIn,
  kContains,
  kContainsAll,
  kContainsAny,
  kGetTag,
  kHasTag,
  kAnd,  // of ChainOp
  kOr,
  kMultiply,
  kSum,
  kIf,
  kAttribute,
  kHas,
  kLike,
  kIs,
  kIsIn,
  kSet,
  kRecord,
  kWhen,  // a condition, which is no expression but has one
  kUnless,
  kCall,  // of the first function; those of the others follow, in the order of ExtFunction
};
Node node_of(const cedar::Expr&);
Node call_of(cedar::ExtFunction);
const cedar::ExtFunctionInfo& function_of(Node call);
std::string_view name_of(Node);

// Constant is what has neither a variable nor anything that entities decide.
enum class Variety : std::uint8_t {
  kVarying,
  kConstant,
  kFailing,       // constant, and without a value
  kConstantThen,  // an `if` of which so much is constant
  kConstantElse,
  kConstantBranches,
  kOfVariable,  // an attribute
  kPath,        // `has` with more than one name
  kEmpty,       // a set
  kOfEntities,  // a constant set
};

struct Form {
  Node node;  // of all that fail the same
  Variety variety;
  bool operator==(const Form&) const = default;
};

// Of a chain or sum: which operand of at least three.
enum Operand : std::uint8_t { kFirst, kMiddle, kLast, kAdded = kMiddle, kSubtracted = kLast };

struct Place {
  Node node;             // kCall for a call of any function
  std::uint8_t operand;  // of sets and records 0, of calls at most 2
  bool operator==(const Place&) const = default;
};

// Every one that there is.
const std::vector<Form>& forms();
const std::vector<Place>& places();
std::string name_of(const Form&);
std::string name_of(const Place&);

// Whether an expression of the form can stand there; chains and sums that begin with their like are one.
bool can_stand(const Form&, const Place&);

Form form_of(const cedar::Expr&);

// The place of a child, counted from the left.
Place place_of(const cedar::Expr& parent, std::size_t child);

}  // namespace cedar_forms
