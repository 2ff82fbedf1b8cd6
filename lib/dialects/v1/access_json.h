#pragma once
#include "api/effective.h"
#include "api/holders.h"
#include "base/json.h"

// Paths of access in answers of /v1.
namespace dialects::v1 {

// The members `paths`, `more_paths`, `held_twice` and `ends_soon`.
void write_access_paths(base::JsonWriter&, const api::AccessPaths&);

// One who holds something, with the paths.
void write_holder(base::JsonWriter&, const api::HolderView&);

}  // namespace dialects::v1
