#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/mappings.h"
#include "api/parts/authorize.h"
#include "api/parts/mapping_changes.h"
#include "domain/mapping.h"
#include "domain/role.h"

// What making, changing and removing a mapping are before anything is written: looked up, asked of the guard,
// and found possible. A change may have many of them; all are planned before the first is carried out, so
// that none is judged by what another gives. For this folder alone.
namespace api {

struct MappingCreation {
  AccessRequest request;
  Authorization authorized;
  NewMapping mapping;
  domain::Role role;
  std::optional<domain::Mapping> there;  // of the same key, perhaps with other times

  bool is_there_already() const {
    return there && there->valid_from == mapping.valid_from && there->expires_at == mapping.expires_at;
  }
};

// Whether a role that is unknown is named with one that may be meant, for which many are looked at.
enum class Guess : std::uint8_t { kYes, kNo };

// Role, principal and resource that aren't the tenant's are kInvalidInput, all of them named.
Outcome<MappingCreation> plan_creation(Change&, const domain::TenantId& tenant, const NewRoleMapping&,
                                       Guess = Guess::kYes);

// Once the change has begun with an addition to Quota::kMappings. REQUIRES: there is none of the same key
Outcome<domain::Mapping> carry_out(Change&, const MappingCreation&);

struct MappingUpdate {
  AccessRequest request;
  Authorization authorized;
  domain::Mapping before, after;
  std::string role;  // its slug

  bool is_none() const { return after == before; }
};

// kNotFound, kPreconditionFailed, and kInvalidInput of times that aren't as a new one's must be.
Outcome<MappingUpdate> plan_update(Change&, const domain::TenantId& tenant, const domain::MappingId& id,
                                   const MappingPatch&, const IfMatch&);

// To what it was, whatever the time is.
Outcome<MappingUpdate> plan_update(Change&, const domain::Mapping& before, const domain::Mapping& after);

// Once the change has begun. REQUIRES: !update.is_none()
Outcome<domain::Mapping> carry_out(Change&, const MappingUpdate& update);

struct MappingRemoval {
  AccessRequest request;
  Authorization authorized;
  domain::Mapping mapping;
  std::string role;  // its slug
};
Outcome<MappingRemoval> plan_removal(Change&, const domain::TenantId& tenant, const domain::MappingId& id,
                                     const IfMatch&);
Outcome<void> carry_out(Change&, const MappingRemoval&);  // once the change has begun

}  // namespace api
