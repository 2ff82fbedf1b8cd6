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
#include "authz/guard.h"

// How a rule that was given becomes one that can be stored. For this folder alone.
namespace api {

// As check() of a rule; `pointer` is where the rule stands.
void check_rule(Checks&, const std::string& pointer, const GivenRule&);

// The rule's text as it was given, or made of its parts. kInvalidInput with each part that is wrong, and
// where the text would have more than so many bytes.
Outcome<std::string> rule_text(const GivenRule&, const std::string& pointer,
                               std::size_t most = domain::kMaxRuleText);

// Reads the rules, by the schema, which may be null. kInvalidInput as of draft_rule(); of several the
// pointers have "/rules/<n>" before them.
Outcome<std::vector<RuleText>> read_rule(const GivenRule&, const cedar::Schema*);
Outcome<std::vector<RuleText>> read_rules(const std::vector<GivenRule>&, const cedar::Schema*);

// That rules which were stored before are right by the schema as it is: kInvalidInput where one isn't.
// kOverloaded where they are too long to be read here.
Outcome<void> check_texts(const Change&, const domain::TenantId& tenant, const std::vector<domain::Rule>&);

// The rule as it is to be.
Outcome<GivenRule> patched(const domain::Rule& before, const RulePatch&);

// What rules are right by, and of which revision.
struct SchemaInForce {
  authz::SchemaPtr schema;  // null: none
  std::uint64_t revision = 0;
};
Outcome<SchemaInForce> schema_in_force(const Read& snapshot, const domain::TenantId& tenant);
Outcome<SchemaInForce> schema_in_force(const Change&, const domain::TenantId& tenant);

// Whether rules that were read by another schema, or of something else that has changed, may be read anew in
// the writer: kOverloaded where they are long.
Outcome<void> may_read_here(const Change&, const RuleDrafts&);

// The texts of the drafts, if they are `current`, else of what read(schema) makes here. In a rehearsal that
// the drafts follow there are none.
template <typename ReadRules>
Outcome<std::vector<RuleText>> made_rules(const Change& change, const domain::TenantId& tenant,
                                          const RuleDrafts& drafts, bool current, const ReadRules& read) {
  if (change.is_rehearsal() && drafts.follow_rehearsal) return std::vector<RuleText>();
  const auto schema = schema_in_force(change, tenant);
  if (!schema.ok()) return schema.error();
  if (drafts.made && current && drafts.schema_revision == schema->revision) return *drafts.made;
  if (const auto may = may_read_here(change, drafts); !may.ok()) return may.error();
  return read(schema->schema.get());
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

// Those that are `known` as they are aren't read again.
Outcome<std::vector<RuleView>> view_rules(const Read&, const domain::TenantId& tenant,
                                          const domain::PolicyId& policy,
                                          const std::vector<RuleView>& known = {});

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
