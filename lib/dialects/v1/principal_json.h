#pragma once
#include <optional>
#include <string>

#include "api/principal_names.h"
#include "base/json.h"
#include "dialects/body.h"

// Whoever can hold a role, in bodies and queries of /v1.
namespace dialects::v1 {

// What to say of a name that is nobody's who can.
inline constexpr const char* kNoPrincipal = "must be a user, service_user or group, with its uuid";

// {"type":…,"id":…} or "type:id". Nothing, with the error noted, where it is neither.
std::optional<domain::Principal> read_principal(const base::Json&, FieldErrors&, const std::string& pointer);

// The two members alone.
void write_principal_members(base::JsonWriter&, const domain::Principal&);

}  // namespace dialects::v1
