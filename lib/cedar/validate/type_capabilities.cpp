// What an expression that turned out true has shown to be there. `principal has email && principal.email ==
// "a"` is valid with an optional email: the left side gives the capability `principal.email`, which the right
// side needs. A capability is a number, that of the expression whose value is sure; `a || b` gives what both
// give, `!a` nothing.
//
// Numbers come from what an expression says and not from where it stands: operator, names, and the numbers of
// its parts. So each part is looked at once however deep it lies, and `x has a.b` and `x.a has b` speak of
// the same. Values don't count: after `principal == resource` what is known of the one is not known of the
// other.
#include "cedar/validate/type_capabilities.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "cedar/syntax/escapes.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

template <typename Enum>
std::string code(Enum value) {
  return ":" + std::to_string(static_cast<unsigned>(value));
}

std::string quote_all(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += quote(name);
  return out;
}

// What an expression says itself, without its parts. Different for different ones of a kind.
struct OwnText {
  std::string operator()(const Literal& literal) const { return to_text(literal.value); }
  std::string operator()(const Variable& variable) const { return std::string(name_of(variable)); }
  std::string operator()(const Unary& unary) const { return code(unary.op); }
  std::string operator()(const Binary& binary) const { return code(binary.op); }
  std::string operator()(const Chain& chain) const { return code(chain.op); }
  std::string operator()(const Sum& sum) const {
    std::string out;
    for (const Sum::Term& term : sum.terms) out += term.subtracted ? '-' : '+';
    return out;
  }
  std::string operator()(const If&) const { return {}; }
  std::string operator()(const GetAttribute& get) const { return quote(get.name); }
  std::string operator()(const Has& has) const { return quote_all(has.path); }
  std::string operator()(const Like& like) const { return quote(like.pattern); }
  std::string operator()(const Is& is) const { return ":" + is.type.text(); }
  std::string operator()(const SetExpr&) const { return {}; }
  std::string operator()(const RecordExpr& record) const {
    std::string out;
    for (const auto& [name, value] : record.fields) out += quote(name);
    return out;
  }
  std::string operator()(const Call& call) const { return code(call.function); }
};

std::string own_text(const Expr& expr) {
  return std::visit(OwnText(), expr.node);
}

}  // namespace

// The variables, which are asked for most, have the first numbers, so that they are not looked up.
ExprNumbers::ExprNumbers() {
  for (const Variable variable :
       {Variable::kPrincipal, Variable::kAction, Variable::kResource, Variable::kContext})
    number(std::string(name_of(variable)));
}

ExprId ExprNumbers::number(std::string key) {
  const auto [entry, is_new] = numbers_.try_emplace(std::move(key));
  if (is_new) entry->second = next();
  return entry->second;
}

ExprId ExprNumbers::number(const Pair& pair) {
  const auto [entry, is_new] = pairs_.try_emplace(pair);
  if (is_new) entry->second = next();
  return entry->second;
}

// An expression is known by its operator, names and the numbers of its parts, so that each part is read once
// however deep it lies. Paths are numbered step by step, so that a path that is only spelled out, as in
// `has a.b`, gets the number of the expression it stands for.
ExprId ExprNumbers::of(const Expr& expr) {
  if (const auto* variable = std::get_if<Variable>(&expr.node)) return static_cast<ExprId>(*variable);
  const auto found = known_.find(&expr);
  if (found != known_.end()) return found->second;
  ExprId id = 0;
  const auto* path = std::get_if<GetAttribute>(&expr.node);
  const auto* binary = std::get_if<Binary>(&expr.node);
  if (path) {
    id = of_attribute(of(*path->object), path->name);
  } else if (binary && binary->op == BinaryOp::kGetTag) {
    const ExprId object = of(*binary->left);
    id = of_tag(object, of(*binary->right));
  } else {
    std::string key = "e" + std::to_string(expr.node.index()) + own_text(expr);
    for_each_child(expr, [&](ExprRef part) { append_part(key, *part); });
    id = number(std::move(key));
  }
  known_.emplace(&expr, id);
  return id;
}

// Literals and variables are shorter than an entry of their own.
void ExprNumbers::append_part(std::string& key, const Expr& part) {
  const bool is_leaf =
      std::holds_alternative<Literal>(part.node) || std::holds_alternative<Variable>(part.node);
  key += ' ';
  key += is_leaf ? own_text(part) : "#" + std::to_string(of(part));
}

ExprId ExprNumbers::of_attribute(ExprId object, std::string_view name) {
  const auto known = names_.try_emplace(name, static_cast<std::uint32_t>(names_.size())).first->second;
  return number(Pair{Pair::Kind::kAttribute, object, known});
}

ExprId ExprNumbers::of_tag(ExprId object, ExprId key) {
  return number(Pair{Pair::Kind::kTag, object, key});
}

void append(Capabilities& to, const Capabilities& more) {
  to.insert(to.end(), more.begin(), more.end());
}

Capabilities intersection(Capabilities a, const Capabilities& b) {
  static constexpr std::size_t kFew = 8;  // looked through sooner than a table is made
  if (b.size() <= kFew) {
    std::erase_if(a, [&](ExprId id) { return std::find(b.begin(), b.end(), id) == b.end(); });
    return a;
  }
  const std::unordered_set<ExprId> in_b(b.begin(), b.end());
  std::erase_if(a, [&](ExprId id) { return !in_b.contains(id); });
  return a;
}

void CapabilityScope::add(std::span<const ExprId> capabilities) {
  for (const ExprId id : capabilities) {
    if (id >= count_.size()) count_.resize(id + 1, 0);
    ++count_[id];
    added_.push_back(id);
  }
}

void CapabilityScope::leave(std::size_t mark) {
  while (added_.size() > mark) {
    --count_[added_.back()];
    added_.pop_back();
  }
}

}  // namespace cedar
