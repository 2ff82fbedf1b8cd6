#include "dialects/v1/principal_json.h"

#include "base/uuid.h"
#include "dialects/v1/entity_json.h"
#include "domain/directory.h"

namespace dialects::v1 {

std::string_view type_of(domain::PrincipalKind kind) {
  switch (kind) {
    case domain::PrincipalKind::kUser:
      return domain::kUserType;
    case domain::PrincipalKind::kPlatform:
      return "platform";
    case domain::PrincipalKind::kServiceUser:
      return domain::kServiceUserType;
    case domain::PrincipalKind::kGroup:
      return domain::kGroupType;
  }
  return "";
}

std::optional<domain::Principal> principal_of(const domain::EntityName& name) {
  using enum domain::PrincipalKind;
  const auto id = base::Uuid::parse(name.id);
  if (!id) return std::nullopt;
  for (const auto kind : {kUser, kServiceUser, kGroup})
    if (name.type == type_of(kind)) return domain::Principal(kind, *id);
  return std::nullopt;
}

std::optional<domain::Principal> read_principal(const base::Json& json, FieldErrors& errors,
                                                const std::string& pointer) {
  const auto name = read_name(json, errors, pointer);
  if (!name) return std::nullopt;
  const auto who = principal_of(*name);
  if (!who) errors.add(pointer, kNoPrincipal);
  return who;
}

void write_principal_members(base::JsonWriter& w, const domain::Principal& who) {
  w.member("type", type_of(who.kind)).member("id", who.id);
}

}  // namespace dialects::v1
