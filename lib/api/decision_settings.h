#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "api/context.h"
#include "api/operation.h"
#include "api/rules.h"
#include "domain/decision_settings.h"

namespace api {

namespace op {
inline constexpr Operation get_decision_settings = {.action = "decision_settings:get",
                                                    .kind = kRead,
                                                    .scope = "organization:policymanage",
                                                    .resource = "decision_settings"};
inline constexpr Operation set_decision_settings = {.action = "decision_settings:update",
                                                    .kind = kWrite,
                                                    .scope = "organization:policymanage",
                                                    .resource = "decision_settings"};

inline constexpr Operation kDecisionSettings[] = {get_decision_settings, set_decision_settings};
}  // namespace op

struct DecisionSettingsView {
  domain::DecisionSettings settings;
  std::uint64_t revision = 0;  // 0: nobody has set them
};

Outcome<DecisionSettingsView> get_decision_settings(const Read&, const domain::TenantId& tenant);

// Names of types must be Cedar's, and no two types may be called the same.
std::optional<Error> check(const domain::DecisionSettings&);

// Replaces all of them.
Outcome<DecisionSettingsView> set_decision_settings(Change&, const domain::TenantId& tenant,
                                                    const domain::DecisionSettings&, const IfMatch&,
                                                    const RuleDrafts& = {});
Outcome<RuleDrafts> draft_decision_settings(const Read&, const domain::TenantId& tenant,
                                            const domain::DecisionSettings&, const Trial&);

}  // namespace api
