#pragma once
#include "api/effective.h"
#include "base/json.h"

// Paths of access in answers of /v1.
namespace dialects::v1 {

// The members `paths`, `more_paths`, `held_twice` and `ends_soon`.
void write_access_paths(base::JsonWriter&, const api::AccessPaths&);

}  // namespace dialects::v1
