#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/mappings.h"
#include "api/parts/authorize.h"
#include "api/parts/mapping_changes.h"
#include "api/parts/planned_roles.h"
#include "domain/mapping.h"

// What making, changing and removing a mapping are before anything is written: looked up, asked of the guard,
// and found possible. A change may have many of them; all are planned before the first is carried out, so
// that none is judged by what another gives. For this folder alone.
namespace api {

struct MappingCreation {
  AccessRequest request;
  Authorization authorized;
  NewMapping mapping;
  NamedRole role;
  std::optional<domain::Mapping> there;  // of the same key, perhaps with other times

  bool is_there_already() const {
    return there && there->valid_from == mapping.valid_from && there->expires_at == mapping.expires_at;
  }
};

struct MappingUpdate {
  AccessRequest request;
  Authorization authorized;
  domain::Mapping before, after;
  std::string role;  // its slug

  bool is_none() const { return after == before; }
};

struct MappingRemoval {
  AccessRequest request;
  Authorization authorized;
  domain::Mapping mapping;
  std::string role;  // its slug
};

// Whether a role that is unknown is named with one that may be meant, for which many are looked at.
enum class Guess : std::uint8_t { kYes, kNo };

// Makes them. For one change, before it has written anything of roles.
class MappingPlans {
 public:
  MappingPlans(Change& change, const domain::TenantId& tenant)
      : change_(change), tenant_(tenant), roles_(change, tenant) {}

  // Role, principal and resource that aren't the tenant's are kInvalidInput, all of them named.
  Outcome<MappingCreation> create(const NewRoleMapping&, Guess = Guess::kYes);

  // kNotFound, kPreconditionFailed, and kInvalidInput of times that aren't as a new one's must be. What is to
  // be is asked about as if it were made; and where it is to end sooner, or to begin later, as if it were
  // removed, too.
  Outcome<MappingUpdate> update(const domain::MappingId&, const MappingPatch&, const IfMatch&);

  // The same, whatever the time is: to what it was.
  Outcome<MappingUpdate> update(const domain::Mapping& before, const domain::Mapping& after);

  Outcome<MappingRemoval> remove(const domain::MappingId&, const IfMatch&);

 private:
  Outcome<std::vector<FieldError>> absent_of(const NewRoleMapping&) const;

  Change& change_;
  const domain::TenantId tenant_;
  PlannedRoles roles_;
};

// Once the change has begun with an addition to Quota::kMappings. REQUIRES: there is none of the same key
Outcome<domain::Mapping> carry_out(Change&, const MappingCreation&);

// Once the change has begun. REQUIRES: !update.is_none()
Outcome<domain::Mapping> carry_out(Change&, const MappingUpdate& update);

Outcome<void> carry_out(Change&, const MappingRemoval&);  // once the change has begun

}  // namespace api
