#pragma once
#include <optional>
#include <vector>

#include "api/context.h"
#include "api/users.h"
#include "base/json.h"
#include "base/uuid.h"

// What answers of /v1 have in common.
namespace dialects::v1 {

// Whoever did it, by id; nothing: Reeve itself.
inline std::optional<base::Uuid> id_of(const std::optional<domain::Principal>& principal) {
  return principal ? std::optional<base::Uuid>(principal->id) : std::nullopt;
}

// The member "groups" of people.
inline void write_groups(base::JsonWriter& w, const std::vector<api::GroupName>& groups) {
  w.name("groups").begin_array();
  for (const api::GroupName& group : groups)
    w.begin_object().member("id", group.id).member("name", group.name).end_object();
  w.end_array();
}

}  // namespace dialects::v1
