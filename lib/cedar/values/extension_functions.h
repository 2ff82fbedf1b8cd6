#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "cedar/extension_types.h"
#include "cedar/value.h"

// The functions of the extension types: one table for parser, evaluator, validator, printer and JSON forms.
namespace cedar {

struct ExtFunctionInfo {
  ExtFunction function;
  std::string_view name;
  bool is_method;          // `x.f(y)`, the receiver being argument 0; else `f(y)`
  std::size_t parameters;  // 1 or 2, receiver included; the least of them where it is variadic
  ValueKind first;         // the parameters' kinds
  ValueKind second;        // of all but the first; only where parameters == 2
  ValueKind result;
  bool is_variadic = false;  // more of the second kind may follow (RFC 99)

  bool takes(std::size_t arguments) const {
    return is_variadic ? arguments >= parameters : arguments == parameters;
  }
};

// All of them, in the order of the enumeration.
std::span<const ExtFunctionInfo> extension_functions();
const ExtFunctionInfo& info(ExtFunction);
std::optional<ExtFunction> find_extension_function(std::string_view name);

// "`isInRange` takes at least 1 argument": the receiver of a method is not counted, since people don't count
// it.
std::string arity_text(const ExtFunctionInfo&);

// Applies a function; checks the number and kinds of its arguments. The error is a sentence without place.
base::Result<Value, std::string> call_extension(ExtFunction, std::span<const Value> arguments);

}  // namespace cedar
