#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/uuid.h"

namespace domain {

// Whose id it is. The numbers stand in keys on disk: DO NOT CHANGE, only append.
enum class PrincipalKind : std::uint8_t {
  kUser = 1,
  kServiceUser = 2,
  kGroup = 3,     // holds mappings, never acts
  kPlatform = 4,  // a credential of the platform itself: its id is the credential's
};

std::string_view name_of(PrincipalKind);  // "user", "serviceuser", "group", "platform"
std::optional<PrincipalKind> parse_principal_kind(std::string_view name);

struct Principal {
  PrincipalKind kind = PrincipalKind::kUser;
  Uuid id;
  auto operator<=>(const Principal&) const = default;
};

// What a mapping gives its role on. Empty: the whole tenant. Otherwise "namespace:uuid" in the spelling of
// /v1beta1, such as "app/group:0197…"; at most kMaxResourceText bytes.
using ResourceText = std::string;
constexpr std::size_t kMaxResourceText = 200;

ResourceText group_resource(const Uuid& group);  // "app/group:<uuid>"

}  // namespace domain
