#pragma once
#include <span>

#include "http/route.h"

namespace http {

// Every call that Reeve answers.
std::span<const Route> all_routes();

}  // namespace http
