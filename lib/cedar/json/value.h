#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cedar/value_json.h"

// The escapes of values in JSON, for the readers that know more than a value's JSON: its type, or that it
// stands in a policy.
namespace cedar {

// The escape `{"__expr": "…"}`, which once held a value in Cedar's syntax. It is refused everywhere, since it
// used to mean something else than a record. A value is this escape if it has that member alone; where a uid
// or a value of an extension type is expected (`may_have_more`), if it has that member at all. Returns the
// message, or nothing.
std::optional<std::string> find_withdrawn_escape(const base::Json&, bool may_have_more);

// The shape of `__extn`: a function's name and the arguments' JSON, or nothing where it is not that shape.
struct ExtensionCall {
  const std::string* function;
  std::vector<const base::Json*> arguments;
};
std::optional<ExtensionCall> extension_call_from_json(const base::Json&);

// Applies the function by its name. The error is a message.
base::Result<Value> call_extension_by_name(const std::string& function, std::span<const Value> arguments);

}  // namespace cedar
