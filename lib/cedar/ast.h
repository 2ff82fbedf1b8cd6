#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/function_ref.h"
#include "cedar/entity_uid.h"
#include "cedar/extension_types.h"
#include "cedar/source.h"
#include "cedar/value.h"

// Policies as trees: what the parsers make, and printing, evaluation, validation and JSON forms read.
// A tree says what was written (`!=` stays `!=`), without its layout, brackets and comments.
namespace cedar {

struct Expr;

// A node of an ExprPool, which must outlive it. Never null, unless a comment says so.
using ExprRef = const Expr*;

enum class Variable : std::uint8_t { kPrincipal, kAction, kResource, kContext };
std::string_view name_of(Variable);

// A boolean, long, string or entity uid. `-5` is the literal; `-(5)` is a Unary over a literal.
struct Literal {
  Value value;
};

enum class UnaryOp : std::uint8_t { kNot, kNegate, kIsEmpty };
struct Unary {
  UnaryOp op;
  ExprRef operand;
};

enum class BinaryOp : std::uint8_t {
  kEqual,
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
};
struct Binary {
  BinaryOp op;
  ExprRef left;
  ExprRef right;
};

// `a && b && c`: at least two operands, of which the first is no Chain of the same operator (ExprPool
// sees to it), so that ((a && b) && c) and (a && b && c) are one tree.
enum class ChainOp : std::uint8_t { kAnd, kOr, kMultiply };
struct Chain {
  ChainOp op;
  std::vector<ExprRef> operands;
};

// `a + b - c`, from the left: at least two terms, the first neither subtracted nor a Sum itself.
struct Sum {
  struct Term {
    bool subtracted;
    ExprRef operand;
  };
  std::vector<Term> terms;
};

struct If {
  ExprRef condition;
  ExprRef then;
  ExprRef otherwise;
};

// `x.name` and `x["name"]` are the same.
struct GetAttribute {
  ExprRef object;
  std::string name;
};

// `x has a.b.c`, which means `x has a && x.a has b && x.a.b has c`. At least one name.
struct Has {
  ExprRef object;
  std::vector<std::string> path;
};

// A `like` pattern: literal pieces with a wildcard between each two; `a*b` is {"a", "b"}, `*` is {"", ""}.
// Never empty; one piece is a pattern without wildcards.
struct Pattern {
  std::vector<std::string> pieces;
  bool operator==(const Pattern&) const = default;
};

struct Like {
  ExprRef object;
  Pattern pattern;
};

struct Is {
  ExprRef object;
  Name type;
  ExprRef in;  // null where there is no `in`
};

struct SetExpr {
  std::vector<ExprRef> elements;
};

// Names are unique, in the order written.
struct RecordExpr {
  std::vector<std::pair<std::string, ExprRef>> fields;
};

// A call of an extension function; the receiver of a method is argument 0. The number of arguments is as
// written: a wrong one is an error of evaluation and of validation, not of parsing.
struct Call {
  ExtFunction function;
  std::vector<ExprRef> arguments;
};

using ExprNode = std::variant<Literal, Variable, Unary, Binary, Chain, Sum, If, GetAttribute, Has, Like, Is,
                              SetExpr, RecordExpr, Call>;

struct Expr {
  [[no_unique_address]] ExprNode node;  // what follows may lie in its padding: there are many of these
  std::uint32_t depth = 0;  // 0 for a leaf, else one more than the deepest child; at most kMaxNesting
  SourceRange at;           // from its first byte to its last, brackets around it not counted
};

// Holds nodes until it is destroyed, which does not recurse. Not copyable, since nodes point at nodes.
// One thread builds; when built it is shared freely.
class ExprPool {
 public:
  ExprPool() = default;
  ExprPool(const ExprPool&) = delete;
  ExprPool& operator=(const ExprPool&) = delete;

  // Keeps the node and sets its depth. Merges a Chain or Sum whose first operand is of the same kind.
  // Null where the tree would nest more deeply than kMaxNesting.
  ExprRef add(ExprNode&& node, SourceRange at);

  std::size_t size() const { return size_; }

 private:
  // Each is filled up to what was reserved for it, so that nodes stay where they are.
  std::vector<std::vector<Expr>> blocks_;
  std::size_t size_ = 0;
};

// Whether two trees say the same; places do not count.
bool equal(const Expr&, const Expr&);

// Canonical text on one line, with the brackets it needs; reading it back gives an equal tree.
std::string to_text(const Expr&);

// Calls with each direct part of an expression, from the left.
void for_each_child(const Expr&, base::FunctionRef<void(ExprRef)>);

enum class Effect : std::uint8_t { kPermit, kForbid };

// `?principal` in the principal's constraint, `?resource` in the resource's.
struct Slot {
  bool operator==(const Slot&) const = default;
};
using EntityOrSlot = std::variant<EntityUid, Slot>;

// The constraint on principal or resource.
struct ScopeAny {
  bool operator==(const ScopeAny&) const = default;
};
struct ScopeEqual {
  EntityOrSlot entity;
  bool operator==(const ScopeEqual&) const = default;
};
struct ScopeIn {
  EntityOrSlot entity;
  bool operator==(const ScopeIn&) const = default;
};
struct ScopeIs {
  Name type;
  bool operator==(const ScopeIs&) const = default;
};
struct ScopeIsIn {
  Name type;
  EntityOrSlot entity;
  bool operator==(const ScopeIsIn&) const = default;
};
using ScopeConstraint = std::variant<ScopeAny, ScopeEqual, ScopeIn, ScopeIs, ScopeIsIn>;

// The constraint on the action; every entity's type ends in `Action`.
struct ActionEqual {
  EntityUid action;
  bool operator==(const ActionEqual&) const = default;
};
struct ActionIn {
  EntityUid action;
  bool operator==(const ActionIn&) const = default;
};
struct ActionInSet {
  std::vector<EntityUid> actions;  // as written; may be empty, and then nothing matches
  bool operator==(const ActionInSet&) const = default;
};
using ActionConstraint = std::variant<ScopeAny, ActionEqual, ActionIn, ActionInSet>;

struct Annotation {
  std::string key;
  std::optional<std::string> value;  // `@key` has none
  bool operator==(const Annotation&) const = default;
};

struct Condition {
  bool is_unless = false;
  ExprRef body;
  SourceRange at;  // from `when` to `}`
};

// One policy as written; a template where it has a slot. Immutable once built, and shared.
struct Template {
  std::vector<Annotation> annotations;  // in the order written, keys unique
  Effect effect = Effect::kPermit;
  ScopeConstraint principal;
  ActionConstraint action;
  ScopeConstraint resource;
  std::vector<Condition> conditions;

  SourceRange at;            // from the first annotation to the semicolon
  SourceRange principal_at;  // of the constraint, as `principal in Group::"a"`
  SourceRange action_at;
  SourceRange resource_at;
  SourcePtr source;  // null where it was not made from text, or says more or less than its text

  std::shared_ptr<const ExprPool> pool;  // holds the conditions' nodes; shared by the policies of one text

  bool has_principal_slot() const;
  bool has_resource_slot() const;
  bool is_template() const { return has_principal_slot() || has_resource_slot(); }

  // The annotation's value, "" where it has none; null where there is no such annotation.
  const std::string* annotation(std::string_view key) const;
};
using TemplatePtr = std::shared_ptr<const Template>;

// Whether two policies say the same; places do not count.
bool equal(const Template&, const Template&);

// Canonical text with a line for each annotation and condition; reading it back gives an equal policy.
std::string to_text(const Template&);

}  // namespace cedar
