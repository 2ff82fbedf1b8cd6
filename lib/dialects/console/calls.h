#pragma once
#include <span>

#include "dialects/route.h"

namespace dialects::console {

std::span<const Route> session_calls();
std::span<const Route> file_calls();

}  // namespace dialects::console
