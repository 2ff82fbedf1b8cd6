#pragma once
#include <span>
#include <string_view>

#include "dialects/dialect.h"

namespace dialects {

// Those that Reeve speaks. Nothing but this list and a dialect's own folder names one.
std::span<const Dialect* const> all_dialects();

// The dialect of a request by its target, also of one that has no route.
const Dialect& dialect_of(std::string_view target);

}  // namespace dialects
