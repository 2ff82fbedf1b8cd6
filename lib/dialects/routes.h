#pragma once
#include <span>

#include "dialects/route.h"

namespace dialects {

// Every call that Reeve answers, dialect by dialect.
std::span<const Route> all_routes();

// Those without the console's own.
std::span<const Route> routes_without_console();

// Whether the request, of which the head is there, may have a large body, by its path.
bool takes_large_body(const http::Request& head);

}  // namespace dialects
