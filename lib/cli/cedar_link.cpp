#include <filesystem>

#include "cedar/policy_set.h"
#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

base::Result<cedar::SlotValues> read_arguments(const std::string& text) {
  const auto json = base::parse_json(text);
  if (!json.ok()) return base::Error{json.error().code, "--arguments: " + json.error().message};
  if (!json->object())
    return base::Error{base::ErrorCode::kInvalid,
                       R"(--arguments: an object such as {"?principal": "User::\"alice\""} is expected)"};
  cedar::SlotValues slots;
  for (const auto& [name, value] : *json->object()) {
    if (!value.string())
      return base::Error{base::ErrorCode::kInvalid,
                         "--arguments: " + name + ": an entity in a string is expected"};
    if (auto set = set_slot(slots, name, *value.string()); !set.ok())
      return base::Error{set.error().code, "--arguments: " + set.error().message};
  }
  return slots;
}

void write_link(base::JsonWriter& json, const cedar::Policy& link) {
  json.begin_object().member("template_id", link.template_id).member("link_id", link.id);
  json.name("args").begin_object();
  if (link.slots.principal) json.member("?principal", cedar::to_text(*link.slots.principal));
  if (link.slots.resource) json.member("?resource", cedar::to_text(*link.slots.resource));
  json.end_object().end_object();
}

// All links of the set, the new one among them.
base::Result<void> write_links(const cedar::PolicySet& policies, const std::string& path) {
  base::JsonWriter json;
  json.begin_array();
  for (const cedar::Policy& policy : policies.policies())
    if (policy.is_link()) write_link(json, policy);
  json.end_array();
  return replace_file(path, base::indented_json(json.text()) + "\n");
}

base::Result<std::string> json_of(const cedar::Template& policy) {
  const auto json = cedar::policy_to_json(policy);
  if (!json.ok()) return json.error();
  return to_text(*json) + "\n";
}

}  // namespace

int cedar_link(const CedarLink& options) {
  CedarInput input;
  PoliciesInput read = options.policies;
  std::error_code unreadable;  // what can't be looked at is said when it is read
  if (!read.links.empty() && !std::filesystem::exists(read.links, unreadable) && !unreadable)
    read.links.clear();
  auto policies = input.policies(read);
  if (!policies.ok()) return fail(policies.error());
  auto slots = read_arguments(options.arguments);
  if (!slots.ok()) return fail(slots.error());
  auto linked = policies->link(options.template_id, options.new_id, std::move(slots).value());
  if (!linked.ok()) return fail(linked.error());

  const cedar::Template body = cedar::linked_policy(*policies->find(options.new_id));
  auto shown = options.json ? json_of(body) : cedar::format_policies(cedar::to_text(body), options.new_id);
  if (!shown.ok()) return fail(shown.error());
  if (!options.policies.links.empty())
    if (auto written = write_links(*policies, options.policies.links); !written.ok())
      return fail(written.error());
  print(*shown);
  return kOk;
}

}  // namespace cli
