#pragma once
#include <optional>
#include <string_view>

#include "domain/entity_name.h"
#include "domain/principal.h"

// Whoever can hold a role, as entities are named: a `user`, `service_user` or `group`, and its uuid.
namespace api {

// "user", "service_user", "group"; of a credential of the platform's, "platform".
std::string_view type_of(domain::PrincipalKind);

// As decisions name who or what holds roles.
domain::EntityName entity_of(const domain::Principal&);

// Whom a name means, whether or not it is there; nothing where it is none of these.
std::optional<domain::Principal> principal_of(const domain::EntityName&);

}  // namespace api
