#pragma once
#include <optional>
#include <unordered_set>
#include <vector>

#include "cedar/compiled/code.h"

namespace cedar {

// Turns conditions into code. Subtrees without variables become constants, by asking the plain evaluator, so
// that both always agree; those that have no value become kFail. One compiler makes all of a set's code.
class Compiler {
 public:
  // Both must outlive the compiler.
  Compiler(Code& code, Symbols& symbols) : code_(code), symbols_(symbols) {}

  // Appends the code of a policy's conditions; returns where it begins.
  std::uint32_t policy(const std::vector<Condition>& conditions);

 private:
  void emit(const Expr&);
  void emit_node(const Literal&);
  void emit_node(Variable);
  void emit_node(const Unary&);
  void emit_node(const Binary&);
  void emit_node(const Chain&);
  void emit_node(const Sum&);
  void emit_node(const If&);
  void emit_node(const GetAttribute&);
  void emit_node(const Has&);
  void emit_node(const Like&);
  void emit_node(const Is&);
  void emit_node(const SetExpr&);
  void emit_node(const RecordExpr&);
  void emit_node(const Call&);
  void emit_product(const Chain&);
  void emit_in(const Expr& groups);

  // Collects the roots of the largest constant subtrees, and what is in them. A literal doesn't count as one.
  bool mark_constants(const Expr&);
  // The bool that an expression is known to be, without running it.
  const bool* known_bool(const Expr&) const;

  std::size_t add(Op op, std::size_t argument = 0, std::size_t operand = 0);  // returns where it stands
  void push(std::size_t cells = 1);
  void pop(std::size_t cells = 1) { depth_ -= cells; }
  void add_constant(const Value&);
  void add_known(const std::optional<Value>&);  // the value of a constant expression, if it has one
  void add_in_set(const Set& groups);
  void target(std::size_t jump);  // the jump leads to what comes next

  Code& code_;
  Symbols& symbols_;
  std::unordered_set<const Expr*> constants_;
  std::size_t depth_ = 0;
};

}  // namespace cedar
