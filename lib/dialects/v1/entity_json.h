#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/entities.h"
#include "base/json.h"
#include "dialects/body.h"

// Entities and their names in bodies of /v1.
namespace dialects::v1 {

// {"type":…,"id":…}, and the two members alone.
void write_name(base::JsonWriter&, const domain::EntityName&);
void write_name_members(base::JsonWriter&, const domain::EntityName&);

// Reads the members `attrs`, `parents` and `tags`; what is absent is empty.
void read_entity(Fields&, FieldErrors&, api::GivenEntity&);

// A name given as "type:id" or as {"type":…,"id":…}. Nothing, with the error noted, where it is neither.
std::optional<domain::EntityName> read_name(const base::Json&, FieldErrors&, const std::string& pointer);

// What a mapping is on: "" for the whole tenant, or a name as above. Written as a text, but for a name that
// isn't split where it was joined, or looks like an object.
void write_resource(base::JsonWriter&, const domain::EntityName&);
std::optional<domain::EntityName> read_resource(const base::Json&, FieldErrors&, const std::string& pointer);

// The same as the parameter `resource` of a query: the text, or the object's JSON.
std::string resource_parameter(const domain::EntityName&);
std::optional<domain::EntityName> parse_resource_parameter(const std::string& text);

}  // namespace dialects::v1
