#pragma once
#include <string>
#include <vector>

#include "base/json.h"
#include "cedar/schema.h"
#include "domain/decision_settings.h"
#include "domain/entity.h"
#include "domain/entity_name.h"

// Whether entities are as their tenant's schema declares them.
namespace authz {

// What is wrong with an entity, and where: "type", "attrs/size", "tags/a", "parents/0".
struct EntityMistake {
  std::string pointer;
  std::string message;  // without the place
};

// An entity that is stored, or to be stored. Attributes and tags are objects.
struct EntityContent {
  const domain::EntityName& name;
  const base::Json& attrs;
  const base::Json& tags;
  const std::vector<domain::EntityName>& parents;
};

// Every mistake, but for what is missing, which is told where nothing else is wrong, and one at a time. Types
// are called as the settings say. Of a user nothing is missing that the directory knows of users, whether or
// not it has this one.
std::vector<EntityMistake> find_mistakes(const EntityContent&, const cedar::Schema&,
                                         const domain::DecisionSettings&);

// The same of one that is stored. A text that is no JSON is a mistake too.
std::vector<EntityMistake> find_mistakes(const domain::StoredEntity&, const cedar::Schema&,
                                         const domain::DecisionSettings&);

}  // namespace authz
