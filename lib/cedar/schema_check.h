#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cedar/entities.h"
#include "cedar/request.h"
#include "cedar/schema.h"

// Whether values, entities and requests are what a schema says they are.
namespace cedar {

// What to say where a definition is needed: "action Action::"read": is declared `external` in the schema; …".
std::string declared_external(std::string_view name);

// What is wrong with a value of that type; nothing where it is right. Begins with the way to it, if it lies
// inside:
// `"address"."zip": a long is wanted, not a string`. The type must be of the schema.
std::optional<std::string> find_mistake(const Value&, TypeRef type, const Schema&);

// Refuses an entity whose type is not declared or external, whose id is not of the enumeration, that lacks a
// required attribute, has one that is not declared, or a value, tag or parent of a wrong type; and an action
// that is not declared. Whether an action's groups are right needs all entities, and is judged by
// Entities::from_json with a schema.
Result<void> check_entity(const Entity&, const Schema&);

// Refuses a request that no policy of this schema is written for: the action is not declared, is external or
// applies to other types, principal or resource are not of their enumeration, or the context is not of the
// action's type.
Result<void> check_request(const Request&, const Schema&);

// The schema's actions as entities, with their groups as parents; external ones too, whose groups are known.
std::vector<Entity> action_entities(const Schema&);

}  // namespace cedar
