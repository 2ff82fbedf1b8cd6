#pragma once
#include <span>

#include "dialects/route.h"

namespace dialects::system {

std::span<const Route> calls();

}  // namespace dialects::system
