#pragma once
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "base/json.h"
#include "base/result.h"
#include "cedar/entities.h"

// The entities JSON format, except for the meaning of its values, which a schema can change.
namespace cedar {

// Reads a record of attributes or tags of the entity. The error's message begins with the member's name.
using RecordReader = base::FunctionRef<base::Result<Record>(const EntityUid& of, const base::Json& object)>;

// Reads an array of {"uid", "attrs", "parents", "tags"?}; the records are read by `attributes` and `tags`,
// which are given objects. Within kMaxEntitiesText. The message begins with the entity it is about.
base::Result<std::vector<Entity>> read_entities(std::string_view text, RecordReader attributes,
                                                RecordReader tags);

// Reads a context's text as a JSON object. Within kMaxEntitiesText.
base::Result<base::Json> parse_context(std::string_view text);

}  // namespace cedar
