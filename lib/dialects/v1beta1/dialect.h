#pragma once
#include "dialects/dialect.h"

namespace dialects::v1beta1 {

// The organization dialect: camelCase by default, and errors with gRPC's codes.
extern const Dialect kDialect;

}  // namespace dialects::v1beta1
