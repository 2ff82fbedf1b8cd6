#pragma once
#include <span>

#include "dialects/route.h"

namespace dialects::access {

std::span<const Route> evaluation_calls();
std::span<const Route> search_calls();
std::span<const Route> metadata_calls();

}  // namespace dialects::access
