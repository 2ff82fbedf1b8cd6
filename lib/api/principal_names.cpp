#include "api/principal_names.h"

#include <string>

#include "base/uuid.h"
#include "domain/directory.h"

namespace api {

std::string_view type_of(domain::PrincipalKind kind) {
  switch (kind) {
    case domain::PrincipalKind::kUser:
      return domain::kUserType;
    case domain::PrincipalKind::kServiceUser:
      return domain::kServiceUserType;
    case domain::PrincipalKind::kGroup:
      return domain::kGroupType;
    case domain::PrincipalKind::kPlatform:
      return "platform";
  }
  return "";
}

domain::EntityName entity_of(const domain::Principal& who) {
  return {std::string(type_of(who.kind)), who.id.to_string()};
}

std::optional<domain::Principal> principal_of(const domain::EntityName& name) {
  using enum domain::PrincipalKind;
  const auto id = base::Uuid::parse(name.id);
  if (!id) return std::nullopt;
  for (const auto kind : {kUser, kServiceUser, kGroup})
    if (name.type == type_of(kind)) return domain::Principal(kind, *id);
  return std::nullopt;
}

}  // namespace api
