#pragma once
#include <string>

#include "base/result.h"
#include "cedar/schema/ast.h"

// Schemas as text in either syntax, whichever they were read from. What is printed and read again means the
// same; printing that once more gives the same text.
namespace cedar {

// Cedar's syntax, laid out. An entity type whose shape is a name gets the attributes themselves, since that
// syntax has no names there; an action that applies to no principal or no resource is printed as one that
// applies to nothing. Fails where a JSON schema names an entity type that only the common type of the same
// name hides, and beyond kMaxSchemaText.
Result<std::string> to_cedar_text(const SchemaFragment&);

// The JSON format, on one line. Fails beyond kMaxSchemaText: JSON has no `entity A, B { … }`, so what such
// share is repeated.
Result<std::string> to_json_text(const SchemaFragment&);

}  // namespace cedar
