#include <algorithm>

#include "cedar/json/expr.h"
#include "cedar/json/expr_names.h"
#include "cedar/json/value.h"
#include "cedar/limits.h"
#include "cedar/values/extension_functions.h"

namespace cedar {

namespace {

base::Json object_of(std::string_view name, base::Json value) {
  base::Json::Object members;
  members.emplace_back(std::string(name), std::move(value));
  return base::Json(std::move(members));
}

template <typename Op, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, Op op) {
  return names[static_cast<std::size_t>(op)];
}

// The JSON of a node, and how many levels it nests. A chain becomes a left spine, deeper than the tree was,
// so levels are counted while writing, and writing ends where they are too many.
struct Written {
  base::Json json;
  std::size_t levels = 0;
};

class ExprJsonWriter {
 public:
  bool is_too_deep() const { return is_too_deep_; }

  Written write(const Expr& expr) { return is_too_deep_ ? Written{} : std::visit(*this, expr.node); }

  Written operator()(const Literal& n) { return leaf("Value", to_json(n.value)); }
  Written operator()(const Variable& n) { return leaf("Var", base::Json(name_in(kJsonVariables, n))); }
  Written operator()(const Unary& n) {
    Operands operands(*this);
    operands.add("arg", *n.operand);
    return operands.take(name_in(kJsonUnary, n.op));
  }
  Written operator()(const Binary& n) {
    Operands operands(*this);
    operands.add("left", *n.left);
    operands.add("right", *n.right);
    return operands.take(name_in(kJsonBinary, n.op));
  }
  Written operator()(const Chain& n) {
    Written left = write(*n.operands.front());
    for (std::size_t i = 1; i < n.operands.size() && !is_too_deep_; ++i)
      left = join(name_in(kJsonChain, n.op), std::move(left), *n.operands[i]);
    return left;
  }
  Written operator()(const Sum& n) {
    Written left = write(*n.terms.front().operand);
    for (std::size_t i = 1; i < n.terms.size() && !is_too_deep_; ++i)
      left = join(n.terms[i].subtracted ? "-" : "+", std::move(left), *n.terms[i].operand);
    return left;
  }
  Written operator()(const If& n) {
    Operands operands(*this);
    operands.add("if", *n.condition);
    operands.add("then", *n.then);
    operands.add("else", *n.otherwise);
    return operands.take("if-then-else");
  }
  Written operator()(const GetAttribute& n) {
    Operands operands(*this);
    operands.add("left", *n.object);
    operands.add("attr", base::Json(n.name));
    return operands.take(".");
  }
  Written operator()(const Has& n) {
    Operands operands(*this);
    operands.add("left", *n.object);
    operands.add("attr", path(n.path));
    return operands.take("has");
  }
  Written operator()(const Like& n) {
    Operands operands(*this);
    operands.add("left", *n.object);
    operands.add("pattern", pattern(n.pattern));
    return operands.take("like");
  }
  Written operator()(const Is& n) {
    Operands operands(*this);
    operands.add("left", *n.object);
    operands.add("entity_type", base::Json(n.type.text()));
    if (n.in) operands.add("in", *n.in);
    return operands.take("is");
  }
  Written operator()(const SetExpr& n) { return list("Set", n.elements); }
  Written operator()(const RecordExpr& n) {
    Operands fields(*this);
    for (const auto& [name, value] : n.fields) fields.add(name, *value);
    return fields.take("Record");
  }
  Written operator()(const Call& n) { return list(info(n.function).name, n.arguments); }

 private:
  // The members of a node, gathered.
  class Operands {
   public:
    explicit Operands(ExprJsonWriter& writer) : writer_(writer) {}
    void add(std::string_view name, Written written) {
      levels_ = std::max(levels_, written.levels);
      members_.emplace_back(std::string(name), std::move(written.json));
    }
    void add(std::string_view name, const Expr& expr) { add(name, writer_.write(expr)); }
    void add(std::string_view name, base::Json json) { add(name, Written{std::move(json), 1}); }
    Written take(std::string_view node) {
      return writer_.node(node, base::Json(std::move(members_)), levels_);
    }

   private:
    ExprJsonWriter& writer_;
    base::Json::Object members_;
    std::size_t levels_ = 0;
  };

  // One node around operands that nest so many levels.
  Written node(std::string_view name, base::Json operands, std::size_t levels) {
    is_too_deep_ = is_too_deep_ || levels + 2 > kMaxPolicyJsonNesting - kLevelsAround;
    return {object_of(name, std::move(operands)), levels + 2};
  }
  static Written leaf(std::string_view name, base::Json value) {
    return {object_of(name, std::move(value)), 3};
  }

  Written join(std::string_view op, Written left, const Expr& right) {
    Operands operands(*this);
    operands.add("left", std::move(left));
    operands.add("right", right);
    return operands.take(op);
  }
  Written list(std::string_view name, const std::vector<ExprRef>& items) {
    base::Json::Array array;
    std::size_t levels = 0;
    for (const ExprRef item : items) {
      Written written = write(*item);
      levels = std::max(levels, written.levels);
      array.push_back(std::move(written.json));
    }
    return node(name, base::Json(std::move(array)), levels);
  }
  static base::Json path(const std::vector<std::string>& names) {
    if (names.size() == 1) return base::Json(names.front());
    base::Json::Array items;
    for (const std::string& name : names) items.emplace_back(name);
    return base::Json(std::move(items));
  }
  static base::Json pattern(const Pattern& pattern) {
    base::Json::Array items;
    for (std::size_t i = 0; i < pattern.pieces.size(); ++i) {
      if (i > 0) items.emplace_back("Wildcard");
      if (!pattern.pieces[i].empty()) items.push_back(object_of("Literal", base::Json(pattern.pieces[i])));
    }
    return base::Json(std::move(items));
  }

  // Of a policy in a set: the set, `staticPolicies`, the policy, `conditions`, the condition.
  static constexpr std::size_t kLevelsAround = 5;

  bool is_too_deep_ = false;
};

}  // namespace

base::Result<base::Json> expr_to_json(const Expr& expr) {
  ExprJsonWriter writer;
  Written written = writer.write(expr);
  if (writer.is_too_deep())
    return base::Error{base::ErrorCode::kInvalid,
                       "its JSON nests more deeply than " + std::to_string(kMaxPolicyJsonNesting) +
                           " levels; a chain of operators has two for each operand"};
  return std::move(written.json);
}

}  // namespace cedar
