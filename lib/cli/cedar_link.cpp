#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "cedar/linked_policy.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

Result<cedar::SlotValues> read_arguments(const std::string& text) {
  const auto json = parse_json(text);
  if (!json.ok()) return Error{json.error().code, "--arguments: " + json.error().message};
  if (!json->object())
    return Error{ErrorCode::kInvalid,
                 R"(--arguments: an object such as {"?principal": "User::\"alice\""} is expected)"};
  cedar::SlotValues slots;
  for (const auto& [name, value] : *json->object()) {
    if (!value.string())
      return Error{ErrorCode::kInvalid, "--arguments: " + name + ": an entity in a string is expected"};
    if (auto set = set_slot(slots, name, *value.string()); !set.ok())
      return Error{set.error().code, "--arguments: " + set.error().message};
  }
  return slots;
}

Json link_json(const cedar::Policy& link) {
  Json::Object args;
  if (link.slots.principal) args.emplace_back("?principal", Json(cedar::to_text(*link.slots.principal)));
  if (link.slots.resource) args.emplace_back("?resource", Json(cedar::to_text(*link.slots.resource)));
  Json::Object out;
  out.emplace_back("template_id", Json(link.template_id));
  out.emplace_back("link_id", Json(link.id));
  out.emplace_back("args", Json(std::move(args)));
  return Json(std::move(out));
}

// All links of the set, the new one among them.
Result<void> write_links(const cedar::PolicySet& policies, const std::string& path) {
  Json::Array links;
  for (const cedar::Policy& policy : policies.policies())
    if (policy.is_link()) links.push_back(link_json(policy));
  return write_file(path, indented_json(to_text(Json(std::move(links)))) + "\n", 0644);
}

}  // namespace

int cedar_link(const CedarLink& options) {
  CedarInput input;
  PoliciesInput read = options.policies;
  std::error_code unreadable;  // what can't be looked at is said when it is read
  if (!read.links.empty() && !std::filesystem::exists(read.links, unreadable) && !unreadable) read.links.clear();
  auto policies = input.policies(read);
  if (!policies.ok()) return fail(policies.error());
  auto slots = read_arguments(options.arguments);
  if (!slots.ok()) return fail(slots.error());
  auto linked = policies->link(options.template_id, options.new_id, std::move(slots).value());
  if (!linked.ok()) return fail(linked.error());

  const cedar::Template body = cedar::linked_policy(*policies->find(options.new_id));
  const auto json = cedar::policy_to_json(body);
  if (options.json && !json.ok()) return fail(json.error());
  if (!options.policies.links.empty())
    if (auto written = write_links(*policies, options.policies.links); !written.ok())
      return fail(written.error());
  if (options.json) {
    print_json(*json);
  } else {
    std::printf("%s\n", cedar::to_text(body).c_str());
  }
  return kOk;
}

}  // namespace cli
