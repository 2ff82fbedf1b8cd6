#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cedar/schema.h"
#include "cedar/value.h"

// What a schema's types say to whoever makes values of them out of something else than the entities' JSON.
namespace cedar {

// The type of a record's member, required or not; null where this is no record's type or declares none.
TypeRef member_type(TypeRef record, std::string_view name);

// The type of a set's elements; null where this is no set's type.
TypeRef element_type(TypeRef set);

// Whether values of the type are records, entities, decimals.
bool is_record_type(TypeRef);
bool is_entity_type(TypeRef);
bool is_decimal_type(TypeRef);

// The kind of all values of the type; and of which type the entities are, which is null of any other type.
std::optional<ValueKind> kind_of(TypeRef);
const Name* entity_name_in(TypeRef);

// The value that a text stands for where a value of an extension type is wanted: of "10.0.0.1" an address.
// Nothing where the type is no extension type, or the text is not of its form.
std::optional<Value> value_from_text(TypeRef, std::string_view text);

// What is wrong with a value of that type; nothing where it is right. Begins with the way to it, if it lies
// inside: `"address"."zip": a long is wanted, not a string`. The type must be of the schema.
std::optional<std::string> mistake_in(const Value&, TypeRef, const Schema&);

}  // namespace cedar
