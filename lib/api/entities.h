#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/operation.h"
#include "base/json.h"
#include "domain/entity.h"

namespace api {

namespace op {
inline constexpr Operation list_entities = {
    .action = "entity:list", .kind = kRead, .scope = "organization:get", .resource = "entity"};
inline constexpr Operation get_entity = {
    .action = "entity:get", .kind = kRead, .scope = "organization:get", .resource = "entity"};
inline constexpr Operation put_entity = {
    .action = "entity:put", .kind = kWrite, .scope = "organization:policymanage", .resource = "entity"};
inline constexpr Operation delete_entity = {
    .action = "entity:delete", .kind = kWrite, .scope = "organization:policymanage", .resource = "entity"};

// Many at once; each is an entity:put besides.
inline constexpr Operation import_entities = {
    .action = "entity:import", .kind = kWrite, .scope = "organization:policymanage", .resource = "entity"};

inline constexpr Operation kEntities[] = {list_entities, get_entity, put_entity, delete_entity,
                                          import_entities};
}  // namespace op

struct EntityFilter {
  std::string type;                          // empty: any
  std::optional<domain::EntityName> parent;  // those directly in it
};

// In the order of domain::each_entity_name(); of a parent's, in order of their numbers.
Outcome<Page<domain::StoredEntity>> list_entities(const Read&, const domain::TenantId& tenant,
                                                  const EntityFilter&, const PageRequest&);
Outcome<domain::StoredEntity> get_entity(const Read&, const domain::TenantId& tenant,
                                         const domain::EntityName&);

// An entity as a caller gives it. Attributes and tags are objects.
struct GivenEntity {
  domain::EntityName name;
  base::Json attrs{base::Json::Object()}, tags{base::Json::Object()};
  std::vector<domain::EntityName> parents;
};

// The same, once its values have been looked at: texts of JSON with members in order, the names of these
// members, and parents in order, each once. Made by check_entity() and nothing else.
struct NewEntity {
  domain::EntityName name;
  std::string attrs, tags;
  std::vector<std::string> attr_names, tag_names;
  std::vector<domain::EntityName> parents;
  std::optional<base::Timestamp> created_at{};  // when, if it was there before and is put back
};

// Where an entity stands in what a caller sent: what comes before the names of its members in a pointer, and
// before "type" and "id", which may be parameters.
struct EntityPlace {
  std::string members = "/";
  std::string name;
};

// kInvalidInput with everything that is wrong with it by itself: names that aren't valid, types that the
// directory keeps, values that Cedar can't hold, more than kMaxParents or kMaxEntityBytes.
Outcome<NewEntity> check_entity(GivenEntity, const EntityPlace&);

struct PutEntity {
  domain::StoredEntity entity;
  bool is_new = false;
};

// Adds or replaces. kInvalidInput where it would be above itself, and says by which path, or have too many
// ancestors; and where it adds to a user of the directory what that knows itself, or a parent.
// kPreconditionFailed also where it isn't there and If-Match was given. kInUse while it, or a parent, is
// still being deleted.
Outcome<PutEntity> put_entity(Change&, const domain::TenantId& tenant, const NewEntity&, const EntityPlace&,
                              const IfMatch&);

// Puts an entity back as it was, with when it was made; as put_entity(). For undo.
Outcome<void> restore_entity(Change&, const domain::StoredEntity& was);

// kInUse where mappings or children name it, saying how many; with `force` the mappings are removed, and the
// children taken out of it.
Outcome<void> delete_entity(Change&, const domain::TenantId& tenant, const domain::EntityName&, bool force,
                            const IfMatch&);

// A part of what was imported, or all of it.
struct ImportedEntities {
  std::vector<NewEntity> entities;  // in the order given, in which they are put
  std::vector<EntityPlace> places;  // of each
  std::string sha256;               // of the bytes that they were read from, in hexadecimal digits

  // The revision of what they were found to be right by in the rehearsal, so that the writer needn't look
  // again.
  std::shared_ptr<std::optional<std::uint64_t>> right_by = std::make_shared<std::optional<std::uint64_t>>();
};

// As put_entity() of each, one after the other; one that is refused or wrong fails all of them. One audit
// entry. REQUIRES: it isn't empty
Outcome<void> import_entities(Change&, const domain::TenantId& tenant, const ImportedEntities&);

// The SHA-256 of the bytes that entities were read from, in hexadecimal digits.
std::string hash_of_import(std::string_view bytes);

// Whether the caller may import at all, before anything was read of what is to be imported: kForbidden.
Outcome<void> may_import_entities(const Read&, const domain::TenantId& tenant);

}  // namespace api
