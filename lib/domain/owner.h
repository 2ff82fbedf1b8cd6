#pragma once
#include <compare>
#include <optional>
#include <string>

#include "base/uuid.h"
#include "domain/ids.h"

namespace domain {

// The platform, which is no tenant. Its constructor is explicit, so that {} alone never means it.
struct Platform {
  explicit constexpr Platform() = default;
};

// Whose something is: the platform's or one tenant's. Since the platform may everything, there is no default,
// and a tenant's id that was forgotten, nil, is not the platform's: a forgotten owner can't grant anything.
class Owner {
 public:
  constexpr Owner(Platform) {}
  constexpr Owner(const TenantId& tenant) : tenant_(tenant) {}

  bool is_platform() const { return !tenant_; }

  // Null for the platform. The pointer lives as long as this.
  const TenantId* tenant() const { return tenant_ ? &*tenant_ : nullptr; }

  friend bool operator==(const Owner&, const Owner&) = default;
  friend auto operator<=>(const Owner&, const Owner&) = default;

 private:
  std::optional<TenantId> tenant_;
};

// How an owner stands in keys and records, in Cedar and in texts: the tenant's id, and for the platform the
// nil uuid. A nil tenant, which is nobody, is the max uuid (RFC 9562), under which nothing lies.
base::Uuid to_stored(const Owner&);
Owner owner_of(const base::Uuid& stored);

std::string to_string(const Owner&);  // of to_stored()

}  // namespace domain
