#include "cli/rule_coverage.h"

#include <algorithm>

namespace cli {
namespace {

const base::Json* admin_reason(const base::Json& answer) {
  const base::Json* const context = answer.find("context");
  return context ? context->find("reason_admin") : nullptr;
}

const base::Json::Array& elements(const base::Json* json) {
  static const base::Json::Array none;
  const base::Json::Array* const array = json ? json->array() : nullptr;
  return array ? *array : none;
}

bool has(const base::Json& object, const char* name, bool value) {
  const base::Json* const member = object.find(name);
  return member && member->boolean() && *member->boolean() == value;
}

bool is_slot(const base::Json& rule, const char* part) {
  const std::string* const id = rule.find_string(part);
  return id && id->starts_with('?');
}

}  // namespace

void RuleCoverage::add(const base::Json& policies) {
  for (const base::Json& policy : elements(policies.find("data"))) {
    const std::string* const name = policy.find_string("name");
    if (!name || has(policy, "enabled", false)) continue;
    std::size_t number = 0;
    for (const base::Json& rule : elements(policy.find("rules"))) {
      ++number;
      const std::string* const id = rule.find_string("id");
      if (!id) continue;
      by_id_[*id] = rules_.size();
      rules_.push_back({*name + ", rule " + std::to_string(number),
                        is_slot(rule, "principal_entity_id") || is_slot(rule, "resource_entity_id"), false});
    }
  }
}

void RuleCoverage::note(const base::Json& answer) {
  const base::Json* const reason = admin_reason(answer);
  if (!reason) return;
  for (const base::Json& id : elements(reason->find("rules")))
    if (const auto at = id.string() ? by_id_.find(*id.string()) : by_id_.end(); at != by_id_.end())
      rules_[at->second].has_decided = true;
}

std::string RuleCoverage::explain(const base::Json& answer) const {
  const base::Json* const reason = admin_reason(answer);
  if (!reason) return "";
  std::string out;
  for (const char* const status : {"200", "403"})
    if (const std::string* const sentence = reason->find_string(status)) out = *sentence;
  std::string names;
  for (const base::Json& id : elements(reason->find("rules"))) {
    const auto at = id.string() ? by_id_.find(*id.string()) : by_id_.end();
    names += (names.empty() ? "" : "; ") + (at == by_id_.end() ? to_text(id) : rules_[at->second].name);
  }
  if (!names.empty()) out += "\n" + names;
  for (const base::Json& failed : elements(reason->find("errors"))) {
    const std::string* const rule = failed.find_string("rule");
    const std::string* const message = failed.find_string("message");
    const auto at = rule ? by_id_.find(*rule) : by_id_.end();
    if (at != by_id_.end())
      out += "\n" + rules_[at->second].name + " failed" + (message ? ": " + *message : "");
  }
  return out;
}

std::size_t RuleCoverage::rules() const {
  return static_cast<std::size_t>(
      std::count_if(rules_.begin(), rules_.end(), [](const Rule& rule) { return !rule.is_template; }));
}

std::vector<std::string> RuleCoverage::never() const {
  std::vector<std::string> names;
  for (const Rule& rule : rules_)
    if (!rule.is_template && !rule.has_decided) names.push_back(rule.name);
  return names;
}

}  // namespace cli
