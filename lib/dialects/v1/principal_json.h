#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "dialects/body.h"
#include "domain/entity_name.h"
#include "domain/principal.h"

// Whoever can hold a role, in bodies and queries of /v1: a `user`, `service_user` or `group` and its uuid.
namespace dialects::v1 {

// Whom a name means, whether or not it is there; nothing where it is none of these.
std::optional<domain::Principal> principal_of(const domain::EntityName&);

// What to say then.
inline constexpr const char* kNoPrincipal = "must be a user, service_user or group, with its uuid";

// {"type":…,"id":…} or "type:id". Nothing, with the error noted, where it is neither.
std::optional<domain::Principal> read_principal(const base::Json&, FieldErrors&, const std::string& pointer);

// "user", "service_user", "group"; of a credential of the platform's, "platform".
std::string_view type_of(domain::PrincipalKind);

// The two members alone.
void write_principal_members(base::JsonWriter&, const domain::Principal&);

}  // namespace dialects::v1
