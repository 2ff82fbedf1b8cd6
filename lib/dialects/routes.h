#pragma once
#include <span>

#include "dialects/route.h"

namespace dialects {

// Every call that Reeve answers.
std::span<const Route> all_routes();

}  // namespace dialects
