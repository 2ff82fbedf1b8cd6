#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/context.h"
#include "api/parts/explained_case.h"
#include "api/parts/missed_role.h"
#include "api/turning_change.h"

namespace api {

inline constexpr std::size_t kMostIdeas = 16;

// Changes that might turn an answer, each once. Whether they do, turning_trial.h finds out. Nothing is
// thought of that the caller may not see.
class TurningIdeas {
 public:
  // The case must outlive it.
  explicit TurningIdeas(const ExplainedCase& about) : case_(about) {}

  // Of somebody who is suspended.
  void add_activation(const domain::UserId&);

  // That the role's mapping is in force, and has no end or beginning.
  Outcome<void> add_times(const TimedRole&);

  // That a group is enabled which the subject is in; where a role is missed by that, one that lies on its
  // way.
  Outcome<void> add_enabled_groups(const std::optional<IdleRole>& missed);

  // That the subject has the role, itself or by a group. On the resource suffices where roles decide, and not
  // for rules.
  enum class Place : std::uint8_t { kResource, kTenant };
  Outcome<void> add_role(const domain::Role&, Place);

  // That it has the role which gives the least beside the permission.
  Outcome<void> add_permission(const std::string& scope);

  Outcome<void> add_membership(const domain::GroupId&);

  // That the rule, a template, is granted.
  Outcome<void> add_grant(const authz::NearRule&);

  // That the resource's attribute is as a condition asks for it, where it is compared with one value.
  Outcome<void> add_attributes(const authz::NearRule&);

  // That a mapping is gone which gives the permission; each alone, so that what is held twice turns nothing.
  Outcome<void> add_losses(const std::string& scope);

  // The first kMostIdeas.
  std::vector<TurningChange> take();

 private:
  void add(const char* kind, std::string text, std::optional<std::uint64_t> people,
           std::vector<std::string> scopes, TurningCall call);
  Outcome<bool> takes_mappings() const;
  Outcome<std::vector<domain::GroupId>> groups_that_have(const domain::Role&, Place) const;

  const ExplainedCase& case_;
  std::vector<TurningChange> ideas_;
};

}  // namespace api
