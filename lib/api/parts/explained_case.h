#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/context.h"
#include "api/decisions.h"
#include "api/parts/explained_names.h"
#include "api/parts/visible_mappings.h"
#include "authz/near_rules.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/principal.h"

namespace api {

// Of mappings, of groups, and of one owner's roles, that a part of an explanation looks at.
inline constexpr std::size_t kMostLookedAt = 1'000;

// What all of an explanation is about, looked up once. Refers to what it was made of.
struct ExplainedCase {
  const Read& read;
  const domain::TenantId tenant;
  const UserIds ids;
  const DecisionQuestion& question;
  Decisions& decisions;
  const authz::Sight sight;
  const ExplainedNames names;

  std::string subject{};                       // what sentences call it
  std::optional<domain::Principal> who{};      // that it is
  std::vector<domain::Principal> holders{};    // who, and its groups, sorted
  std::vector<domain::GroupId> idle_groups{};  // that who would be in besides, were all groups enabled
  std::vector<domain::ResourceText> things{};  // the resource and what it is in, as mappings name them

  mutable VisibleMappings visible;  // asked by may_list_roles_of()

  bool has_thing(std::string_view resource) const;
  bool may_list_roles_of(const domain::GroupId&) const;
  bool is_disabled(const domain::GroupId&) const;
};

Outcome<ExplainedCase> look_up_case(const Read&, const domain::TenantId&, UserIds, const DecisionQuestion&,
                                    Decisions&);

}  // namespace api
