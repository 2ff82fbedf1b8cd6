#include "domain/owner.h"

namespace domain {
namespace {

constexpr base::Uuid max_uuid() {
  base::Uuid::Bytes bytes{};
  for (auto& byte : bytes) byte = 0xff;
  return base::Uuid(bytes);
}

}  // namespace

base::Uuid to_stored(const Owner& owner) {
  const TenantId* const tenant = owner.tenant();
  if (!tenant) return base::Uuid();
  return tenant->is_nil() ? max_uuid() : tenant->uuid();
}

Owner owner_of(const base::Uuid& stored) {
  if (stored.is_nil()) return Platform{};
  return TenantId(stored);
}

std::string to_string(const Owner& owner) {
  return to_stored(owner).to_string();
}

}  // namespace domain
