// Policy JSON: what is read is written, and read again, as the same; and it has a text, which parses.
#include "cedar/policy_json.h"

#include "cedar/cedar.h"
#include "tests/fuzz/fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto policies = cedar::policy_set_from_json(fuzz::text_of(data, size), "fuzz");
  if (!policies.ok()) return 0;
  for (const cedar::Policy& policy : policies->policies()) {
    const std::string text = to_text(*policy.body);
    const auto again = cedar::PolicySet::parse(text, "printed");
    fuzz::require(again.ok(), "what is printed parses", text);
  }
  const auto json = policy_set_to_json(*policies);
  if (!json.ok()) return 0;
  const auto again = cedar::policy_set_from_json(to_text(*json), "again");
  fuzz::require(again.ok(), "what is written is read", to_text(*json));
  const auto json_again = policy_set_to_json(*again);
  fuzz::require(json_again.ok() && *json == *json_again, "written, read and written is the same",
                to_text(*json));
  return 0;
}
