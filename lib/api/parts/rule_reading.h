#pragma once
#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/context.h"
#include "api/parts/checks.h"
#include "api/rules.h"

// How a rule that was given becomes one that can be stored. For this folder alone.
namespace api {

// As check() of a rule; `pointer` is where the rule stands.
void check_rule(Checks&, const std::string& pointer, const GivenRule&);

// The texts of the drafts, if they are `current`, else of what draft() makes here. In a rehearsal that the
// drafts follow there are none.
template <typename Draft>
Outcome<std::vector<RuleText>> made_rules(const Change& change, const RuleDrafts& drafts, bool current,
                                          const Draft& draft) {
  if (change.is_rehearsal() && drafts.follow_rehearsal) return std::vector<RuleText>();
  if (drafts.made && current) return *drafts.made;
  Outcome<RuleDrafts> here = draft();
  if (!here.ok()) return here.error();
  return *std::move(here->made);
}

// What policies and rules may have no more of: kQuotaExceeded where it would be too much.
struct RuleRoom {
  const domain::PolicyId& policy;
  std::size_t rules = 0;  // that are added
  std::size_t bytes = 0;
};
Outcome<void> check_room(const Read&, const domain::TenantId& tenant, const RuleRoom&);
std::size_t bytes_of(const std::vector<RuleText>&);

// A policy of the tenant's own. kNotFound; kBuiltIn for the one that isn't.
Outcome<domain::TenantPolicy> own_policy(const Read&, const domain::TenantId& tenant,
                                         const domain::PolicyId& id);
Error built_in();

// kInternal where a stored text can't be read.
Outcome<RuleView> view_rule(domain::Rule);
Outcome<std::vector<RuleView>> view_rules(const Read&, const domain::TenantId& tenant,
                                          const domain::PolicyId& policy);

// That the ids are those of all things, each once; kInvalidInput with the places of those that aren't.
template <typename Id, typename Thing>
std::optional<Error> check_order(const std::vector<Id>& ids, const std::vector<Thing>& things,
                                 std::string_view noun) {
  std::map<Id, bool> named;
  for (const Thing& thing : things) named.emplace(thing.id, false);
  std::vector<FieldError> errors;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto found = named.find(ids[i]);
    const std::string pointer = "/ids/" + std::to_string(i);
    if (found == named.end())
      errors.push_back({pointer, ids[i].to_string() + " is no " + std::string(noun)});
    else if (found->second)
      errors.push_back({pointer, ids[i].to_string() + " is named twice"});
    else
      found->second = true;
  }
  const auto left_out = std::find_if(named.begin(), named.end(), [](const auto& one) { return !one.second; });
  if (left_out != named.end())
    errors.push_back({"/ids", "must name every " + std::string(noun) + ", and " +
                                  left_out->first.to_string() + " is left out"});
  if (errors.empty()) return std::nullopt;
  return invalid(Code::kInvalidInput, std::move(errors));
}

}  // namespace api
