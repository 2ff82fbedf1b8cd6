#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace http {

enum class Method : std::uint8_t { kGet, kHead, kPost, kPut, kPatch, kDelete, kOptions };

inline constexpr std::array<std::string_view, 7> kMethodNames = {"GET",   "HEAD",   "POST",   "PUT",
                                                                 "PATCH", "DELETE", "OPTIONS"};

constexpr std::string_view name_of(Method method) {
  return kMethodNames[static_cast<std::size_t>(method)];
}

// Methods are case-sensitive (RFC 9110, 9.1).
constexpr std::optional<Method> parse_method(std::string_view name) {
  for (std::size_t i = 0; i < kMethodNames.size(); ++i)
    if (kMethodNames[i] == name) return static_cast<Method>(i);
  return std::nullopt;
}

// "GET, HEAD, POST, OPTIONS", for Allow.
std::string join(std::span<const Method>);

}  // namespace http
