#include "cedar/partial/remainders.h"

#include <utility>
#include <vector>

#include "cedar/limits.h"
#include "cedar/partial_evaluation.h"

namespace cedar {

namespace {

const Expr& nothing() {
  static const Expr kFalse{Literal{Value(false)}, 0, {}};
  return kFalse;
}

}  // namespace

const std::string* failure_in(const Expr& expr) {
  const auto* attribute = std::get_if<GetAttribute>(&expr.node);
  const auto* record = attribute ? std::get_if<RecordExpr>(&attribute->object->node) : nullptr;
  return record && record->fields.empty() ? &attribute->name : nullptr;
}

bool Remainders::may_take(std::size_t nodes) {
  if (failed_) return false;
  if (nodes <= left_) {
    left_ -= nodes;
    return true;
  }
  failed_ = base::Error{base::ErrorCode::kFull, "what remains is larger than it may be"};
  return false;
}

ExprRef Remainders::add(ExprNode&& node, SourceRange at) {
  if (!may_take(1)) return &nothing();
  const ExprRef made = pool_->add(std::move(node), at);
  if (made) return made;
  failed_ = base::Error{base::ErrorCode::kInvalid,
                        "what remains nests more deeply than " + std::to_string(kMaxNesting) + " levels"};
  return &nothing();
}

ExprRef Remainders::expr(const Part& part, SourceRange at) {
  if (const ExprRef open = part.open()) return open;
  if (const Value* known = part.value()) return value(*known, at);
  return add(GetAttribute{add(RecordExpr{}, at), part.failure()->message}, at);
}

ExprRef Remainders::call(ExtFunction function, std::string text, SourceRange at) {
  return add(Call{function, {add(Literal{Value(std::move(text))}, at)}}, at);
}

ExprRef Remainders::value(const Value& known, SourceRange at) {
  switch (known.kind()) {
    case ValueKind::kBool:
    case ValueKind::kLong:
    case ValueKind::kEntity:
      return add(Literal{known}, at);
    case ValueKind::kString:
      return may_take(known.string()->size() / 32) ? add(Literal{known}, at) : &nothing();
    case ValueKind::kSet: {
      SetExpr set;
      for (const Value& element : known.set()->elements()) {
        set.elements.push_back(value(element, at));
        if (failed_) return &nothing();
      }
      return add(std::move(set), at);
    }
    case ValueKind::kRecord: {
      RecordExpr record;
      for (const auto& [name, field] : known.record()->fields()) {
        record.fields.emplace_back(name, value(field, at));
        if (failed_) return &nothing();
      }
      return add(std::move(record), at);
    }
    case ValueKind::kDecimal:
      return call(ExtFunction::kDecimal, to_text(*known.decimal()), at);
    case ValueKind::kIpAddr:
      return call(ExtFunction::kIp, to_text(*known.ip_addr()), at);
    case ValueKind::kDuration:
      return call(ExtFunction::kDuration, to_text(*known.duration()), at);
    case ValueKind::kDatetime: {
      const Datetime time = *known.datetime();
      if (has_text(time)) return call(ExtFunction::kDatetime, to_text(time), at);
      const ExprRef epoch = call(ExtFunction::kDatetime, "1970-01-01", at);
      return add(
          Call{ExtFunction::kOffset, {epoch, call(ExtFunction::kDuration, to_text(Duration{time.ms}), at)}},
          at);
    }
  }
  return &nothing();
}

}  // namespace cedar
