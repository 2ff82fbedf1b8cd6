// Types are made once in a pool, so that equal ones are one pointer: `Set<{a: Long}>` written in two places
// is one node, and comparing deep types is comparing addresses. A new type is looked up by its content, in
// which its parts are addresses already; so making one costs its own size and not that of what it holds.
//
// Beside each node stands its widened form, with Bool in place of True and False, which is where two branches
// of an `if` meet. The text of a type is cut, since types that share parts can be exponentially long.
#include "cedar/schema/type.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "base/enum_table.h"
#include "base/keyed_hash.h"
#include "cedar/limits.h"
#include "cedar/values/quote.h"

namespace cedar {

namespace {

constexpr std::size_t kShownBytes = 200;

constexpr std::array<std::pair<BasicType, std::string_view>, 9> kBasicNames = {{
    {BasicType::kTrue, "True"},
    {BasicType::kFalse, "False"},
    {BasicType::kBool, "Bool"},
    {BasicType::kLong, "Long"},
    {BasicType::kString, "String"},
    {BasicType::kDecimal, "decimal"},
    {BasicType::kIpAddr, "ipaddr"},
    {BasicType::kDatetime, "datetime"},
    {BasicType::kDuration, "duration"},
}};
static_assert(base::has_row_for_each(kBasicNames, &std::pair<BasicType, std::string_view>::first,
                                     BasicType::kDuration));

void append_text(std::string& out, TypeRef type);

void append_record(std::string& out, const RecordType& record) {
  out += '{';
  bool is_first = true;
  for (const AttributeType& attribute : record.attributes) {
    if (out.size() > kShownBytes) break;
    if (!is_first) out += ", ";
    is_first = false;
    out += name_or_quoted(attribute.name);
    out += attribute.is_required ? ": " : "?: ";
    append_text(out, attribute.type);
  }
  out += '}';
}

void append_text(std::string& out, TypeRef type) {
  if (out.size() > kShownBytes) return;
  if (const auto* basic = std::get_if<BasicType>(&type->node)) {
    out += kBasicNames[static_cast<std::size_t>(*basic)].second;
  } else if (const SetType* set = type->set()) {
    out += "Set<";
    append_text(out, set->element);
    out += '>';
  } else if (const RecordType* record = type->record()) {
    append_record(out, *record);
  } else if (const EntityType* entity = type->entity()) {
    out += entity->name.text();
  }
}

void mix(std::size_t& hash, std::size_t more) {
  hash = (hash ^ more) * 0x9E3779B97F4A7C15U + (hash >> 29U);
}

bool same(const AttributeType& a, const AttributeType& b) {
  return a.type == b.type && a.is_required == b.is_required && a.name == b.name;
}

}  // namespace

const AttributeType* RecordType::find(std::string_view name) const {
  const auto at = std::lower_bound(attributes.begin(), attributes.end(), name,
                                   [](const AttributeType& a, std::string_view n) { return a.name < n; });
  return at != attributes.end() && at->name == name ? &*at : nullptr;
}

std::string to_text(TypeRef type) {
  std::string out;
  append_text(out, type);
  if (out.size() > kShownBytes) {
    out.resize(kShownBytes);
    out += "…";
  }
  return out;
}

std::optional<BasicType> find_extension_type(std::string_view name) {
  for (const auto& [type, known] : kBasicNames)
    if (type >= BasicType::kDecimal && known == name) return type;
  return std::nullopt;
}

std::optional<BasicType> basic_type_of(ValueKind kind) {
  switch (kind) {
    case ValueKind::kBool:
      return BasicType::kBool;
    case ValueKind::kLong:
      return BasicType::kLong;
    case ValueKind::kString:
      return BasicType::kString;
    case ValueKind::kDecimal:
      return BasicType::kDecimal;
    case ValueKind::kIpAddr:
      return BasicType::kIpAddr;
    case ValueKind::kDatetime:
      return BasicType::kDatetime;
    case ValueKind::kDuration:
      return BasicType::kDuration;
    case ValueKind::kEntity:
    case ValueKind::kSet:
    case ValueKind::kRecord:
      break;
  }
  return std::nullopt;
}

TypePool::TypePool(const TypePool* base) : base_(base) {
  if (base_) return;
  for (const auto& [basic, name] : kBasicNames) {
    Type& type = types_.emplace_back(Type{basic, 0, nullptr});
    type.widened = &type;
  }
  Type& bool_type = types_[static_cast<std::size_t>(BasicType::kBool)];
  types_[static_cast<std::size_t>(BasicType::kTrue)].widened = &bool_type;
  types_[static_cast<std::size_t>(BasicType::kFalse)].widened = &bool_type;
}

TypeRef TypePool::basic(BasicType basic) const {
  return base_ ? base_->basic(basic) : &types_[static_cast<std::size_t>(basic)];
}

TypeRef TypePool::entity(const Name& name) {
  return intern(Type{EntityType{name}, 0, nullptr});
}

TypeRef TypePool::set(TypeRef element) {
  if (element->depth >= kMaxNesting) return nullptr;
  Type type{SetType{element}, element->depth + 1, nullptr};
  if (element->widened != element) type.widened = set(element->widened);
  return intern(std::move(type));
}

TypeRef TypePool::record(std::vector<AttributeType> attributes) {
  std::stable_sort(attributes.begin(), attributes.end(),
                   [](const AttributeType& a, const AttributeType& b) { return a.name < b.name; });
  // unique keeps the first of equals, and the last is wanted: so from the back.
  const auto kept =
      std::unique(attributes.rbegin(), attributes.rend(),
                  [](const AttributeType& a, const AttributeType& b) { return a.name == b.name; });
  attributes.erase(attributes.begin(), kept.base());

  std::uint32_t depth = 0;
  bool is_wide = true;
  for (const AttributeType& attribute : attributes) {
    depth = std::max(depth, attribute.type->depth + 1);
    is_wide = is_wide && attribute.type->widened == attribute.type;
  }
  if (depth > kMaxNesting) return nullptr;
  TypeRef widened = nullptr;
  if (!is_wide) {
    std::vector<AttributeType> wide = attributes;
    for (AttributeType& attribute : wide) attribute.type = attribute.type->widened;
    widened = record(std::move(wide));
  }
  return intern(Type{RecordType{std::move(attributes)}, depth, widened});
}

std::size_t TypePool::Hash::operator()(TypeRef type) const {
  std::size_t hash = type->node.index();
  const auto pointer = [](TypeRef t) { return std::hash<const void*>()(t); };
  if (const SetType* set = type->set()) {
    mix(hash, pointer(set->element));
  } else if (const RecordType* record = type->record()) {
    for (const AttributeType& attribute : record->attributes) {
      mix(hash, base::KeyedHash()(attribute.name));
      mix(hash, pointer(attribute.type) + (attribute.is_required ? 1 : 0));
    }
  } else if (const EntityType* entity = type->entity()) {
    mix(hash, base::KeyedHash()(entity->name.text()));
  }
  return hash;
}

bool TypePool::Same::operator()(TypeRef a, TypeRef b) const {
  if (a == b) return true;
  if (a->node.index() != b->node.index()) return false;
  if (const SetType* set = a->set()) return set->element == b->set()->element;
  if (const EntityType* entity = a->entity()) return entity->name == b->entity()->name;
  if (const RecordType* record = a->record())
    return std::equal(record->attributes.begin(), record->attributes.end(), b->record()->attributes.begin(),
                      b->record()->attributes.end(), same);
  return std::get<BasicType>(a->node) == std::get<BasicType>(b->node);
}

TypeRef TypePool::known(const Type& type) const {
  const auto found = by_content_.find(&type);
  if (found != by_content_.end()) return found->second;
  return base_ ? base_->known(type) : nullptr;
}

TypeRef TypePool::intern(Type type) {
  if (TypeRef found = known(type)) return found;
  Type& kept = types_.emplace_back(std::move(type));
  if (!kept.widened) kept.widened = &kept;
  by_content_.emplace(&kept, &kept);
  return &kept;
}

}  // namespace cedar
