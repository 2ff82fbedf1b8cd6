#include "cedar/declared_types.h"

#include "cedar/extension_types.h"
#include "cedar/schema/check.h"
#include "cedar/schema/type.h"

namespace cedar {
namespace {

template <typename Extension>
std::optional<Value> parsed(std::string_view text) {
  if (const auto value = Extension::parse(text)) return Value(*value);
  return std::nullopt;
}

}  // namespace

TypeRef member_type(TypeRef record, std::string_view name) {
  const RecordType* const type = record->record();
  const AttributeType* const attribute = type ? type->find(name) : nullptr;
  return attribute ? attribute->type : nullptr;
}

TypeRef element_type(TypeRef set) {
  const SetType* const type = set->set();
  return type ? type->element : nullptr;
}

bool is_record_type(TypeRef type) {
  return type->record() != nullptr;
}

bool is_entity_type(TypeRef type) {
  return type->entity() != nullptr;
}

bool is_decimal_type(TypeRef type) {
  return type->is(BasicType::kDecimal);
}

std::optional<ValueKind> kind_of(TypeRef type) {
  if (type->is_bool()) return ValueKind::kBool;
  if (type->set()) return ValueKind::kSet;
  if (type->record()) return ValueKind::kRecord;
  if (type->entity()) return ValueKind::kEntity;
  for (const ValueKind kind : {ValueKind::kLong, ValueKind::kString, ValueKind::kDecimal, ValueKind::kIpAddr,
                               ValueKind::kDatetime, ValueKind::kDuration})
    if (const auto basic = basic_type_of(kind); basic && type->is(*basic)) return kind;
  return std::nullopt;
}

const Name* entity_name_in(TypeRef type) {
  const EntityType* const entity = type->entity();
  return entity ? &entity->name : nullptr;
}

std::optional<Value> value_from_text(TypeRef type, std::string_view text) {
  if (type->is(BasicType::kDecimal)) return parsed<Decimal>(text);
  if (type->is(BasicType::kIpAddr)) return parsed<IpAddr>(text);
  if (type->is(BasicType::kDatetime)) return parsed<Datetime>(text);
  if (type->is(BasicType::kDuration)) return parsed<Duration>(text);
  return std::nullopt;
}

std::optional<std::string> mistake_in(const Value& value, TypeRef type, const Schema& schema) {
  return find_mistake(value, type, schema);
}

}  // namespace cedar
