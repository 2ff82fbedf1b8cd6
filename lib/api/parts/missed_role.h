#pragma once
#include <functional>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/parts/explained_case.h"
#include "domain/ids.h"
#include "domain/mapping.h"
#include "domain/role.h"

namespace api {

// A role that the subject would have but for a time: by a mapping that isn't in force.
struct TimedRole {
  domain::Mapping mapping;
  domain::Role role;
  bool is_over = false;  // else it begins later
};

// A role that it would have, by a mapping in force to a group that it is in but for one that is disabled.
struct IdleRole {
  domain::GroupId group;
  domain::Role role;
};

struct MissedRoles {
  std::optional<TimedRole> timed{};
  std::optional<IdleRole> idle{};  // says more than the former

  bool any() const { return timed || idle; }
};

struct WantedRole {
  std::function<bool(const domain::Role&)> gives;  // what is wanted
  bool for_tenant = false;                         // on a thing of the case it doesn't help
};

// Of mappings that are over the one that ended last, else the one that begins first. None where the caller
// may not see the directory; of groups, those whose roles it may list.
Outcome<MissedRoles> find_missed_roles(const ExplainedCase&, const WantedRole&);

// "; ann had it through group Finance until 2026-11-01", with the role's slug where it wasn't named before;
// "" where nothing was missed.
std::string sentence_of(const ExplainedCase&, const MissedRoles&, bool role_was_named);

}  // namespace api
