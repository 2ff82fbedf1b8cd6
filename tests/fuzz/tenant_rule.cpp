// Rules of tenants, as text: what is read as one has parts, of which a text is made that has the same parts
// and says the same. And parts as callers fill them in: whatever is in them, the text that is made of them is
// one rule, or it is said which part is wrong.
#include "authz/tenant_rule.h"

#include <algorithm>

#include "authz/rule_parts.h"
#include "base/utf8.h"
#include "cedar/cedar.h"
#include "tests/fuzz/fuzz.h"

namespace {

using authz::RuleParts;
using fuzz::require;

// As text_of() has it: `action in X` is `action in [X]`, the notice stands first, and an annotation without a
// value has "".
cedar::Template normal(const cedar::Template& given) {
  cedar::Template rule = given;
  if (const auto* in = std::get_if<cedar::ActionIn>(&given.action))
    rule.action = cedar::ActionInSet{{in->action}};
  for (cedar::Annotation& annotation : rule.annotations) annotation.value = annotation.value.value_or("");
  std::stable_partition(rule.annotations.begin(), rule.annotations.end(),
                        [](const cedar::Annotation& annotation) { return annotation.key == "notice"; });
  return rule;
}

void text_to_parts(std::string_view text) {
  const auto rule = authz::parse_rule(text, "rule");
  if (!rule.ok()) {
    require(rule.error().message.starts_with("rule:"), "a mistake has its place", rule.error().message);
    return;
  }
  const RuleParts parts = authz::parts_of(*rule->body);
  const auto made = authz::text_of(parts);
  if (!made.ok() && text.size() * 2 > cedar::kMaxPolicyText) return;
  require(made.ok(), "what was taken apart is put together",
          std::string(text) + (made.ok() ? "" : "\n" + made.error().front().message));
  const auto again = authz::parse_rule(*made, "again");
  require(again.ok(), "what is put together is a rule", *made);
  require(equal(normal(*again->body), normal(*rule->body)), "and says the same", *made);
  RuleParts same = authz::parts_of(*again->body);
  require(same.conditions.has_value() == parts.conditions.has_value(), "and has conditions", *made);
  same.conditions = parts.conditions;  // as they were laid out
  require(same == parts, "and has the same parts", *made);
  require(again->notice == rule->notice && again->obligations == rule->obligations, "and tells the same",
          *made);
}

// The bytes, cut at line ends, one after the other.
class Lines {
 public:
  explicit Lines(std::string_view rest) : rest_(rest) {}

  std::string next() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string line(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return line;
  }
  std::optional<std::string> maybe() {
    std::string line = next();
    return line.empty() ? std::nullopt : std::optional(std::move(line));
  }
  authz::ScopeParts scope() {
    authz::ScopeParts parts;
    parts.scope_type = next();
    parts.entity_type = maybe();
    parts.entity_id = maybe();
    return parts;
  }

 private:
  std::string_view rest_;
};

void parts_to_text(std::string_view text) {
  Lines lines(text);
  RuleParts parts;
  parts.effect = lines.next();
  parts.principal = lines.scope();
  parts.action.scope_type = lines.next();
  while (auto id = lines.maybe()) parts.action.ids.push_back(*std::move(id));
  parts.resource = lines.scope();
  parts.notice = lines.maybe();
  if (auto key = lines.maybe()) parts.annotations.emplace_back(*std::move(key), lines.next());
  std::string conditions;
  while (auto line = lines.maybe()) conditions += *line + "\n";
  if (!conditions.empty()) parts.conditions = conditions;
  const auto made = authz::text_of(parts);
  if (!made.ok()) {
    require(!made.error().empty() && made.error().front().pointer.starts_with('/'),
            "it is said which part is wrong", std::string(text));
    return;
  }
  const auto rule = cedar::PolicySet::parse(*made, "made");
  require(rule.ok() && rule->policies().size() + rule->templates().size() == 1, "parts make one rule", *made);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (!base::utf8::is_valid(text)) return 0;  // callers' texts are
  text_to_parts(text);
  parts_to_text(text);
  return 0;
}
