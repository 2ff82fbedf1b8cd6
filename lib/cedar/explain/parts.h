#pragma once
#include <vector>

#include "cedar/ast.h"
#include "cedar/explain.h"

// A policy taken apart for explain(): what must hold so that it applies, each as an expression of its own, so
// that scope and conditions are judged, printed and looked into by the same functions.
namespace cedar {

struct PartExpr {
  PartKind kind;
  ExprRef expr;
  SourceRange at;

  // A `when` asks for true, an `unless` for false.
  bool wanted() const { return kind != PartKind::kUnless; }
};

// The parts in the order of evaluation; a scope that names nothing (`principal` alone) is none. Evaluating
// them from the left, up to the first that is not as wanted, is evaluating the policy. The policy must
// outlive it.
class PolicyParts {
 public:
  PolicyParts() = default;
  explicit PolicyParts(const Policy&);  // all of them
  PolicyParts(const PolicyParts&) = delete;
  PolicyParts& operator=(const PolicyParts&) = delete;

  // The parts one by one, since of a template's links only principal and resource differ.
  void add_principal(const Policy&);
  void add_action(const Template&);
  void add_resource(const Policy&);
  void add_conditions(const Template&);

  const std::vector<PartExpr>& all() const { return parts_; }

 private:
  void add_entity_scope(PartKind, Variable, const ScopeConstraint&, const std::optional<EntityUid>& slot,
                        SourceRange at);
  void add_operands(PartKind, ChainOp, ExprRef);
  ExprRef entity(const EntityOrSlot&, const std::optional<EntityUid>& slot);

  ExprPool pool_;  // of the scope's expressions
  std::vector<PartExpr> parts_;
};

}  // namespace cedar
