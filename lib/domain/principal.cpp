#include "domain/principal.h"

namespace domain {

std::string_view name_of(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser:
      return "user";
    case PrincipalKind::kServiceUser:
      return "serviceuser";
    case PrincipalKind::kGroup:
      return "group";
    case PrincipalKind::kPlatform:
      return "platform";
  }
  return "";
}

std::optional<PrincipalKind> principal_kind_of(std::uint8_t number) {
  if (number < 1 || number > static_cast<std::uint8_t>(PrincipalKind::kPlatform)) return std::nullopt;
  return static_cast<PrincipalKind>(number);
}

std::optional<PrincipalKind> parse_principal_kind(std::string_view name) {
  for (std::uint8_t n = 1; const auto kind = principal_kind_of(n); ++n)
    if (name_of(*kind) == name) return kind;
  return std::nullopt;
}

std::string to_string(const Principal& who) {
  return std::string(name_of(who.kind)) + ":" + who.id.to_string();
}

ResourceText group_resource(const GroupId& group) {
  return "app/group:" + group.to_string();
}

ResourceText project_resource(const ProjectId& project) {
  return "app/project:" + project.to_string();
}

}  // namespace domain
