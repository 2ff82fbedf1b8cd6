#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/enum_table.h"

namespace http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

struct MethodName {
  Method method;
  std::string_view name;
};
inline constexpr std::array<MethodName, 7> kMethodNames = {{
    {Method::kGet, "GET"},
    {Method::kHead, "HEAD"},
    {Method::kPost, "POST"},
    {Method::kPut, "PUT"},
    {Method::kPatch, "PATCH"},
    {Method::kDelete, "DELETE"},
    {Method::kOptions, "OPTIONS"},
}};
static_assert(base::has_row_for_each(kMethodNames, &MethodName::method, Method::kOptions));

constexpr std::string_view name_of(Method method) {
  return kMethodNames[static_cast<std::size_t>(method)].name;
}

// Methods are case-sensitive (RFC 9110, 9.1).
constexpr std::optional<Method> parse_method(std::string_view name) {
  for (const MethodName& row : kMethodNames)
    if (row.name == name) return row.method;
  return std::nullopt;
}

// "GET, HEAD, POST, OPTIONS", for Allow.
std::string join(std::span<const Method>);

}  // namespace http
