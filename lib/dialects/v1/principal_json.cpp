#include "dialects/v1/principal_json.h"

#include "dialects/v1/entity_json.h"

namespace dialects::v1 {

std::optional<domain::Principal> read_principal(const base::Json& json, FieldErrors& errors,
                                                const std::string& pointer) {
  const auto name = read_name(json, errors, pointer);
  if (!name) return std::nullopt;
  const auto who = api::principal_of(*name);
  if (!who) errors.add(pointer, kNoPrincipal);
  return who;
}

void write_principal_members(base::JsonWriter& w, const domain::Principal& who) {
  w.member("type", api::type_of(who.kind)).member("id", who.id);
}

}  // namespace dialects::v1
