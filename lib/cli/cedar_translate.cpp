#include "cli/cedar_output.h"
#include "cli/cedar_verbs.h"
#include "cli/exit_code.h"

namespace cli {
namespace {

base::Result<std::string> policies_to_json(const cedar::PolicySet& policies) {
  auto json = cedar::policy_set_to_json(policies);
  if (!json.ok()) return json.error();
  return base::indented_json(to_text(*json)) + "\n";
}

// Ids have no text; whoever wants to keep one writes @id. JSON can say what text cannot, such as a method
// without its receiver, so the text is read again.
base::Result<std::string> policies_to_text(const cedar::PolicySet& policies, const std::string& name) {
  std::string text;
  for (const cedar::Policy& policy : policies.policies()) {
    if (policy.is_link())
      return base::Error{base::ErrorCode::kInvalid,
                         name + ": policy " + policy.id + " is a link of a template, which has no text"};
    text += cedar::to_text(*policy.body) + "\n";
  }
  for (const auto& named : policies.templates()) text += cedar::to_text(*named.body) + "\n";
  return cedar::format_policies(text, name + " as text");
}

base::Result<std::string> translate_policies(const CedarTranslate& options) {
  CedarInput input;
  const bool is_to_json = options.direction == Direction::kCedarToJson;
  const auto policies = input.policies({options.file, is_to_json ? Syntax::kCedar : Syntax::kJson, ""});
  if (!policies.ok()) return policies.error();
  return is_to_json ? policies_to_json(*policies) : policies_to_text(*policies, shown_name(options.file));
}

base::Result<std::string> translate_schema(const CedarTranslate& options) {
  CedarInput input;
  const auto text = input.text(options.file);
  if (!text.ok()) return text.error();
  const std::string name = shown_name(options.file);
  const bool is_to_json = options.direction == Direction::kCedarToJson;
  auto out = is_to_json ? cedar::schema_text_to_json(*text, name) : cedar::schema_json_to_text(*text, name);
  if (!out.ok()) return out.error();
  return is_to_json ? base::indented_json(*out) + "\n" : std::move(out).value();
}

int answer(const base::Result<std::string>& text) {
  if (!text.ok()) return fail(text.error());
  print(*text);
  return kOk;
}

}  // namespace

int cedar_translate_policy(const CedarTranslate& options) {
  return answer(translate_policies(options));
}
int cedar_translate_schema(const CedarTranslate& options) {
  return answer(translate_schema(options));
}

}  // namespace cli
