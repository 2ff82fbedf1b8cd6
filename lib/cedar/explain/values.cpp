// Which values a part saw. The part has been evaluated; here it is walked once more, as far as evaluation
// went, and each variable, attribute and tag on the way is evaluated by itself, so that the evaluator needs
// no hooks. Of `resource.owner == principal || context.admin` with an owner who asks, resource.owner and
// principal are shown, and context.admin is not, for evaluation did not come to it.
//
// Whether the asker may see a value is asked for every attribute that it came through: who may not see
// `resource.owner` sees nothing of `resource.owner.name`. Texts are cut while they are made, since a value
// can be much longer than what is shown of it.
#include "cedar/explain/values.h"

#include <algorithm>

#include "base/utf8.h"
#include "cedar/evaluator.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

// Parts of an expression are evaluated anew to be shown, each time at the price of its size; so only so many.
constexpr std::size_t kMaxEvaluations = 64;

// Prints until there is more than will be shown.
using IsSecret = std::function<bool(std::string_view)>;
void append_bounded(std::string& out, const Value& value, const IsSecret& is_secret);

template <typename Items, typename Print>
void append_list(std::string& out, char open, const Items& items, char close, Print print) {
  out.push_back(open);
  bool is_first = true;
  for (const auto& item : items) {
    if (out.size() > kMaxExplainedText) return;
    if (!is_first) out.append(", ");
    is_first = false;
    print(item);
  }
  out.push_back(close);
}

// More bytes than are shown, not within a character.
std::string_view prefix_of(std::string_view text, std::size_t size) {
  if (text.size() <= size) return text;
  while (size > 0 && base::utf8::is_continuation(text[size])) --size;
  return text.substr(0, size);
}

void append_bounded(std::string& out, const Value& value, const IsSecret& is_secret) {
  if (const Set* set = value.set()) {
    append_list(out, '[', set->elements(), ']',
                [&](const Value& element) { append_bounded(out, element, is_secret); });
  } else if (const Record* record = value.record()) {
    append_list(out, '{', record->fields(), '}', [&](const Record::Field& field) {
      const std::string_view name = prefix_of(field.first, 2 * kMaxExplainedText);
      out.append(name_or_quoted(name)).append(": ");
      if (is_secret && is_secret(field.first))
        out.append("…");
      else
        append_bounded(out, field.second, is_secret);
    });
  } else if (const std::string* text = value.string()) {
    out.append(quote(prefix_of(*text, 2 * kMaxExplainedText)));
  } else if (const EntityUid* uid = value.entity()) {
    out.append(prefix_of(uid->type().text(), 2 * kMaxExplainedText)).append("::");
    out.append(quote(prefix_of(uid->id(), 2 * kMaxExplainedText)));
  } else {
    out.append(to_text(value));
  }
}

bool is_tag_operator(BinaryOp op) {
  return op == BinaryOp::kGetTag || op == BinaryOp::kHasTag;
}

}  // namespace

std::string cut(std::string_view text) {
  return base::utf8::shortened(text, kMaxExplainedText);
}

std::string cut_text(const Value& value, const IsSecret& is_secret) {
  std::string out;
  append_bounded(out, value, is_secret);
  return cut(out);
}

base::Result<Value, EvaluationError> ValueWitness::value_of(const Expr& expr) {
  if (++evaluations_ > kMaxEvaluations) return EvaluationError{"too many", {}};
  return evaluate(expr, request_, entities_, steps_);
}

std::vector<SeenValue> ValueWitness::values_of(const Expr& expr) {
  seen_.clear();
  evaluations_ = 0;
  look(expr);
  return std::move(seen_);
}

bool ValueWitness::may_see_all(const Expr& expr) {
  evaluations_ = 0;
  return may_see(expr);
}

void ValueWitness::look_until(const std::vector<ExprRef>& operands, bool decisive) {
  for (const ExprRef operand : operands) {
    look(*operand);
    const auto value = value_of(*operand);
    const bool* truth = value.ok() ? value->boolean() : nullptr;
    if (!truth || *truth == decisive) return;
  }
}

void ValueWitness::look(const Expr& expr) {
  if (seen_.size() == kMaxSeenValues || evaluations_ > kMaxEvaluations) return;
  struct Visit {
    ValueWitness& witness;
    const Expr& expr;

    void all() const {
      for_each_child(expr, [&](ExprRef child) { witness.look(*child); });
    }
    void operator()(const Literal&) const {}
    void operator()(const Variable&) const { witness.note(expr); }
    void operator()(const GetAttribute&) const { witness.note(expr); }
    void operator()(const Binary& n) const {
      if (n.op == BinaryOp::kGetTag) {
        witness.note(expr);
      } else {
        all();
      }
    }
    void operator()(const Chain& n) const {
      switch (n.op) {
        case ChainOp::kAnd:
          return witness.look_until(n.operands, false);
        case ChainOp::kOr:
          return witness.look_until(n.operands, true);
        case ChainOp::kMultiply:
          return all();
      }
    }
    void operator()(const If& n) const {
      witness.look(*n.condition);
      const auto value = witness.value_of(*n.condition);
      const bool* truth = value.ok() ? value->boolean() : nullptr;
      if (truth) witness.look(*truth ? *n.then : *n.otherwise);
    }
    void operator()(const Has& n) const {
      // The whole context says little about what it lacks.
      const auto* variable = std::get_if<Variable>(&n.object->node);
      if (!variable || *variable != Variable::kContext) witness.look(*n.object);
    }
    void operator()(const Unary&) const { all(); }
    void operator()(const Sum&) const { all(); }
    void operator()(const Like&) const { all(); }
    void operator()(const Is&) const { all(); }
    void operator()(const SetExpr&) const { all(); }
    void operator()(const RecordExpr&) const { all(); }
    void operator()(const Call&) const { all(); }
  };
  std::visit(Visit{*this, expr}, expr.node);
}

void ValueWitness::note(const Expr& expr) {
  const auto value = value_of(expr);
  if (!value.ok()) {
    // What it wanted to look into is there, perhaps.
    for_each_child(expr, [&](ExprRef child) { look(*child); });
    return;
  }
  std::string text = cut(to_text(expr));
  const auto is_same = [&](const SeenValue& seen) { return seen.expression == text; };
  if (std::any_of(seen_.begin(), seen_.end(), is_same)) return;
  SeenValue seen{std::move(text), std::nullopt, name_of(value->kind())};
  if (may_see(expr)) seen.value = cut_text(*value, options_.is_secret);
  seen_.push_back(std::move(seen));
}

// Asks for each field below, also for those that evaluation may not have come to: rather too little is shown
// than too much. What cannot be evaluated gave no value.
bool ValueWitness::may_see(const Expr& expr) {
  if (!options_.may_see && !options_.is_secret) return true;
  bool may = true;
  for_each_child(expr, [&](ExprRef child) { may = may && may_see(*child); });
  if (!may) return false;
  if (const auto* get = std::get_if<GetAttribute>(&expr.node)) {
    may = may_see_path(value_of(*get->object), {&get->name, 1});
  } else if (const auto* has = std::get_if<Has>(&expr.node)) {
    may = may_see_path(value_of(*has->object), has->path);
  } else if (const auto* tag = std::get_if<Binary>(&expr.node); tag && is_tag_operator(tag->op)) {
    const auto object = value_of(*tag->left);
    const auto key = value_of(*tag->right);
    const EntityUid* uid = object.ok() ? object->entity() : nullptr;
    const std::string* name = key.ok() ? key->string() : nullptr;
    may = !name || !is_secret(*name);
    if (may && uid && name && options_.may_see) may = options_.may_see(EntityField{*uid, *name, true});
  }
  return may && evaluations_ <= kMaxEvaluations;
}

bool ValueWitness::may_see_path(const base::Result<Value, EvaluationError>& object,
                                std::span<const std::string> path) const {
  const Value* at = object.ok() ? &object.value() : nullptr;
  for (const std::string& name : path) {
    if (is_secret(name)) return false;
    if (!at) continue;
    const EntityUid* uid = at->entity();
    if (uid && options_.may_see && !options_.may_see(EntityField{*uid, name, false})) return false;
    const Entity* entity = uid ? entities_.find(*uid) : nullptr;
    const Record* fields = entity ? &entity->attrs : at->record();
    at = fields ? fields->find(name) : nullptr;
  }
  return true;
}

}  // namespace cedar
