#pragma once
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cedar/ast.h"
#include "cedar/schema.h"
#include "cedar/schema/type.h"
#include "cedar/validate/environment.h"
#include "cedar/validate/findings.h"
#include "cedar/validate/type_capabilities.h"

namespace cedar {

// The type of an expression, and what is known once it turned out true. The type is null where a mistake was
// found inside; then nothing above it complains again.
struct Typed {
  TypeRef type = nullptr;
  Capabilities capabilities;
};

// Finds the types of one policy's conditions, in one environment after the other. Recurses as deep as the
// tree.
//
// Operands that are never evaluated, since the left side of `&&` is False or that of `||` True, are not
// checked.
class TypeChecker {
 public:
  // All three must outlive it. `remembers_types` makes type_of answer, which costs time.
  TypeChecker(const Schema& schema, const Template& policy, Findings& findings, bool remembers_types);

  // Whether the conditions together are true; tells the findings what is wrong with them.
  Truth check(const RequestEnvironment& environment);

  // The type that the last check gave an expression; null where it was not reached, or a mistake was found.
  TypeRef type_of(const Expr& expr) const;

  // The entity that an expression names: a literal, or the action in the last environment. Else null.
  const EntityUid* entity_of(const Expr& expr) const;

  // The attributes of a record or entity; null for other types. Action entities have none.
  const RecordType* attributes_of(TypeRef type) const;

  // REQUIRES: check was called
  const RequestEnvironment& environment() const { return *environment_; }

 private:
  Typed check(const Expr& expr);
  Typed check_node(const Expr&, const Literal&);
  Typed check_node(const Expr&, const Variable&);
  Typed check_node(const Expr&, const Unary&);
  Typed check_node(const Expr&, const Binary&);
  Typed check_node(const Expr&, const Chain&);
  Typed check_node(const Expr&, const Sum&);
  Typed check_node(const Expr&, const If&);
  Typed check_node(const Expr&, const GetAttribute&);
  Typed check_node(const Expr&, const Has&);
  Typed check_node(const Expr&, const Like&);
  Typed check_node(const Expr&, const Is&);
  Typed check_node(const Expr&, const SetExpr&);
  Typed check_node(const Expr&, const RecordExpr&);
  Typed check_node(const Expr&, const Call&);

  Typed check_and(const Chain&);
  Typed check_or(const Chain&);
  Typed check_equal(const Expr&, const Binary&);
  Typed check_order(const Binary&);
  Typed check_in(const ExprRef& left, const ExprRef& right, TypeRef left_type);
  // Whether some action of one type is in some action of the other.
  bool may_action_be_in(const Name& type, const Name& of);
  Typed check_contains(const Expr&, const Binary&);
  Typed check_tag(const Expr&, const Binary&);
  Typed check_has_step(TypeRef object, std::string_view name, ExprId attribute);
  void check_constructor(const Expr&, const Call&);

  // Checks the operand, and complains unless it has the type; null then. `by` says what wants it: "`&&`".
  TypeRef expect(ExprRef operand, BasicType wanted, std::string_view by);
  Typed expect_bool(ExprRef operand, std::string_view by);
  TypeRef expect_set(ExprRef operand, std::string_view by);
  TypeRef expect_entity(ExprRef operand, std::string_view by);

  std::nullptr_t mismatch(const Expr& at, TypeRef found, std::string_view wanted, std::string_view by);
  bool is_basic(const Expr& at, TypeRef found, BasicType wanted, std::string_view by);

  std::string describe(TypeRef type) const;  // "entity type `User`", or the type in backticks

  Typed truth(bool value) const { return {basic(value ? BasicType::kTrue : BasicType::kFalse), {}}; }
  Typed truth(Truth value) const;
  TypeRef basic(BasicType b) const { return pool_.basic(b); }
  TypeRef bool_type() const { return pool_.basic(BasicType::kBool); }

  const Schema& schema_;
  const Template& policy_;
  Findings& findings_;
  const bool remembers_types_;
  TypePool pool_;
  ExprNumbers numbers_;
  CapabilityScope scope_;
  std::map<std::pair<std::string, std::string>, bool> action_types_;  // what may_action_be_in found
  const RequestEnvironment* environment_ = nullptr;
  TypeRef principal_ = nullptr, action_ = nullptr, resource_ = nullptr;  // of this environment
  std::unordered_map<ExprRef, TypeRef> types_;                           // of this environment
};

}  // namespace cedar
