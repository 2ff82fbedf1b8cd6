#include "domain/implied.h"

#include "base/uuid.h"
#include "store/key.h"

namespace domain {
namespace {

constexpr std::size_t kIdBytes = 16;

}  // namespace

void Implied::entry(store::Table table, std::string_view key, std::string_view value) {
  entry_that(table, key, [value](std::string_view stored) { return stored == value; });
}

void Implied::needs_tenant_of(std::string_view key) {
  const std::string_view tenant = key.substr(0, kIdBytes);
  if (tenant != base::Uuid().raw()) needs(store::Table::kTenant, tenant);
}

void Implied::needs_principal_of(std::string_view key, const Principal& who) {
  const store::Key record = store::Key().bytes(key.substr(0, kIdBytes)).uuid(who.id);
  switch (who.kind) {
    case PrincipalKind::kUser:
      return needs(store::Table::kUser, record);
    case PrincipalKind::kServiceUser:
      return needs(store::Table::kServiceUser, record);
    case PrincipalKind::kGroup:
      return needs(store::Table::kGroup, record);
    case PrincipalKind::kPlatform:
      return;
  }
}

}  // namespace domain
