#pragma once
#include <string>

#include "cedar/schema.h"

// What messages say about a schema.
namespace cedar {

// What is wrong with an external entity type that is in an enumeration, by one or more steps.
std::string external_in_enum(const SchemaEntityType& type, const SchemaEntityType& enumeration);

// "`User` and `Action::\"read\"` are declared `external`, and nothing defines them"; "" where a schema is
// complete.
std::string incompleteness(const Schema&);

// "; did you mean `Action::\"read\"`?", or "" where nothing is near: for names that the schema does not have.
std::string did_you_mean_action(const EntityUid&, const Schema&);
std::string did_you_mean_entity_type(const Name&, const Schema&);

// What to say where a definition is needed: "action Action::"read": is declared `external` in the schema; …".
std::string declared_external(std::string_view name);

}  // namespace cedar
