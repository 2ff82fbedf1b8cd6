#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "cedar/name.h"
#include "cedar/schema.h"
#include "cedar/value.h"

// The types that schemas declare and the validator computes: a TypeRef is a node of a TypePool, which must
// outlive it.
namespace cedar {

// Types without parts. True and False are the types of expressions whose value is known.
enum class BasicType : std::uint8_t {
  kTrue,
  kFalse,
  kBool,
  kLong,
  kString,
  kDecimal,
  kIpAddr,
  kDatetime,
  kDuration,
};

struct SetType {
  TypeRef element;
};

struct AttributeType {
  std::string name;
  TypeRef type;
  bool is_required;
};

// Closed: what is not listed is not there. Sorted by name, each name once.
struct RecordType {
  std::vector<AttributeType> attributes;
  const AttributeType* find(std::string_view name) const;  // null where there is none
};

struct EntityType {
  Name name;
};

struct Type {
  std::variant<BasicType, SetType, RecordType, EntityType> node;
  std::uint32_t depth = 0;  // 0 without parts, else one more than the deepest part
  TypeRef widened;          // the same with Bool for True and False; this where it has neither

  bool is(BasicType basic) const {
    const auto* b = std::get_if<BasicType>(&node);
    return b && *b == basic;
  }
  bool is_bool() const { return is(BasicType::kBool) || is(BasicType::kTrue) || is(BasicType::kFalse); }
  const SetType* set() const { return std::get_if<SetType>(&node); }
  const RecordType* record() const { return std::get_if<RecordType>(&node); }
  const EntityType* entity() const { return std::get_if<EntityType>(&node); }
};

// The extension type of that name ("decimal", "ipaddr", "datetime", "duration"), or the basic type of a kind
// of value; nothing for sets, records and entities.
std::optional<BasicType> find_extension_type(std::string_view name);
std::optional<BasicType> basic_type_of(ValueKind);

// Makes each type once. A pool may stand on another, which must outlive it and not change any more: what the
// base has is taken from there. One thread builds.
class TypePool {
 public:
  explicit TypePool(const TypePool* base = nullptr);
  TypePool(const TypePool&) = delete;
  TypePool& operator=(const TypePool&) = delete;

  TypeRef basic(BasicType) const;
  TypeRef entity(const Name&);

  // Null where the type would nest more deeply than kMaxNesting.
  TypeRef set(TypeRef element);

  // Sorts; of equal names the last stays. Null where it would nest more deeply than kMaxNesting.
  TypeRef record(std::vector<AttributeType> attributes);

  // The one type that values of both have in strict mode: equal but for True and False, which become Bool.
  // Null where there is none. Both must be of this pool or its base.
  static TypeRef common(TypeRef a, TypeRef b) {
    if (a == b) return a;
    return a->widened == b->widened ? a->widened : nullptr;
  }

 private:
  struct Hash {
    std::size_t operator()(TypeRef) const;
  };
  struct Same {
    bool operator()(TypeRef a, TypeRef b) const;
  };
  TypeRef intern(Type type);
  TypeRef known(const Type& type) const;

  const TypePool* base_;
  std::deque<Type> types_;
  std::unordered_map<TypeRef, TypeRef, Hash, Same> by_content_;
};

}  // namespace cedar
