#pragma once
#include "dialects/dialect.h"

namespace dialects::v1 {

// The tenant dialect: snake_case, and a tenant in X-Tenant-ID.
extern const Dialect kDialect;

}  // namespace dialects::v1
