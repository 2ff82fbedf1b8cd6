#pragma once
#include <span>

#include "api/operation.h"

namespace api {

// All of them, noun by noun; no two have the same action.
std::span<const Operation> all_operations();

}  // namespace api
