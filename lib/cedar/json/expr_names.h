#pragma once
#include <array>
#include <string_view>

#include "cedar/ast.h"

// What operators are called in the JSON policy format, in the order of their enumerations.
namespace cedar {

constexpr std::array<std::string_view, 3> kJsonUnary = {"!", "neg", "isEmpty"};
static_assert(kJsonUnary.size() == static_cast<std::size_t>(UnaryOp::kIsEmpty) + 1);

constexpr std::array<std::string_view, 12> kJsonBinary = {
    "==", "!=", "<", "<=", ">", ">=", "in", "contains", "containsAll", "containsAny", "getTag", "hasTag",
};
static_assert(kJsonBinary.size() == static_cast<std::size_t>(BinaryOp::kHasTag) + 1);

constexpr std::array<std::string_view, 3> kJsonChain = {"&&", "||", "*"};
static_assert(kJsonChain.size() == static_cast<std::size_t>(ChainOp::kMultiply) + 1);

constexpr std::array<std::string_view, 4> kJsonVariables = {"principal", "action", "resource", "context"};
static_assert(kJsonVariables.size() == static_cast<std::size_t>(Variable::kContext) + 1);

}  // namespace cedar
