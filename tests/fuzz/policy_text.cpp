// Policy text: what parses is printed and read back as the same tree, goes through JSON unchanged, is
// formatted once and for all, and is decided and explained alike.
#include <set>

#include "cedar/policy_json.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/world.h"

namespace {

using fuzz::require;

void print_and_read(const cedar::Template& policy) {
  const std::string printed = to_text(policy);
  const auto again = cedar::PolicySet::parse(printed, "printed");
  require(again.ok(), "what is printed parses", printed);
  const bool is_template = !again->templates().empty();
  require(again->policies().size() + again->templates().size() == 1, "one policy is printed as one", printed);
  const cedar::Template& read = is_template ? *again->templates()[0].body : *again->policies()[0].body;
  require(equal(policy, read), "what is printed says the same", printed);
}

void through_json(const cedar::PolicySet& policies) {
  const auto json = policy_set_to_json(policies);
  if (!json.ok()) return;
  const std::string text = to_text(*json);
  const auto again = cedar::policy_set_from_json(text, "json");
  if (!again.ok() && text.size() > cedar::kMaxPolicyText) return;
  require(again.ok(), "the JSON of policies is read", text);
  const auto json_again = policy_set_to_json(*again);
  require(json_again.ok() && *json == *json_again, "JSON read and written is the same", text);
}

void format(std::string_view text, const cedar::PolicySet& policies) {
  const auto formatted = cedar::format_policies(text, "fuzz");
  require(formatted.ok(), "what parses is formatted", std::string(text));
  const auto again = cedar::format_policies(*formatted, "formatted");
  require(again.ok() && *again == *formatted, "formatting again changes nothing", *formatted);
  const auto read = cedar::PolicySet::parse(*formatted, "formatted");
  require(read.ok() && read->policies().size() == policies.policies().size(), "what is formatted parses",
          *formatted);
  for (std::size_t i = 0; i < policies.policies().size(); ++i)
    require(equal(*policies.policies()[i].body, *read->policies()[i].body), "formatting keeps what is said",
            *formatted);
}

void explain_as_decided(const cedar::PolicySet& policies, const fuzz::World& world) {
  const auto response = cedar::Authorizer().is_authorized(world.request, policies, world.entities);
  cedar::ExplainOptions options;
  options.may_see = [](const cedar::EntityField& field) { return field.name != "age"; };
  options.max_policies = policies.policies().size();
  const auto explanation = explain(world.request, policies, world.entities, options);
  require(response.decision == explanation.decision &&
              response.diagnostics.reasons.size() == explanation.determining,
          "the explanation is of the decision", to_text(explanation));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::World world;
  const auto policies = cedar::PolicySet::parse(fuzz::text_of(data, size), "fuzz");
  if (!policies.ok()) return 0;
  for (const cedar::Policy& policy : policies->policies()) print_and_read(*policy.body);
  for (const auto& policy : policies->templates()) print_and_read(*policy.body);
  through_json(*policies);
  format(fuzz::text_of(data, size), *policies);
  explain_as_decided(*policies, world);
  return 0;
}
