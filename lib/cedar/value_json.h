#pragma once
#include <cstddef>

#include "base/json.h"
#include "base/result.h"
#include "cedar/value.h"

// Values and uids in JSON, as entities, contexts and JSON policies have them. Messages say what is wrong,
// without place; the caller puts in front where it stands.
namespace cedar {

// The bounds for parsing such a text, before its values are read with the functions below.
base::JsonLimits entity_json_limits(std::size_t bytes);

// `{"type": "A::B", "id": "x"}`, or that under `__entity`; more members are allowed.
base::Result<EntityUid> uid_from_json(const base::Json&);

// Reads a value without knowing its type. An object is an escape (`__entity`, `__extn`) only where it has
// that member alone and the member's value is well shaped; otherwise it is a record.
base::Result<Value> value_from_json(const base::Json&);

// The members of an object as a record. REQUIRES: object.object()
base::Result<Record> record_from_json(const base::Json& object);

// The JSON of a value, with escapes; reading it back gives an equal value, unless a record in it looks like
// an escape.
base::Json to_json(const Value&);
base::Json to_json(const EntityUid&);  // {"type", "id"}

}  // namespace cedar
