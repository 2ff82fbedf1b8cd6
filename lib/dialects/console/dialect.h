#pragma once
#include "dialects/dialect.h"

// What a browser loads and logs in by; the calls of its pages are those of /v1.
namespace dialects::console {

extern const Dialect kDialect;

}  // namespace dialects::console
