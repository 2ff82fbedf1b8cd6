#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cedar/entities.h"
#include "cedar/request.h"
#include "cedar/schema.h"

// Whether values, entities and requests are what a schema says they are.
namespace cedar {

// What is wrong with a value of that type; nothing where it is right. Begins with the way to it, if it lies
// inside:
// `"address"."zip": a long is wanted, not a string`. The type must be of the schema.
std::optional<std::string> find_mistake(const Value&, TypeRef type, const Schema&);

// Refuses an entity whose type is not declared, whose id is not of the enumeration, that lacks a required
// attribute, has one that is not declared, or a value, tag or parent of a wrong type; and an action that is
// not declared. Whether an action's groups are right needs all entities, and is judged by Entities::from_json
// with a schema.
Result<void> check_entity(const Entity&, const Schema&);

// Refuses a request that no policy of this schema is written for: the action is not declared or applies to
// other types, principal or resource are not of their enumeration, or the context is not of the action's
// type.
Result<void> check_request(const Request&, const Schema&);

// The schema's actions as entities, with their groups as parents.
std::vector<Entity> action_entities(const Schema&);

}  // namespace cedar
