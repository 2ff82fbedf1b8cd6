#pragma once
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace names {

// How much harm a permission can do in the wrong hands, from least to most; the order is used to find the
// highest. `kAdmin` is whatever lets its holder give rights away.
enum class Risk { kLow, kMedium, kHigh, kAdmin };

inline constexpr std::array<std::string_view, 4> kRiskNames = {"low", "medium", "high", "admin"};
static_assert(kRiskNames.size() == static_cast<std::size_t>(Risk::kAdmin) + 1);
static_assert(kRiskNames[static_cast<std::size_t>(Risk::kLow)] == "low");
static_assert(kRiskNames[static_cast<std::size_t>(Risk::kMedium)] == "medium");
static_assert(kRiskNames[static_cast<std::size_t>(Risk::kHigh)] == "high");

constexpr std::string_view name_of(Risk risk) {
  return kRiskNames[static_cast<std::size_t>(risk)];
}

constexpr std::optional<Risk> parse_risk(std::string_view name) {
  for (std::size_t i = 0; i < kRiskNames.size(); ++i)
    if (kRiskNames[i] == name) return static_cast<Risk>(i);
  return std::nullopt;
}

}  // namespace names
