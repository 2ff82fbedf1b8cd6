#pragma once
#include "dialects/dialect.h"

namespace dialects::access {

// AuthZEN Authorization API 1.0: applications ask whether somebody may do something, and who may, and what.
extern const Dialect kDialect;

}  // namespace dialects::access
