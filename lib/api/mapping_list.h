#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/mappings.h"
#include "base/time.h"
#include "domain/entity_name.h"
#include "domain/mapping.h"
#include "domain/principal.h"
#include "names/risk.h"

// Who holds what, until when, and who said so: the mappings of a tenant as /v1 shows them.
namespace api {

enum class MappingState : std::uint8_t { kActive, kFuture, kExpired };
std::string_view name_of(MappingState);  // "active", "future", "expired"
std::optional<MappingState> parse_mapping_state(std::string_view name);

struct MappingView {
  domain::Mapping mapping;
  std::string role;                              // its slug
  names::Risk level = names::Risk::kLow;         // the highest among the role's effective permissions
  std::optional<domain::EntityName> resource{};  // what it is on; nothing: the whole tenant
  std::string name, email;                       // whose it is: of a service user its title, and no e-mail
  MappingState state = MappingState::kActive;
};

// Of those that are given, all must hold.
struct MappingQuery {
  std::optional<domain::Principal> principal;
  std::optional<std::string> role;               // its id or slug; of one that isn't there there are none
  std::optional<domain::ResourceText> resource;  // empty: the whole tenant
  std::optional<names::Risk> level;
  std::optional<MappingState> state;
  std::optional<base::Timestamp> expires_before;
  bool permanent = false;  // those alone that never end
};

// In order of their ends where `expires_before` or the state kExpired is all that they are found by, else in
// some order that stays the same. A page costs what a page may, whatever the query is, and may be empty where
// the list goes on. A group's are left out where the caller may not list that group's own
// (op::list_mappings), and those of a role whose slug has come to mean another one.
Outcome<Page<MappingView>> list_mapping_views(const Read&, const domain::TenantId& tenant,
                                              const MappingQuery&, const PageRequest&);

// What get_mapping() gives, and asks, as it is shown.
Outcome<MappingView> get_mapping_view(const Read&, const domain::TenantId& tenant,
                                      const domain::MappingId& id);

// As it is shown to whoever made or changed it.
Outcome<MappingView> view_mapping(const Read&, domain::Mapping);

}  // namespace api
