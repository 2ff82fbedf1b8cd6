#pragma once
#include <span>

#include "dialects/route.h"

namespace dialects {

// Every call that Reeve answers, dialect by dialect.
std::span<const Route> all_routes();

}  // namespace dialects
