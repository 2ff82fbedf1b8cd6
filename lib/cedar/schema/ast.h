#pragma once
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "cedar/ast.h"
#include "cedar/schema.h"
#include "cedar/schema/type.h"

// A schema as it was written, in either syntax: names are still texts, nothing is looked up. What the two
// readers make, the resolver checks, and the two printers translate.
namespace cedar {

using Annotations = std::vector<Annotation>;  // in the order written, keys unique

struct TypeExpr;
using TypeExprRef = const TypeExpr*;  // a node of a SchemaFragment, which must outlive it

// A name that stands for a common type, an entity type or a built-in one, whichever is found; the JSON syntax
// may say which it is.
enum class TypeNameKind : std::uint8_t { kAny, kCommon, kEntity };
struct NamedTypeExpr {
  TypeNameKind kind = TypeNameKind::kAny;
  std::string name;  // identifiers joined by `::`; `__cedar` may be the first
};

struct SetTypeExpr {
  TypeExprRef element;
};

struct AttributeExpr {
  std::string name;
  bool is_required = true;
  TypeExprRef type = nullptr;
  Annotations annotations;
};

struct RecordTypeExpr {
  std::vector<AttributeExpr> attributes;  // in the order written; of equal names the last counts
};

struct TypeExpr {
  // A BasicType is one that JSON names without looking it up: {"type": "Long"}.
  std::variant<BasicType, NamedTypeExpr, SetTypeExpr, RecordTypeExpr> node;
  SchemaPlace place;
};

struct TypeNameRef {
  std::string name;
  SchemaPlace place;
};

// `id`, or `Type::"id"`.
struct ActionRef {
  std::optional<std::string> type;
  std::string id;
  SchemaPlace place;
};

struct CommonTypeDecl {
  std::string name;
  TypeExprRef type = nullptr;
  Annotations annotations;
  SchemaPlace place;
};

// What the entity types of one declaration share: `entity A, B in [C] { … };`.
struct EntityTypeBody {
  std::vector<TypeNameRef> parents;
  TypeExprRef shape = nullptr;        // null where no attributes are given
  TypeExprRef tags = nullptr;         // null where there are none
  std::vector<std::string> enum_ids;  // empty unless the type is an enumeration
  bool is_external = false;           // defined in another schema (RFC 116); here only its parents are said
  Annotations annotations;
};

struct EntityTypeDecl {
  std::string name;
  std::shared_ptr<const EntityTypeBody> body;
  SchemaPlace place;
};

struct ActionBody {
  struct AppliesTo {
    std::vector<TypeNameRef> principals;
    std::vector<TypeNameRef> resources;
    TypeExprRef context = nullptr;  // null where none is given
  };
  std::vector<ActionRef> parents;
  std::optional<AppliesTo> applies_to;
  bool is_external = false;  // as of an entity type
  Annotations annotations;
};

struct ActionDecl {
  std::string id;
  std::shared_ptr<const ActionBody> body;
  SchemaPlace place;
};

struct NamespaceDecl {
  std::string name;  // "" is the empty namespace
  std::vector<CommonTypeDecl> common_types;
  std::vector<EntityTypeDecl> entity_types;
  std::vector<ActionDecl> actions;
  Annotations annotations;
  SchemaPlace place;
};

// Immutable once read, and shared. Not copyable, since nodes point at nodes.
struct SchemaFragment {
  SchemaFragment() = default;
  SchemaFragment(const SchemaFragment&) = delete;
  SchemaFragment& operator=(const SchemaFragment&) = delete;

  std::vector<NamespaceDecl> namespaces;
  std::deque<TypeExpr> types;
  SourcePtr source;
  std::shared_ptr<const base::Json> json;  // of a schema in JSON
  std::string unprintable;                 // why no text says the same; "" but for some that were linked

  // "file:line:col", or "file: /json/pointer".
  std::string where(const SchemaPlace&) const;

  // "file:line:col: what" with the line and a caret, or "file: /json/pointer: what".
  std::string message(const SchemaPlace&, std::string_view what) const;
  base::Error error(const SchemaPlace& place, std::string_view what) const {
    return {base::ErrorCode::kInvalid, message(place, what)};
  }
};
using SchemaFragmentPtr = std::shared_ptr<const SchemaFragment>;

// Reads Cedar's schema syntax. Checks the grammar, reserved words, and that an annotation stands once; that
// names mean something is the resolver's business. Fails at the first mistake, with its place.
base::Result<SchemaFragmentPtr> parse_schema(SourcePtr source);

// Reads the JSON schema format, to the same checks.
base::Result<SchemaFragmentPtr> schema_from_json(SourcePtr source);

}  // namespace cedar
