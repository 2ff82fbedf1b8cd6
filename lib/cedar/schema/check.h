#pragma once
#include <optional>
#include <string>

#include "cedar/schema.h"
#include "cedar/value.h"

namespace cedar {

// What is wrong with a value of that type; nothing where it is right. Begins with the way to it, if it lies
// inside: `"address"."zip": a long is wanted, not a string`. The type must be of the schema.
std::optional<std::string> find_mistake(const Value&, TypeRef type, const Schema&);

}  // namespace cedar
