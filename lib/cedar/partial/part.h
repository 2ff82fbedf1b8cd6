#pragma once
#include <string>
#include <utility>
#include <variant>

#include "cedar/ast.h"
#include "cedar/value.h"

namespace cedar {

struct Failure {
  std::string message;
};

// What is known of an expression: its value, that it fails, or what remains of it.
class Part {
 public:
  Part(Value value) : what_(std::move(value)) {}
  Part(Failure failure) : what_(std::move(failure)) {}
  Part(ExprRef open) : what_(open) {}
  static Part truth(bool b) { return {Value(b)}; }

  // What it is, else null; lives as long as this.
  const Value* value() const { return std::get_if<Value>(&what_); }
  const Failure* failure() const { return std::get_if<Failure>(&what_); }
  ExprRef open() const {
    const auto* open = std::get_if<ExprRef>(&what_);
    return open ? *open : nullptr;
  }

 private:
  std::variant<Value, Failure, ExprRef> what_;
};

}  // namespace cedar
