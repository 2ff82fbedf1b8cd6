#pragma once
#include <cstdint>

#include "api/context.h"
#include "api/entities.h"
#include "api/schemas.h"
#include "authz/guard.h"
#include "cedar/schema.h"
#include "domain/decision_settings.h"

namespace api {

// Looks at all rules and entities of a tenant: what of them isn't as the schema says, and as of when. Stops
// after kLongestSchemaCheck.
struct SchemaFit {
  Misfits misfits;
  std::uint64_t begun_at = 0, policies_revision = 0;
};
Outcome<SchemaFit> find_misfits(OnSnapshot, const domain::TenantId& tenant, const cedar::Schema&);

// What entities are right by: the schema, null where the tenant has none, and what it calls types.
struct EntitySchema {
  authz::SchemaPtr schema;
  domain::Decisions decisions;
};
Outcome<EntitySchema> entity_schema_of(const Change&, const domain::TenantId& tenant);

// kInvalidInput with every mistake of an entity that is to be put; `place` is where it stands.
Outcome<void> check_by_schema(const EntitySchema&, const NewEntity&, const EntityPlace&);

}  // namespace api
