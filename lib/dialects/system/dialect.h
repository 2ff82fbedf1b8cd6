#pragma once
#include "dialects/dialect.h"

namespace dialects::system {

// Calls about the server itself, which are of no dialect: health, documents. Their errors, and those of paths
// that nobody has, look like those of /v1.
extern const Dialect kDialect;

}  // namespace dialects::system
