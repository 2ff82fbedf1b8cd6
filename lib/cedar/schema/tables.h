#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/keyed_hash.h"
#include "cedar/schema.h"
#include "cedar/schema/ast.h"
#include "cedar/schema/reachability.h"
#include "cedar/schema/type.h"

namespace cedar {

// What a schema is made of: filled by the resolver or the linker, then unchanging.
struct Schema::Tables {
  SchemaFragmentPtr fragment;  // the declarations as written
  TypePool types;
  std::vector<SchemaEntityType> entity_types;
  std::vector<SchemaAction> actions;
  std::unordered_map<std::string, std::uint32_t, base::KeyedHash> entity_type_at;
  std::unordered_map<EntityUid, std::uint32_t, EntityUidHash> action_at;
  std::unordered_map<std::string, std::uint32_t, base::KeyedHash> action_types;  // name, and how many have it
  Reachability entity_type_ancestors;
  Reachability action_ancestors;

  // The first external entity type that is in an enumeration, and that; nothing where there is none.
  std::optional<std::pair<const SchemaEntityType*, const SchemaEntityType*>> find_external_in_enum() const;
};

}  // namespace cedar
