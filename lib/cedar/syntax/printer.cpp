// Trees as text. Brackets follow from precedence: each node has a level, and each place a node can stand in
// asks for a least level; what is weaker than its place is put in brackets. So `(a || b) && c` keeps them and
// `(a && b) || c` does not, and what is printed reads back as the same tree.
//
// Everything of a policy stands on one line but annotations and conditions, which have one each. Laying it
// out within a width is the formatter's business (formatter.cpp), which works on tokens.
#include "cedar/ast.h"
#include "cedar/syntax/escapes.h"
#include "cedar/values/extension_functions.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

enum Level : int {
  kIfLevel,
  kOrLevel,
  kAndLevel,
  kRelationLevel,
  kSumLevel,
  kProductLevel,
  kUnaryLevel,
  kMemberLevel
};

Level level_of(const Expr& expr) {
  struct Visit {
    Level operator()(const Literal& n) const {
      const std::int64_t* number = n.value.integer();
      return number && *number < 0 ? kUnaryLevel : kMemberLevel;
    }
    Level operator()(const Variable&) const { return kMemberLevel; }
    Level operator()(const Unary& n) const { return n.op == UnaryOp::kIsEmpty ? kMemberLevel : kUnaryLevel; }
    Level operator()(const Binary& n) const {
      return n.op >= BinaryOp::kContains ? kMemberLevel : kRelationLevel;
    }
    Level operator()(const Chain& n) const {
      switch (n.op) {
        case ChainOp::kAnd:
          return kAndLevel;
        case ChainOp::kOr:
          return kOrLevel;
        case ChainOp::kMultiply:
          return kProductLevel;
      }
      return kOrLevel;
    }
    Level operator()(const Sum&) const { return kSumLevel; }
    Level operator()(const If&) const { return kIfLevel; }
    Level operator()(const GetAttribute&) const { return kMemberLevel; }
    Level operator()(const Has&) const { return kRelationLevel; }
    Level operator()(const Like&) const { return kRelationLevel; }
    Level operator()(const Is&) const { return kRelationLevel; }
    Level operator()(const SetExpr&) const { return kMemberLevel; }
    Level operator()(const RecordExpr&) const { return kMemberLevel; }
    Level operator()(const Call&) const { return kMemberLevel; }
  };
  return std::visit(Visit{}, expr.node);
}

std::string_view symbol(BinaryOp op) {
  switch (op) {
    case BinaryOp::kEqual:
      return " == ";
    case BinaryOp::kNotEqual:
      return " != ";
    case BinaryOp::kLess:
      return " < ";
    case BinaryOp::kLessOrEqual:
      return " <= ";
    case BinaryOp::kGreater:
      return " > ";
    case BinaryOp::kGreaterOrEqual:
      return " >= ";
    case BinaryOp::kIn:
      return " in ";
    case BinaryOp::kContains:
      return ".contains(";
    case BinaryOp::kContainsAll:
      return ".containsAll(";
    case BinaryOp::kContainsAny:
      return ".containsAny(";
    case BinaryOp::kGetTag:
      return ".getTag(";
    case BinaryOp::kHasTag:
      return ".hasTag(";
  }
  return "";
}

class ExprPrinter {
 public:
  explicit ExprPrinter(std::string& out) : out_(out) {}

  void print(const Expr& expr, Level least) {
    const bool needs_brackets = level_of(expr) < least;
    if (needs_brackets) out_.push_back('(');
    std::visit(*this, expr.node);
    if (needs_brackets) out_.push_back(')');
  }

  void operator()(const Literal& n) { out_.append(to_text(n.value)); }
  void operator()(const Variable& n) { out_.append(name_of(n)); }
  void operator()(const Unary& n) {
    switch (n.op) {
      case UnaryOp::kNot:
        out_.push_back('!');
        print(*n.operand, kMemberLevel);
        return;
      case UnaryOp::kNegate: {
        // Without brackets the sign would become part of the number.
        const bool is_literal = std::holds_alternative<Literal>(n.operand->node);
        out_.append(is_literal ? "-(" : "-");
        print(*n.operand, kMemberLevel);
        if (is_literal) out_.push_back(')');
        return;
      }
      case UnaryOp::kIsEmpty:
        print(*n.operand, kMemberLevel);
        out_.append(".isEmpty()");
        return;
    }
  }
  void operator()(const Binary& n) {
    const bool is_method = n.op >= BinaryOp::kContains;
    print(*n.left, is_method ? kMemberLevel : kSumLevel);
    out_.append(symbol(n.op));
    print(*n.right, is_method ? kIfLevel : kSumLevel);
    if (is_method) out_.push_back(')');
  }
  void operator()(const Chain& n) {
    switch (n.op) {
      case ChainOp::kAnd:
        return list(n.operands, " && ", kRelationLevel);
      case ChainOp::kOr:
        return list(n.operands, " || ", kAndLevel);
      case ChainOp::kMultiply:
        return list(n.operands, " * ", kUnaryLevel);
    }
  }
  void operator()(const Sum& n) {
    for (std::size_t i = 0; i < n.terms.size(); ++i) {
      if (i > 0) out_.append(n.terms[i].subtracted ? " - " : " + ");
      print(*n.terms[i].operand, kProductLevel);
    }
  }
  void operator()(const If& n) {
    out_.append("if ");
    print(*n.condition, kIfLevel);
    out_.append(" then ");
    print(*n.then, kIfLevel);
    out_.append(" else ");
    print(*n.otherwise, kIfLevel);
  }
  void operator()(const GetAttribute& n) {
    print(*n.object, kMemberLevel);
    if (is_plain_name(n.name)) {
      out_.append(".").append(n.name);
    } else {
      out_.append("[").append(quote(n.name)).append("]");
    }
  }
  void operator()(const Has& n) {
    print(*n.object, kSumLevel);
    out_.append(" has ");
    for (std::size_t i = 0; i < n.path.size(); ++i) {
      if (i > 0) out_.push_back('.');
      out_.append(name_or_quoted(n.path[i]));
    }
  }
  void operator()(const Like& n) {
    print(*n.object, kSumLevel);
    out_.append(" like ").append(quote(n.pattern));
  }
  void operator()(const Is& n) {
    print(*n.object, kSumLevel);
    out_.append(" is ").append(n.type.text());
    if (!n.in) return;
    out_.append(" in ");
    print(*n.in, kSumLevel);
  }
  void operator()(const SetExpr& n) {
    out_.push_back('[');
    list(n.elements, ", ", kIfLevel);
    out_.push_back(']');
  }
  void operator()(const RecordExpr& n) {
    out_.push_back('{');
    for (std::size_t i = 0; i < n.fields.size(); ++i) {
      if (i > 0) out_.append(", ");
      out_.append(name_or_quoted(n.fields[i].first)).append(": ");
      print(*n.fields[i].second, kIfLevel);
    }
    out_.push_back('}');
  }
  void operator()(const Call& n) {
    const ExtFunctionInfo& f = info(n.function);
    std::vector<ExprRef> arguments = n.arguments;
    if (f.is_method && !arguments.empty()) {
      print(*arguments.front(), kMemberLevel);
      out_.push_back('.');
      arguments.erase(arguments.begin());
    }
    out_.append(f.name).append("(");
    list(arguments, ", ", kIfLevel);
    out_.push_back(')');
  }

 private:
  void list(const std::vector<ExprRef>& items, std::string_view between, Level least) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_.append(between);
      print(*items[i], least);
    }
  }

  std::string& out_;
};

class PolicyPrinter {
 public:
  explicit PolicyPrinter(std::string& out) : out_(out) {}

  void print(const Template& policy) {
    for (const Annotation& a : policy.annotations) {
      out_.append("@").append(a.key);
      if (a.value) out_.append("(").append(quote(*a.value)).append(")");
      out_.append("\n");
    }
    out_.append(policy.effect == Effect::kPermit ? "permit(" : "forbid(");
    print(Variable::kPrincipal, policy.principal);
    out_.append(", action");
    std::visit(*this, policy.action);
    out_.append(", ");
    print(Variable::kResource, policy.resource);
    out_.append(")");
    for (const Condition& condition : policy.conditions) {
      out_.append(condition.is_unless ? "\nunless { " : "\nwhen { ");
      ExprPrinter(out_).print(*condition.body, kIfLevel);
      out_.append(" }");
    }
    out_.append(";");
  }

  void operator()(const ScopeAny&) {}
  void operator()(const ScopeEqual& c) { out_.append(" == ").append(text(c.entity)); }
  void operator()(const ScopeIn& c) { out_.append(" in ").append(text(c.entity)); }
  void operator()(const ScopeIs& c) { out_.append(" is ").append(c.type.text()); }
  void operator()(const ScopeIsIn& c) {
    out_.append(" is ").append(c.type.text()).append(" in ").append(text(c.entity));
  }
  void operator()(const ActionEqual& c) { out_.append(" == ").append(to_text(c.action)); }
  void operator()(const ActionIn& c) { out_.append(" in ").append(to_text(c.action)); }
  void operator()(const ActionInSet& c) {
    out_.append(" in [");
    for (std::size_t i = 0; i < c.actions.size(); ++i)
      out_.append(i > 0 ? ", " : "").append(to_text(c.actions[i]));
    out_.append("]");
  }

 private:
  void print(Variable variable, const ScopeConstraint& constraint) {
    variable_ = name_of(variable);
    out_.append(variable_);
    std::visit(*this, constraint);
  }
  std::string text(const EntityOrSlot& e) const {
    const auto* uid = std::get_if<EntityUid>(&e);
    return uid ? to_text(*uid) : "?" + std::string(variable_);
  }

  std::string& out_;
  std::string_view variable_;
};

}  // namespace

std::string to_text(const Expr& expr) {
  std::string out;
  ExprPrinter(out).print(expr, kIfLevel);
  return out;
}

std::string to_text(const Template& policy) {
  std::string out;
  PolicyPrinter(out).print(policy);
  return out;
}

}  // namespace cedar
